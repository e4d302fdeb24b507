package activity

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
)

// Order is the order of a list.
type Order string

// The orders.
const (
	ByTime     Order = "time"     // by when it begins on the first of the chosen days
	ByDistance Order = "distance" // the nearest first; what has no point is left out
	BySeats    Order = "seats"    // the most free seats first, among the first MaxRanked by time
)

// Orders lists the orders.
var Orders = []Order{ByTime, ByDistance, BySeats}

// Limits of a filter.
const (
	MaxQuery      = 200 // characters
	MaxChosen     = 20  // values of one filter
	MaxLimit      = 100
	DefaultLimit  = 20
	MaxRadius     = 200 // kilometres
	DefaultRadius = 10
	MaxRanked     = 1000
)

// Filter chooses what the public finds of an edition: the one type of portal, API and feeds. An empty
// field does not restrict; several values of a field mean one of them. Methods and topics are codes of
// the edition's items, regions GB/T 2260 codes with all regions inside of them.
type Filter struct {
	Text     string
	Regions  []string
	From, To clock.Day // both included; one of them may be ""
	Methods  []string
	Topics   []string
	Audience []Audience
	Modes    []Mode
	// HasSeats leaves what can still be booked or is free entry, and is not over.
	HasSeats bool
	// Host is the id of a unit, or of a guest host, or "".
	Host string
	// Near is a point in GCJ-02; the zero Point is none. It is cut to a thousandth of a degree, some
	// hundred metres: where somebody is exactly has no place in an address line.
	Near   Point
	Radius int // kilometres around Near; 0 takes DefaultRadius
	Order  Order
	Cursor string // PublicPage.Next of the page before
	Limit  int    // at most MaxLimit; 0 takes DefaultLimit
}

// parameters are the names in a query, in canonical order.
const (
	paramText, paramRegion, paramDay, paramFrom, paramTo          = "q", "region", "day", "from", "to"
	paramMethod, paramTopic, paramAudience, paramMode, paramSeats = "method", "topic", "audience", "mode", "has_seats"
	paramHost, paramNear, paramRadius, paramSort                  = "unit", "near", "radius", "sort"
	paramCursor, paramLimit                                       = "cursor", "limit"
)

// ParseFilter reads a filter from the query of a page or of the API. Parameters of others are left alone,
// empty ones do not restrict. The same query means the same everywhere.
//
// Errors: a form of find.unknown (a value that the edition does not have, with value),
// find.bad (one that cannot be read), find.contradiction (day beside from and to, an
// end before its beginning, distance or radius without a point), find.once (several values
// where one is possible), find.many (with limit), find.long (with limit),
// find.cursor, each on its parameter.
func ParseFilter(v url.Values, c Choices) (f Filter, err error) {
	var bad problems
	one := func(name string) string {
		if len(v[name]) > 1 {
			bad.add(errs.Invalid("find.once").On(name))
		}
		return strings.TrimSpace(v.Get(name))
	}
	f.Text = strings.Join(strings.Fields(one(paramText)), " ")
	f.Regions = several[string](v[paramRegion])
	f.Methods = several[string](v[paramMethod])
	f.Topics = several[string](v[paramTopic])
	f.Audience = several[Audience](v[paramAudience])
	f.Modes = several[Mode](v[paramMode])
	f.Host, f.Cursor, f.Order = one(paramHost), one(paramCursor), Order(one(paramSort))
	f.From, f.To = clock.Day(one(paramFrom)), clock.Day(one(paramTo))
	if day := clock.Day(one(paramDay)); day != "" {
		if f.From != "" || f.To != "" {
			bad.add(errs.Invalid("find.contradiction").On(paramDay))
		}
		f.From, f.To = day, day
	}
	switch one(paramSeats) {
	case "", "0", "false":
	case "1", "true":
		f.HasSeats = true
	default:
		bad.add(errs.Invalid("find.bad").On(paramSeats))
	}
	if text := one(paramNear); text != "" {
		near, ok := parsePoint(text)
		if !ok {
			bad.add(errs.Invalid("find.bad").On(paramNear))
		}
		f.Near = near
	}
	number := func(name string, most int) int {
		text := one(name)
		if text == "" {
			return 0
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > most {
			bad.add(errs.Invalid("find.range", "most", most).On(name))
			return 0
		}
		return n
	}
	f.Radius, f.Limit = number(paramRadius, MaxRadius), number(paramLimit, MaxLimit)
	bad.add(f.problems(c)...)
	if err := errs.Join(bad...); err != nil {
		return Filter{}, err
	}
	return f, nil
}

func several[T ~string](values []string) (list []T) {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" && !slices.Contains(list, T(v)) {
			list = append(list, T(v))
		}
	}
	return list
}

// parsePoint reads "112.938,28.228" in degrees.
func parsePoint(text string) (p Point, ok bool) {
	first, second, ok := strings.Cut(text, ",")
	lng, err1 := strconv.ParseFloat(strings.TrimSpace(first), 64)
	lat, err2 := strconv.ParseFloat(strings.TrimSpace(second), 64)
	if !ok || err1 != nil || err2 != nil || math.IsNaN(lng+lat) || math.Abs(lng) > 180 || math.Abs(lat) > 90 || lng == 0 && lat == 0 {
		return Point{}, false
	}
	return Point{Lng: int64(math.Round(lng*1e3)) * 1e3, Lat: int64(math.Round(lat*1e3)) * 1e3}, true
}

