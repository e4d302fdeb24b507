package desk

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// coveredPage is how many units of an audience stand on one page.
const coveredPage = 50

type audiencePage struct {
	Audience   edition.Audience
	Obligation edition.Obligation // the zero one for an addressee
	DecidedBy  string             // name of the person, "" where the reader may not know it
	Units      []edition.Covered
	Pages      ui.Pages
	MayResolve bool
	Form       answerForm
}

// answerForm is the form in which a person says whom a phrase means.
type answerForm struct {
	Choices []scopeChoice
	Group   string
	New     actor.Scope // a further scope, being put together
	Lines   []string    // of New, as the form sends them
	Regions []ui.Option
	Counted bool
	Count   int
}

// scopeChoice is a scope that may be kept or taken: one that stands, or one that is suggested.
type scopeChoice struct {
	Scope  actor.Scope
	Value  string // as the form sends it
	Count  int
	Chosen bool
}

// Buttons of the form.
const (
	answerSave  = "save"
	answerCount = "count"
)

func scopeValue(s actor.Scope) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // impossible: strings only
	}
	return string(b)
}

// parseScope reads a scope that a form of ours sent; whether its parts exist is asked by the edition.
func parseScope(value string) (s actor.Scope, ok bool) {
	dec := json.NewDecoder(bytes.NewReader([]byte(value)))
	dec.DisallowUnknownFields()
	return s, dec.Decode(&s) == nil && !dec.More()
}

// maxScopeText bounds a scope in a form, in bytes; one of two thousand units named one by one fits.
const maxScopeText = 100_000

// readAnswer reads whom a person means: scopes kept or taken, a further one, a group.
func readAnswer(in *httpx.Input) (answer edition.Answer, form answerForm) {
	for _, value := range in.Values()["scopes"] {
		s, ok := parseScope(value)
		if !ok || len(value) > maxScopeText {
			in.Problem(errs.Invalid("audience.scope_unknown").On("scopes"))
			break
		}
		answer.Scopes = append(answer.Scopes, s)
	}
	form.Lines = in.Choices("lines", formLines()...)
	for _, l := range form.Lines {
		form.New.Lines = append(form.New.Lines, parseLine(l))
	}
	for _, s := range in.Choices("tiers", names(actor.Tiers)...) {
		form.New.Tiers = append(form.New.Tiers, actor.Tier(s))
	}
	for _, s := range in.Choices("kinds", names(actor.Kinds)...) {
		form.New.Kinds = append(form.New.Kinds, actor.Kind(s))
	}
	for _, code := range in.Values()["regions"] {
		if code != "" {
			form.New.Regions = append(form.New.Regions, code)
		}
	}
	if n := form.New; len(n.Lines)+len(n.Tiers)+len(n.Kinds)+len(n.Regions) > 0 {
		answer.Scopes = append(answer.Scopes, n)
	}
	answer.GroupID = in.ID("group")
	form.Group = answer.GroupID
	return answer, form
}

// GetAudience shows whom a phrase means: scopes, group, and the units that they come to.
func (d *Desk) GetAudience(w http.ResponseWriter, r *httpx.Request) error {
	e, page, err := d.audienceOf(r)
	if err != nil {
		return err
	}
	page.Form.Group = page.Audience.GroupID
	return d.showAudience(w, r, http.StatusOK, e, page, page.Audience.Scopes, nil)
}

func (d *Desk) audienceOf(r *httpx.Request) (e editionView, page audiencePage, err error) {
	if e, err = d.editionOf(r); err != nil {
		return e, page, err
	}
	var ok bool
	if page.Audience, page.Obligation, ok = e.Audience(r.PathValue("audience")); !ok {
		return e, page, errs.NotFound("audience.not_found")
	}
	page.MayResolve = e.MayEdit && (e.draft() || !page.Audience.Resolved)
	return e, page, nil
}

