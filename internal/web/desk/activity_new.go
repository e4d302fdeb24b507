package desk

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// methodForm is the choice with which an activity begins: its method, and with it the form of its kind.
type methodForm struct {
	weekFacts
	Activity *activity.Activity // whose method is changed, nil for a new one
	Title    string
	Method   string // chosen, with its kind
	Kind     string
	Methods  []methodChoice
	Guests   []ui.Option // hosts from outside that the reader's unit vouches for
	Guest    string
	Version  int64
}

// methodChoice is a method with the forms of its kinds, the usual one first.
type methodChoice struct {
	edition.Item
	Kinds []ui.Option
}

// kindInput is the input in which the kind of a method is chosen.
func kindInput(methodID string) string { return "kind." + methodID }

// choices lists the methods of the edition that have a form.
func (p *methodForm) choices(r *httpx.Request, d *Desk) error {
	kinds, err := d.Activities.Kinds(r.Context(), p.ID)
	if err != nil {
		return err
	}
	for _, method := range p.weekFacts.Methods {
		one := methodChoice{Item: method}
		for _, kind := range kinds[method.ID] {
			text, lang := i18n.Pick(r.Locale, kind.Title.Zh, kind.Title.En)
			one.Kinds = append(one.Kinds, ui.Option{Value: kind.Code, Text: text, Lang: lang})
		}
		if len(one.Kinds) > 0 {
			p.Methods = append(p.Methods, one)
		}
	}
	return nil
}

// choose reads the chosen method and kind; without a kind it is the method's usual one.
func (p *methodForm) choose(in *httpx.Input) {
	p.Method, p.Kind = in.Raw("method"), ""
	i := slices.IndexFunc(p.Methods, func(one methodChoice) bool { return one.ID == p.Method })
	if i < 0 {
		in.Problem(errs.Invalid("activity.method_missing").On("method"))
		return
	}
	kinds := p.Methods[i].Kinds
	p.Kind = in.Raw(kindInput(p.Method))
	if !slices.ContainsFunc(kinds, func(o ui.Option) bool { return o.Value == p.Kind }) {
		p.Kind = kinds[0].Value
	}
}

// newActivity prepares the page for the edition asked for, else the present one.
func (d *Desk) newActivity(r *httpx.Request) (page methodForm, err error) {
	if !entersActivities(r.Actor) {
		return page, errs.Forbidden("activity.forbidden")
	}
	ctx, in := r.Context(), r.Input()
	e, err := d.editionOfDuties(ctx, r.Actor, in.ID("edition"))
	switch {
	case err != nil:
		return page, err
	case e == nil:
		return page, errs.NotFound("activity.edition_not_found")
	case e.Status != edition.StatusPublished:
		return page, errs.Conflict("activity.edition_closed")
	}
	if page.weekFacts, err = d.weekFacts(ctx, r, e.ID); err != nil {
		return page, err
	}
	if err := page.choices(r, d); err != nil {
		return page, err
	}
	guests, err := d.Activities.Guests(ctx, r.Actor, e.ID)
	if err != nil {
		return page, err
	}
	for _, g := range guests {
		if g.Unit.ID == r.Actor.UnitID {
			name, lang := i18n.Pick(r.Locale, g.Name, g.NameEN)
			page.Guests = append(page.Guests, ui.Option{Value: g.ID, Text: name, Lang: lang})
		}
	}
	return page, nil
}

// GetNewActivity asks for what an activity begins with.
func (d *Desk) GetNewActivity(w http.ResponseWriter, r *httpx.Request) error {
	page, err := d.newActivity(r)
	if err != nil {
		return err
	}
	page.Guest = r.Input().Raw("guest")
	return d.showMethods(w, r, http.StatusOK, page, nil)
}

func (d *Desk) showMethods(w http.ResponseWriter, r *httpx.Request, status int, page methodForm, problem error) error {
	var v ui.View
	if page.Activity == nil {
		v = d.view(r, r.T("activities.new"), ui.Crumb{Href: activitiesPath, Text: r.T("nav.activities")})
	} else {
		v = d.activityView(r, *page.Activity, r.T("activities.change_method"))
	}
	v = v.WithProblems(problem, "title", v.T("activities.field_title"), "method", v.T("activities.field_method"), "guest", v.T("activities.guest"))
	return ui.Render(w, r, status, activityMethodPage(v, page))
}

