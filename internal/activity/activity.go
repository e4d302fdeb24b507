package activity

import (
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/form"
	"openweek/internal/review"
)

// State is what the public sees of an activity.
type State string

// The states.
const (
	Unpublished State = "unpublished"
	Published   State = "published"
	Cancelled   State = "cancelled"
)

// States lists the states in order.
var States = []State{Unpublished, Published, Cancelled}

// DraftState is how far the host's writing has come.
type DraftState string

// The states of a draft.
const (
	DraftNone     DraftState = "none"     // published, and nothing pending
	DraftEditing  DraftState = "editing"  // being written
	DraftReview   DraftState = "review"   // handed in: being read
	DraftReturned DraftState = "returned" // 退回: to be corrected
	DraftDeclined DraftState = "declined" // 不予通过: closed; of a published activity another change may begin
)

// DraftStates lists the states of a draft in order.
var DraftStates = []DraftState{DraftNone, DraftEditing, DraftReview, DraftReturned, DraftDeclined}

// Outcome is what became of a version.
type Outcome string

// The outcomes.
const (
	InReview  Outcome = "review"
	Withdrawn Outcome = "withdrawn"
	Returned  Outcome = "returned"
	Accepted  Outcome = "accepted"
	Declined  Outcome = "declined"
)

// Kind is an activity's kind as a subject of reviews, and of the pictures that are public with it.
// ReviewKind is that of files that were handed in, for the unit and its reviewers; DraftKind of files
// that are only in a draft, for the unit's own people.
const (
	Kind       = "activity"
	ReviewKind = "activity_review"
	DraftKind  = "activity_draft"
)

// TopicOf is the change topic of everything that public pages show of an edition's activities.
func TopicOf(editionID string) string { return "activity." + editionID }

// Unit is the unit that enters an activity and answers for it.
type Unit struct {
	ID, Name, NameEN string
	Place            actor.Place
}

// Activity is an activity as staff see it.
type Activity struct {
	ID        string
	EditionID string
	Territory string // of the edition
	Unit      Unit
	Guest     Guest // zero where the unit itself is the host
	State     State
	// Content is what the public sees; zero until the first acceptance.
	Content     Content
	Form        form.Form // of Content
	PublishedAt clock.Instant
	ChangedAt   clock.Instant // of the public content, its sessions apart
	CancelledAt clock.Instant
	Reason      string // of the cancellation
	Sessions    []Session
	CreatedBy   string // person
	CreatedAt   clock.Instant
	Version     int64 // of the schedule and the state: session use cases and Cancel stand under it

	Own   bool  // the reader's own unit's
	Draft Draft // of the own unit and its reviewers; others see its state only
	// Versions are those that were handed in, the first first; without those that were withdrawn for
	// others than the unit.
	Versions []Version
	Steps    []review.Step // of all versions
	Changes  []Change      // from Content to Draft.Content where a change of a published activity is pending
}

// Latest gives the version that was handed in last, if there is one.
func (a Activity) Latest() (v Version, ok bool) {
	if len(a.Versions) == 0 {
		return Version{}, false
	}
	return a.Versions[len(a.Versions)-1], true
}

// Draft is what the host writes.
type Draft struct {
	State   DraftState
	Version int64
	Content Content
	Form    form.Form // of Content.Kind; zero where none is chosen
	By      string    // person who saved it last
	At      clock.Instant
}

// Version is what was handed in at one time.
type Version struct {
	N       int
	Content Content
	Form    form.Form
	Hash    string
	By      string // person
	At      clock.Instant
	Outcome Outcome
	AtOnce  bool     // published by rule without a reader
	Changes []Change // against the version accepted before it; none for a first one

	sessions string // JSON as it was handed in; "" for a change of a published activity
	draft    int64
}

// Change is one difference between two contents, for reading side by side.
type Change struct {
	// Field is a field of Content as its problems are named ("title", "venue.address"), or "form." with
	// the code of a field of the kind's form.
	Field string
	// Old and New are the values as text, lists with a line each: ids of methods, topics and files, codes
	// of audiences and modes. Of a field of the form they are empty, and Form tells.
	Old, New string
	Form     *form.FieldChange
}

// Clash is what the second of two people who wrote at once is shown.
type Clash struct {
	Current Draft    // as the first has saved it
	Changes []Change // from Current to what the second has sent
}

// Receipt is what handing in gives.
type Receipt struct {
	Activity Activity
	AtOnce   bool // it was published at once: all changes are small by the edition's rule
	Before   bool // it had been handed in already by the same request
}
