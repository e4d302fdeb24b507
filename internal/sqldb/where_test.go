package sqldb_test

import (
	"fmt"
	"reflect"
	"testing"

	"openweek/internal/sqldb"
)

func TestWhereApply(t *testing.T) {
	t.Parallel()
	const query = "SELECT id FROM unit WHERE closed_at = $1 AND /*where*/TRUE ORDER BY id LIMIT $2"
	for _, c := range []struct {
		name  string
		where *sqldb.Where
		text  string
		args  []any
	}{
		{"empty", new(sqldb.Where), "TRUE", nil},
		{"and", new(sqldb.Where).And("a = ?", "x").And("b BETWEEN ? AND ?", 1, 2), "(a = $3 AND b BETWEEN $4 AND $5)", []any{"x", 1, 2}},
		{"in", new(sqldb.Where).In("kind", []string{"media", "school"}), "(kind IN ($3,$4))", []any{"media", "school"}},
		{"in nothing", new(sqldb.Where).In("kind", nil), "(1=0)", nil},
		{"any of none", new(sqldb.Where).Any(), "(1=0)", nil},
		{"any with an empty one", new(sqldb.Where).Any(new(sqldb.Where)), "((TRUE))", nil},
		{"nested", new(sqldb.Where).And("a = ?", 1).Any(
			new(sqldb.Where).And("b = ?", 2).And("c = ?", 3), new(sqldb.Where).In("d", []string{"4"})).And("e = ?", 5),
			"(a = $3 AND ((b = $4 AND c = $5) OR (d IN ($6))) AND e = $7)", []any{1, 2, 3, "4", 5}},
	} {
		text, args := c.where.Apply(query, int64(0), 20)
		want := "SELECT id FROM unit WHERE closed_at = $1 AND " + c.text + " ORDER BY id LIMIT $2"
		if text != want {
			t.Errorf("%s: %s\nwant %s", c.name, text, want)
		}
		if wantArgs := append([]any{int64(0), 20}, c.args...); !reflect.DeepEqual(args, wantArgs) {
			t.Errorf("%s: arguments %v, want %v", c.name, args, wantArgs)
		}
	}
}

func TestWhereRefusesToLoseACondition(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"no marker":          func() { new(sqldb.Where).Apply("SELECT 1") },
		"two markers":        func() { new(sqldb.Where).Apply("SELECT /*where*/TRUE, /*where*/TRUE") },
		"too few arguments":  func() { new(sqldb.Where).And("a = ? AND b = ?", 1) },
		"too many arguments": func() { new(sqldb.Where).And("a = 1", 1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func ExampleWhere() {
	w := new(sqldb.Where).And("region_code = ?", "430100").In("kind", []string{"media", "school"})
	query, args := w.Apply("SELECT name FROM unit WHERE closed_at = $1 AND /*where*/TRUE", 0)
	fmt.Println(query)
	fmt.Println(args...)
	// Output:
	// SELECT name FROM unit WHERE closed_at = $1 AND (region_code = $2 AND kind IN ($3,$4))
	// 0 430100 media school
}
