package schema_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"openweek/internal/schema"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// Each statement gives one line per column, index or foreign key of our tables, in words that are
// the same for both engines.
var describe = map[sqldb.Engine][]string{
	sqldb.SQLite: {`
		SELECT t.name || '.' || c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'integer' WHEN 'TEXT' THEN 'text'
			WHEN 'BLOB' THEN 'bytes' WHEN 'REAL' THEN 'float' ELSE c.type END
			|| CASE WHEN c."notnull" THEN ' not null' ELSE '' END
		FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
		WHERE t.schema = 'main' AND t.type = 'table'`, `
		SELECT t.name || ' index ' || CASE i.origin WHEN 'c' THEN i.name ELSE 'of a constraint' END
			|| CASE WHEN i."unique" THEN ' unique' ELSE '' END
			|| ' (' || (SELECT group_concat(coalesce(c.name, 'expression'), ' ' ORDER BY c.seqno) FROM pragma_index_info(i.name) AS c) || ')'
			|| CASE WHEN i.partial THEN ' partial' ELSE '' END
		FROM pragma_table_list AS t JOIN pragma_index_list(t.name) AS i
		WHERE t.schema = 'main' AND t.type = 'table'`, `
		SELECT t.name || ' key (' || group_concat(k."from", ' ' ORDER BY k.seq) || ') of ' || k."table"
			|| CASE k.on_delete WHEN 'NO ACTION' THEN '' ELSE ' ' || k.on_delete END
		FROM pragma_table_list AS t JOIN pragma_foreign_key_list(t.name) AS k
		WHERE t.schema = 'main' AND t.type = 'table'
		GROUP BY t.name, k.id, k."table", k.on_delete`,
	},
	sqldb.Postgres: {`
		SELECT table_name || '.' || column_name || ' ' || CASE data_type WHEN 'bigint' THEN 'integer' WHEN 'boolean' THEN 'integer'
			WHEN 'bytea' THEN 'bytes' WHEN 'double precision' THEN 'float' ELSE data_type END
			|| CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
		FROM information_schema.columns WHERE table_schema = 'public'`, `
		SELECT t.relname || ' index ' || CASE WHEN k.oid IS NULL THEN i.relname ELSE 'of a constraint' END
			|| CASE WHEN x.indisunique THEN ' unique' ELSE '' END
			|| ' (' || (SELECT string_agg(coalesce(a.attname, 'expression'), ' ' ORDER BY c.n)
				FROM unnest(x.indkey) WITH ORDINALITY AS c(attnum, n)
				LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = c.attnum AND c.attnum > 0) || ')'
			|| CASE WHEN x.indpred IS NULL THEN '' ELSE ' partial' END
		FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS t ON t.oid = x.indrelid
		LEFT JOIN pg_constraint AS k ON k.conindid = i.oid AND k.contype IN ('p', 'u')
		WHERE t.relnamespace = 'public'::regnamespace
		-- On SQLite a whole-number primary key is the row's own number and needs no index.
		AND NOT (x.indisprimary AND x.indnatts = 1 AND (SELECT a.atttypid FROM pg_attribute AS a
			WHERE a.attrelid = t.oid AND a.attnum = x.indkey[0]) = 'bigint'::regtype)`, `
		SELECT t.relname || ' key (' || (SELECT string_agg(a.attname, ' ' ORDER BY c.n)
				FROM unnest(k.conkey) WITH ORDINALITY AS c(attnum, n)
				JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = c.attnum) || ') of ' || f.relname
			|| CASE k.confdeltype WHEN 'a' THEN '' WHEN 'c' THEN ' CASCADE' WHEN 'n' THEN ' SET NULL' WHEN 'r' THEN ' RESTRICT' ELSE ' SET DEFAULT' END
		FROM pg_constraint AS k JOIN pg_class AS t ON t.oid = k.conrelid JOIN pg_class AS f ON f.oid = k.confrelid
		WHERE k.contype = 'f' AND t.relnamespace = 'public'::regnamespace`,
	},
}

func description(t *testing.T, db *sqldb.DB) []string {
	t.Helper()
	var all []string
	for _, query := range describe[db.Engine()] {
		lines, err := sqldb.List(t.Context(), db, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if !slices.ContainsFunc([]string{"goose_db_version", "river_", "search_", "sqlite_"}, func(p string) bool { return strings.HasPrefix(line, p) }) {
				all = append(all, line)
			}
		}
	}
	slices.Sort(all)
	return all
}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("too much: %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("missing: %s", line)
		}
	}
}

func TestEnginesHaveTheSameTablesColumnsIndexesAndKeys(t *testing.T) {
	t.Parallel()
	lite := description(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite)))
	if !slices.Contains(lite, "topic_version.version integer not null") {
		t.Fatalf("the description is not one: %v", lite)
	}
	compare(t, description(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.Postgres))), lite)
}

func TestEveryEarlierVersionUpgrades(t *testing.T) {
	t.Parallel()
	latest, err := schema.Latest()
	if err != nil {
		t.Fatal(err)
	}
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		want := description(t, sqldbtest.Open(t, sqldbtest.New(t, engine)))
		for version := int64(1); version < latest; version++ {
			t.Run(fmt.Sprintf("from %d", version), func(t *testing.T) {
				db := sqldbtest.Open(t, sqldbtest.Empty(t, engine))
				if err := schema.MigrateTo(t.Context(), db, version); err != nil {
					t.Fatal(err)
				}
				if err := schema.Migrate(t.Context(), db); err != nil {
					t.Fatal(err)
				}
				compare(t, description(t, db), want)
			})
		}
	})
}
