package door

import (
	"context"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Hand takes what a telephone hands in, in its order, each event in a transaction of its own, and tells
// what became of each. What was handed in before has the answer that it has now: the same check-in is
// never counted twice, so that a telephone that did not hear the answer hands everything in again.
//
// Errors: door.link_refused, link_ended, link_expired (Forbidden); door.device_malformed,
// helper_malformed, event_malformed, events_many (Invalid): then nothing was taken. Where the store is
// away (Busy) the first events may have been taken.
func (s *Service) Hand(ctx context.Context, token string, d Device, events []Event) (answers []Answer, err error) {
	defer errs.Wrap(&err, "door.Hand(%d)", len(events))
	return s.hand(ctx, token, "", d, events)
}

// HandAt takes one event for one of the link's sessions, of which alone tickets are let in.
//
// Errors: as Hand; door.foreign_session (NotFound) for a session that the link is not for.
func (s *Service) HandAt(ctx context.Context, token, sessionID string, d Device, e Event) (answer Answer, err error) {
	defer errs.Wrap(&err, "door.HandAt")
	if sessionID == "" {
		return Answer{}, errForeign()
	}
	answers, err := s.hand(ctx, token, sessionID, d, []Event{e})
	if err != nil {
		return Answer{}, err
	}
	return answers[0], nil
}

func (s *Service) hand(ctx context.Context, token, sessionID string, d Device, events []Event) (answers []Answer, err error) {
	if d, err = d.check(); err != nil {
		return nil, errs.Join(errs.As(err))
	}
	if len(events) > MaxEvents {
		return nil, errs.Join(errs.Invalid("door.events_many", "limit", MaxEvents).On("events"))
	}
	for _, e := range events {
		if err := e.check(); err != nil {
			return nil, errs.Join(errs.As(err))
		}
	}
	if _, _, err := s.enterAt(ctx, s.deps.DB, token, sessionID, s.deps.Clock.Now()); err != nil {
		return nil, err
	}
	for _, e := range events {
		var answer Answer
		err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
			now := s.deps.Clock.Now()
			l, sessions, err := s.enterAt(ctx, tx, token, sessionID, now)
			if err != nil {
				return err
			}
			h := handing{s: s, tx: tx, link: l, sessions: sessions, device: d, event: e, now: now, at: e.at(l, now)}
			answer, err = h.take(ctx)
			answer.ID = e.ID
			return err
		})
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

// enterAt is enter for one of the link's sessions, or for all with "".
func (s *Service) enterAt(ctx context.Context, q sqldb.Querier, token, sessionID string, now clock.Instant) (Link, []Session, error) {
	l, sessions, err := s.enter(ctx, q, token, now)
	if err != nil || sessionID == "" {
		return l, sessions, err
	}
	sessions = slices.DeleteFunc(sessions, func(one Session) bool { return one.ID != sessionID })
	if len(sessions) == 0 {
		return Link{}, nil, errForeign()
	}
	return l, sessions, nil
}

// handing is an event while it is taken.
type handing struct {
	s        *Service
	tx       *sqldb.Tx
	link     Link
	sessions []Session
	device   Device
	event    Event
	now, at  clock.Instant
}

func (h handing) take(ctx context.Context) (Answer, error) {
	switch h.event.Kind {
	case CheckIn:
		return h.checkIn(ctx)
	case Walk:
		return h.walkIn(ctx)
	case Undo:
		return h.undo(ctx)
	}
	return h.change(ctx)
}

func (h handing) session(sessionID string) (Session, bool) {
	i := slices.IndexFunc(h.sessions, func(s Session) bool { return s.ID == sessionID })
	if i < 0 {
		return Session{}, false
	}
	return h.sessions[i], true
}

func (h handing) checkIn(ctx context.Context) (Answer, error) {
	b, found, err := h.booking(ctx)
	if err != nil || !found {
		return Answer{Result: Unknown}, err
	}
	answer := Answer{SessionID: b.sessionID, Party: b.party}
	one, here := h.session(b.sessionID)
	if !here {
		if h.event.How == Picked { // whoever picks has seen this door's list only
			return Answer{Result: Unknown}, nil
		}
		answer.Title, answer.Starts, err = titleOf(ctx, h.tx, b.sessionID)
		answer.Result = OtherSession
		if !h.onDay(answer.Starts.Day()) {
			answer.Result = OtherDay
		}
		return answer, err
	}
	answer.Starts = one.Starts
	if answer.Result = h.refusal(b, one); answer.Result != "" {
		return answer, nil
	}
	answer.People = h.event.People
	if answer.People == 0 {
		answer.People = b.party
	}
	if answer.People > b.party {
		answer.Result = TooMany
		return answer, nil
	}
	return h.admit(ctx, b, answer)
}

// onDay tells whether one of the link's sessions is on a day.
func (h handing) onDay(day clock.Day) bool {
	return slices.ContainsFunc(h.sessions, func(s Session) bool { return s.Day() == day })
}

// refusal is why a booking of the door's sessions is not let in, "" where it is.
func (h handing) refusal(b booked, one Session) Result {
	switch {
	case one.Cancelled:
		return SessionOff
	case b.status == booking.Cancelled:
		return Cancelled
	case b.status == booking.Waitlisted:
		return Waiting
	case b.status == booking.Pending:
		return Pending
	case h.at > one.Ends.Add(afterEnd):
		return Closed
	case !one.on(h.at):
		return OtherDay
	}
	return ""
}

// admit writes a check-in. The index decides whether it is the first; should that be taken back at this
// moment, it is tried again.
func (h handing) admit(ctx context.Context, b booked, answer Answer) (Answer, error) {
	r := h.row(b.sessionID, answer.People, h.event.How)
	r.bookingID = b.id
	for range admitTries {
		written, err := insertTx(ctx, h.tx, r)
		if err != nil {
			return Answer{}, err
		}
		if written {
			answer.Result = In
			return answer, nil
		}
		before, found, err := rowByID(ctx, h.tx, h.event.ID)
		if err != nil {
			return Answer{}, err
		}
		if found {
			return h.again(ctx, before, b, answer)
		}
		if r.duplicateOf, err = lockFirst(ctx, h.tx, b.id); err != nil {
			return Answer{}, err
		}
		if r.duplicateOf == "" {
			continue
		}
		if _, err := insertTx(ctx, h.tx, r); err != nil {
			return Answer{}, err
		}
		return h.already(ctx, answer, r.duplicateOf)
	}
	return Answer{}, errs.Busy("door.busy")
}

const admitTries = 3

// again answers what was handed in before.
func (h handing) again(ctx context.Context, before row, b booked, answer Answer) (Answer, error) {
	answer.People, answer.Result = before.people, In
	switch {
	case before.bookingID != b.id: // the id is another check-in's
		return Answer{Result: Unknown}, nil
	case before.undoneAt != 0:
		answer.Result = Undone
	case before.duplicateOf != "":
		return h.already(ctx, answer, before.duplicateOf)
	}
	return answer, nil
}

func (h handing) already(ctx context.Context, answer Answer, firstID string) (Answer, error) {
	seen, err := seenByID(ctx, h.tx, firstID)
	answer.Result, answer.First = Already, &seen
	return answer, err
}

func (h handing) row(sessionID string, people int64, how How) row {
	return row{
		id: h.event.ID, sessionID: sessionID, linkID: h.link.ID, people: people, how: how, device: h.device.ID, helper: h.device.Helper,
		deviceAt: h.event.DeviceAt, cameAt: h.at, receivedAt: h.now,
	}
}

func (h handing) booking(ctx context.Context) (booked, bool, error) {
	if h.event.How == Picked {
		return bookingByID(ctx, h.tx, h.event.BookingID)
	}
	code := CodeOf(h.event.Code)
	if code == "" {
		return booked{}, false, nil
	}
	return bookingByCode(ctx, h.tx, code)
}

// walkIn counts people without a booking. Where the session counts seats, nobody waits for them and there
// are enough, they take seats as a booking of the door; else they are counted beyond them.
func (h handing) walkIn(ctx context.Context) (Answer, error) {
	one, here := h.session(h.event.SessionID)
	answer := Answer{SessionID: h.event.SessionID, People: h.event.People, Party: h.event.People, Starts: one.Starts}
	switch {
	case !here:
		answer.Result = NoSuch
		return answer, nil
	case one.Cancelled:
		answer.Result = SessionOff
		return answer, nil
	case h.at > one.Ends.Add(afterEnd):
		answer.Result = Closed
		return answer, nil
	case !one.on(h.at):
		answer.Result = OtherDay
		return answer, nil
	}
	before, found, err := rowByID(ctx, h.tx, h.event.ID)
	if err != nil {
		return Answer{}, err
	}
	r := h.row(one.ID, h.event.People, WalkIn)
	if found {
		if before.how != WalkIn || before.sessionID != one.ID {
			answer.Result = NoSuch
			return answer, nil
		}
		r = before
	} else if r.claimID, err = h.takeSeats(ctx, one); err != nil {
		return Answer{}, err
	} else if written, err := insertTx(ctx, h.tx, r); err != nil {
		return Answer{}, err
	} else if !written { // the same event at the same moment: its seats are given back with this transaction
		return Answer{}, errs.Busy("door.busy")
	}
	answer.Result, answer.People = WalkedIn, r.people
	answer.Seated, answer.Over = r.claimID != "", r.claimID == "" && one.Bookable
	if r.undoneAt != 0 {
		answer.Result = Undone
	}
	return answer, nil
}

// takeSeats gives the booking of the seats that walk-ins take, "" where they take none.
func (h handing) takeSeats(ctx context.Context, one Session) (claimID string, err error) {
	if !one.Bookable {
		return "", nil
	}
	// Held before they are looked at, so that nobody takes them in between.
	offers, err := h.s.deps.Activities.LockOffersTx(ctx, h.tx, []string{one.ID})
	if err != nil {
		return "", err
	}
	offer, public := offers[one.ID]
	waiting, err := countWaiting(ctx, h.tx, one.ID)
	if err != nil || !public || waiting > 0 || booking.AvailableTo(offer.Session, booking.Ask{Party: h.event.People, Host: true}, h.now).Reason != booking.Open {
		return "", err
	}
	receipt, err := h.s.deps.Bookings.ClaimTx(ctx, h.tx, booking.Request{SessionID: one.ID, Party: h.event.People, Source: booking.FromDoor})
	if errs.Is(err, "booking.contact_ordered") { // they are here, and counted; who they are the helper notes
		return "", nil
	}
	return receipt.BookingID, err
}

// earlier gives the check-in that an event takes back or changes, with a result where it cannot.
func (h handing) earlier(ctx context.Context) (r row, refusal Result, err error) {
	r, found, err := rowByID(ctx, h.tx, h.event.Of)
	switch {
	case err != nil:
		return row{}, "", err
	case !found || r.linkID != h.link.ID:
		return row{}, NoSuch, nil
	case r.undoneAt != 0:
		return r, Undone, nil
	case h.at > r.cameAt.Add(undoTime):
		return r, TooLate, nil
	}
	return r, "", nil
}

// undo takes a mistaken check-in back. Where the ticket came again meanwhile, that was the first then.
func (h handing) undo(ctx context.Context) (Answer, error) {
	r, refusal, err := h.earlier(ctx)
	answer := Answer{Result: refusal, SessionID: r.sessionID, People: r.people}
	if err != nil || refusal != "" {
		return answer, err
	}
	if err := undoTx(ctx, h.tx, r.id, h.now); err != nil {
		return Answer{}, err
	}
	if r.claimID != "" {
		_, err := h.s.deps.Bookings.CancelTx(ctx, h.tx, r.claimID, booking.ByHost, booking.NothingUntold)
		if err != nil && !errs.Is(err, "booking.over") { // seats of what is over need nobody's return
			return Answer{}, err
		}
	}
	answer.Result = Undone
	return answer, nil
}

// change corrects how many came.
func (h handing) change(ctx context.Context) (Answer, error) {
	r, refusal, err := h.earlier(ctx)
	answer := Answer{Result: refusal, SessionID: r.sessionID, People: r.people}
	if err != nil || refusal != "" {
		return answer, err
	}
	b, found, err := bookingByID(ctx, h.tx, r.bookingID)
	switch {
	case err != nil:
		return Answer{}, err
	case !found: // walk-ins are counted one by one
		answer.Result = NoSuch
		return answer, nil
	case h.event.People > b.party:
		answer.Result, answer.Party = TooMany, b.party
		return answer, nil
	}
	_, err = h.tx.Exec(ctx, setPeople, r.id, h.event.People)
	answer.Result, answer.People, answer.Party = Changed, h.event.People, b.party
	return answer, err
}

var _ activity.Counter = (*Service)(nil)

// CountedTx gives how many have checked in to sessions at whose doors anybody was.
func (s *Service) CountedTx(ctx context.Context, q sqldb.Querier, sessionIDs []string) (n map[string]int64, err error) {
	defer errs.Wrap(&err, "door.CountedTx(%d)", len(sessionIDs))
	return counted(ctx, q, sessionIDs)
}
