package desk

import (
	"cmp"
	"context"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// maxToday bounds the activities whose sessions of today the home page looks up.
const maxToday = 20

// todaySession is a session of the reader's unit that takes place today.
type todaySession struct {
	activity.Session
	Title string
}

// homeActivities shows what came back of the unit's activities, and what takes place today.
func (d *Desk) homeActivities(ctx context.Context, r *httpx.Request, v ui.View, p *home) error {
	if p.Edition == nil || p.Edition.Status == edition.StatusDraft || !belongs(r.Actor) {
		return nil
	}
	own := activity.Entered{EditionID: p.Edition.ID, Own: true}
	counts, err := d.Activities.CountEntered(ctx, r.Actor, own)
	if err != nil {
		return err
	}
	if n := counts.Drafts[activity.DraftReturned]; n > 0 {
		p.Tasks = append(p.Tasks, task{
			Text: v.T("activities.home_returned", "count", n), Note: v.T("activities.home_returned_note"),
			Href: activitiesPath + "?show=returned&whose=own", Go: v.T("activities.correct"), Tone: ui.Bad,
		})
	}
	if counts.Total > 0 {
		p.Figures = append(p.Figures, ui.Figure{Label: v.T("activities.home_own"), Value: itoa(counts.Total), Note: v.T("activities.home_public", "count", counts.States[activity.Published]), Href: activitiesPath + "?whose=own"})
	}
	own.States, own.Limit = []activity.State{activity.Published}, 200
	found, err := d.Activities.FindEntered(ctx, r.Actor, own)
	if err != nil {
		return err
	}
	looked := 0
	for _, one := range found.Items {
		if one.First.IsZero() || one.First.Day() > p.Today || one.Last.Day() < p.Today || looked == maxToday {
			continue
		}
		looked++
		act, err := d.Activities.Get(ctx, r.Actor, one.ID)
		if err != nil {
			return err
		}
		for _, s := range act.Sessions {
			if s.Day() == p.Today {
				p.Sessions = append(p.Sessions, todaySession{s, act.Content.Title})
			}
		}
	}
	slices.SortStableFunc(p.Sessions, func(a, b todaySession) int { return cmp.Compare(a.Starts, b.Starts) })
	return nil
}