func (d *Desk) showAudience(w http.ResponseWriter, r *httpx.Request, status int, e editionView, page audiencePage, chosen actor.Scopes, problem error) error {
	title := page.Audience.Phrase
	crumb := ui.Crumb{Href: e.path() + "/groups", Text: r.T("editing.group_addressees")}
	if page.Obligation.ID != "" {
		crumb = ui.Crumb{Href: e.obligationPath(page.Obligation), Text: r.T("editing.obligation")}
	}
	in := r.Input()
	v := d.editionPage(r, e, title, crumb)
	list, more, err := d.Editions.FindCovered(r.Context(), r.Actor, e.ID, page.Audience.ID, in.ID("after"), coveredPage)
	if err != nil {
		return err
	}
	page.Units = list
	named, err := d.namePeople(r.Context(), r, v, page.Audience.DecidedBy)
	if err != nil {
		return err
	}
	page.DecidedBy = named[page.Audience.DecidedBy]
	next := ""
	if more {
		next = list[len(list)-1].UnitID
	}
	page.Pages = ui.PagesOf(v, in, next, v.T("editing.covered_shown", "total", page.Audience.Count, "shown", len(list)))
	if page.MayResolve {
		if page.Form.Choices, err = d.scopeChoices(r, e, page.Audience, chosen); err != nil {
			return err
		}
		regions, err := d.Units.Regions(r.Context())
		if err != nil {
			return err
		}
		page.Form.Regions = inside(r.Locale, e.Territory, regions)
	}
	if problem != nil && len(page.Form.Choices) == 0 {
		problem = problemElsewhere(problem, "scopes", "lines")
	}
	v = v.WithProblems(problem, "scopes", v.T("editing.scopes"), "group", v.T("editing.group_word"), "lines", v.T("editing.new_scope"))
	return ui.Render(w, r, status, audienceDetailPage(v, e, page))
}

// problemElsewhere moves problems from one field to another, where a form shows the other.
func problemElsewhere(err error, from, to string) error {
	e := errs.As(err)
	for _, p := range append(e.Problems, e) {
		if p.Field == from {
			p.Field = to
		}
	}
	return e
}

// scopeChoices are the scopes that stand, those that were chosen besides, and those that are suggested.
func (d *Desk) scopeChoices(r *httpx.Request, e editionView, a edition.Audience, chosen actor.Scopes) (list []scopeChoice, err error) {
	add := func(s actor.Scope, count int) {
		value := scopeValue(s)
		if slices.ContainsFunc(list, func(c scopeChoice) bool { return c.Value == value }) {
			return
		}
		picked := slices.ContainsFunc(chosen, func(c actor.Scope) bool { return scopeValue(c) == value })
		list = append(list, scopeChoice{Scope: s, Value: value, Count: count, Chosen: picked})
	}
	for _, s := range append(slices.Clone(a.Scopes), chosen...) {
		n, err := d.Editions.CountAnswer(r.Context(), r.Actor, e.ID, edition.Answer{Scopes: actor.Scopes{s}})
		if httpx.IsProblem(err) { // said beside the form already
			continue
		}
		if err != nil {
			return nil, err
		}
		add(s, n)
	}
	for _, s := range a.Suggestions {
		add(s.Scope, s.Count)
	}
	return list, nil
}

// inside lists the regions directly below a territory.
func inside(l i18n.Locale, territory string, regions []unit.Region) (list []ui.Option) {
	for _, g := range regions {
		if g.Parent == territory {
			name, lang := i18n.Pick(l, g.Name, g.NameEN)
			list = append(list, ui.Option{Value: g.Code, Text: name, Lang: lang})
		}
	}
	return list
}