// PostNewActivity begins an activity with what the unit mostly says.
func (d *Desk) PostNewActivity(w http.ResponseWriter, r *httpx.Request) error {
	page, err := d.newActivity(r)
	if err != nil {
		return err
	}
	ctx, in := r.Context(), r.Input()
	page.Title, page.Guest = in.Needed("title", maxActivityTitle), in.ID("guest")
	content, err := d.usualContent(ctx, r)
	if err != nil {
		return err
	}
	page.choose(in)
	content.Title, content.MethodID, content.Kind = page.Title, page.Method, page.Kind
	var begun activity.Activity
	if err = in.Err(); err == nil {
		begun, err = d.Activities.Begin(ctx, r.Actor, activity.Beginning{EditionID: page.ID, GuestID: page.Guest, Content: content})
	}
	if httpx.IsProblem(err) {
		return d.showMethods(w, r, httpx.Status(errs.As(err)), page, err)
	}
	if err != nil {
		return err
	}
	return httpx.Redirect(w, r, activityEditPath(begun.ID), activitiesPath)
}

// usualContent is what a unit mostly says: at its own place, and its office is asked. Nobody has
// confirmed that yet.
func (d *Desk) usualContent(ctx context.Context, r *httpx.Request) (c activity.Content, err error) {
	u, err := d.Units.Get(ctx, r.Actor, r.Actor.UnitID)
	if err != nil {
		return c, err
	}
	c.Mode = activity.OnSite
	c.Venue = activity.Venue{Name: u.Name, Address: u.Address}
	c.Contact = activity.Contact{Office: u.Name, Phone: u.Phone}
	if r := []rune(c.Contact.Office); len(r) > maxActivityOffice {
		c.Contact.Office = string(r[:maxActivityOffice])
	}
	return c, nil
}

// methodOf prepares the page on which an activity's method is changed.
func (d *Desk) methodOf(r *httpx.Request) (page methodForm, err error) {
	act, err := d.ownActivity(r)
	if err != nil {
		return page, err
	}
	if !writable(act) {
		return page, errs.Conflict("activity.changed_meanwhile")
	}
	page.Activity, page.Version = &act, act.Draft.Version
	page.Method, page.Kind = act.Draft.Content.MethodID, act.Draft.Content.Kind
	if page.weekFacts, err = d.weekFacts(r.Context(), r, act.EditionID); err != nil {
		return page, err
	}
	return page, page.choices(r, d)
}

// GetActivityMethod shows the methods to choose from.
func (d *Desk) GetActivityMethod(w http.ResponseWriter, r *httpx.Request) error {
	page, err := d.methodOf(r)
	if err != nil {
		return err
	}
	return d.showMethods(w, r, http.StatusOK, page, nil)
}

// PostActivityMethod changes an activity's method and the form of its kind. Of what was filled in the
// fields that the new form has stay.
func (d *Desk) PostActivityMethod(w http.ResponseWriter, r *httpx.Request) error {
	page, err := d.methodOf(r)
	if err != nil {
		return err
	}
	ctx, in := r.Context(), r.Input()
	page.Version = in.Version()
	page.choose(in)
	act := *page.Activity
	if err = in.Err(); err == nil {
		content := act.Draft.Content
		content.MethodID = page.Method
		if page.Kind != content.Kind {
			content.Kind = page.Kind
			f, err := d.Activities.KindForm(ctx, act.EditionID, page.Kind)
			if err != nil {
				return err
			}
			content.Values = kept(act.Draft.Form.Definition, f.Definition, act.Draft.Content.Values)
		}
		_, _, err = d.Activities.SaveDraft(ctx, r.Actor, act.ID, page.Version, content)
	}
	if httpx.IsProblem(err) {
		return d.showMethods(w, r, httpx.Status(errs.As(err)), page, err)
	}
	if err != nil {
		return err
	}
	return httpx.Redirect(w, r, activityEditPath(act.ID), activitiesPath)
}

// kept are the values that another form has a field for, of the same code and kind.
func kept(from, to form.Definition, values form.Values) form.Values {
	out := form.Values{}
	for code, value := range values {
		before, _ := from.Field(code)
		after, ok := to.Field(code)
		if ok && before.Kind == after.Kind && slices.Contains([]form.Kind{form.KindText, form.KindLongText, form.KindPerson, form.KindDate, form.KindLink}, after.Kind) {
			out[code] = value
		}
	}
	return out
}

// shortWords cuts a description for a list of choices.
func shortWords(s string) string {
	const most = 80
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
