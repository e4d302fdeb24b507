package desk

import (
	"context"
	"net/http"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// passForm is to whom a notice is passed on, with the covering note.
type passForm struct {
	Dispatch duty.Dispatch
	Note     string
	Regions  []string
	Kinds    []string
	Places   []ui.Option // regions directly below the reader's
	Sorts    []ui.Option // kinds of unit that answer to the reader's, with their number
	Count    int         // of all units meant
}

// maxNote is the longest covering note, in characters; the ledger has the last word.
const maxNote = 1000

// opPass sends what was shown before.
const opPass = "pass"

// passing gets the dispatch of the path for whoever passes it on.
func (d *Desk) passing(r *httpx.Request) (duty.Dispatch, error) {
	one, err := d.Duties.GetDispatch(r.Context(), r.Actor, r.PathID("id"))
	switch {
	case err != nil:
		return one, err
	case one.Unit.ID != r.Actor.UnitID:
		return one, errs.NotFound("dispatch.not_found")
	case !r.Actor.Has(actor.RoleEditor, actor.RoleHead) || len(actor.Command(r.Actor)) == 0:
		return one, errs.Forbidden("dispatch.forbidden")
	}
	return one, nil
}

// GetPassOn shows the form in which a notice is passed on.
func (d *Desk) GetPassOn(w http.ResponseWriter, r *httpx.Request) error {
	one, err := d.passing(r)
	if err != nil {
		return err
	}
	return d.showPassOn(w, r, http.StatusOK, passForm{Dispatch: one}, nil)
}

func (d *Desk) showPassOn(w http.ResponseWriter, r *httpx.Request, status int, page passForm, problem error) error {
	ctx := r.Context()
	v := d.passView(r, page.Dispatch, r.T("duties.pass_on"))
	regions, err := d.Units.Regions(ctx)
	if err != nil {
		return err
	}
	_, all, err := d.countCommand(ctx, r.Actor, nil, nil)
	if err != nil {
		return err
	}
	for _, one := range inside(r.Locale, r.Actor.Place.Region, regions) {
		one.Text = counted(v, one.Text, all.Regions[one.Value])
		page.Places = append(page.Places, one)
	}
	for _, k := range actor.Kinds {
		if n := all.Kinds[k]; n > 0 {
			page.Sorts = append(page.Sorts, ui.Option{Value: string(k), Text: counted(v, kindName(v, k), n)})
		}
	}
	page.Count = all.Total
	v = v.WithProblems(problem, "note", v.T("duties.note"), "scopes", v.T("duties.pass_to"))
	return ui.Render(w, r, status, passOnPage(v, page))
}

func (d *Desk) passView(r *httpx.Request, one duty.Dispatch, title string) ui.View {
	return d.view(r, title, ui.Crumb{Href: dispatchesPath, Text: r.T("nav.dispatches")}, ui.Crumb{Href: dispatchPath(one.ID), Text: cutTitle(one.Title)})
}

// countCommand counts the units that answer to the actor's department, in regions and of kinds.
func (d *Desk) countCommand(ctx context.Context, a actor.Actor, regions []string, kinds []actor.Kind) (total int, all unit.Facets, err error) {
	all = unit.Facets{Regions: map[string]int{}, Kinds: map[actor.Kind]int{}}
	for _, scope := range actor.Command(a) {
		f := unit.Filter{Regions: scope.Regions, Lines: scope.Lines, Tiers: scope.Tiers, Kinds: scope.Kinds}
		if len(regions) > 0 {
			f.Regions = regions
		}
		if len(kinds) > 0 {
			f.Kinds = commonKinds(scope.Kinds, kinds)
			if len(f.Kinds) == 0 {
				continue
			}
		}
		counts, err := d.Units.Counts(ctx, a, f)
		if err != nil {
			return 0, all, err
		}
		all.Total += counts.Total
		for code, n := range counts.Regions {
			all.Regions[code] += n
		}
		for kind, n := range counts.Kinds {
			if len(scope.Kinds) == 0 || slices.Contains(scope.Kinds, kind) { // facets of a dimension ignore its filter
				all.Kinds[kind] += n
			}
		}
	}
	return all.Total, all, nil
}

// commonKinds are the kinds in both lists; an empty scope holds all.
func commonKinds(scope, chosen []actor.Kind) []actor.Kind {
	if len(scope) == 0 {
		return chosen
	}
	return slices.DeleteFunc(slices.Clone(chosen), func(k actor.Kind) bool { return !slices.Contains(scope, k) })
}

// PostPassOn shows how many units are meant, and passes the notice on when that was confirmed.
func (d *Desk) PostPassOn(w http.ResponseWriter, r *httpx.Request) error {
	one, err := d.passing(r)
	if err != nil {
		return err
	}
	ctx, in := r.Context(), r.Input()
	regions, err := d.Units.Regions(ctx)
	if err != nil {
		return err
	}
	var codes []string
	for _, o := range inside(r.Locale, r.Actor.Place.Region, regions) {
		codes = append(codes, o.Value)
	}
	page := passForm{Dispatch: one, Note: in.Text("note", maxNote), Regions: in.Choices("regions", codes...), Kinds: in.Choices("kinds", names(actor.Kinds)...)}
	err = in.Err()
	scope := actor.Scope{Regions: page.Regions}
	for _, k := range page.Kinds {
		scope.Kinds = append(scope.Kinds, actor.Kind(k))
	}
	if err == nil && in.Choice("op", opPass) != opPass {
		if page.Count, _, err = d.countCommand(ctx, r.Actor, scope.Regions, scope.Kinds); err != nil {
			return err
		}
		if page.Count > 0 {
			return d.confirmPassOn(w, r, page)
		}
		err = errs.Join(errs.Invalid("dispatch.nobody_below").On("regions"))
	}
	var done duty.Passed
	if err == nil {
		passing := duty.Passing{Note: page.Note}
		if len(scope.Regions)+len(scope.Kinds) > 0 {
			passing.Scopes = actor.Scopes{scope}
		}
		done, err = d.Duties.PassOn(ctx, r.Actor, one.ID, passing)
	}
	if httpx.IsProblem(err) {
		return d.showPassOn(w, r, httpx.Status(errs.As(err)), page, problemElsewhere(err, "scopes", "regions"))
	}
	if err != nil {
		return err
	}
	if done.Sent > 0 {
		r.Tell(w, httpx.Good, "duties.passed_on")
	} else {
		r.Tell(w, httpx.Notice, "duties.passed_none")
	}
	return httpx.Redirect(w, r, dispatchPath(one.ID)+"#passed", dispatchesPath)
}

func (d *Desk) confirmPassOn(w http.ResponseWriter, r *httpx.Request, page passForm) error {
	v := d.passView(r, page.Dispatch, r.T("duties.pass_title", "count", page.Count))
	says := []string{v.T("duties.pass_says"), v.T("duties.pass_again")}
	if page.Dispatch.SignedAt.IsZero() {
		says = append(says, v.T("duties.pass_signs"))
	}
	return ui.Render(w, r, http.StatusOK, passConfirmPage(v, ui.Confirmation{
		Title: v.Title, Says: says, Action: dispatchPath(page.Dispatch.ID) + "/pass-on", Submit: v.T("duties.pass_on"), Back: dispatchPath(page.Dispatch.ID) + "/pass-on",
	}, page))
}
