package host

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/measure"
	"openweek/internal/web/ui"
)

// newMeasurePath is where an office orders what an epidemic or the weather asks for.
const newMeasurePath = measuresPath + "/new"

func measurePath(measureID string) string { return measuresPath + "/" + measureID }

// measureList lists what was ordered in an edition.
type measureList struct {
	Items    []measure.Measure
	Editions []ui.Option
	Edition  string
	Regions  map[string]ui.Named
	Sets     bool // the reader orders
	Today    clock.Day
}

// measureForm writes an order and, once it is whole, says what it does.
type measureForm struct {
	Draft   measure.Draft
	Percent string
	Edition edition.Summary
	Regions []ui.Option
	Names   map[string]ui.Named
	Sure    bool // the last question is asked
	Effect  measure.Effect
	Writes  bool // letters can be sent at all
}

// measureOne is one order.
type measureOne struct {
	measure.Measure
	Region ui.Named
	Sets   bool
}

func (h *Host) measureView(r *httpx.Request, title string) ui.View {
	v := h.Shell.View(r, title).Under(ui.Crumb{Href: "/desk", Text: r.T("nav.home")})
	if title != r.T("measure.title") {
		v = v.Under(ui.Crumb{Href: measuresPath, Text: r.T("measure.title")})
	}
	return v
}

// regionNames names all regions by their codes.
func (h *Host) regionNames(r *httpx.Request) (map[string]ui.Named, error) {
	regions, err := h.Units.Regions(r.Context())
	byCode := map[string]ui.Named{}
	for _, g := range regions {
		byCode[g.Code] = ui.Named{Name: g.Name, NameEN: g.NameEN}
	}
	return byCode, err
}

// setsMeasures tells whether the reader orders measures at all.
func setsMeasures(a actor.Actor) bool { return measure.MaySet(a, a.Place.Region) }

func (h *Host) getMeasures(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	p := measureList{Edition: in.ID("edition"), Sets: setsMeasures(r.Actor), Today: h.Clock.Now().Day()}
	if err := in.Err(); err != nil {
		return err
	}
	if !measure.MayRead(r.Actor) {
		return errs.Forbidden("measure.forbidden")
	}
	v := h.measureView(r, r.T("measure.title"))
	if p.Edition == "" {
		current, err := h.Editions.Current(r.Context())
		if err != nil && !errs.Is(err, "edition.none_published") {
			return err
		}
		p.Edition = current.ID
	}
	editions, err := h.Editions.Find(r.Context(), r.Actor, edition.Filter{})
	if err != nil {
		return err
	}
	for _, e := range editions {
		name, lang := pickName(v, e.Name, e.NameEN)
		p.Editions = append(p.Editions, ui.Option{Value: e.ID, Text: name, Lang: lang})
	}
	if p.Edition != "" {
		if p.Items, err = h.Measures.Find(r.Context(), r.Actor, p.Edition); err != nil {
			return err
		}
	}
	if p.Regions, err = h.regionNames(r); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, measureListPage(v, p))
}

func (h *Host) getNewMeasure(w http.ResponseWriter, r *httpx.Request) error {
	d := measure.Draft{Region: r.Actor.Place.Region, Cause: measure.Epidemic, First: h.Clock.Now().Day()}
	return h.showNewMeasure(w, r, http.StatusOK, measureForm{Draft: d, Percent: "100"}, nil)
}

// showNewMeasure shows the form, or what is ordered with what it does.
func (h *Host) showNewMeasure(w http.ResponseWriter, r *httpx.Request, status int, p measureForm, problem error) (err error) {
	if !setsMeasures(r.Actor) {
		return errs.Forbidden("measure.forbidden")
	}
	if p.Edition, err = h.Editions.Current(r.Context()); err != nil {
		return err
	}
	v := h.measureView(r, r.T("measure.new")).WithProblems(problem, "region", r.T("measure.region_field"), "cause", r.T("measure.cause"), "cap_percent", r.T("measure.percent_field"),
		"onsite", r.T("measure.onsite"), "reason", r.T("measure.reason"), "advice", r.T("measure.advice"), "advice_en", r.T("measure.advice_en"), "first", r.T("measure.first"), "last", r.T("measure.last"))
	regions, err := h.Units.Regions(r.Context())
	if err != nil {
		return err
	}
	p.Names = map[string]ui.Named{}
	for _, g := range regions {
		p.Names[g.Code] = ui.Named{Name: g.Name, NameEN: g.NameEN}
		if actor.RegionWithin(g.Code, r.Actor.Place.Region) && actor.RegionWithin(g.Code, p.Edition.Territory) {
			name, lang := pickName(v, g.Name, g.NameEN)
			p.Regions = append(p.Regions, ui.Option{Value: g.Code, Text: name, Lang: lang})
		}
	}
	p.Writes = h.Bookings.Writes()
	return ui.Render(w, r, status, measureFormPage(v, p))
}

