package desk

import (
	"context"
	"net/http"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// dutyLine is a duty as lists show it.
type dutyLine struct {
	duty.Duty
	ClauseHref string
	Left       string
	LeftTone   httpx.Tone
	Words      string // of the reviewer, where it was returned
}

// dutyList is what a unit owes of one edition.
type dutyList struct {
	Edition  *edition.Edition // nil while there is none
	Editions []ui.Tab         // to choose from, where there are several
	Tabs     []ui.Tab
	Lines    []dutyLine
	Filtered bool
	Unit     bool // the reader belongs to a unit
}

// Parts of the list: whose turn it is.
const (
	showTurn   = "turn"
	showReview = "review"
	showDone   = "done"
	showLate   = "late"
)

var dutyParts = []string{"", showTurn, showReview, showDone, showLate}

// shows tells whether a duty stands in a part of the list.
func shows(part string, d duty.Duty) bool {
	switch part {
	case showTurn:
		return d.State.Waiting()
	case showReview:
		return d.State == duty.StateFiled
	case showDone:
		return d.State.Settled()
	case showLate:
		return d.Late
	}
	return true
}

// GetDuties lists what the reader's unit owes.
func (d *Desk) GetDuties(w http.ResponseWriter, r *httpx.Request) error {
	ctx, in := r.Context(), r.Input()
	part, editionID := in.Choice("show", dutyParts...), in.ID("edition")
	if err := in.Err(); err != nil {
		return err
	}
	v := d.view(r, r.T("nav.duties"))
	page := dutyList{Unit: belongs(r.Actor), Filtered: part != ""}
	e, err := d.editionOfDuties(ctx, r.Actor, editionID)
	if err != nil {
		return err
	}
	page.Edition = e
	if e != nil && page.Unit {
		owed, err := d.ownDuties(ctx, r.Actor, e.ID)
		if err != nil {
			return err
		}
		for _, one := range dutyParts {
			page.Tabs = append(page.Tabs, ui.Tab{Href: v.With("show", one), Text: partWord(v, one), Count: countPart(owed, one), Current: one == part})
		}
		for _, one := range owed {
			if shows(part, one) {
				page.Lines = append(page.Lines, dutyLineOf(v, *e, one, d.today()))
			}
		}
		if page.Editions, err = d.editionTabs(ctx, r, v, e.ID); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, dutyListPage(v, page))
}

//i18n:prefix duties.show_
func partWord(v ui.View, part string) string {
	if part == "" {
		part = "all"
	}
	return v.T("duties.show_" + part)
}

func countPart(list []duty.Duty, part string) (n int) {
	for _, one := range list {
		if shows(part, one) {
			n++
		}
	}
	return n
}

// editionOfDuties is the edition asked for, else the present one; nil where there is none.
func (d *Desk) editionOfDuties(ctx context.Context, a actor.Actor, editionID string) (*edition.Edition, error) {
	if editionID == "" {
		return d.presentEdition(ctx, a)
	}
	e, err := d.Editions.Get(ctx, a, editionID)
	if err != nil {
		return nil, err
	}
	return &e, nil
}

// editionTabs are the editions to choose from, none where there is only one.
func (d *Desk) editionTabs(ctx context.Context, r *httpx.Request, v ui.View, chosen string) ([]ui.Tab, error) {
	list, err := d.Editions.Find(ctx, r.Actor, edition.Filter{})
	if err != nil {
		return nil, err
	}
	var tabs []ui.Tab
	for _, e := range list {
		if e.Status == edition.StatusDraft {
			continue
		}
		name, _ := i18n.Pick(v.Locale, e.Name, e.NameEN)
		tabs = append(tabs, ui.Tab{Href: v.With("edition", e.ID, "show", ""), Text: name, Count: -1, Current: e.ID == chosen})
	}
	if len(tabs) < 2 {
		return nil, nil
	}
	return tabs, nil
}

// ownDuties are those of the reader's unit, in the order in which they are to be done.
func (d *Desk) ownDuties(ctx context.Context, a actor.Actor, editionID string) ([]duty.Duty, error) {
	page, err := d.Duties.Find(ctx, a, duty.Filter{EditionID: editionID, UnitID: a.UnitID})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(page.Items, func(a, b duty.Duty) int { return urgency(a) - urgency(b) + soonest(a, b) })
	return page.Items, nil
}

// urgency puts what was returned first, then what is open, then what others have, then what is done.
func urgency(d duty.Duty) int {
	switch {
	case d.State == duty.StateReturned:
		return 0
	case d.State.Waiting() && d.Late:
		return 10
	case d.State.Waiting() && d.Dated():
		return 20
	case d.State.Waiting():
		return 30
	case d.State == duty.StateFiled:
		return 40
	}
	return 50
}

// soonest is the order of two of the same urgency, by their due time.
func soonest(a, b duty.Duty) int {
	switch {
	case a.DueAt() == b.DueAt():
		return 0
	case a.DueAt() != 0 && (b.DueAt() == 0 || a.DueAt() < b.DueAt()):
		return -1
	}
	return 1
}

func dutyLineOf(v ui.View, e edition.Edition, one duty.Duty, today clock.Day) dutyLine {
	line := dutyLine{Duty: one, ClauseHref: clauseHref(e, one.Obligation.Clause)}
	line.Left, line.LeftTone = dutyLeft(v, one, today)
	return line
}
