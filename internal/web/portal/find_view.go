package portal

import (
	"openweek/internal/clock"
	"openweek/internal/web/ui"
)

// findHead is what the list, the calendar and the map of one query have in common.
type findHead struct {
	Action string // of the search box: the view itself
	Text   string
	Kept   []hidden // what the search box carries along
	Views  []ui.Tab
	Chips  []ui.Tab
	Chosen []chosen
	Reset  string // the same view without filters
	Week   ui.Week
	Near   string // where the position is added, "" where it is in the query already
}

// hidden is a parameter that a form carries along.
type hidden struct{ Name, Value string }

// chosen is a filter of the query and the address without it.
type chosen struct {
	Name ui.Named // Href takes the filter off
	Note string   // such as how near
}

// facet is a filter with its values and how many activities each leaves.
type facet struct {
	Title  string
	Values []facetValue
	More   []facetValue // behind a fold
}

type facetValue struct {
	Name   ui.Named
	Count  int
	Chosen bool
	Inner  bool // stands inside of the value above it
}

// listPage is the list of a query.
type listPage struct {
	Head    findHead
	Facets  []facet
	Filters int // how many are chosen
	Total   string
	Note    string // how the search was understood, "" as it was typed
	Capped  string // that a ranked list ends early, "" where it does not
	Sorts   []ui.Tab
	Rows    []row
	Next    string // the next page, "" at the end
	First   string // the first page, "" on it
	Feeds   feeds
}

// feeds are the addresses at which a query can be subscribed to.
type feeds struct{ Calendar, Atom string }

// row is an activity in a list.
type row struct {
	Href           string
	Title, Summary marked
	Day            clock.Day
	NewDay         bool   // its day is not that of the row above
	Time           string // 9:00–11:00
	More           string // “另有 3 场”
	Host           ui.Named
	Place          ui.Named
	Method         ui.Named
	Mode           string // where it is not on site alone
	Distance       string
	Seats          seats
}

// seats say whether one can come.
type seats struct {
	Text string
	Kind string // left, few, full, free or over: for the style alone, the words say it
}

// marked is a text in which the search found something.
type marked struct {
	Parts []part
	Lang  string // where it is not the page's
}

type part struct {
	Text string
	Hit  bool
}
