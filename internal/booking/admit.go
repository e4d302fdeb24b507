package booking

import (
	"bytes"
	"context"
	"errors"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

// codeTries is how often new codes are drawn. Of a million bookings one claim in a million draws a code
// that is in use.
const codeTries = 3

// admit decides a group of claims in one transaction; the outcomes are in the order of the group. Once it
// returns without an error they are durable.
func (s *Service) admit(ctx context.Context, group []*claim) (outcomes []outcome, err error) {
	ctx, cancel := context.WithTimeout(ctx, groupTime)
	defer cancel()
	for try := 1; ; try++ {
		err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
			outcomes, err = s.admitTx(ctx, tx, group)
			return err
		})
		if err == nil {
			return outcomes, nil
		}
		if !errors.Is(err, errCodes) || try == codeTries {
			return nil, err
		}
		for _, c := range group {
			c.code = newCode()
		}
	}
}

// deskBook is what must be known to decide a group.
type deskBook struct {
	windows map[string]*window
	keys    map[string]answered
	active  map[string]bool // session and contact of bookings that are active
	days    dayBook
}

func contactKey(sessionID string, hash []byte) string { return sessionID + string(hash) }

// open holds the seats of a group's sessions and reads what decides it.
func (s *Service) open(ctx context.Context, tx *sqldb.Tx, group []*claim, now clock.Instant) (d deskBook, err error) {
	var sessionIDs, digests []string
	var hashes [][]byte
	asked := map[string]bool{}
	for _, c := range group {
		if !asked[c.sessionID] {
			asked[c.sessionID] = true
			sessionIDs = append(sessionIDs, c.sessionID)
		}
		if c.digest != "" {
			digests = append(digests, c.digest)
		}
		if c.contactHash != nil {
			hashes = append(hashes, c.contactHash)
		}
	}
	if d.windows, err = s.holdAllTx(ctx, tx, sessionIDs); err != nil {
		return deskBook{}, err
	}
	if d.keys, err = answeredKeys(ctx, tx, digests, now.Add(-keyLife)); err != nil {
		return deskBook{}, err
	}
	if d.active, err = activeContacts(ctx, tx, hashes); err != nil {
		return deskBook{}, err
	}
	if d.days, err = s.daysTx(ctx, tx, d.windows, group); err != nil {
		return deskBook{}, err
	}
	for _, w := range d.windows {
		// Whoever waits and fits goes first, should their turn have been missed.
		if err := s.moveUpTx(ctx, tx, w, now); err != nil {
			return deskBook{}, err
		}
		w.first = w.last + 1
	}
	return d, nil
}

// holdAllTx holds the seats of sessions and reads what decides about them. The seats come first: whatever
// another process has written about these sessions is committed once they are held, so that every
// statement after this one sees it. Sessions that the public does not see are not among the windows.
func (s *Service) holdAllTx(ctx context.Context, tx *sqldb.Tx, sessionIDs []string) (map[string]*window, error) {
	offers, err := s.deps.Activities.LockOffersTx(ctx, tx, sessionIDs)
	if err != nil {
		return nil, err
	}
	return readWindows(ctx, tx, offers)
}

// admitTx decides a group first come first served and writes it.
func (s *Service) admitTx(ctx context.Context, tx *sqldb.Tx, group []*claim) ([]outcome, error) {
	now := s.deps.Clock.Now()
	d, err := s.open(ctx, tx, group, now)
	if err != nil {
		return nil, err
	}
	outcomes := make([]outcome, len(group))
	var rows, keys [][]any
	for i, c := range group {
		known, asked := d.keys[c.digest]
		switch {
		case asked && c.digest != "" && !bytes.Equal(known.bodyHash, c.bodyHash):
			outcomes[i] = outcome{err: errKeyReused()}
			continue
		case asked && c.digest != "":
			outcomes[i] = known.outcome
			continue
		}
		o, w := d.decide(c, now)
		outcomes[i] = o
		if o.err != nil {
			continue
		}
		tell := NothingUntold
		if c.reachable {
			tell = UntoldBooked
		}
		rows = append(rows, []any{
			c.id, c.sessionID, w.last, c.code, string(o.status), c.ask.Party, c.ask.Seats(w.session), c.contact, c.contactHash, c.answers,
			string(c.source), c.ask.Group, c.hold, c.reachable, c.locale, string(tell), int64(now), int64(now),
		})
		if c.digest != "" {
			d.keys[c.digest] = answered{o, c.bodyHash}
			keys = append(keys, []any{c.digest, c.bodyHash, c.id, string(o.status), o.position, int64(now)})
		}
	}
	written, err := tx.InsertMany(ctx, insertBooking, rows)
	if err != nil {
		return nil, err
	}
	if written != int64(len(rows)) { // contacts and turns cannot clash while the seats are held
		return nil, errCodes
	}
	if _, err := tx.InsertMany(ctx, insertKey, keys); err != nil {
		return nil, err
	}
	return outcomes, s.closeTx(ctx, tx, d, now)
}

// decide gives a claim its seats, or a place on the waitlist.
func (d deskBook) decide(c *claim, now clock.Instant) (outcome, *window) {
	w := d.windows[c.sessionID]
	if w == nil {
		return outcome{err: errSessionNotFound()}, nil
	}
	a := AvailableTo(w.session, c.ask, now)
	if err := a.refusal(); err != nil {
		return outcome{err: err}, nil
	}
	if err := c.checkAnswers(w.rule.Questions); err != nil {
		return outcome{err: err}, nil
	}
	if c.contactHash != nil {
		who := contactKey(c.sessionID, c.contactHash)
		if d.active[who] {
			return outcome{err: errTwice()}, nil
		}
		if err := d.days.take(w, c.contactHash); err != nil {
			return outcome{err: err}, nil
		}
		d.active[who] = true
	}
	w.last++
	o := outcome{bookingID: c.id, code: c.code, status: Confirmed}
	seats := c.ask.Seats(w.session)
	switch {
	case a.Reason == Full || w.queued():
		w.waiting++
		o.status, o.position = Waitlisted, w.waiting
		return o, w
	case c.hold:
		o.status = Pending
		w.change(0, seats)
	default:
		w.change(seats, 0)
	}
	if w.before {
		w.let++
	}
	return o, w
}

// checkAnswers holds the answers of a claim against its host's questions. What a host requires is not
// asked of those whom the host books, nor of a class, and not twice.
func (c *claim) checkAnswers(questions []Question) error {
	if c.settled || c.given == nil && len(questions) == 0 {
		return nil
	}
	return checkAnswers(questions, c.given, !c.ask.Host && !c.ask.Group)
}

// closeTx writes what a group takes, and counts for those who waited that others were let in.
func (s *Service) closeTx(ctx context.Context, tx *sqldb.Tx, d deskBook, now clock.Instant) error {
	var seats []activity.Seat
	for sessionID, w := range d.windows {
		if w.let > 0 {
			if _, err := tx.Exec(ctx, countSkips, sessionID, w.first, w.let, max(w.session.Seat.Left(), 0)); err != nil {
				return err
			}
			if w.queued() { // what is left is held for the head now
				if err := s.moveUpTx(ctx, tx, w, now); err != nil {
					return err
				}
			}
		}
		if w.take != 0 || w.hold != 0 {
			seats = append(seats, w.session.Seat)
		}
	}
	if err := writeDays(ctx, tx, d.days); err != nil {
		return err
	}
	return s.deps.Activities.TakeHeldSeatsTx(ctx, tx, seats)
}
