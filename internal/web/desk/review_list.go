package desk

import (
	"net/http"

	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/filing"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// reviewLine is a filing that waits for the reader.
type reviewLine struct {
	filing.Reviewable
	ClauseHref string
	Age        string
	Old        bool
}

type reviewList struct {
	Lines      []reviewLine
	Activities []activityLine
	Results    []resultLine
	More       bool // there are more than are shown
	May        bool // the reader has a role that reviews
}

const (
	reviewsShown = 200
	oldAfterDays = 5 // a queue is expected to move within a working week
)

// GetReviews shows what waits for the reader's review, the oldest first.
func (d *Desk) GetReviews(w http.ResponseWriter, r *httpx.Request) error {
	ctx := r.Context()
	v := d.view(r, r.T("nav.reviews"))
	page := reviewList{May: reviews(r.Actor)}
	list, err := d.Filings.Pending(ctx, r.Actor, reviewsShown+1)
	if err != nil {
		return err
	}
	if len(list) > reviewsShown {
		list, page.More = list[:reviewsShown], true
	}
	if page.Activities, err = d.activityQueue(r); err != nil {
		return err
	}
	if page.Results, err = d.resultQueue(r); err != nil {
		return err
	}
	editions := map[string]edition.Edition{}
	for _, one := range list {
		e, known := editions[one.Duty.EditionID]
		if !known {
			if e, err = d.Editions.Get(ctx, r.Actor, one.Duty.EditionID); err != nil && errs.KindOf(err) != errs.KindNotFound {
				return err
			}
			editions[one.Duty.EditionID] = e
		}
		page.Lines = append(page.Lines, reviewLine{
			Reviewable: one, ClauseHref: clauseHref(e, one.Duty.Obligation.Clause),
			Age: i18n.Elapsed(v.Locale, one.Age), Old: one.Age.Hours() > oldAfterDays*24,
		})
	}
	return ui.Render(w, r, http.StatusOK, reviewListPage(v, page))
}