// PostAudience counts an answer or saves it.
func (d *Desk) PostAudience(w http.ResponseWriter, r *httpx.Request) error {
	e, page, err := d.audienceOf(r)
	if err != nil {
		return err
	}
	if !actor.Can(r.Actor, actor.EditionDraft, actor.Office(e.Territory)) {
		return errs.Forbidden("edition.forbidden")
	}
	in := r.Input()
	op := in.Choice("op", answerSave, answerCount)
	version := in.Version()
	answer, form := readAnswer(in)
	err = in.Err()
	switch {
	case err != nil:
	case op == answerCount:
		if form.Count, err = d.Editions.CountAnswer(r.Context(), r.Actor, e.ID, answer); err == nil {
			form.Counted, form.New, form.Lines = true, actor.Scope{}, nil // what was put together stands among the choices now
			page.Form = form
			return d.showAudience(w, r, http.StatusOK, e, page, answer.Scopes, nil)
		}
	default:
		_, err = d.Editions.ResolveAudience(r.Context(), r.Actor, e.ID, version, page.Audience.ID, answer)
	}
	if httpx.IsProblem(err) {
		page.Form = form
		kept := answer.Scopes
		if n := form.New; len(kept) > 0 && len(n.Lines)+len(n.Tiers)+len(n.Kinds)+len(n.Regions) > 0 {
			kept = kept[:len(kept)-1] // it is still in the form below
		}
		return d.showAudience(w, r, httpx.Status(errs.As(err)), e, page, kept, err)
	}
	return d.edited(w, r, err, "editing.resolved", e.audiencePath(page.Audience))
}

// PostAudiences adds a phrase to an obligation or to the addressees.
func (d *Desk) PostAudiences(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	obligationID, phrase, version := in.ID("obligation"), in.Text("phrase", maxEditionShort), in.Version()
	if err := in.Err(); err != nil {
		return err
	}
	after, err := d.Editions.AddAudience(r.Context(), r.Actor, e.ID, version, obligationID, phrase)
	if httpx.IsProblem(err) {
		v := d.editionPage(r, e, r.T("editing.add_phrase")).WithProblems(err, "phrase", r.T("editing.add_phrase"))
		return ui.Render(w, r, httpx.Status(errs.As(err)), audienceAddPage(v, e, obligationID))
	}
	if err != nil {
		return err
	}
	list := after.Addressees
	if obligationID != "" {
		o, _ := after.Obligation(obligationID)
		list = o.Audiences
	}
	return d.edited(w, r, nil, "editing.phrase_added", e.audiencePath(list[len(list)-1]))
}

// GetAudiences is where the form of a phrase stands alone, after a language link on its error page.
func (d *Desk) GetAudiences(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, audienceAddPage(d.editionPage(r, e, r.T("editing.add_phrase")), e, r.Input().ID("obligation")))
}

// GetRemoveAudience asks before a phrase is taken out of a draft.
func (d *Desk) GetRemoveAudience(w http.ResponseWriter, r *httpx.Request) error {
	return d.removeAudience(w, r, false)
}

// PostRemoveAudience takes a phrase out of a draft.
func (d *Desk) PostRemoveAudience(w http.ResponseWriter, r *httpx.Request) error {
	return d.removeAudience(w, r, true)
}

func (d *Desk) removeAudience(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	_, page, err := d.audienceOf(r)
	if err != nil {
		return err
	}
	to := e.path() + "/groups#addressees"
	if page.Obligation.ID != "" {
		to = e.obligationPath(page.Obligation)
	}
	return d.ask(w, r, e, asked{
		Confirmation: ui.Confirmation{
			Title: r.T("editing.remove_phrase"), Says: []string{page.Audience.Phrase, r.T("editing.remove_phrase_says", "count", page.Audience.Count)},
			Action: e.audiencePath(page.Audience) + "/remove", Submit: r.T("editing.remove"), Danger: true, Back: e.audiencePath(page.Audience), Version: e.Version,
		},
		Told: "editing.phrase_removed", To: to,
	}, sent, func(version int64) error {
		_, err := d.Editions.RemoveAudience(r.Context(), r.Actor, e.ID, version, page.Audience.ID)
		return err
	})
}
