package unit

import (
	"encoding/base64"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/errs"
)

// Page is a part of a list. Next continues it and is "" at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// State filters by whether a unit or person still exists.
type State string

// The states. The zero State is Open.
const (
	Open   State = ""
	Closed State = "closed"
	All    State = "all"
)

// Filter chooses units. Values of one field are alternatives, fields are joined by "and", an empty
// field does not restrict.
type Filter struct {
	// Text is what a person typed: parts of the name, its pinyin or initials, the short name, the
	// English name or the code; each word must occur.
	Text    string
	Regions []string // each with all regions inside of it
	Lines   []actor.Line
	Tiers   []actor.Tier
	Kinds   []actor.Kind
	State   State
	After   string // Page.Next of the page before
	Limit   int    // at most 200; 0 takes 50
}

const (
	defaultLimit = 50
	maxLimit     = 200
)

func limitOf(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, maxLimit)
}

// A cursor holds the sort key and id of the last item. It is not signed: whoever forges one only
// starts the list elsewhere, within the same scope.
func cursor(key, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(key + "\n" + id))
}

func parseCursor(s string) (key, id string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", "", errs.Invalid("unit.page_malformed").Because(err)
	}
	key, id, ok := strings.Cut(string(raw), "\n")
	var bad problems
	if bad.text("after", key+id, 4*maxName*8, true); !ok || len(bad) > 0 {
		return "", "", errs.Invalid("unit.page_malformed")
	}
	return key, id, nil
}

// pageOf cuts the extra item that tells that there is a next page.
func pageOf[T any](items []T, limit int, key func(T) (sortKey, id string)) Page[T] {
	if len(items) <= limit {
		return Page[T]{Items: items}
	}
	items = items[:limit]
	return Page[T]{Items: items, Next: cursor(key(items[limit-1]))}
}
