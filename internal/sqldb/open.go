package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"openweek/internal/errs"
)

// Options say where the store is.
type Options struct {
	// URL is "" for SQLite in Dir, or postgres://… .
	URL string
	// ReplicaURL is a PostgreSQL replica for reads that may lag, or "".
	ReplicaURL string
	// Dir is the data folder; the SQLite file is Dir/openweek.db.
	Dir string
	// ReadOnly opens an existing SQLite file beside a running server, without taking its lock.
	ReadOnly bool
	// MaxConns bounds PostgreSQL's pool; 0 takes 16.
	MaxConns int
}

// File is the name of the SQLite file in the data folder.
const File = "openweek.db"

// Open opens the store and takes the data folder's lock on SQLite, which serves one process only.
// It makes no tables; see package schema.
//
// Errors: "store.in_use" (Conflict) when another process writes in the folder, "store.unavailable"
// (Busy) when the server does not answer; "store.url", "store.folder", "store.damaged" for a file
// that is no database, "store.encoding" for a PostgreSQL database that is not UTF-8 (Invalid);
// "store.missing" (NotFound) when ReadOnly finds no file.
func Open(ctx context.Context, o Options) (db *DB, err error) {
	defer errs.Wrap(&err, "sqldb.Open")
	if o.URL == "" {
		return openSQLite(ctx, o)
	}
	u, err := url.Parse(o.URL)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return nil, errs.Invalid("store.url")
	}
	return openPostgres(ctx, o)
}

// The reading pool: more connections than cores only wait for each other.
const sqliteReaders = 6

func openSQLite(ctx context.Context, o Options) (*DB, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, errs.Invalid("store.folder").Because(err)
	}
	db := &DB{engine: SQLite}
	if !o.ReadOnly {
		lock := flock.New(filepath.Join(o.Dir, "openweek.lock"))
		held, err := lock.TryLock()
		if err != nil {
			return nil, errs.Invalid("store.folder").Because(err)
		}
		if !held {
			return nil, errs.Conflict("store.in_use")
		}
		db.release = lock.Unlock
	}
	path := filepath.Join(o.Dir, File)
	if o.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, errs.NotFound("store.missing").Because(err)
		}
	}
	db.dsn = path
	reader := sql.OpenDB(sqliteConnector{sqliteDSN(path, "query_only(1)")})
	reader.SetMaxOpenConns(sqliteReaders)
	reader.SetMaxIdleConns(sqliteReaders)
	db.reader, db.writer, db.lagging = reader, reader, reader
	if !o.ReadOnly {
		writer := sql.OpenDB(sqliteConnector{sqliteDSN(path) + "&_txlock=immediate"})
		writer.SetMaxOpenConns(1)
		db.writer = writer
	}
	if err := db.writer.PingContext(ctx); err != nil {
		why := errs.Busy("store.unavailable")
		if damaged(err) {
			why = errs.Invalid("store.damaged")
		}
		return nil, errors.Join(why.Because(err), db.Close())
	}
	return db, nil
}

func sqliteDSN(path string, more ...string) string {
	v := url.Values{}
	for _, p := range append([]string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)",
		"foreign_keys(1)", "cache_size(-20000)", "temp_store(MEMORY)",
		"case_sensitive_like(1)", // as on PostgreSQL; and a LIKE prefix can use an index
	}, more...) {
		v.Add("_pragma", p)
	}
	v.Set("_dqs", "0") // "text" in double quotes is an error as on PostgreSQL, not a string
	// A path may hold characters that mean something in a URI; the driver cuts at '?'.
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path)) + "?" + v.Encode()
}

func openPostgres(ctx context.Context, o Options) (*DB, error) {
	conns := o.MaxConns
	if conns == 0 {
		conns = 16
	}
	open := func(url string) (*sql.DB, error) {
		config, err := pgx.ParseConfig(url)
		if err != nil {
			return nil, errs.Invalid("store.url").Because(err)
		}
		if _, set := config.RuntimeParams["plan_cache_mode"]; !set {
			// A plan that was kept from a time when a table was empty reads all of it once it is full.
			config.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
		}
		pool := stdlib.OpenDB(*config)
		pool.SetMaxOpenConns(conns)
		pool.SetMaxIdleConns(conns)
		pool.SetConnMaxLifetime(30 * time.Minute)
		return pool, nil
	}
	main, err := open(o.URL)
	if err != nil {
		return nil, err
	}
	db := &DB{engine: Postgres, reader: main, writer: main, lagging: main, dsn: o.URL}
	if o.ReplicaURL != "" {
		replica, err := open(o.ReplicaURL)
		if err != nil {
			return nil, errors.Join(err, db.Close())
		}
		db.lagging = replica
	}
	// Names hold rare characters, which no other encoding of PostgreSQL can store.
	var encoding string
	if err := main.QueryRowContext(ctx, "SHOW server_encoding").Scan(&encoding); err != nil {
		return nil, errors.Join(errs.Busy("store.unavailable").Because(err), db.Close())
	}
	if encoding != "UTF8" {
		return nil, errors.Join(errs.Invalid("store.encoding", "encoding", encoding), db.Close())
	}
	return db, nil
}
