package booking

import (
	"context"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
)

// HostState narrows a host's sessions to those that want something.
type HostState string

// The states of a host's sessions; "" takes all.
const (
	HostPending   HostState = "pending" // bookings wait for the host
	HostWaiting   HostState = "waiting" // parties wait for seats
	HostOpen      HostState = "open"    // seats are left
	HostFull      HostState = "full"
	HostCalledOff HostState = "cancelled"
)

// HostStates lists them.
var HostStates = []HostState{HostPending, HostWaiting, HostOpen, HostFull, HostCalledOff}

// HostFilter chooses sessions that are booked. An empty field does not restrict.
type HostFilter struct {
	Own        bool // of the actor's own unit only
	Past       bool // sessions that are over, the last held first; otherwise those to come, the next first
	SessionID  string
	ActivityID string
	Day        clock.Day
	Region     string // of the unit, with all regions inside of it
	State      HostState
	After      string // HostPage.Next of the page before
	Limit      int    // at most 200; 0 takes 50
}

// Parties are bookings of one kind in numbers.
type Parties struct {
	Count, People int64
	Named         int64 // of the bookings, those with a contact
	Reached       int64 // of those, the ones that can be written to
}

func (p Parties) plus(o Parties) Parties {
	return Parties{p.Count + o.Count, p.People + o.People, p.Named + o.Named, p.Reached + o.Reached}
}

// Tally is how the bookings of a session stand.
type Tally struct{ Confirmed, Pending, Offered, Waiting, Cancelled Parties }

// Active are all bookings that were not cancelled.
func (t Tally) Active() Parties {
	return t.Confirmed.plus(t.Pending).plus(t.Offered).plus(t.Waiting)
}

// HostSession is a session as those see it who receive its visitors.
type HostSession struct {
	activity.Session
	Title, TitleEN string
	EditionID      string
	Venue          string
	Unit           activity.Unit
	Tally          Tally
	Arrived        int64 // activity.NotCounted where nobody counts
	Own            bool  // the actor's unit receives them: it sees who has booked, masked
	Manages        bool  // the actor books, changes, reveals and writes for it
}

// HostPage is a part of a list of sessions.
type HostPage struct {
	Items []HostSession
	Next  string
}

// HostActivity is an activity that can be chosen from in a filter.
type HostActivity struct{ ID, Title, TitleEN string }

const (
	longestSession = 32 * 24 * time.Hour // what package activity allows, and some
	hostPage       = 50
	maxHostPage    = 200
	maxActivities  = 200
)

// belongs tells whether the actor works for a unit, with a role there and none of the platform.
func belongs(a actor.Actor, unitID string) bool {
	return a.IsStaff() && !a.MustChangePassword && a.Platform == actor.NoPlatform && a.UnitID != "" && a.UnitID == unitID && a.Has(actor.UnitRoles...)
}

// manages tells whether the actor may do what a host does: editors and heads of the unit itself.
func manages(a actor.Actor, u activity.Unit) bool {
	return a.Class == actor.System || belongs(a, u.ID) && actor.Can(a, actor.ActivityEnter, actor.Target{UnitID: u.ID, Place: u.Place})
}

// FindSessions lists the sessions with seats of the actor's unit and of the units in sight, with numbers
// and nothing of anybody. Errors: host.page_malformed, host.choice_unknown.
func (s *Service) FindSessions(ctx context.Context, a actor.Actor, f HostFilter) (page HostPage, err error) {
	defer errs.Wrap(&err, "booking.FindSessions")
	if f.After != "" && !id.Valid(f.After) {
		return HostPage{}, errs.Invalid("host.page_malformed")
	}
	limit := f.Limit
	if limit <= 0 {
		limit = hostPage
	}
	limit = min(limit, maxHostPage)
	query := hostSessionsAhead
	if f.Past {
		query = hostSessionsPast
	}
	page.Items, err = s.hostSessions(ctx, a, query, f, limit+1)
	if err != nil {
		return HostPage{}, err
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = page.Items[limit-1].ID
	}
	return page, nil
}

// hostSessions reads sessions with their numbers.
func (s *Service) hostSessions(ctx context.Context, a actor.Actor, query string, f HostFilter, limit int) ([]HostSession, error) {
	list, err := listHostSessions(ctx, s.deps.DB, query, f.where(a, s.deps.Clock.Now()), limit)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(list))
	for i, h := range list {
		ids[i] = h.ID
	}
	tallies, err := talliesOf(ctx, s.deps.DB, ids)
	if err != nil {
		return nil, err
	}
	arrived, err := s.deps.Activities.CheckIns(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for i := range list {
		h := &list[i]
		h.Tally, h.Arrived, h.Own, h.Manages = tallies[h.ID], arrived[h.ID], belongs(a, h.Unit.ID), manages(a, h.Unit)
	}
	return list, nil
}

// HostSession gets a session of the actor's unit or of one in sight.
//
// Errors: host.session_not_found, also for one out of sight.
func (s *Service) HostSession(ctx context.Context, a actor.Actor, sessionID string) (h HostSession, err error) {
	defer errs.Wrap(&err, "booking.HostSession")
	if !id.Valid(sessionID) {
		return HostSession{}, errHostSession()
	}
	list, err := s.hostSessions(ctx, a, hostSessionsAhead, HostFilter{SessionID: sessionID}, 1)
	if err != nil {
		return HostSession{}, err
	}
	if len(list) == 0 {
		return HostSession{}, errHostSession()
	}
	return list[0], nil
}

// HostActivities lists the activities of the actor's unit that still have sessions to be booked.
func (s *Service) HostActivities(ctx context.Context, a actor.Actor) (list []HostActivity, err error) {
	defer errs.Wrap(&err, "booking.HostActivities")
	if !belongs(a, a.UnitID) {
		return nil, nil
	}
	return listHostActivities(ctx, s.deps.DB, a.UnitID, s.deps.Clock.Now().Add(-longestSession), maxActivities)
}

func errHostSession() *errs.Error { return errs.NotFound("host.session_not_found") }

func errHostForbidden() *errs.Error { return errs.Forbidden("host.forbidden") }

// ownSession gets a session whose bookings the actor may read.
func (s *Service) ownSession(ctx context.Context, a actor.Actor, sessionID string) (HostSession, error) {
	h, err := s.HostSession(ctx, a, sessionID)
	if err == nil && !h.Own {
		err = errHostForbidden()
	}
	return h, err
}

// hosted gets a session of which the actor is host.
func (s *Service) hosted(ctx context.Context, a actor.Actor, sessionID string) (HostSession, error) {
	h, err := s.HostSession(ctx, a, sessionID)
	if err == nil && !h.Manages {
		err = errHostForbidden()
	}
	return h, err
}
