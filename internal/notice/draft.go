package notice

import "strings"

// Span is a half-open range of rune offsets into [Draft.Text]. The zero Span means
// that a value has no source in the text (a person entered it).
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Empty tells whether the span covers nothing.
func (s Span) Empty() bool { return s.End <= s.Start }

// Of gives the text that the span covers, "" where it does not fit into text.
func (s Span) Of(text string) string {
	if s.Empty() || s.Start < 0 {
		return ""
	}
	from, to, n := -1, -1, 0
	for i := range text {
		if n == s.Start {
			from = i
		}
		if n == s.End {
			to = i
			break
		}
		n++
	}
	if to < 0 && n == s.End {
		to = len(text)
	}
	if from < 0 || to < 0 {
		return ""
	}
	return text[from:to]
}

// Certainty says whether a person should look at a value before it is used.
type Certainty string

// The two certainties.
const (
	Sure     Certainty = "sure"
	Doubtful Certainty = "doubtful"
)

// Fact is one value read from the text, with its source.
type Fact[T any] struct {
	Value     T
	Span      Span
	Certainty Certainty
}

// Text is a fact that is a string; "" means that the notice does not state it.
type Text = Fact[string]

// Day is a calendar day as YYYY-MM-DD; "" means none.
type Day string

// Due is the end of a time limit. A day without a time runs until 24:00: "8月31日前"
// includes the 31st.
type Due struct {
	Day  Day
	Time string // "HH:MM" local time, or ""
}

// String gives "2020-08-31" or "2017-03-14T13:00", "" for none.
func (d Due) String() string {
	if d.Time == "" {
		return string(d.Day)
	}
	return string(d.Day) + "T" + d.Time
}

// MarshalText writes the form of String.
func (d Due) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of String. It does not judge whether the day exists.
func (d *Due) UnmarshalText(b []byte) error {
	day, clock, _ := strings.Cut(string(b), "T")
	d.Day, d.Time = Day(day), clock
	return nil
}

// Window is the period of the event, both days included.
type Window struct {
	Start Fact[Day]
	End   Fact[Day]
}

// Section is a numbered part of the notice with everything below it.
type Section struct {
	Level     int       `json:"level"`            // depth in the tree, from 1
	Number    string    `json:"number,omitempty"` // as counted in the text: 四, （一）, 5; "" for an unnumbered title
	Clause    string    `json:"clause,omitempty"` // the way to it: 四.5, 三.（一）.2
	Title     string    `json:"title,omitempty"`  // "" for a numbered paragraph without a title
	TitleSpan Span      `json:"title_span"`
	Span      Span      `json:"span"` // mark, title, text and children
	Certainty Certainty `json:"certainty"`
	Children  []Section `json:"children,omitempty"`
}

// Item is a topic (宣传内容) or a method (宣传方式) of the week.
type Item struct {
	Clause    string    `json:"clause"`
	Title     string    `json:"title"`
	Code      string    `json:"code,omitempty"` // a known method's code, such as open_campus; "" where the catalogue of codes has none
	TitleSpan Span      `json:"title_span"`
	Span      Span      `json:"span"` // the whole clause
	Certainty Certainty `json:"certainty"`
}

// Phrase is a name as printed. Full spreads what a list shares ("各地教育、宣传等部门" has
// the phrases 各地教育 and 宣传, in full 各地教育部门 and 各地宣传部门); it equals Value otherwise.
type Phrase struct {
	Value string `json:"value"`
	Full  string `json:"full"`
	Span  Span   `json:"span"`
}

// Discharge is how an obligation is fulfilled.
type Discharge string

// The ways to discharge an obligation.
const (
	ByFiling   Discharge = "filing"   // something is handed in
	ByDecision Discharge = "decision" // the unit decides and records it
	ByEvidence Discharge = "evidence" // activities held, pieces published, an interview hosted
)

// Timing is when an obligation falls.
type Timing string

// The timings. Only TimingDue has a Due.
const (
	TimingDue       Timing = "due"        // by a stated day
	TimingWindow    Timing = "window"     // during the event's days
	TimingRolling   Timing = "rolling"    // whenever there is something to hand in
	TimingOnRequest Timing = "on_request" // when somebody asks for it
	TimingOpen      Timing = "open"       // the notice states no time
)

// Obligation is one clause of the form 要 / 组织 / 请: who owes what by when.
type Obligation struct {
	Clause    string    `json:"clause"`
	Who       []Phrase  `json:"who"` // empty: everybody addressed
	What      string    `json:"what"`
	WhatSpan  Span      `json:"what_span"`
	Due       Due       `json:"due"`
	DueSpan   Span      `json:"due_span"`
	Timing    Timing    `json:"timing"`
	To        string    `json:"to,omitempty"` // to whom it is handed in
	ToSpan    Span      `json:"to_span"`
	Required  bool      `json:"required"` // false: offered, not owed (可; a call for entries)
	Discharge Discharge `json:"discharge"`
	Kinds     []string  `json:"kinds,omitempty"` // hints for the form or the kind of evidence, most telling first
	Span      Span      `json:"span"`            // the sentence
	Certainty Certainty `json:"certainty"`
}

// Deadline is a stated time limit.
type Deadline struct {
	Due  Fact[Due]
	What Text
	Who  []Text // empty: everybody addressed
}

// Draft is what the notice says, with the places where it says so.
type Draft struct {
	Text        string // the text as parsed; all spans point into it
	Title       Text
	DocNumber   Text // year's brackets as 〔〕, the rest as printed
	Issuers     []Text
	Addressees  []Text
	IssuedOn    Fact[Day] // the date under the signature
	Window      Window
	Theme       Text
	Deadlines   []Deadline
	Phones      []Text // as printed; fax numbers are left out
	Emails      []Text
	Attachments []Text // titles of the annexes
	Headings    []Text // titles of the first level
	Sections    []Section
	Topics      []Item
	Methods     []Item
	Obligations []Obligation
}
