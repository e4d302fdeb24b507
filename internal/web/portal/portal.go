// Package portal is the public's face: the edition of today, its notice, its prefectures. Its pages
// are kept in the page cache, so they show nothing that depends on who asks.
package portal

import (
	"context"
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// Portal answers the public's pages.
type Portal struct {
	Shell    *ui.Shell
	Editions *edition.Service
	Units    *unit.Service
	Clock    clock.Clock
}

// Nav is the portal's main navigation.
var Nav = []ui.NavItem{
	{Key: "portal.nav_home", Href: "/"},
	{Key: "portal.nav_notice", Href: "/notice"},
	{Key: "portal.nav_editions", Href: "/editions"},
	{Key: "portal.nav_help", Href: "/help"},
}

// GetHome shows the edition of today by the portal's rule (package edition), or that there is none yet.
func (p *Portal) GetHome(w http.ResponseWriter, r *httpx.Request) error {
	current, err := p.Editions.Current(r.Context())
	if errs.Is(err, "edition.none_published") {
		return ui.Render(w, r, http.StatusOK, nothingYet(p.Shell.View(r, "")))
	}
	if err != nil {
		return err
	}
	return p.edition(w, r, current.ID, true)
}

// GetEdition shows one published or archived edition.
func (p *Portal) GetEdition(w http.ResponseWriter, r *httpx.Request) error {
	return p.edition(w, r, r.PathID("id"), false)
}

func (p *Portal) edition(w http.ResponseWriter, r *httpx.Request, id string, home bool) error {
	e, err := p.public(r.Context(), id)
	if err != nil {
		return err
	}
	regions, err := p.Units.Regions(r.Context())
	if err != nil {
		return err
	}
	others, err := p.Editions.Find(r.Context(), actor.Actor{}, edition.Filter{})
	if err != nil {
		return err
	}
	name, _ := i18n.Pick(r.Locale, e.Name, e.NameEN)
	v := p.Shell.View(r, name)
	if home {
		v.Title = ""
	} else {
		v = v.Under(ui.Crumb{Href: "/editions", Text: r.T("portal.nav_editions")})
	}
	v.Lead = r.T("portal.lead", "name", name)
	page := editionPage{
		Edition: e, Banner: banner(r, e, p.today()), Week: p.week(e), Tiles: tiles(e, regions), Home: home,
	}
	for _, o := range others {
		if o.ID != e.ID {
			page.Others = append(page.Others, o)
		}
	}
	return ui.Render(w, r, http.StatusOK, showEdition(v, page))
}

// public gets an edition as the public may see it, whoever asks: what it returns goes into the page cache.
func (p *Portal) public(ctx context.Context, id string) (edition.Face, error) {
	return p.Editions.Face(ctx, actor.Actor{}, id)
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
func (p *Portal) week(e edition.Face) ui.Week {
	const most = 10
	var week ui.Week
	if e.Start == "" || e.Start.DaysUntil(e.End) >= most {
		return week
	}
	today := p.today()
	for d := e.Start; d <= e.End; d = d.AddDays(1) {
		week.Days = append(week.Days, ui.WeekDay{Day: d, Today: d == today})
	}
	return week
}

// tiles are the prefectures of the edition's territory with their own themes.
func tiles(e edition.Face, regions []unit.Region) []ui.Tile {
	themes := map[string]edition.LocalTheme{}
	for _, t := range e.LocalThemes {
		themes[t.Region] = t
	}
	var out []ui.Tile
	for _, g := range regions {
		if g.Level != unit.LevelPrefecture || !actor.RegionWithin(g.Code, e.Territory) {
			continue
		}
		t := themes[g.Code]
		out = append(out, ui.Tile{
			X: g.TileX, Y: g.TileY, Name: g.Short, NameEN: g.NameEN, Note: t.Theme, NoteEN: t.ThemeEN,
			Href: "/editions/" + e.ID + "/regions/" + g.Code,
		})
	}
	return out
}

// GetEditions lists the published and archived editions.
func (p *Portal) GetEditions(w http.ResponseWriter, r *httpx.Request) error {
	list, err := p.Editions.Find(r.Context(), actor.Actor{}, edition.Filter{})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, showEditions(p.Shell.View(r, r.T("portal.nav_editions")), list, p.today()))
}

// GetRegion shows a prefecture's own theme beside the edition's and who leads the week there.
func (p *Portal) GetRegion(w http.ResponseWriter, r *httpx.Request) error {
	e, err := p.public(r.Context(), r.PathID("id"))
	if err != nil {
		return err
	}
	code := r.PathValue("code")
	region, err := p.Units.Region(r.Context(), code)
	if err != nil {
		return err
	}
	if !actor.RegionWithin(region.Code, e.Territory) || region.Level != unit.LevelPrefecture {
		return errs.NotFound("region.not_found")
	}
	departments, err := p.Units.Departments(r.Context(), region.Code)
	if err != nil {
		return err
	}
	regions, err := p.Units.Regions(r.Context())
	if err != nil {
		return err
	}
	page := regionPage{Edition: e, Region: region, Departments: departments, State: state(r.Locale, e.Summary, p.today()), When: when(r.Locale, e.Summary)}
	for _, t := range e.LocalThemes {
		if t.Region == region.Code {
			page.Theme = t
		}
	}
	page.Tiles = tiles(e, regions)
	for i := range page.Tiles {
		page.Tiles[i].Note, page.Tiles[i].NoteEN = "", ""
		page.Tiles[i].Selected = page.Tiles[i].Href == "/editions/"+e.ID+"/regions/"+region.Code
	}
	for _, g := range regions {
		if g.Parent == region.Code {
			page.Counties = append(page.Counties, g)
		}
	}
	name, _ := i18n.Pick(r.Locale, region.Name, region.NameEN)
	edName, _ := i18n.Pick(r.Locale, e.Name, e.NameEN)
	v := p.Shell.View(r, name).Under(ui.Crumb{Href: "/editions/" + e.ID, Text: edName})
	return ui.Render(w, r, http.StatusOK, showRegion(v, page))
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
	text, err := p.Editions.PublicNotice(r.Context(), actor.Actor{}, id)
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

// GetPrivacy says which personal data are kept, why and for how long.
func (p *Portal) GetPrivacy(w http.ResponseWriter, r *httpx.Request) error {
	return ui.Render(w, r, http.StatusOK, showPrivacy(p.Shell.View(r, r.T("ui.privacy"))))
}

// GetAccessibility is the accessibility statement.
func (p *Portal) GetAccessibility(w http.ResponseWriter, r *httpx.Request) error {
	return ui.Render(w, r, http.StatusOK, showAccessibility(p.Shell.View(r, r.T("ui.accessibility"))))
}
