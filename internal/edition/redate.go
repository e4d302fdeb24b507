package edition

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Redating moves a published week. An epidemic or a flood does that; the original notice stays as it
// is, and the amending one is kept beside it.
type Redating struct {
	// NoticeID is an uploaded notice of kind Amending that has moved nothing yet.
	NoticeID string
	Number   string // 发文字号; "" takes the notice's
	Reason   string
	NewStart clock.Day
	NewEnd   clock.Day
	// NewDue gives obligations with a due day another one. The others keep theirs.
	NewDue map[string]clock.Day
}

// Preview is what a move would change.
type Preview struct {
	Move
	// Proposed are all due days moved by as many days as the week, for the person to take or change.
	Proposed []DueMove
	// Consequences are those of the followers, in their order.
	Consequences []Consequence
}

// PreviewRedate tells what Redate would change and changes nothing. Number, reason and notice may still
// be missing.
//
// Errors: edition.not_found, edition.forbidden, edition.not_published, a form of problems each on its field.
func (s *Service) PreviewRedate(ctx context.Context, a actor.Actor, editionID string, r Redating) (p Preview, err error) {
	defer errs.Wrap(&err, "edition.PreviewRedate(%s)", shorten(editionID))
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		summary, err := seen(ctx, q, a, editionID)
		switch {
		case err != nil:
			return err
		case !actor.Can(a, actor.EditionPublish, actor.Office(summary.Territory)):
			return errForbidden()
		case summary.Status != StatusPublished:
			return errs.Conflict("edition.not_published")
		}
		e, err := countedEdition(ctx, q, editionID)
		if err != nil {
			return err
		}
		move, bad := e.move(r)
		if err := errs.Join(bad...); err != nil {
			return err
		}
		p = Preview{Move: move}
		for _, o := range e.Obligations {
			if o.Due != "" {
				p.Proposed = append(p.Proposed, DueMove{ObligationID: o.ID, What: o.What, Old: o.Due, New: o.Due.AddDays(move.Days)})
			}
		}
		for _, f := range s.followers {
			more, err := f.PreviewRedate(ctx, q, e, move)
			if err != nil {
				return err
			}
			p.Consequences = append(p.Consequences, more...)
		}
		return nil
	})
	if err != nil {
		return Preview{}, err
	}
	return p, nil
}

// move checks the new days and lists what they change.
func (e Edition) move(r Redating) (Move, problems) {
	m := Move{OldStart: e.Start, OldEnd: e.End, NewStart: r.NewStart, NewEnd: r.NewEnd}
	var bad problems
	bad.window(r.NewStart, r.NewEnd, true)
	if len(bad) == 0 {
		m.Days = e.Start.DaysUntil(r.NewStart)
	}
	found := 0
	for _, o := range e.Obligations {
		day, ok := r.NewDue[o.ID]
		if !ok {
			continue
		}
		found++
		field := "due." + o.ID
		if o.Due == "" {
			bad.add(errs.Invalid("edition.due_none").On(field))
			continue
		}
		bad.day(field, day)
		if day != o.Due {
			m.Dues = append(m.Dues, DueMove{ObligationID: o.ID, What: o.What, Old: o.Due, New: day})
		}
	}
	if found < len(r.NewDue) {
		bad.add(errs.NotFound("edition.obligation_not_found").On("due"))
	}
	if len(bad) == 0 && m.NewStart == m.OldStart && m.NewEnd == m.OldEnd && len(m.Dues) == 0 {
		bad.add(errs.Invalid("edition.redate_nothing").On("start"))
	}
	return m, bad
}

// Redate moves a published week and runs the followers in the same transaction.
//
// Errors: as PreviewRedate; edition.changed_meanwhile, edition.archived, edition.notice_not_found,
// edition.notice_original and edition.notice_used (Conflict), edition.number_other (on number).
func (s *Service) Redate(ctx context.Context, a actor.Actor, editionID string, version int64, r Redating) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.Redate(%s)", shorten(editionID))
	return s.edit(ctx, a, actor.EditionPublish, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		if e.Status != StatusPublished {
			return audit.Entry{}, errs.Conflict("edition.not_published")
		}
		n, err := s.amendingTx(ctx, tx, a, e, r.NoticeID)
		if err != nil {
			return audit.Entry{}, err
		}
		number, reason := tidy(r.Number), tidy(r.Reason)
		if number == "" {
			number = n.DocNumber
		}
		move, bad := e.move(r)
		bad.text("number", number, maxNumber, true)
		bad.text("reason", reason, maxReason, true)
		if n.DocNumber != "" && number != n.DocNumber {
			bad.add(errs.Invalid("edition.number_other", "number", n.DocNumber).On("number"))
		}
		if err := errs.Join(bad...); err != nil {
			return audit.Entry{}, err
		}
		amendmentID := id.New()
		free, err := tx.Exec(ctx, insertAmendment, amendmentID, editionID, len(e.Amendments)+1, n.ID, number, reason,
			string(move.OldStart), string(move.OldEnd), string(move.NewStart), string(move.NewEnd), a.PersonID, int64(s.clock.Now()))
		if err != nil {
			return audit.Entry{}, err
		}
		if free == 0 {
			return audit.Entry{}, errs.Conflict("edition.notice_used")
		}
		if _, err := tx.Exec(ctx, redateEdition, editionID, string(move.NewStart), string(move.NewEnd)); err != nil {
			return audit.Entry{}, err
		}
		for _, d := range move.Dues {
			if _, err := tx.Exec(ctx, setDue, d.ObligationID, string(d.New)); err != nil {
				return audit.Entry{}, err
			}
			if _, err := tx.Exec(ctx, insertAmendmentDue, amendmentID, d.ObligationID, string(d.Old), string(d.New)); err != nil {
				return audit.Entry{}, err
			}
		}
		moved, err := countedEdition(ctx, tx, editionID)
		if err != nil {
			return audit.Entry{}, err
		}
		for _, f := range s.followers {
			if err := f.RedateTx(ctx, tx, a, moved, move); err != nil {
				return audit.Entry{}, err
			}
		}
		return audit.Entry{Action: "edition.redate", Fields: []string{"start", "end", "due"}, Count: len(move.Dues)}, nil
	})
}

// amendingTx gets a notice that may move the edition.
func (s *Service) amendingTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, e Edition, noticeID string) (Notice, error) {
	n, err := seenNotice(ctx, tx, a, noticeID)
	switch {
	case err != nil:
		return Notice{}, err
	case n.Territory != e.Territory:
		return Notice{}, errNotice()
	case n.Kind != Amending:
		return Notice{}, errs.Conflict("edition.notice_original")
	case n.EditionID != "":
		return Notice{}, errs.Conflict("edition.notice_used")
	}
	return n, nil
}
