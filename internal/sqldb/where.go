package sqldb

import (
	"math/bits"
	"strconv"
	"strings"
)

// Where collects conditions with ? placeholders and puts them into a statement that stands as a
// constant with the marker /*where*/TRUE. The zero value is an empty condition (TRUE).
type Where struct {
	parts []string
	args  []any
}

// And adds a condition; each ? in it takes the next argument. A literal ? cannot stand in a condition.
func (w *Where) And(condition string, args ...any) *Where {
	if strings.Count(condition, "?") != len(args) {
		panic("sqldb: condition " + strconv.Quote(condition) + " and its arguments differ in number")
	}
	w.parts = append(w.parts, condition)
	w.args = append(w.args, args...)
	return w
}

// In adds "column IN (…)". An empty list matches nothing. Lists are filled up to a power of two with their
// last value: each length is a statement of its own to a server, which keeps only so many prepared.
func (w *Where) In(column string, values []string) *Where {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return w.InValues(column, args)
}

// InValues is In for values that are not texts.
func (w *Where) InValues(column string, values []any) *Where {
	if len(values) == 0 {
		return w.Nothing()
	}
	full := 1 << bits.Len(uint(len(values)-1)) //nolint:gosec // a length is not negative
	args := append(make([]any, 0, full), values...)
	for len(args) < full {
		args = append(args, values[len(values)-1])
	}
	return w.And(column+" IN (?"+strings.Repeat(",?", full-1)+")", args...)
}

// Nothing makes the condition match no row.
func (w *Where) Nothing() *Where { return w.And("1=0") }

// Any adds the disjunction of several conditions. No alternatives match nothing.
func (w *Where) Any(alternatives ...*Where) *Where {
	if len(alternatives) == 0 {
		return w.Nothing()
	}
	texts := make([]string, len(alternatives))
	for i, a := range alternatives {
		texts[i] = a.text()
		w.args = append(w.args, a.args...)
	}
	w.parts = append(w.parts, "("+strings.Join(texts, " OR ")+")")
	return w
}

func (w *Where) text() string {
	if len(w.parts) == 0 {
		return "TRUE"
	}
	return "(" + strings.Join(w.parts, " AND ") + ")"
}

const whereMarker = "/*where*/TRUE"

// Apply puts the condition in place of the statement's marker. fixed are the arguments of the
// statement's own $1…$n; those of the condition follow them. It panics where the statement has no
// marker: a condition must never get lost.
func (w *Where) Apply(query string, fixed ...any) (string, []any) {
	if strings.Count(query, whereMarker) != 1 {
		panic("sqldb: the statement needs exactly one " + whereMarker)
	}
	var b strings.Builder
	n := len(fixed)
	for _, r := range w.text() {
		if r == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			continue
		}
		b.WriteRune(r)
	}
	args := make([]any, 0, n)
	args = append(append(args, fixed...), w.args...)
	return strings.Replace(query, whereMarker, b.String(), 1), args
}

// LikePrefix and LikePart quote what a person typed for a LIKE … ESCAPE '!' condition.
func LikePrefix(s string) string { return likeQuoter.Replace(s) + "%" }

// LikePart finds s anywhere; see LikePrefix.
func LikePart(s string) string { return "%" + likeQuoter.Replace(s) + "%" }

var likeQuoter = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")
