package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

func activityRulePath(editionID string) string { return editionPath(editionID) + "/activities" }

// activityRule is how the activities of an edition are checked, and with which forms they are entered.
type activityRule struct {
	editionView
	Rule   activity.Rule
	Verify string // as the form sends it
	Kinds  map[string][]form.Summary
}

// smallChoices are the fields that an office may let change at once. What decides whether somebody comes
// and for whom it is meant is read before.
var smallChoices = []string{"title_en", "summary", "summary_en", "description", "description_en", "link", "contact", "access", "safety", "pictures", "pictures.alt"}

func (d *Desk) activityRuleOf(r *httpx.Request) (p activityRule, err error) {
	if p.editionView, err = d.editionFor(r, actor.EditionDraft); err != nil {
		return p, err
	}
	if p.Rule, err = d.Activities.Rule(r.Context(), p.ID); err != nil {
		return p, err
	}
	p.Verify = itoa(p.Rule.VerifyOver)
	p.Kinds, err = d.Activities.Kinds(r.Context(), p.ID)
	return p, err
}

// GetActivityRule shows the rule.
func (d *Desk) GetActivityRule(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.activityRuleOf(r)
	if err != nil {
		return err
	}
	return d.showActivityRule(w, r, http.StatusOK, p, nil)
}

func (d *Desk) showActivityRule(w http.ResponseWriter, r *httpx.Request, status int, p activityRule, problem error) error {
	v := d.editionPage(r, p.editionView, r.T("activities.rule"))
	v = v.WithProblems(problem, "depth", v.T("activities.rule_depth"), "verify_over", v.T("activities.rule_verify"), "small_fields", v.T("activities.rule_small"))
	return ui.Render(w, r, status, activityRulePage(v, p))
}

// PostActivityRule sets the rule. What the page does not offer stays as it is.
func (d *Desk) PostActivityRule(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.activityRuleOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	depth, _ := strconv.Atoi(in.Choice("depth", "1", "2", "3")) //nolint:errcheck // "" is 0, which is refused
	p.Verify = in.Raw("verify_over")
	small := in.Choices("small_fields", smallChoices...)
	for _, one := range p.Rule.SmallFields {
		if strings.HasPrefix(one, "form.") {
			small = append(small, one)
		}
	}
	p.Rule = activity.Rule{Depth: depth, VerifyOver: int(in.Number("verify_over", 0, mostSeats)), SmallFields: small, Version: in.Version()}
	if err = in.Err(); err == nil {
		_, err = d.Activities.SetRule(r.Context(), r.Actor, p.ID, p.Rule)
	}
	if httpx.IsProblem(err) {
		return d.showActivityRule(w, r, httpx.Status(errs.As(err)), p, err)
	}
	return d.edited(w, r, err, "activities.rule_set", activityRulePath(p.ID))
}

func (p activityRule) open() bool { return p.Status == edition.StatusPublished }

func depthOptions(v ui.View) (list []ui.Option) {
	for _, n := range []string{"1", "2", "3"} {
		list = append(list, ui.Option{Value: n, Text: depthWord(v, n), Help: depthHelp(v, n)})
	}
	return list
}

//i18n:prefix activities.depth_
func depthWord(v ui.View, n string) string { return v.T("activities.depth_" + n) }

//i18n:prefix activities.depth_help_
func depthHelp(v ui.View, n string) string { return v.T("activities.depth_help_" + n) }

func smallOptions(v ui.View) (list []ui.Option) {
	for _, field := range smallChoices {
		text := activityField(v, field)
		if field == "contact" {
			text = readName(v, field)
		}
		list = append(list, ui.Option{Value: field, Text: text})
	}
	return list
}

// kindsPage are the forms with which activities of a method are entered.
type kindsPage struct {
	editionView
	Method edition.Item
	Forms  []ui.Option // to choose from
	Usual  string
	Also   []string
}

// kindsOf gets the edition and the method of the path for its office.
func (d *Desk) kindsOf(r *httpx.Request) (p kindsPage, err error) {
	if p.editionView, err = d.editionFor(r, actor.EditionDraft); err != nil {
		return p, err
	}
	i := slices.IndexFunc(p.Methods, func(m edition.Item) bool { return m.ID == r.PathID("method") })
	if i < 0 {
		return p, errs.NotFound("edition.item_not_found")
	}
	p.Method = p.Methods[i]
	list, err := d.Forms.Find(r.Context(), r.Actor, form.Filter{Territory: p.Territory})
	if err != nil {
		return p, err
	}
	for _, one := range list { // the latest version of each first
		if !slices.ContainsFunc(p.Forms, func(o ui.Option) bool { return o.Value == one.Code }) && !forDuties[one.Code] {
			text, lang := i18n.Pick(r.Locale, one.Title.Zh, one.Title.En)
			p.Forms = append(p.Forms, ui.Option{Value: one.Code, Text: text, Lang: lang})
		}
	}
	kinds, err := d.Activities.Kinds(r.Context(), p.ID)
	for _, one := range kinds[p.Method.ID] {
		p.Also = append(p.Also, one.Code)
	}
	if len(p.Also) > 0 {
		p.Usual = p.Also[0]
	}
	return p, err
}

// GetMethodKinds shows the forms of a method.
func (d *Desk) GetMethodKinds(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.kindsOf(r)
	if err != nil {
		return err
	}
	return d.showKinds(w, r, http.StatusOK, p, nil)
}

func (d *Desk) showKinds(w http.ResponseWriter, r *httpx.Request, status int, p kindsPage, problem error) error {
	name, _ := i18n.Pick(r.Locale, p.Method.Name, p.Method.NameEN)
	v := d.editionPage(r, p.editionView, name, ui.Crumb{Href: activityRulePath(p.ID), Text: r.T("activities.rule")})
	v = v.WithProblems(problem, "usual", v.T("activities.kind_usual"), "kinds", v.T("activities.kind_also"))
	return ui.Render(w, r, status, methodKindsPage(v, p))
}

// PostMethodKinds sets the forms of a method, the usual one first.
func (d *Desk) PostMethodKinds(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.kindsOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	codes := make([]string, len(p.Forms))
	for i, o := range p.Forms {
		codes[i] = o.Value
	}
	p.Usual, p.Also = in.Choice("usual", codes...), in.Choices("kinds", codes...)
	if p.Usual == "" && len(p.Also) > 0 {
		in.Problem(errs.Invalid("error.required").On("usual"))
	}
	chosen := slices.DeleteFunc(append([]string{p.Usual}, p.Also...), func(code string) bool { return code == "" })
	if err = in.Err(); err == nil {
		err = d.Activities.SetKinds(r.Context(), r.Actor, p.ID, p.Method.ID, chosen)
	}
	if httpx.IsProblem(err) {
		return d.showKinds(w, r, httpx.Status(errs.As(err)), p, err)
	}
	return d.edited(w, r, err, "activities.kinds_set", activityRulePath(p.ID))
}

// forDuties are the shipped forms in which units report what they owe; no activity is entered with them.
var forDuties = map[string]bool{
	form.WorkPlan: true, form.Kickoff: true, form.LocalTheme: true, form.WorkSummary: true, form.Exemplar: true,
	form.NewsEntryList: true, form.Evidence: true, form.Interview: true,
}
