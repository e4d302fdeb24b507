package message

import (
	"context"
	"sync"
	"time"

	"openweek/internal/clock"
	"openweek/internal/courier"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

const (
	// outsideAtOnce is how many letters leave at a time: a gateway that hangs must not hold up all others.
	outsideAtOnce = 4
	outsideBatch  = 64
	// outsideTurn is how long one call goes on taking up letters, so that its caller's lease is renewed.
	outsideTurn = 20 * time.Second
)

// pauses tells which channels' servers do not take anything now. They are asked again after the shortest
// back-off, with one letter; a rush of bookings would otherwise try thousands in vain.
type pauses struct {
	lock  sync.Mutex
	row   map[Channel]int // letters in a row that were not taken
	until map[Channel]clock.Instant
}

// open lists those of some channels that are not paused.
func (p *pauses) open(channels []Channel, now clock.Instant) (list []string) {
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, c := range channels {
		if p.until[c] <= now {
			list = append(list, string(c))
		}
	}
	return list
}

func (p *pauses) paused(c Channel, now clock.Instant) bool {
	return len(p.open([]Channel{c}, now)) == 0
}

func (p *pauses) note(c Channel, taken bool, now clock.Instant) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.row == nil {
		p.row, p.until = map[Channel]int{}, map[Channel]clock.Instant{}
	}
	if taken {
		p.row[c] = 0
		return
	}
	if p.row[c]++; p.row[c] >= unreachableEnough {
		p.until[c] = now.Add(backoffMin)
	}
}

// SendOutside sends the letters to people outside of the register that are due, and takes claims that
// nobody has settled for a quarter of an hour for those of dead processes. It gives how many letters it
// has tried. Several processes may do so at a time: each letter is claimed by one. A letter that has been
// claimed is sent to its end also when ctx ends meanwhile.
func (s *Service) SendOutside(ctx context.Context) (tried int, err error) {
	defer errs.Wrap(&err, "message.SendOutside")
	if err := s.lapseOutside(ctx); err != nil {
		return 0, err
	}
	turn, cancel := context.WithTimeout(ctx, outsideTurn)
	defer cancel()
	for turn.Err() == nil {
		channels := s.pauses.open([]Channel{Mail, SMS}, s.clock.Now())
		due, err := dueOutside(ctx, s.db, channels, s.clock.Now(), outsideBatch)
		if err != nil || len(due) == 0 {
			return tried, err
		}
		some, err := s.sendOutsideAll(turn, due)
		tried += some
		if err != nil || some == 0 {
			return tried, err
		}
	}
	return tried, nil
}

// sendOutsideAll tries letters, a few at a time, and tells how many.
func (s *Service) sendOutsideAll(ctx context.Context, due []Outside) (tried int, err error) {
	var all sync.WaitGroup
	var lock sync.Mutex
	next := make(chan Outside)
	for range min(outsideAtOnce, len(due)) {
		all.Go(func() {
			for l := range next {
				did, derr := s.deliverOutside(context.WithoutCancel(ctx), l.ID)
				lock.Lock()
				if did {
					tried++
				}
				if derr != nil {
					err = derr
				}
				lock.Unlock()
			}
		})
	}
	for _, l := range due {
		if ctx.Err() != nil {
			break
		}
		if !s.pauses.paused(l.Channel, s.clock.Now()) {
			next <- l
		}
	}
	close(next)
	all.Wait()
	return tried, err
}

// deliverOutside sends one letter that is due, if nobody else has claimed it.
func (s *Service) deliverOutside(ctx context.Context, letterID string) (did bool, err error) {
	var l Outside
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		changed, err := tx.Exec(ctx, claimOutside, letterID, int64(s.clock.Now()))
		if did = changed == 1; err != nil || !did {
			return err
		}
		l, err = outsideByID(ctx, tx, letterID)
		return err
	})
	if err != nil || !did {
		return false, err
	}
	// It is claimed, and that is committed: whatever happens now, nobody but a person sends it again.
	return true, s.settleOutside(ctx, l, s.sendOutside(ctx, l))
}

// sendOutside writes a letter and hands it over. It gives the letter as it is after that.
func (s *Service) sendOutside(ctx context.Context, l Outside) Outside {
	now := s.clock.Now()
	withheld := func(reason string) Outside {
		l.Delivery = l.withheld(reason, now)
		return l
	}
	carrier := s.o.Carriers[l.Channel]
	if carrier == nil || s.outsiders == nil {
		return withheld("off")
	}
	if l.Until <= now {
		l.State, l.Reason, l.Done = Failed, "gave_up", now
		return l
	}
	to, text, err := s.outsiders.WriteOutside(ctx, l)
	switch {
	case errs.KindOf(err) == errs.KindNotFound:
		return withheld("withdrawn")
	case err != nil:
		s.o.Log.WarnContext(ctx, "a letter could not be written", "letter", l.ID, "about", l.Subject, "err", err)
		return l.after(courier.Later, "render", now)
	case to == "":
		return withheld("no_address")
	}
	err = carrier.Carry(ctx, courier.Letter{ID: l.headerID, At: now, To: to, Subject: text.Subject, Text: text.Body})
	outcome, class := courier.OutcomeOf(err)
	if err != nil { // not the error itself: one of unknown origin may quote an address
		s.o.Log.WarnContext(ctx, "a letter did not get through", "letter", l.ID, "about", l.Subject, "channel", l.Channel, "outcome", outcome, "reason", class)
	}
	now = s.clock.Now()
	s.pauses.note(l.Channel, outcome != courier.Later, now)
	return l.after(outcome, class, now)
}

// settleOutside writes what became of an attempt, for as long as the store is away for a moment.
func (s *Service) settleOutside(ctx context.Context, claimed, after Outside) error {
	return insist(ctx, func(ctx context.Context) error {
		return s.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, settleOutside, claimed.ID, claimed.version, string(after.State), int64(after.Due), int64(after.Done), after.Reason)
			return err
		})
	})
}

func (s *Service) lapseOutside(ctx context.Context) error {
	now := s.clock.Now()
	stale, err := sqldb.List(ctx, s.db, scanIDs, outsideClaimsBefore, int64(now.Add(-lapse)))
	if err != nil || len(stale) == 0 {
		return err // asked before writing: an idle server should not write
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, lapseOutside, int64(now.Add(-lapse)), int64(now))
		return err
	})
}
