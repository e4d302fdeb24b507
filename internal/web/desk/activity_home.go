package desk

import (
	"context"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

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
	if p.Sessions, err = d.Activities.SessionsOn(ctx, r.Actor, p.Edition.ID, p.Today); err != nil {
		return err
	}
	if !visit.Hosts(r.Actor) {
		return nil
	}
	waiting, err := d.Visits.Count(ctx, r.Actor, visit.Filter{From: d.Clock.Now()})
	if err != nil {
		return err
	}
	if n := waiting[visit.Pending]; n > 0 {
		p.Tasks = append(p.Tasks, task{
			Text: v.T("activities.home_visits", "count", n), Note: v.T("activities.home_visits_note"),
			Href: "/desk/visits?state=" + string(visit.Pending), Go: v.T("activities.home_visits_go"), Tone: ui.Warning,
		})
	}
	return nil
}
