package schema

import (
	"context"
	"database/sql"
	"strings"

	"openweek/internal/sqldb"
)

// A table of ours as the engine describes it.
type table struct {
	name    string
	columns []column
}

type column struct {
	name  string
	class string // "integer", "boolean" (on PostgreSQL only), "text", "bytes", "float"
}

// foreignTable tells whether a table belongs to a library, or exists in a form of its own on each
// engine. Package search derives its tables (search_…) from others and makes them anew.
func foreignTable(name string) bool {
	return name == "goose_db_version" || strings.HasPrefix(name, "river_") || strings.HasPrefix(name, "search_") ||
		strings.HasPrefix(name, "sqlite_")
}

const columnsSQLite = `
SELECT t.name, c.name, c.type
FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
WHERE t.schema = 'main' AND t.type = 'table'
ORDER BY t.name, c.cid`

const columnsPostgres = `
SELECT c.table_name, c.column_name, c.data_type
FROM information_schema.columns AS c
JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
ORDER BY c.table_name COLLATE "C", c.ordinal_position`

var classes = map[string]string{
	"INTEGER": "integer", "TEXT": "text", "BLOB": "bytes", "REAL": "float",
	"bigint": "integer", "boolean": "boolean", "text": "text", "bytea": "bytes", "double precision": "float",
}

// tables lists our tables with their columns, by name.
func tables(ctx context.Context, q sqldb.Querier) (list []table, err error) {
	query := columnsSQLite
	if q.Engine() == sqldb.Postgres {
		query = columnsPostgres
	}
	type line struct{ table, column, class string }
	lines, err := sqldb.List(ctx, q, func(row *sql.Rows) (l line, err error) {
		return l, row.Scan(&l.table, &l.column, &l.class)
	}, query)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if foreignTable(l.table) {
			continue
		}
		if n := len(list); n == 0 || list[n-1].name != l.table {
			list = append(list, table{name: l.table})
		}
		last := &list[len(list)-1]
		last.columns = append(last.columns, column{name: l.column, class: classes[l.class]})
	}
	return list, nil
}

const keysSQLite = `
SELECT t.name, k."table"
FROM pragma_table_list AS t JOIN pragma_foreign_key_list(t.name) AS k
WHERE t.schema = 'main' AND t.type = 'table'`

const keysPostgres = `
SELECT t.relname, p.relname
FROM pg_constraint AS k JOIN pg_class AS t ON t.oid = k.conrelid JOIN pg_class AS p ON p.oid = k.confrelid
WHERE k.contype = 'f' AND t.relnamespace = CAST(current_schema() AS regnamespace)`

// parentsFirst puts the tables that others refer to before those. Where tables refer to each other
// in a circle any order is as good.
func parentsFirst(ctx context.Context, q sqldb.Querier, list []table) ([]table, error) {
	query := keysSQLite
	if q.Engine() == sqldb.Postgres {
		query = keysPostgres
	}
	type key struct{ child, parent string }
	keys, err := sqldb.List(ctx, q, func(row *sql.Rows) (k key, err error) { return k, row.Scan(&k.child, &k.parent) }, query)
	if err != nil {
		return nil, err
	}
	parents := map[string][]string{}
	for _, k := range keys {
		parents[k.child] = append(parents[k.child], k.parent)
	}
	byName := map[string]table{}
	for _, t := range list {
		byName[t.name] = t
	}
	sorted := make([]table, 0, len(list))
	var place func(name string)
	place = func(name string) {
		t, waiting := byName[name]
		if !waiting {
			return
		}
		delete(byName, name)
		for _, parent := range parents[name] {
			place(parent)
		}
		sorted = append(sorted, t)
	}
	for _, t := range list {
		place(t.name)
	}
	return sorted, nil
}

// list gives the quoted column names.
func (t table) list() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = quote(c.name)
	}
	return strings.Join(names, ", ")
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
