package booking

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

// Silence is why a booker was not reached by a letter.
type Silence string

// The kinds of silence.
const (
	NoChannel  Silence = "no_channel" // no mail address and no gateway to a mobile telephone
	NotTaken   Silence = "failed"     // every letter was refused or given up
	NotSure    Silence = "perhaps"    // a letter may have arrived or not
	StillTried Silence = "waiting"    // a server is away, and the letter is tried again
)

// Silences lists the kinds.
//
//i18n:prefix letter.silence_
var Silences = []Silence{NoChannel, NotTaken, NotSure, StillTried}

// Call is a booker whom the host must call, because no letter has reached them.
type Call struct {
	BookingID string
	Code      string
	Status    Status
	Party     int64
	What      Untold // confirmed, moved, cancelled, declined, waits, afar or onsite
	Why       Silence
	Contact   Contact       // masked, unless revealed
	Since     clock.Instant // when it was to be told
	CalledAt  clock.Instant // 0 until somebody has called
	CalledBy  string        // person
	Version   int64
}

// Calls is the call list of a session: whom to call first, then who was called.
type Calls struct {
	List []Call
	Open int  // of the list, not called yet
	More bool // there are more than the list holds
}

// maxCalls is how many a list holds; who is called makes room for others.
const maxCalls = 500

// CallList gives those of a session whose bookings were confirmed from the waitlist or by the host, moved,
// cancelled or declined and whom no letter has reached, with masked contacts, for the people of the unit
// that receives them.
//
// Errors: host.session_not_found; host.forbidden for an office above the unit.
func (s *Service) CallList(ctx context.Context, a actor.Actor, sessionID string) (calls Calls, err error) {
	defer errs.Wrap(&err, "booking.CallList")
	h, err := s.ownSession(ctx, a, sessionID)
	if err != nil {
		return Calls{}, err
	}
	if calls, err = s.calls(ctx, s.deps.DB, h.ID); err != nil {
		return Calls{}, err
	}
	for i := range calls.List {
		calls.List[i].Contact = calls.List[i].Contact.Masked()
	}
	return calls, nil
}

// RevealCallList is CallList with contacts in clear, for calling and for printing: by an editor or the
// head of the unit, with an audit entry.
//
// Errors: as CallList.
func (s *Service) RevealCallList(ctx context.Context, a actor.Actor, sessionID string) (calls Calls, err error) {
	defer errs.Wrap(&err, "booking.RevealCallList")
	h, err := s.hosted(ctx, a, sessionID)
	if err != nil {
		return Calls{}, err
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if calls, err = s.calls(ctx, tx, h.ID); err != nil {
			return err
		}
		return s.deps.Audit.RecordTx(ctx, tx, a, audit.Entry{
			Action: "booking.reveal", Subject: "session", SubjectID: h.ID, UnitID: h.Unit.ID, Fields: []string{"contact"}, Count: len(calls.List),
		})
	})
	if err != nil {
		return Calls{}, err
	}
	return calls, nil
}

// MarkCalled notes that the booker of a booking on a call list was called, by an editor or the head of the
// unit; version is that of the Call. Who was called already stays so.
//
// Errors: booking.not_found, also for one that is on no list or out of sight; host.forbidden;
// booking.call_changed (Conflict) where there is something newer to say.
func (s *Service) MarkCalled(ctx context.Context, a actor.Actor, bookingID string, version int64) (err error) {
	defer errs.Wrap(&err, "booking.MarkCalled")
	h, err := s.hostOfCall(ctx, a, bookingID)
	if err != nil {
		return err
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		changed, err := tx.Exec(ctx, markCalled, bookingID, version, int64(s.deps.Clock.Now()), a.PersonID)
		if err != nil {
			return err
		}
		if changed == 0 {
			var called int64
			if err := tx.QueryRow(ctx, calledAt, bookingID).Scan(&called); err != nil || called > 0 {
				return err
			}
			return errs.Conflict("booking.call_changed")
		}
		return s.recordTx(ctx, tx, a, h, "booking.call_mark", bookingID)
	})
}

// TellAgain sends the letters to the booker of a booking on a call list again that failed or perhaps
// arrived, by an editor or the head of the unit: by itself no letter is sent twice.
//
// Errors: booking.not_found, host.forbidden; message.not_resendable (Conflict).
func (s *Service) TellAgain(ctx context.Context, a actor.Actor, bookingID string) (err error) {
	defer errs.Wrap(&err, "booking.TellAgain")
	h, err := s.hostOfCall(ctx, a, bookingID)
	if err == nil && s.deps.Messages == nil {
		err = errs.Conflict("message.not_resendable")
	}
	if err != nil {
		return err
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := s.deps.Messages.ResendOutsideTx(ctx, tx, LetterSubject, bookingID, h.Ends); err != nil {
			return err
		}
		return s.recordTx(ctx, tx, a, h, "booking.tell_again", bookingID)
	})
}

// hostOfCall gives the session of a booking on a call list to its host.
func (s *Service) hostOfCall(ctx context.Context, a actor.Actor, bookingID string) (HostSession, error) {
	if !id.Valid(bookingID) {
		return HostSession{}, errNotFound()
	}
	sessionID, err := sessionOfCall(ctx, s.deps.DB, bookingID)
	if err != nil {
		return HostSession{}, err
	}
	h, err := s.hosted(ctx, a, sessionID)
	if errs.Is(err, "host.session_not_found") {
		err = errNotFound()
	}
	return h, err
}

// calls reads a call list with contacts in clear.
func (s *Service) calls(ctx context.Context, q sqldb.Querier, sessionID string) (calls Calls, err error) {
	rows, err := listCalls(ctx, q, sessionID, maxCalls+1)
	if err != nil {
		return Calls{}, err
	}
	if calls.More = len(rows) > maxCalls; calls.More {
		rows = rows[:maxCalls]
	}
	letters := map[string][]message.Outside{}
	if s.deps.Messages != nil {
		ids := make([]string, len(rows))
		for i, r := range rows {
			ids[i] = r.BookingID
		}
		if letters, err = s.deps.Messages.OutsideEvidence(ctx, q, LetterSubject, ids); err != nil {
			return Calls{}, err
		}
	}
	for _, r := range rows {
		if r.Contact, err = s.openContact(r.BookingID, r.contact); err != nil {
			return Calls{}, err
		}
		r.Why = silence(letters[r.BookingID], r.Since)
		if r.CalledAt == 0 {
			calls.Open++
		}
		calls.List = append(calls.List, r.Call)
	}
	return calls, nil
}

// silence tells why none of the letters since a moment has reached their reader.
func silence(letters []message.Outside, since clock.Instant) Silence {
	var seen []message.State
	for _, l := range letters {
		if l.Ref == "" && l.Created >= since {
			seen = append(seen, l.State)
		}
	}
	switch {
	case slices.Contains(seen, message.Perhaps):
		return NotSure
	case slices.Contains(seen, message.Queued), slices.Contains(seen, message.Claimed):
		return StillTried
	case slices.Contains(seen, message.Failed):
		return NotTaken
	}
	return NoChannel
}
