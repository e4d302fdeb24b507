package booking

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// NoticeMax is how many characters a host writes to those who booked: what two SMS hold.
const NoticeMax = 200

// maxNotices is how many texts of one session are shown, the latest.
const maxNotices = 20

// Notice is a text that a host has written to those who booked a session.
type Notice struct {
	ID        string
	SessionID string
	To        Status // Confirmed or Waitlisted
	Text      string
	Parties   int64  // bookings it went to
	People    int64  // whom they bring
	Written   int64  // of the bookings, those that can be written to; the others find it on their ticket
	By        string // person
	At        clock.Instant
}

// Concerns tells whether a booking's holder is shown the text.
func (n Notice) Concerns(b Booking) bool { return n.SessionID == b.SessionID && n.To == b.Status }

// NoticeDraft is a text to be sent.
type NoticeDraft struct {
	To   Status
	Text string
	// Parties is to how many bookings it goes as its writer was told; where others have come or gone
	// since, the writer is asked again.
	Parties int64
}

// NoticeReach tells whom a text would go to.
func (s *Service) NoticeReach(ctx context.Context, a actor.Actor, sessionID string, d NoticeDraft) (p Parties, err error) {
	defer errs.Wrap(&err, "booking.NoticeReach")
	h, err := s.hosted(ctx, a, sessionID)
	if err == nil {
		_, err = d.tidy()
	}
	if err != nil {
		return Parties{}, err
	}
	return h.Tally.of(d.To), nil
}

// of are the parties that a text to a status goes to.
func (t Tally) of(to Status) Parties {
	if to == Waitlisted {
		return t.Waiting
	}
	return t.Confirmed
}

// tidy gives the text in its one form.
func (d NoticeDraft) tidy() (NoticeDraft, error) {
	var bad []*errs.Error
	if d.To != Confirmed && d.To != Waitlisted {
		bad = append(bad, errs.Invalid("host.choice_unknown").On("to"))
	}
	d.Text = strings.Join(strings.Fields(strings.ToValidUTF8(d.Text, "")), " ")
	switch n := utf8.RuneCountInString(d.Text); {
	case n == 0:
		bad = append(bad, errs.Invalid("host.text_missing").On("text"))
	case n > NoticeMax:
		bad = append(bad, errs.Invalid("host.text_long", "limit", NoticeMax, "length", n).On("text"))
	case strings.ContainsFunc(d.Text, func(r rune) bool { return !unicode.IsPrint(r) }):
		bad = append(bad, errs.Invalid("host.text_malformed").On("text"))
	}
	return d, errs.Join(bad...)
}

// SendNotice writes a text to all confirmed or waiting bookings of a session: those who can be written to
// get a letter, everybody finds it on the ticket.
//
// Errors: host.session_not_found, host.forbidden; a form of host.text_missing, host.text_long,
// host.text_malformed on text; host.nobody (Conflict) where there is no such booking, host.reach_changed
// (Conflict) where there are others than the writer was told; booking.over, booking.session_cancelled
// (Conflict).
func (s *Service) SendNotice(ctx context.Context, a actor.Actor, sessionID string, d NoticeDraft) (n Notice, err error) {
	defer errs.Wrap(&err, "booking.SendNotice")
	if d, err = d.tidy(); err != nil {
		return Notice{}, err
	}
	h, err := s.hosted(ctx, a, sessionID)
	if err != nil {
		return Notice{}, err
	}
	now := s.deps.Clock.Now()
	switch {
	case h.Cancelled():
		return Notice{}, errs.Conflict("booking.session_cancelled", "reason", string(CalledOff))
	case h.Ends <= now:
		return Notice{}, errs.Conflict("booking.over")
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := s.holdTx(ctx, tx, h.ID); err != nil { // nobody comes or goes meanwhile
			return err
		}
		tallies, err := talliesOf(ctx, tx, []string{h.ID})
		if err != nil {
			return err
		}
		p := tallies[h.ID].of(d.To)
		switch {
		case p.Count == 0:
			return errs.Conflict("host.nobody").On("to")
		case p.Count != d.Parties:
			return errs.Conflict("host.reach_changed", "count", p.Count)
		}
		n = Notice{ID: id.New(), SessionID: h.ID, To: d.To, Text: d.Text, Parties: p.Count, People: p.People, By: a.PersonID, At: now}
		if s.deps.SMS || s.deps.Mail {
			n.Written = p.Reached
		}
		if _, err := tx.Exec(ctx, insertNotice, n.ID, n.SessionID, string(n.To), n.Text, n.Parties, n.People, n.Written, n.By, int64(n.At)); err != nil {
			return err
		}
		if n.Written > 0 {
			if _, err := tx.Exec(ctx, markNotice, n.ID, n.SessionID, string(n.To)); err != nil {
				return err
			}
		}
		return s.deps.Audit.RecordTx(ctx, tx, a, audit.Entry{Action: "booking.notice_send", Subject: "session", SubjectID: h.ID, UnitID: h.Unit.ID, Fields: []string{string(n.To)}, Count: int(n.Parties)})
	})
	if err != nil {
		return Notice{}, err
	}
	return n, nil
}

// Notices gives the texts that the host of a session has sent, the latest first. It checks no right: they
// are for whoever holds a booking; see Notice.Concerns.
func (s *Service) Notices(ctx context.Context, sessionID string) (list []Notice, err error) {
	defer errs.Wrap(&err, "booking.Notices")
	if !id.Valid(sessionID) {
		return nil, nil
	}
	return listNotices(ctx, s.deps.DB, sessionID, maxNotices)
}

// Writes tells whether bookers can be written to at all.
func (s *Service) Writes() bool { return s.deps.SMS || s.deps.Mail }
