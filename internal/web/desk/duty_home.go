package desk

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// maxOwed is how many duties the home page lists; the list of duties has all.
const maxOwed = 12

// homeDuties shows what the reader's unit owes, and the notices it has not signed.
func (d *Desk) homeDuties(ctx context.Context, r *httpx.Request, v ui.View, p *home) error {
	if p.Edition == nil || p.Edition.Status == edition.StatusDraft || !belongs(r.Actor) {
		return nil
	}
	received, err := d.Duties.Received(ctx, r.Actor, p.Edition.ID)
	if err != nil {
		return err
	}
	for _, one := range received {
		if one.SignedAt.IsZero() && r.Actor.Has(actor.RoleEditor, actor.RoleHead) {
			p.Tasks = append(p.Tasks, task{Text: v.T("duties.home_dispatch"), Note: who(one.Title, one.DocNumber), Href: dispatchPath(one.ID), Go: v.T("duties.home_sign"), Tone: ui.Warning})
		}
	}
	owed, err := d.ownDuties(ctx, r.Actor, p.Edition.ID)
	if err != nil {
		return err
	}
	p.Owes = len(owed)
	for _, one := range owed {
		line := dutyLineOf(v, *p.Edition, one, p.Today)
		switch {
		case one.State == duty.StateReturned:
			if line.Words, err = d.returnedWords(ctx, r.Actor, one); err != nil {
				return err
			}
			p.Returned = append(p.Returned, line)
		case one.State.Waiting() && len(p.Waiting) < maxOwed:
			p.Waiting = append(p.Waiting, line)
		}
	}
	p.Figures = append(p.Figures, dutyFigures(v, owed)...)
	return nil
}

func dutyFigures(v ui.View, owed []duty.Duty) (figures []ui.Figure) {
	for _, one := range []struct {
		part, word string
		tone       httpx.Tone
	}{{showTurn, v.T("duties.home_turn"), ui.Plain}, {showLate, v.T("duties.home_late"), ui.Bad}} {
		n := countPart(owed, one.part)
		if n == 0 {
			one.tone = ui.Plain
		}
		figures = append(figures, ui.Figure{Label: one.word, Value: itoa(n), Href: dutiesPath + "?show=" + one.part, Tone: one.tone})
	}
	return figures
}

// returnedWords is why a filing came back.
func (d *Desk) returnedWords(ctx context.Context, a actor.Actor, one duty.Duty) (string, error) {
	f, err := d.Filings.Get(ctx, a, one.ID)
	if err != nil {
		return "", err
	}
	step, _ := returnedStep(f)
	return step.Comment, nil
}

// homeReviews shows what waits for the reader's review.
func (d *Desk) homeReviews(ctx context.Context, r *httpx.Request, v ui.View, p *home) error {
	if !reviews(r.Actor) {
		return nil
	}
	list, err := d.Filings.Pending(ctx, r.Actor, reviewsShown)
	if err != nil {
		return err
	}
	activities, err := d.activityQueue(r)
	if err != nil {
		return err
	}
	p.Figures = append(p.Figures, ui.Figure{Label: v.T("duties.home_reviews"), Value: itoa(len(list) + len(activities)), Href: reviewsPath})
	if len(activities) > 0 {
		p.Tasks = append(p.Tasks, task{
			Text: v.T("activities.home_review_task", "count", len(activities)), Note: v.T("duties.home_review_oldest", "age", activities[0].Age),
			Href: reviewsPath + "#activities", Go: v.T("duties.home_review_go"), Tone: ui.Notice,
		})
	}
	if len(list) > 0 {
		p.Tasks = append(p.Tasks, task{
			Text: v.T("duties.home_review_task", "count", len(list)), Note: v.T("duties.home_review_oldest", "age", i18n.Elapsed(v.Locale, list[0].Age)),
			Href: reviewsPath, Go: v.T("duties.home_review_go"), Tone: ui.Notice,
		})
	}
	return nil
}

// homeInbox counts what the reader has not read.
func (d *Desk) homeInbox(ctx context.Context, r *httpx.Request, v ui.View, p *home) error {
	n, err := d.Messages.Unread(ctx, r.Actor)
	if err != nil {
		return err
	}
	p.Figures = append(p.Figures, ui.Figure{Label: v.T("duties.home_unread"), Value: itoa(n), Href: inboxPath + "?show=unread"})
	return nil
}
