package desk

import (
	"context"
	"net/http"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// home is the to-do list of one person: what waits for them, and the edition that it is about.
type home struct {
	Edition  *edition.Edition // nil while there is none
	Phase    edition.Phase
	Week     ui.Week
	Returned []dutyLine // with the reviewer's words
	Waiting  []dutyLine // late, due and undated, in this order
	Owes     int        // duties of the reader's unit in all
	Tasks    []task
	Figures  []ui.Figure
	Sessions []activity.DaySession // of the reader's unit today
	Today    clock.Day
	Upload   bool // a notice may be uploaded
}

// task is something that waits for the reader.
type task struct {
	Text, Note string
	Href, Go   string // where it is done and the verb
	Tone       httpx.Tone
}

// GetHome shows what waits for the reader.
func (d *Desk) GetHome(w http.ResponseWriter, r *httpx.Request) error {
	page := home{Today: d.today(), Upload: draftsEditions(r.Actor)}
	v := d.Shell.View(r, r.T("nav.home"))
	for _, part := range []func(context.Context, *httpx.Request, ui.View, *home) error{d.homeEdition, d.homeDuties, d.homeActivities, d.homeResults, d.homeReviews, d.homeInbox, d.homeTheme, d.homeRegister, d.homeSecurity, d.homeAudit} {
		if err := part(r.Context(), r, v, &page); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, homePage(v, page))
}

// presentEdition is the edition that staff work on: the public's, or while none is published the
// latest draft that the reader may see. Nil where there is none.
func (d *Desk) presentEdition(ctx context.Context, a actor.Actor) (*edition.Edition, error) {
	current, err := d.Editions.Current(ctx)
	editionID := current.ID
	if errs.Is(err, "edition.none_published") {
		list, err := d.Editions.Find(ctx, a, edition.Filter{})
		if err != nil || len(list) == 0 {
			return nil, err
		}
		editionID = list[0].ID
	} else if err != nil {
		return nil, err
	}
	e, err := d.Editions.Get(ctx, a, editionID)
	if err != nil {
		return nil, err
	}
	return &e, nil
}

func (d *Desk) homeEdition(ctx context.Context, r *httpx.Request, v ui.View, p *home) error {
	e, err := d.presentEdition(ctx, r.Actor)
	if err != nil || e == nil {
		return err
	}
	p.Edition, p.Phase = e, e.Phase(p.Today)
	if e.Start != "" && e.Start.DaysUntil(e.End) < 10 {
		for day := e.Start; day <= e.End; day = day.AddDays(1) {
			p.Week.Days = append(p.Week.Days, ui.WeekDay{Day: day, Today: day == p.Today})
		}
	}
	office := actor.Office(e.Territory)
	if actor.Can(r.Actor, actor.EditionDraft, office) && e.Status != edition.StatusArchived {
		if n := e.Open(); n > 0 {
			p.Tasks = append(p.Tasks, task{Text: v.T("desk.task_open", "count", n), Note: v.T("desk.task_open_note"), Href: editionPath(e.ID), Go: v.T("desk.task_open_go"), Tone: ui.Warning})
		}
		if e.Status == edition.StatusDraft {
			p.Tasks = append(p.Tasks, task{Text: v.T("desk.task_draft"), Note: v.T("desk.task_draft_note"), Href: editionPath(e.ID), Go: v.T("desk.task_draft_go"), Tone: ui.Notice})
		}
	}
	return nil
}

// homeTheme asks a prefecture's education bureau for its own theme.
func (d *Desk) homeTheme(_ context.Context, r *httpx.Request, v ui.View, p *home) error {
	if p.Edition == nil {
		return nil
	}
	e := p.Edition
	region := r.Actor.Place.Region
	if actor.RegionWithin(region, e.Territory) && actor.Can(r.Actor, actor.LocalThemeSet, actor.Target{Place: actor.Place{Region: region}}) &&
		e.Status == edition.StatusPublished && localTheme(e, region) == "" {
		p.Tasks = append(p.Tasks, task{Text: v.T("desk.task_theme"), Note: v.T("desk.task_theme_note"), Href: localThemePath(e.ID), Go: v.T("desk.task_theme_go"), Tone: ui.Notice})
	}
	return nil
}

func localTheme(e *edition.Edition, region string) string {
	for _, t := range e.LocalThemes {
		if t.Region == region {
			return t.Theme
		}
	}
	return ""
}

// homeRegister shows how many units and people the reader answers for.
func (d *Desk) homeRegister(ctx context.Context, r *httpx.Request, v ui.View, p *home) error {
	if sight := actor.Sight(r.Actor); sight.None || len(sight.Units) > 0 {
		return nil // their own unit only
	}
	counts, err := d.Units.Counts(ctx, r.Actor, unit.Filter{})
	if err != nil {
		return err
	}
	p.Figures = append(p.Figures, ui.Figure{Label: v.T("desk.figure_units"), Value: itoa(counts.Total), Href: unitsPath})
	if !managesRegions(r.Actor) {
		return nil
	}
	regions, err := d.Units.Regions(ctx)
	if err != nil {
		return err
	}
	p.Figures = append(p.Figures, ui.Figure{Label: v.T("nav.regions"), Value: itoa(len(regions)), Href: regionsPath})
	switch {
	case len(regions) == 0:
		p.Tasks = append(p.Tasks, task{Text: v.T("desk.task_regions"), Note: v.T("desk.task_regions_note"), Href: regionsPath + "/import", Go: v.T("desk.import"), Tone: ui.Warning})
	case counts.Total == 0:
		p.Tasks = append(p.Tasks, task{Text: v.T("desk.task_units"), Note: v.T("desk.task_units_note"), Href: unitsPath + "/import", Go: v.T("desk.import"), Tone: ui.Warning})
	}
	return nil
}

// homeSecurity shows the security administrator whom nobody has given a role.
func (d *Desk) homeSecurity(ctx context.Context, r *httpx.Request, v ui.View, p *home) error {
	if !grantsRoles(r.Actor) {
		return nil
	}
	n, err := d.Units.CountRoleless(ctx, r.Actor)
	if err != nil {
		return err
	}
	tone := ui.Plain
	if n > 0 {
		tone = ui.Warning
		p.Tasks = append(p.Tasks, task{Text: v.T("desk.task_roleless", "count", n), Note: v.T("desk.task_roleless_note"), Href: rolelessPath, Go: v.T("desk.task_roleless_go"), Tone: ui.Warning})
	}
	p.Figures = append(p.Figures, ui.Figure{Label: v.T("desk.figure_roleless"), Value: itoa(n), Href: rolelessPath, Tone: tone})
	return nil
}

// homeAudit shows the auditor how far the log is sealed.
func (d *Desk) homeAudit(ctx context.Context, r *httpx.Request, v ui.View, p *home) error {
	if !readsAudit(r.Actor) {
		return nil
	}
	state, err := d.Audit.State(ctx, r.Actor)
	if err != nil {
		return err
	}
	p.Figures = append(p.Figures, chainFigures(v, state)...)
	if len(state.Anchors) > 0 && !state.Anchors[0].Exported {
		p.Tasks = append(p.Tasks, task{Text: v.T("desk.task_anchor"), Note: v.T("desk.task_anchor_note"), Href: auditPath, Go: v.T("nav.audit"), Tone: ui.Notice})
	}
	return nil
}

func chainFigures(v ui.View, s audit.State) []ui.Figure {
	pending := ui.Figure{Label: v.T("desk.figure_pending"), Value: itoa(s.Pending), Href: auditPath}
	if s.Pending > 0 {
		pending.Tone = ui.Warning
	}
	return []ui.Figure{{Label: v.T("desk.figure_sealed"), Value: int64text(s.Seq), Href: auditPath}, pending}
}