// problems tells what is wrong with a filter of an edition with these choices.
func (f Filter) problems(c Choices) (bad problems) {
	if utf8.RuneCountInString(f.Text) > MaxQuery {
		bad.add(errs.Invalid("find.long", "limit", MaxQuery).On(paramText))
	}
	bad.add(unknown(paramRegion, f.Regions, func(code string) bool { return c.regions[code] })...)
	bad.add(unknown(paramMethod, f.Methods, func(code string) bool { return c.methods[code] != "" })...)
	bad.add(unknown(paramTopic, f.Topics, func(code string) bool { return c.topics[code] != "" })...)
	bad.add(unknown(paramAudience, f.Audience, func(a Audience) bool { return slices.Contains(Audiences, a) })...)
	bad.add(unknown(paramMode, f.Modes, func(m Mode) bool { return slices.Contains(Modes, m) })...)
	from, to := paramFrom, paramTo
	if f.From == f.To {
		from, to = paramDay, paramDay
	}
	badDay := func(day clock.Day) bool {
		_, err := clock.ParseDay(string(day))
		return day != "" && err != nil
	}
	if badDay(f.From) {
		bad.add(errs.Invalid("find.bad").On(from))
	}
	if badDay(f.To) && f.From != f.To {
		bad.add(errs.Invalid("find.bad").On(to))
	}
	if f.From != "" && f.To != "" && f.From > f.To {
		bad.add(errs.Invalid("find.contradiction").On(to))
	}
	if f.Host != "" && !id.Valid(f.Host) {
		bad.add(errs.Invalid("find.bad").On(paramHost))
	}
	if f.Order != "" && !slices.Contains(Orders, f.Order) {
		bad.add(errs.Invalid("find.unknown", "value", shorten(string(f.Order))).On(paramSort))
	}
	if f.Near == (Point{}) {
		if f.Order == ByDistance {
			bad.add(errs.Invalid("find.contradiction").On(paramSort))
		}
		if f.Radius != 0 {
			bad.add(errs.Invalid("find.contradiction").On(paramRadius))
		}
	}
	if _, ok := f.cursor(); !ok {
		bad.add(errs.Invalid("find.cursor").On(paramCursor))
	}
	return bad
}

func unknown[T ~string](name string, values []T, known func(T) bool) (bad []*errs.Error) {
	if len(values) > MaxChosen {
		return []*errs.Error{errs.Invalid("find.many", "limit", MaxChosen).On(name)}
	}
	for _, v := range values {
		if !known(v) {
			bad = append(bad, errs.Invalid("find.unknown", "value", shorten(string(v))).On(name))
		}
	}
	return bad
}

// Query writes the filter back as the query of an address, in one form for all that mean the same: what
// a page cache may be keyed by. The cursor and the limit are in it.
func (f Filter) Query() string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set(paramText, f.Text)
	addAll(v, paramRegion, f.Regions)
	addAll(v, paramMethod, f.Methods)
	addAll(v, paramTopic, f.Topics)
	addAll(v, paramAudience, f.Audience)
	addAll(v, paramMode, f.Modes)
	if f.From == f.To {
		set(paramDay, string(f.From))
	} else {
		set(paramFrom, string(f.From))
		set(paramTo, string(f.To))
	}
	if f.HasSeats {
		v.Set(paramSeats, "1")
	}
	set(paramHost, f.Host)
	if f.Near != (Point{}) {
		lng, lat := f.Near.Degrees()
		v.Set(paramNear, strconv.FormatFloat(lng, 'f', 3, 64)+","+strconv.FormatFloat(lat, 'f', 3, 64))
		if f.radius() != DefaultRadius {
			v.Set(paramRadius, strconv.Itoa(f.radius()))
		}
	}
	if f.order() != ByTime {
		v.Set(paramSort, string(f.Order))
	}
	set(paramCursor, f.Cursor)
	if f.limit() != DefaultLimit {
		v.Set(paramLimit, strconv.Itoa(f.limit()))
	}
	return v.Encode()
}

func addAll[T ~string](v url.Values, name string, list []T) {
	for _, one := range slices.Sorted(slices.Values(list)) {
		v.Add(name, string(one))
	}
}

func (f Filter) limit() int   { return min(cmp.Or(f.Limit, DefaultLimit), MaxLimit) }
func (f Filter) radius() int  { return cmp.Or(f.Radius, DefaultRadius) }
func (f Filter) order() Order { return cmp.Or(f.Order, ByTime) }
func (f Filter) ranked() bool { return f.order() != ByTime }

// cursor is where the next page begins: after the place with this key and, in a ranked list, this rank.
type cursor struct{ rank, key int64 }

func (c cursor) String() string {
	text := strconv.FormatInt(c.key, 36)
	if c.rank >= 0 {
		text += "-" + strconv.FormatInt(c.rank, 36)
	}
	return text
}

// cursor reads the filter's cursor, which must be one of its order.
func (f Filter) cursor() (c cursor, ok bool) {
	if f.Cursor == "" {
		return cursor{-1, 0}, true
	}
	text, rank, ranked := strings.Cut(f.Cursor, "-")
	c.rank = -1
	var err error
	if c.key, err = strconv.ParseInt(text, 36, 64); err != nil || c.key < 1 || ranked != f.ranked() {
		return cursor{}, false
	}
	if ranked {
		if c.rank, err = strconv.ParseInt(rank, 36, 64); err != nil || c.rank < 0 {
			return cursor{}, false
		}
	}
	return c, c.String() == f.Cursor
}
