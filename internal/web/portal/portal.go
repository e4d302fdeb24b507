// Package portal is the public's face: the edition of today with its activities, its notice, its
// prefectures. Its pages are kept in the page cache, so they show nothing that depends on who asks.
package portal

import (
	"context"
	"net/http"
	"strconv"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/measure"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// Portal answers the public's pages.
type Portal struct {
	Shell      *ui.Shell
	Editions   *edition.Service
	Units      *unit.Service
	Activities *activity.Service
	Files      *file.Service
	Measures   *measure.Service
	Clock      clock.Clock
	Base       string // the site's public address without a slash at its end, for links that leave it
}

// nobody is who reads the pages: what they show goes into the page cache.
var nobody = actor.Actor{}

// Nav is the portal's main navigation.
var Nav = []ui.NavItem{
	{Key: "portal.nav_home", Href: "/"},
	{Key: "portal.nav_activities", Href: listPath},
	{Key: "portal.nav_notice", Href: "/notice"},
	{Key: "portal.nav_editions", Href: "/editions"},
	{Key: "portal.nav_help", Href: "/help"},
}

// GetEdition shows one published or archived edition.
func (p *Portal) GetEdition(w http.ResponseWriter, r *httpx.Request) error {
	e, err := p.public(r.Context(), r.PathID("id"))
	if err != nil {
		return err
	}
	places, err := p.atlas(r.Context(), e.Territory)
	if err != nil {
		return err
	}
	others, err := p.Editions.Find(r.Context(), nobody, edition.Filter{})
	if err != nil {
		return err
	}
	name, _ := i18n.Pick(r.Locale, e.Name, e.NameEN)
	v := p.Shell.View(r, name).Under(ui.Crumb{Href: "/editions", Text: r.T("portal.nav_editions")})
	v.Lead = r.T("portal.lead", "name", name)
	page := editionPage{Edition: e, Banner: banner(r, e, p.today()), Week: week(e, p.today()), Tiles: tiles(e, places.prefectures, nil)}
	for _, o := range others {
		if o.ID != e.ID {
			page.Others = append(page.Others, o)
		}
	}
	return ui.Render(w, r, http.StatusOK, showEdition(p.withAddress(v, r.URL.Path), page))
}

// public gets an edition as the public may see it, whoever asks: what it returns goes into the page cache.
func (p *Portal) public(ctx context.Context, id string) (edition.Face, error) {
	return p.Editions.Face(ctx, nobody, id)
}

func (p *Portal) today() clock.Day { return p.Clock.Now().Day() }

// banner is the head of an edition's page.
func banner(r *httpx.Request, e edition.Face, today clock.Day) ui.Banner {
	name, _ := i18n.Pick(r.Locale, e.Name, e.NameEN)
	return ui.Banner{Kicker: name, Theme: e.Theme, ThemeEN: e.ThemeEN, When: when(r.Locale, e.Summary), State: state(r.Locale, e.Summary, today)}
}

func when(l i18n.Locale, e edition.Summary) string {
	if e.Start == "" {
		return i18n.T(l, "portal.undated")
	}
	if e.Start == e.End {
		return i18n.Day(l, e.Start)
	}
	return i18n.T(l, "portal.when", "start", i18n.Day(l, e.Start), "end", i18n.Day(l, e.End))
}

// state says where today lies: not begun, day 3 of 7, over.
func state(l i18n.Locale, e edition.Summary, today clock.Day) string {
	if e.Status == edition.StatusArchived {
		return i18n.T(l, "portal.state_archived")
	}
	switch phase := e.Phase(today); phase.State {
	case edition.Before:
		return i18n.T(l, "portal.state_before", "count", phase.Left)
	case edition.During:
		return i18n.T(l, "portal.state_during", "day", phase.Day, "of", phase.Of)
	case edition.After:
		return i18n.T(l, "portal.state_after")
	}
	return ""
}

// week shows the days of a week as tiles; a longer period is told in words only.
func week(e edition.Face, today clock.Day) ui.Week {
	const most = 10
	var w ui.Week
	if e.Start == "" || e.Start.DaysUntil(e.End) >= most {
		return w
	}
	for d := e.Start; d <= e.End; d = d.AddDays(1) {
		w.Days = append(w.Days, ui.WeekDay{Day: d, Today: d == today})
	}
	return w
}

// tiles are prefectures with their own themes and, where counts has any, what is on in each.
func tiles(e edition.Face, prefectures []unit.Region, counts map[string]int) (list []ui.Tile) {
	themes := map[string]edition.LocalTheme{}
	for _, t := range e.LocalThemes {
		themes[t.Region] = t
	}
	for _, g := range prefectures {
		t := ui.Tile{X: g.TileX, Y: g.TileY, Name: g.Short, NameEN: g.NameEN, Note: themes[g.Code].Theme, NoteEN: themes[g.Code].ThemeEN, Href: regionHref(e.ID, g.Code)}
		if counts != nil {
			t.Figure = strconv.Itoa(counts[g.Code])
		}
		list = append(list, t)
	}
	return list
}

// GetEditions lists the published and archived editions.
func (p *Portal) GetEditions(w http.ResponseWriter, r *httpx.Request) error {
	list, err := p.Editions.Find(r.Context(), nobody, edition.Filter{})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, showEditions(p.Shell.View(r, r.T("portal.nav_editions")), list, p.today()))
}

