package door

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"unicode/utf8"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// Deps are what a door is made with.
type Deps struct {
	DB         *sqldb.DB
	Ring       *seal.Ring
	Clock      clock.Clock
	Log        *audit.Log
	Activities *activity.Service
	Bookings   *booking.Service
}

// Service holds the use cases of checking in. It is safe for concurrent use.
type Service struct{ deps Deps }

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{deps: d} }

// maxLinks is how many links an activity may have: each door of each session of a large one.
const maxLinks = 500

// saltSize is that of a link's salt in bytes.
const saltSize = 16

// Opening says what a link is for.
type Opening struct {
	SessionID string // the session, or one of the place's
	Place     bool   // all sessions of its activity on its day
	Label     string // where it will be used
}

// Desk is what staff see of the doors of a session.
type Desk struct {
	Session  activity.Session
	Activity activity.Item
	Counts   Counts
	Own      bool // the reader's own unit's; the rest is for them
	May      bool // the reader makes and ends links and enters paper lists
	Links    []Link
	Twice    []Twice
	Now      clock.Instant
}

// Twice is a ticket that came to a door again.
type Twice struct {
	Code   string
	First  Seen
	Second Seen
}

// Get gets the doors of a session: counts for whoever sees the session's result, links and tickets that
// came twice for its unit.
//
// Errors: activity.session_not_found.
func (s *Service) Get(ctx context.Context, a actor.Actor, sessionID string) (d Desk, err error) {
	defer errs.Wrap(&err, "door.Get")
	r, err := s.deps.Activities.Result(ctx, a, sessionID)
	if err != nil {
		return Desk{}, err
	}
	d = Desk{Session: r.Session, Activity: r.Activity, Own: r.Own, Now: s.deps.Clock.Now()}
	d.May = actor.Can(a, actor.ActivityEnter, actor.Target{UnitID: r.Activity.Unit.ID})
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		if d.Counts, err = counts(ctx, q, []string{sessionID}); err != nil || !d.Own {
			return err
		}
		if d.Links, err = s.linksOf(ctx, q, r.Session); err != nil {
			return err
		}
		d.Twice, err = listTwice(ctx, q, sessionID)
		return err
	})
	if err != nil {
		return Desk{}, err
	}
	return d, nil
}

// linksOf gives the links by which people can be checked in to a session.
func (s *Service) linksOf(ctx context.Context, q sqldb.Querier, one activity.Session) ([]Link, error) {
	list, err := listLinks(ctx, q, one.ActivityID, one.ID, one.Day())
	if err != nil {
		return nil, err
	}
	for i := range list {
		sessions, err := sessionsOf(ctx, q, list[i])
		if err != nil {
			return nil, err
		}
		list[i].Expires, list[i].Token = expires(sessions), s.Token(list[i].ID)
	}
	return list, nil
}

// hosting gives a session of a published activity for who writes for its unit.
func (s *Service) hosting(ctx context.Context, a actor.Actor, sessionID string) (activity.Result, error) {
	r, err := s.deps.Activities.Result(ctx, a, sessionID)
	if err == nil && !actor.Can(a, actor.ActivityEnter, actor.Target{UnitID: r.Activity.Unit.ID}) {
		err = errForbidden()
	}
	return r, err
}

// Open makes a link, for the editors and heads of the activity's unit.
//
// Errors: door.label_malformed on label (Invalid); activity.session_not_found; door.forbidden (Forbidden);
// door.session_off, door.session_over, door.links_many (Conflict).
func (s *Service) Open(ctx context.Context, a actor.Actor, o Opening) (l Link, err error) {
	defer errs.Wrap(&err, "door.Open")
	o.Label = tidy(o.Label)
	if n := utf8.RuneCountInString(o.Label); n == 0 || n > maxLabel || !utf8.ValidString(o.Label) || strings.ContainsFunc(o.Label, unprintable) {
		return Link{}, errs.Join(errs.Invalid("door.label_malformed", "limit", maxLabel).On("label"))
	}
	r, err := s.hosting(ctx, a, o.SessionID)
	if err != nil {
		return Link{}, err
	}
	now := s.deps.Clock.Now()
	l = Link{ID: id.New(), ActivityID: r.Session.ActivityID, UnitID: r.Activity.Unit.ID, SessionID: o.SessionID, Label: o.Label, MadeBy: a.PersonID, MadeAt: now, salt: make([]byte, saltSize)}
	if o.Place {
		l.SessionID, l.Day = "", r.Session.Day()
	}
	rand.Read(l.salt)
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		sessions, err := sessionsOf(ctx, tx, l)
		if err != nil {
			return err
		}
		l.Expires = expires(sessions)
		made, err := countLinks(ctx, tx, l.ActivityID)
		switch {
		case err != nil:
			return err
		case r.Session.Cancelled() && !o.Place, len(sessions) == 0:
			return errs.Conflict("door.session_off")
		case l.Expires <= now:
			return errs.Conflict("door.session_over")
		case made >= maxLinks:
			return errs.Conflict("door.links_many", "limit", maxLinks)
		}
		if err := insertLinkTx(ctx, tx, l); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "door.open", Subject: "door_link", SubjectID: l.ID, UnitID: l.UnitID})
	})
	if err != nil {
		return Link{}, err
	}
	l.Token = s.Token(l.ID)
	return l, nil
}

// GetLink gets a link of a session's doors for its unit, such as to show it again.
//
// Errors: activity.session_not_found; door.forbidden (Forbidden); door.link_not_found.
func (s *Service) GetLink(ctx context.Context, a actor.Actor, sessionID, linkID string) (l Link, r activity.Result, err error) {
	defer errs.Wrap(&err, "door.GetLink")
	if r, err = s.hosting(ctx, a, sessionID); err != nil {
		return Link{}, activity.Result{}, err
	}
	list, err := s.linksOf(ctx, s.deps.DB, r.Session)
	if err != nil {
		return Link{}, activity.Result{}, err
	}
	i := slices.IndexFunc(list, func(l Link) bool { return l.ID == linkID })
	if i < 0 {
		return Link{}, activity.Result{}, errLinkNotFound()
	}
	return list[i], r, nil
}

// End takes a link back; one that was taken back stays so. Nothing is taken from its telephones any more.
//
// Errors: as GetLink.
func (s *Service) End(ctx context.Context, a actor.Actor, sessionID, linkID string) (err error) {
	defer errs.Wrap(&err, "door.End")
	l, _, err := s.GetLink(ctx, a, sessionID, linkID)
	if err != nil || l.EndedAt != 0 {
		return err
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, endLink, l.ID, a.PersonID, int64(s.deps.Clock.Now()))
		if err != nil || n == 0 {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "door.end", Subject: "door_link", SubjectID: l.ID, UnitID: l.UnitID})
	})
}

// enter gives the link of a token with its sessions, while it is good for anything.
func (s *Service) enter(ctx context.Context, q sqldb.Querier, token string, now clock.Instant) (l Link, sessions []Session, err error) {
	linkID, err := s.linkOf(token)
	if err != nil {
		return Link{}, nil, err
	}
	if l, err = linkByID(ctx, q, linkID); err != nil {
		return Link{}, nil, err
	}
	if sessions, err = sessionsOf(ctx, q, l); err != nil {
		return Link{}, nil, err
	}
	l.Expires, l.Token = expires(sessions), token
	switch l.Phase(now) {
	case Ended:
		return Link{}, nil, errEnded()
	case Expired:
		return Link{}, nil, errExpired()
	}
	return l, sessions, nil
}
