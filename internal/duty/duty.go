package duty

import (
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/notice"
)

// State is how far a duty has come. The receipt of the notice stands beside it and is none of these.
type State string

// The states.
const (
	StateOpen     State = "open"     // 未报
	StateDraft    State = "draft"    // 起草中
	StateFiled    State = "filed"    // 已报
	StateReturned State = "returned" // 退回
	StateAccepted State = "accepted" // 受理
	StateNil      State = "nil"      // 零报告
	StateExempt   State = "exempt"   // 免报
)

// States lists the states in the order in which a duty may pass through them.
var States = []State{StateOpen, StateDraft, StateFiled, StateReturned, StateAccepted, StateNil, StateExempt}

// Settled tells whether nothing is owed any more.
func (s State) Settled() bool { return s == StateAccepted || s == StateNil || s == StateExempt }

// Waiting tells whether it is the unit's turn.
func (s State) Waiting() bool { return s == StateOpen || s == StateDraft || s == StateReturned }

// Cell is what lateness and rates follow from.
type Cell struct {
	State State
	// Due is the first instant at which the duty is late without an extension, 0 for none: "8月31日前"
	// includes that day until 24:00 Asia/Shanghai.
	Due clock.Instant
	// Extended is the first late instant that an extension gives, 0 for none. An extension that is not
	// later than Due changes nothing.
	Extended clock.Instant
	// Filed is when the filing that was or may still be accepted was first handed in, 0 for none. A
	// correction after a return keeps it; a withdrawal or a refusal takes it back.
	Filed clock.Instant
}

// DueAt is the first late instant, extension included; 0 without a due time.
func (c Cell) DueAt() clock.Instant {
	if c.Due == 0 {
		return 0
	}
	return max(c.Due, c.Extended)
}

// Dated tells whether there is a due time.
func (c Cell) Dated() bool { return c.Due != 0 }

// InTime tells whether something was handed in before the due time.
func (c Cell) InTime() bool { return c.Dated() && c.Filed != 0 && c.Filed < c.DueAt() }

// Late tells whether the due time has come and no filing came before it. What is excused is never late.
func (c Cell) Late(now clock.Instant) bool {
	return c.Dated() && c.State != StateExempt && now >= c.DueAt() && !c.InTime()
}

// OnTime tells whether the duty was settled by a filing or nil return that came in time.
func (c Cell) OnTime() bool { return (c.State == StateAccepted || c.State == StateNil) && c.InTime() }

// Duty is an obligation as it stands for one unit.
type Duty struct {
	ID         string
	EditionID  string
	Obligation Obligation
	Unit       Unit
	Cell
	SettledAt clock.Instant // 0 unless settled
	Late      bool          // at the time of reading
	Asked     bool          // the unit waits for a decision on an extension, exemption or nil return
	Chases    int           // reminders sent
	Version   int64
}

// LastDay is the last day on which the duty can be handed in, "" without a due time.
func (c Cell) LastDay() clock.Day {
	if !c.Dated() {
		return ""
	}
	return (c.DueAt() - 1).Day()
}

// Unit is a unit as the ledger shows it.
type Unit struct {
	ID, Name, NameEN string
	Place            actor.Place
}

// Chain says who reviews what is filed for an obligation.
type Chain string

// The chains.
const (
	ChainTiers  Chain = "tiers"  // school → county or prefecture → province; colleges directly to the province
	ChainOffice Chain = "office" // the office that leads the edition, alone
	ChainUpper  Chain = "upper"  // the next unit above, alone
	ChainOwner  Chain = "owner"  // the unit that added the obligation, alone
)

// Chains lists the chains.
var Chains = []Chain{ChainTiers, ChainOffice, ChainUpper, ChainOwner}

// Obligation is a column of the ledger: a clause of the notice, or what a head unit added.
type Obligation struct {
	ID        string
	EditionID string
	Slot      int    // place among the edition's obligations
	Clause    string // "" for one that a unit added
	What      string
	WhatEN    string
	Timing    notice.Timing
	Due       clock.Day
	DueTime   string
	Required  bool
	Discharge notice.Discharge
	FormHint  string
	Form      string // code of the form that was set, "" to follow FormHint
	Chain     Chain
	OwnerID   string // unit that added it, "" for one of the notice
	OwnerName string
	Version   int64
}

// NilAtOnce tells whether a nil return needs nobody's approval: where nothing is owed by a day, having
// nothing to report is the unit's own knowledge (rolling, on request, open, and what is only offered).
// A dated obligation that is owed can be reported as nil with the upper unit's approval only.
func (o Obligation) NilAtOnce() bool { return !o.Required || o.Timing != notice.TimingDue }

func known[T comparable](v T, all []T) bool { return slices.Contains(all, v) }