// GetNotice shows the notice of the edition of today.
func (p *Portal) GetNotice(w http.ResponseWriter, r *httpx.Request) error {
	current, err := p.Editions.Current(r.Context())
	if errs.Is(err, "edition.none_published") {
		return ui.Render(w, r, http.StatusOK, nothingYet(p.Shell.View(r, r.T("portal.nav_notice"))))
	}
	if err != nil {
		return err
	}
	return p.notice(w, r, current.ID, true)
}

// GetEditionNotice shows the notice of one edition.
func (p *Portal) GetEditionNotice(w http.ResponseWriter, r *httpx.Request) error {
	return p.notice(w, r, r.PathID("id"), false)
}

func (p *Portal) notice(w http.ResponseWriter, r *httpx.Request, id string, current bool) error {
	e, err := p.public(r.Context(), id)
	if err != nil {
		return err
	}
	text, err := p.Editions.PublicNotice(r.Context(), nobody, id)
	if err != nil {
		return err
	}
	v := p.Shell.View(r, r.T("portal.nav_notice"))
	if !current {
		name, _ := i18n.Pick(r.Locale, e.Name, e.NameEN)
		v = v.Under(ui.Crumb{Href: "/editions/" + e.ID, Text: name})
	}
	return ui.Render(w, r, http.StatusOK, showNotice(v, noticePage{Edition: e, Notice: text}))
}

// GetHelp, GetPrivacy and GetAccessibility are the statements that a public site owes its readers.
func (p *Portal) GetHelp(w http.ResponseWriter, r *httpx.Request) error {
	return ui.Render(w, r, http.StatusOK, showHelp(p.Shell.View(r, r.T("portal.nav_help"))))
}

// GetAbout says what the week is, who holds it and where the figures come from.
func (p *Portal) GetAbout(w http.ResponseWriter, r *httpx.Request) error {
	page := aboutPage{}
	e, err := p.present(r)
	if err == nil {
		page.Edition, page.When = e.Face, when(r.Locale, e.Summary)
	} else if !errs.Is(err, "edition.none_published") {
		return err
	}
	return ui.Render(w, r, http.StatusOK, showAbout(p.Shell.View(r, r.T("portal.about")), page))
}

// GetPrivacy says which personal data are kept, why and for how long.
func (p *Portal) GetPrivacy(w http.ResponseWriter, r *httpx.Request) error {
	return ui.Render(w, r, http.StatusOK, showPrivacy(p.Shell.View(r, r.T("ui.privacy"))))
}

// GetAccessibility is the accessibility statement.
func (p *Portal) GetAccessibility(w http.ResponseWriter, r *httpx.Request) error {
	return ui.Render(w, r, http.StatusOK, showAccessibility(p.Shell.View(r, r.T("ui.accessibility"))))
}
