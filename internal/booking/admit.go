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

// window is a session as a group of claims sees it while its seats are held.
type window struct {
	session  activity.Session // with the seats that the group has not given away yet
	turn     int64            // the last that was given
	waiting  int64            // parties on the waitlist
	waited   bool             // there were some before the group
	admitted bool             // the group has given seats away
	first    int64            // the first turn of the group
	take     int64            // seats that the group takes
}

// deskBook is what must be known to decide a group.
type deskBook struct {
	windows map[string]*window
	keys    map[string]answered
	active  map[string]bool // session and contact of bookings that are active
}

func contactKey(sessionID string, hash []byte) string { return sessionID + string(hash) }

// open holds the seats of a group's sessions and reads what decides it.
func (s *Service) open(ctx context.Context, tx *sqldb.Tx, group []*claim, now clock.Instant) (d deskBook, err error) {
	var sessionIDs, digests []string
	hashes := make([][]byte, len(group))
	d.windows = map[string]*window{}
	for i, c := range group {
		if _, ok := d.windows[c.sessionID]; !ok {
			d.windows[c.sessionID] = nil
			sessionIDs = append(sessionIDs, c.sessionID)
		}
		if c.digest != "" {
			digests = append(digests, c.digest)
		}
		hashes[i] = c.contactHash
	}
	// The seats first: whatever another process has written about these sessions is committed once they
	// are held, so that every statement after this one sees it.
	offers, err := s.deps.Activities.LockOffersTx(ctx, tx, sessionIDs)
	if err != nil {
		return deskBook{}, err
	}
	if d.keys, err = answeredKeys(ctx, tx, digests, now.Add(-keyLife)); err != nil {
		return deskBook{}, err
	}
	if d.active, err = activeContacts(ctx, tx, hashes); err != nil {
		return deskBook{}, err
	}
	lines, err := readLines(ctx, tx, sessionIDs)
	if err != nil {
		return deskBook{}, err
	}
	for _, sessionID := range sessionIDs {
		o, ok := offers[sessionID]
		if !ok {
			continue
		}
		w := &window{session: o.Session, turn: lines[sessionID].last, waiting: lines[sessionID].waiting}
		if w.waiting > 0 && w.session.Seat.Left() > 0 {
			// Whoever waits and fits goes first, should their turn have been missed.
			moved, err := s.confirmTx(ctx, tx, w.session, now)
			if err != nil {
				return deskBook{}, err
			}
			w.waiting -= moved.parties
			w.take += moved.seats
			w.session.Seat.Taken += moved.seats
		}
		w.waited, w.first = w.waiting > 0, w.turn+1
		d.windows[sessionID] = w
	}
	return d, nil
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
		o, turn := d.decide(c, now)
		outcomes[i] = o
		if o.err != nil {
			continue
		}
		rows = append(rows, []any{c.id, c.sessionID, turn, c.code, string(o.status), c.party, c.party, c.contact, c.contactHash, c.answers, string(c.source), int64(now), int64(now)})
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
	return outcomes, s.closeTx(ctx, tx, d)
}

// decide gives a claim its seats, or a place on the waitlist.
func (d deskBook) decide(c *claim, now clock.Instant) (o outcome, turn int64) {
	w := d.windows[c.sessionID]
	if w == nil {
		return outcome{err: errSessionNotFound()}, 0
	}
	a := Available(w.session, c.party, now)
	if err := a.refusal(); err != nil {
		return outcome{err: err}, 0
	}
	who := contactKey(c.sessionID, c.contactHash)
	if d.active[who] {
		return outcome{err: errTwice()}, 0
	}
	d.active[who] = true
	w.turn++
	o = outcome{bookingID: c.id, code: c.code, status: Confirmed}
	if a.Reason == Full {
		w.waiting++
		o.status, o.position = Waitlisted, w.waiting
		return o, w.turn
	}
	w.session.Seat.Taken += c.party
	w.take += c.party
	w.admitted = true
	return o, w.turn
}

// closeTx writes the seats that a group takes, and counts for those who waited before it that others were
// let in.
func (s *Service) closeTx(ctx context.Context, tx *sqldb.Tx, d deskBook) error {
	var takes []activity.Claim
	for sessionID, w := range d.windows {
		if w == nil || w.take == 0 {
			continue
		}
		takes = append(takes, activity.Claim{SessionID: sessionID, Take: w.take})
		if w.waited && w.admitted {
			if _, err := tx.Exec(ctx, countSkips, sessionID, w.first); err != nil {
				return err
			}
		}
	}
	if len(takes) == 0 {
		return nil
	}
	_, err := s.deps.Activities.TakeSeatsTx(ctx, tx, takes)
	return err
}
