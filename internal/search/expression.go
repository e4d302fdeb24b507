package search

import (
	"strings"

	"openweek/internal/sqldb"
)

// expression is a condition on the tokens of a document. Tokens consist of letters, digits and marks
// (see pieces), and of the marks of sounds: nothing that either query language gives a meaning to. They
// are quoted all the same.
type expression struct {
	token  string
	prefix bool
	all    []expression // of these each, where there is no token
	any    []expression // or of these one
}

func token(t string) expression  { return expression{token: t} }
func prefix(t string) expression { return expression{token: t, prefix: true} }

func (e expression) render(b *strings.Builder, engine sqldb.Engine) {
	and, or := " AND ", " OR "
	if engine == sqldb.Postgres {
		and, or = " & ", " | "
	}
	switch {
	case e.token != "" && engine == sqldb.Postgres:
		b.WriteString("'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(e.token) + "'")
		if e.prefix {
			b.WriteString(":*")
		}
	case e.token != "":
		b.WriteString(`"` + strings.ReplaceAll(e.token, `"`, `""`) + `"`)
		if e.prefix {
			b.WriteString(" *")
		}
	default:
		list, between := e.all, and
		if len(list) == 0 {
			list, between = e.any, or
		}
		b.WriteByte('(')
		for i, one := range list {
			if i > 0 {
				b.WriteString(between)
			}
			one.render(b, engine)
		}
		b.WriteByte(')')
	}
}

func (e expression) text(engine sqldb.Engine) string {
	var b strings.Builder
	e.render(&b, engine)
	return b.String()
}
