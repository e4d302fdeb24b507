package schema_test

import (
	"context"
	"testing"

	"golang.org/x/sync/errgroup"

	"openweek/internal/errs"
	"openweek/internal/schema"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestMigrateTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		db := sqldbtest.Open(t, sqldbtest.Empty(t, engine))
		if v, err := schema.Version(t.Context(), db); v != 0 || err != nil {
			t.Fatalf("an empty store has version %d (%v), want 0", v, err)
		}
		if err := schema.Require(t.Context(), db); !errs.Is(err, "schema.older") {
			t.Fatalf("Require on an empty store: %v, want schema.older", err)
		}
		latest, err := schema.Latest()
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := schema.Migrate(t.Context(), db); err != nil {
				t.Fatal(err)
			}
			if v, err := schema.Version(t.Context(), db); v != latest || err != nil {
				t.Fatalf("version %d (%v), want %d", v, err, latest)
			}
			if err := schema.Require(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestReplicasMayMigrateAtTheSameTime(t *testing.T) {
	t.Parallel()
	o := sqldbtest.Empty(t, sqldb.Postgres)
	group, ctx := errgroup.WithContext(t.Context())
	for range 4 {
		db := sqldbtest.Open(t, o)
		group.Go(func() error { return schema.Migrate(ctx, db) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for name, f := range map[string]func(context.Context, *sqldb.DB) error{"Migrate": schema.Migrate, "Require": schema.Require} {
			err := f(t.Context(), db)
			if !errs.Is(err, "schema.newer") || errs.KindOf(err) != errs.KindConflict {
				t.Errorf("%s: %v, want Conflict schema.newer", name, err)
			}
		}
	})
}

func TestNewerQueueSchemaIsRefused(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO river_migration (line, version) VALUES ('main', 9999)")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := schema.Migrate(t.Context(), db); !errs.Is(err, "schema.newer") {
			t.Errorf("%v, want schema.newer", err)
		}
	})
}
