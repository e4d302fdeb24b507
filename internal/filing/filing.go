package filing

import (
	"context"

	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// State is how far a filing has come.
type State string

// The states.
const (
	StateDraft    State = "draft"
	StateFiled    State = "filed"    // 已报
	StateReturned State = "returned" // 退回: to be corrected
	StateAccepted State = "accepted" // 受理
	StateDeclined State = "declined" // 不予通过: closed
)

// Outcome is what became of a version.
type Outcome string

// The outcomes.
const (
	Filed     Outcome = "filed" // under review
	Withdrawn Outcome = "withdrawn"
	Returned  Outcome = "returned"
	Accepted  Outcome = "accepted"
	Declined  Outcome = "declined"
)

// Kind is a filing's kind as a subject of reviews and files; DraftKind that of files which are only in
// a draft, for the unit's own people.
const (
	Kind      = "filing"
	DraftKind = "filing_draft"
)

// Filing is what a unit hands in for a duty, as far as the reader may see it. Before anything was
// written ID is "" and State StateDraft.
type Filing struct {
	ID       string
	Duty     duty.Duty
	Form     form.Form
	State    State
	Own      bool          // the reader's own unit's
	Draft    Draft         // of the own unit only; Version 0 before anything was written
	Versions []Version     // the first first; others' without those that were withdrawn
	Steps    []review.Step // of all versions
	Declined int           // filings for the duty that were declined before this one
}

// Latest gives the version that was handed in last, if there is one.
func (f Filing) Latest() (v Version, ok bool) {
	if len(f.Versions) == 0 {
		return Version{}, false
	}
	return f.Versions[len(f.Versions)-1], true
}

// Draft is what stands in the form before it is handed in.
type Draft struct {
	Version int64
	Values  form.Values
	By      string // person who saved it last
	At      clock.Instant
}

// Version is what was handed in at one time.
type Version struct {
	N       int
	Values  form.Values
	Hash    string
	By      string // person
	At      clock.Instant
	Due     clock.Instant // the duty's due time as it stood then, extension included; 0 for none
	Outcome Outcome
	// Changes against the version before; none for the first.
	Changes []form.FieldChange

	draft int64
}

// Late tells whether this version came after the due time that stood then. Whether the duty counts as
// late is for duty.Cell: a correction keeps the time of the first filing.
func (v Version) Late() bool { return v.Due != 0 && v.At >= v.Due }

// Clash is what the second of two people who wrote at once is shown.
type Clash struct {
	Current Draft              // as the first has saved it
	Changes []form.FieldChange // from Current to what the second has sent
}

// Receipt is what handing in gives.
type Receipt struct {
	Filing Filing
	Late   bool // the duty is late now
	Signed int  // notices that handing in has signed implicitly
	Before bool // it had been handed in already by the same request
}

// Figure is a source of figures that the product counts itself, such as check-ins. known is false for
// a key that it does not count.
type Figure interface {
	Figure(ctx context.Context, q sqldb.Querier, d duty.Duty, key string) (f form.Figure, known bool, err error)
}
