package sqldbtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Mould is a store that is filled once for each engine in a test process and copied for every test:
// copying takes a tenth of the time of filling.
type Mould struct {
	// Fill fills a migrated store and whatever lies beside it in o.Dir, and closes it.
	Fill func(o sqldb.Options) error

	lock   sync.Mutex
	made   map[sqldb.Engine]*cast
	server string // that holds the database
}

type cast struct {
	once     sync.Once
	dir      string
	database string // on PostgreSQL
	err      error
}

// Copy gives a test a store of its own.
func (m *Mould) Copy(t testing.TB, engine sqldb.Engine) sqldb.Options {
	t.Helper()
	c := m.of(engine)
	c.once.Do(func() { c.err = m.cast(t, engine, c) })
	if c.err != nil {
		t.Fatal(c.err)
	}
	var o sqldb.Options
	if engine == sqldb.SQLite {
		o = Empty(t, engine)
	} else {
		o = newDatabase(t, c.database)
	}
	if err := copyFolder(o.Dir, c.dir); err != nil {
		t.Fatal(err)
	}
	return o
}

func (m *Mould) of(engine sqldb.Engine) *cast {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.made == nil {
		m.made = map[sqldb.Engine]*cast{}
	}
	if m.made[engine] == nil {
		m.made[engine] = &cast{}
	}
	return m.made[engine]
}

func (m *Mould) cast(t testing.TB, engine sqldb.Engine, c *cast) (err error) {
	if c.dir, err = os.MkdirTemp("", "openweek-mould-"); err != nil {
		return err
	}
	o := sqldb.Options{Dir: c.dir}
	if engine == sqldb.SQLite {
		file, err := sqliteTemplate()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(c.dir, sqldb.File), file, 0o600); err != nil {
			return err
		}
		return m.Fill(o)
	}
	template, err := postgresTemplate()
	if err != nil {
		return err
	}
	m.server, c.database = Server(t), "openweek_mould_"+hash(id.New())
	if err := execute(m.server, "CREATE DATABASE "+c.database+" TEMPLATE "+template); err != nil {
		return err
	}
	o.URL = database(m.server, c.database)
	return m.Fill(o)
}

// Break removes what was filled; a package's TestMain calls it after its tests.
func (m *Mould) Break() (err error) {
	for engine, c := range m.made {
		if c.database != "" {
			err = errors.Join(err, execute(m.server, "DROP DATABASE IF EXISTS "+c.database+" WITH (FORCE)"))
		}
		if rerr := os.RemoveAll(c.dir); rerr != nil {
			err = errors.Join(err, fmt.Errorf("mould of %s: %w", engine, rerr))
		}
	}
	return err
}

// copyFolder copies with modes, for a key file must not be readable for others.
func copyFolder(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rest)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, info.Mode().Perm())
	})
}
