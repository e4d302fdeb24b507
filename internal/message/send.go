package message

import (
	"context"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/courier"
	"openweek/internal/errs"
	"openweek/internal/jobs"
	"openweek/internal/sqldb"
)

// deliver sends one letter that is due, if nobody else has claimed it, and gives what became of it;
// the zero Delivery where there was nothing to do.
func (s *Service) deliver(ctx context.Context, deliveryID string) (d Delivery, err error) {
	d, claimed, err := s.claim(ctx, deliveryID)
	if err != nil || !claimed {
		return Delivery{}, err
	}
	// From here on the letter may leave. Whatever happens to this process or to the store, nobody but
	// a person sends it a second time.
	after := s.send(ctx, d)
	return after, s.settle(ctx, d, after)
}

// claim takes a letter for this process alone. When it returns, that is committed.
func (s *Service) claim(ctx context.Context, deliveryID string) (d Delivery, claimed bool, err error) {
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		changed, err := tx.Exec(ctx, claimDelivery, deliveryID, s.clock.Now())
		if claimed = changed == 1; err != nil || !claimed {
			return err
		}
		d, err = deliveryByID(ctx, tx, deliveryID)
		return err
	})
	return d, claimed && err == nil, err
}

// send writes a letter and hands it over. It gives the letter as it is after that.
func (s *Service) send(ctx context.Context, d Delivery) Delivery {
	now := s.clock.Now()
	later := func(class string, err error) Delivery {
		s.o.Log.WarnContext(ctx, "a letter could not be written", "delivery", d.ID, "reason", class, "err", err)
		return d.after(courier.Later, class, now)
	}
	carrier := s.o.Carriers[d.Channel]
	if carrier == nil {
		return d.withheld("off", now)
	}
	all, err := sqldb.List(ctx, s.db, scanTold, messagesOfDelivery, d.ID)
	if err != nil {
		return later("store", err)
	}
	if len(all) == 0 {
		return d.withheld("withdrawn", now)
	}
	var unread []Told
	for _, m := range all {
		if m.Read.IsZero() {
			unread = append(unread, m)
		}
	}
	if len(unread) == 0 {
		return d.withheld("read", now)
	}
	to := Address{}
	if d.PersonID != "" {
		if to, err = s.people.Address(ctx, d.PersonID); errs.KindOf(err) == errs.KindNotFound {
			return d.withheld("closed", now)
		} else if err != nil {
			return later("address", err)
		}
	}
	letter := courier.Letter{ID: d.headerID, At: now}
	switch d.Channel {
	case Mail:
		letter.To = to.Mail
	case SMS:
		letter.To = to.Phone
	}
	if letter.To == "" && d.Channel != Robot {
		return d.withheld("no_address", now)
	}
	text, err := s.renderer.Render(ctx, Letter{Channel: d.Channel, Locale: to.Locale, Digest: d.Digest, Messages: unread})
	if err != nil {
		return later("render", err)
	}
	letter.Subject, letter.Text = text.Subject, text.Body
	err = carrier.Carry(ctx, letter)
	outcome, class := courier.OutcomeOf(err)
	if err != nil {
		// Not the error itself: one of unknown origin may quote an address.
		s.o.Log.WarnContext(ctx, "a letter did not get through", "delivery", d.ID, "channel", d.Channel, "outcome", outcome, "reason", class)
	}
	return d.after(outcome, class, s.clock.Now())
}

// settleFor is how long the store may be away before what is known of a letter is given up.
const settleFor = time.Minute

// settle writes what became of an attempt, also when the attempt's own time is over.
func (s *Service) settle(ctx context.Context, claimed, after Delivery) error {
	return insist(ctx, func(ctx context.Context) error { return s.settleOnce(ctx, claimed, after) })
}

// insist tries again while the store is away, also when the caller's own time is over: what is known of a
// letter that has left is not known twice.
func insist(ctx context.Context, write func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleFor)
	defer cancel()
	for {
		err := write(ctx)
		if errs.KindOf(err) != errs.KindBusy {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second):
		}
	}
}

func (s *Service) settleOnce(ctx context.Context, claimed, after Delivery) error {
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		changed, err := tx.Exec(ctx, settleDelivery, claimed.ID, claimed.version, after.State, after.Due, after.Done, after.Reason)
		if err != nil || changed == 0 {
			return err
		}
		if after.State == Queued {
			if err := jobs.InsertAtTx(ctx, tx, deliver{claimed.ID}, after.Due); err != nil {
				return err
			}
		}
		return s.recordTx(ctx, tx, after)
	})
}

// recordTx keeps what became of a letter as evidence.
func (s *Service) recordTx(ctx context.Context, tx *sqldb.Tx, d Delivery) error {
	fields := []string{string(d.Channel)}
	if d.Reason != "" {
		fields = append(fields, d.Reason)
	}
	return s.log.RecordTx(ctx, tx, actor.TheSystem(), audit.Entry{Action: "message." + string(d.State), Subject: "delivery", SubjectID: d.ID, Fields: fields})
}

const (
	sweepBatch = 200
	// overdue is how long a letter's own job has for it before the sweep takes it.
	overdue = time.Minute
	// unreachableEnough is after how many letters in a row, which a channel's server did not take, the
	// sweep lets the channel be.
	unreachableEnough = 3
)

// Sweep sends what is due and was not sent, and takes claims that nobody has settled for a quarter of
// an hour for those of dead processes. Several processes may sweep at a time.
func (s *Service) Sweep(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "message.Sweep")
	if err := s.lapse(ctx); err != nil {
		return err
	}
	return s.sendDue(ctx, s.clock.Now().Add(-overdue))
}

func (s *Service) lapse(ctx context.Context) error {
	now := s.clock.Now()
	stale, err := sqldb.List(ctx, s.db, scanIDs, claimsBefore, now.Add(-lapse))
	if err != nil || len(stale) == 0 {
		return err // asked before writing: an idle server should not write
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		stale, err := sqldb.List(ctx, tx, scanIDs, lapseClaims, now.Add(-lapse), now)
		if err != nil {
			return err
		}
		for _, deliveryID := range stale {
			d, err := deliveryByID(ctx, tx, deliveryID)
			if err != nil {
				return err
			}
			if err := s.recordTx(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// sendDue sends what was due at an instant. A letter that must wait gets a later due time, so a
// round that finds nothing new ends it.
func (s *Service) sendDue(ctx context.Context, at clock.Instant) error {
	away := map[Channel]int{}
	for {
		ids, err := sqldb.List(ctx, s.db, scanIDs, dueDeliveries, at, sweepBatch)
		if err != nil {
			return err
		}
		sent := 0
		for _, deliveryID := range ids {
			d, err := deliveryByID(ctx, s.db, deliveryID)
			if err != nil {
				return err
			}
			if away[d.Channel] >= unreachableEnough {
				continue
			}
			after, err := s.deliver(ctx, deliveryID)
			if err != nil {
				return err
			}
			if after.ID == "" {
				continue // another process had it
			}
			sent++
			if after.State == Queued {
				away[d.Channel]++
			} else {
				away[d.Channel] = 0
			}
		}
		if sent == 0 || len(ids) < sweepBatch {
			return nil
		}
	}
}
