package duty

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

var _ edition.Follower = (*Service)(nil)

// PublishTx dispatches the notice to every addressee, along its line, and to those who owe something
// without being addressed; and makes one duty for every unit and obligation.
func (s *Service) PublishTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, e edition.Edition) (err error) {
	defer errs.Wrap(&err, "duty.PublishTx(%s)", e.ID)
	for slot, o := range e.Obligations {
		if _, err := tx.Exec(ctx, insertRule, o.ID, e.ID, nil, slot, "", string(ChainTiers)); err != nil {
			return err
		}
	}
	for _, stage := range DefaultStages {
		if _, err := tx.Exec(ctx, insertStage, e.ID, stage.Workdays, string(stage.Who)); err != nil {
			return err
		}
	}
	_, _, err = s.fillTx(ctx, tx, a, e)
	return err
}

// fillTx makes the dispatches and duties that an edition lacks.
func (s *Service) fillTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, e edition.Edition) (dispatched, duties int64, err error) {
	if e.NoticeID != "" { // a copy whose own notice has not come yet has nothing to send
		scopes, groups := audience(e.Addressees)
		n, err := s.dispatchTx(ctx, tx, a, e.Summary, e.NoticeID, "addressed", covered(scopes, groups))
		if err != nil {
			return 0, 0, err
		}
		dispatched += n
	}
	for slot, o := range e.Obligations {
		scopes, groups := audience(o.Audiences)
		who := covered(scopes, groups)
		n, err := insertDutiesTx(ctx, tx, e.ID, o.ID, slot, o.DueAt(), who)
		if err != nil {
			return 0, 0, err
		}
		duties += n
		if e.NoticeID == "" {
			continue
		}
		if n, err = s.dispatchTx(ctx, tx, a, e.Summary, e.NoticeID, "obliged", covered(scopes, groups)); err != nil {
			return 0, 0, err
		}
		dispatched += n
	}
	return dispatched, duties, nil
}

// audience joins what several phrases mean; an unresolved one means nobody yet.
func audience(list []edition.Audience) (scopes actor.Scopes, groups []string) {
	for _, a := range list {
		scopes = append(scopes, a.Scopes...)
		if a.GroupID != "" {
			groups = append(groups, a.GroupID)
		}
	}
	return scopes, groups
}

func insertDutiesTx(ctx context.Context, tx *sqldb.Tx, editionID, obligationID string, slot int, due clock.Instant, who *sqldb.Where) (int64, error) {
	query, args := who.Apply(insertDuties, id.New(), editionID, obligationID, slot, int64(due))
	return tx.Exec(ctx, query, args...)
}

// dispatchTx sends a notice to the units of a condition that do not have it yet. It comes from the
// department of the unit's own line that stands beside the office, else from the office.
func (s *Service) dispatchTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, e edition.Summary, noticeID, reason string, who *sqldb.Where) (int64, error) {
	office := actor.Office(e.Territory).Place
	query, args := who.Apply(insertDispatches, id.New(), e.ID, noticeID, reason, a.PersonID, int64(s.clock.Now()),
		office.Region, string(office.Tier), string(office.Line))
	return tx.Exec(ctx, query, args...)
}

// CatchUp makes what published editions lack because units were created, groups filled or phrases
// resolved after publishing, and gives how many duties that were. It may run at any time, also twice
// at once; app lets it run regularly.
func (s *Service) CatchUp(ctx context.Context, editions *edition.Service) (made int, err error) {
	defer errs.Wrap(&err, "duty.CatchUp")
	published, err := editions.Find(ctx, actor.TheSystem(), edition.Filter{Status: edition.StatusPublished})
	if err != nil {
		return 0, err
	}
	for _, found := range published {
		e, err := editions.Get(ctx, actor.TheSystem(), found.ID)
		if err != nil {
			return made, err
		}
		var n int64
		err = s.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
			_, n, err = s.fillTx(ctx, tx, actor.TheSystem(), e)
			if err != nil {
				return err
			}
			own, err := s.fillOwnTx(ctx, tx, e.ID)
			n += own
			return err
		})
		if err != nil {
			return made, err
		}
		made += int(n)
	}
	return made, nil
}

// PreviewRedate counts the duties whose due time moves, those among them whose extension lies later
// still and stands, and the units that will get the amending notice.
func (s *Service) PreviewRedate(ctx context.Context, q sqldb.Querier, e edition.Edition, m edition.Move) (list []edition.Consequence, err error) {
	defer errs.Wrap(&err, "duty.PreviewRedate(%s)", e.ID)
	var moved, kept, told int
	for _, d := range m.Dues {
		o, ok := e.Obligation(d.ObligationID)
		if !ok {
			continue
		}
		o.Due = d.New
		var all, extended int
		if err := q.QueryRow(ctx, countMove, o.ID, int64(o.DueAt())).Scan(&all, &extended); err != nil {
			return nil, err
		}
		moved, kept = moved+all-extended, kept+extended
	}
	if err := q.QueryRow(ctx, countNoticed, e.ID).Scan(&told); err != nil {
		return nil, err
	}
	for _, c := range []struct {
		key   string
		count int
	}{{"duty.redate_moved", moved}, {"duty.redate_extended", kept}, {"dispatch.redate_told", told}} {
		if c.count > 0 {
			list = append(list, edition.Consequence{Key: c.key, Args: map[string]any{"count": c.count}, Count: c.count})
		}
	}
	return list, nil
}

// RedateTx moves the due times and dispatches the amending notice to everybody who has the first.
func (s *Service) RedateTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, e edition.Edition, m edition.Move) (err error) {
	defer errs.Wrap(&err, "duty.RedateTx(%s)", e.ID)
	for _, d := range m.Dues {
		if o, ok := e.Obligation(d.ObligationID); ok {
			if _, err := tx.Exec(ctx, moveDue, o.ID, int64(o.DueAt())); err != nil {
				return err
			}
		}
	}
	if len(e.Amendments) == 0 {
		return nil
	}
	amending := e.Amendments[len(e.Amendments)-1].NoticeID
	_, err = tx.Exec(ctx, insertAmending, id.New(), e.ID, amending, a.PersonID, int64(s.clock.Now()))
	return err
}