// postNewMeasure first says what an order does to how many people, and then orders it.
func (h *Host) postNewMeasure(w http.ResponseWriter, r *httpx.Request) error {
	if !setsMeasures(r.Actor) {
		return errs.Forbidden("measure.forbidden")
	}
	in := r.Input()
	current, err := h.Editions.Current(r.Context())
	if err != nil {
		return err
	}
	p := measureForm{Percent: in.Raw("cap_percent"), Draft: measure.Draft{
		EditionID: current.ID, Region: in.Text("region", 6), Cause: measure.Cause(in.Choice("cause", names(measure.Causes)...)), Contact: in.Yes("contact"),
		Advice: in.Text("advice", 5000), AdviceEN: in.Text("advice_en", 5000), Reason: in.Text("reason", 5000),
		First: in.Day("first"), Last: in.Day("last"),
	}}
	p.Draft.CapPercent = in.Number("cap_percent", 1, 100)
	if onsite := in.Choice("onsite", append(names(measure.Onsites), staysAsPlanned)...); onsite != staysAsPlanned {
		p.Draft.Onsite = measure.Onsite(onsite)
	}
	op := in.Choice("op", "edit", "order")
	if err = in.Err(); err == nil && op == "edit" {
		return h.showNewMeasure(w, r, http.StatusOK, p, nil)
	}
	if err == nil && op == "order" {
		m, err := h.Measures.SwitchOn(r.Context(), r.Actor, p.Draft)
		if err == nil {
			r.Tell(w, httpx.Good, "measure.ordered")
			return httpx.Redirect(w, r, measurePath(m.ID), measuresPath)
		}
		if !httpx.IsProblem(err) {
			return err
		}
		return h.showNewMeasure(w, r, httpx.Status(errs.As(err)), p, err)
	}
	if err == nil {
		p.Effect, err = h.Measures.Preview(r.Context(), r.Actor, p.Draft)
	}
	if httpx.IsProblem(err) {
		return h.showNewMeasure(w, r, httpx.Status(errs.As(err)), p, err)
	}
	if err != nil {
		return err
	}
	p.Sure = true
	return h.showNewMeasure(w, r, http.StatusOK, p, nil)
}

// measureOf gets the order of the address.
func (h *Host) measureOf(r *httpx.Request) (p measureOne, err error) {
	if p.Measure, err = h.Measures.Get(r.Context(), r.Actor, r.PathID("id")); err != nil {
		return measureOne{}, err
	}
	regions, err := h.regionNames(r)
	if err != nil {
		return measureOne{}, err
	}
	p.Region, p.Sets = regions[p.Measure.Region], measure.MaySet(r.Actor, p.Measure.Region)
	return p, nil
}

func (h *Host) getMeasure(w http.ResponseWriter, r *httpx.Request) error {
	p, err := h.measureOf(r)
	if err != nil {
		return err
	}
	v := h.measureView(r, measureTitle(r, p))
	return ui.Render(w, r, http.StatusOK, measureOnePage(v, p))
}

func (h *Host) getEndMeasure(w http.ResponseWriter, r *httpx.Request) error {
	p, err := h.measureOf(r)
	switch {
	case err != nil:
		return err
	case !p.Sets:
		return errs.Forbidden("measure.forbidden")
	case !p.InForce():
		return errs.Conflict("measure.ended")
	}
	v := h.measureView(r, r.T("measure.end")).Under(ui.Crumb{Href: measurePath(p.ID), Text: measureTitle(r, p)})
	return ui.Render(w, r, http.StatusOK, askPage(v, ui.Confirmation{
		Title: v.T("measure.end_sure"), Says: endSays(v, p.Measure), Action: measurePath(p.ID) + "/end", Submit: v.T("measure.end"), Back: measurePath(p.ID), Version: p.Version,
	}, nil))
}

func (h *Host) postEndMeasure(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	version := in.Version()
	if err := in.Err(); err != nil {
		return err
	}
	measureID := r.PathID("id")
	if err := h.Measures.SwitchOff(r.Context(), r.Actor, measureID, version); err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "measure.was_ended")
	return httpx.Redirect(w, r, measurePath(measureID), measuresPath)
}
