package ui

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
)

// View is what layouts and components must know about the page and its reader.
type View struct {
	Locale    i18n.Locale
	Actor     actor.Actor
	Person    string // display name of who is signed in
	Unit      string // name of that person's unit
	UnitEN    string // its English name, "" for none
	Path      string // path and query of the page without preferences
	Title     string // of the page, without the site's name
	Lead      string // one sentence for search engines and link previews, or ""
	Crumbs    []Crumb
	Flash     httpx.Flash
	LargeType bool
	RequestID string
	Site      Site
	Nav       []NavGroup // what this actor may use
	Problems  []Problem  // what is wrong with the form on the page
	Scripts   []string   // further scripts by name of asset, such as "door.js"
	// Head is added to the document's <head>, such as what link previews and search engines read; nil for
	// nothing.
	Head templ.Component
}

// Crumb is one step of the breadcrumb above the page.
type Crumb struct{ Href, Text string }

// Problem is one thing wrong with a form; Field and its Label may be "".
type Problem struct{ Field, Label, Text string }

// Site is what the office configured about its site; empty parts are not shown.
type Site struct {
	Name, NameEN     string // 湖南省职业教育活动周
	Sponsor          string // 主办单位
	SponsorEN        string
	SiteCode         string // 政府网站标识码
	ICP              string // ICP备案号
	PublicSecurity   string // 公安备案号
	Contact          string // telephone or address for the public
	AccessibilityURL string // 无障碍声明
	PrivacyURL       string
	PortalNav        []NavItem // the portal's main pages
}

// NavGroup is a heading of the Desk's navigation with its jobs.
type NavGroup struct {
	Key   string // message key of the heading, "" for none
	Items []NavItem
}

// NavItem is one job in the Desk's navigation.
type NavItem struct {
	Key     string // message key
	Href    string
	Also    []string // further paths that stand below it; * is any one segment: /desk/editions/*/ledger
	Icon    string
	Allowed func(actor.Actor) bool // nil: everybody who is signed in
}

// Shell makes Views and renders error pages; the composition root makes one.
type Shell struct {
	Site Site
	Nav  []NavGroup
	// Names gives the display names of the actor's person and unit. It is asked once a page.
	Names func(ctx context.Context, a actor.Actor) (person, unit, unitEN string, err error)
}

// View begins a page: it fills in everything but what the page adds.
func (s *Shell) View(r *httpx.Request, title string) View {
	v := View{
		Locale: r.Locale, Actor: r.Actor, Path: httpx.Here(r), Title: title, Flash: r.Flash,
		LargeType: r.LargeType, RequestID: r.ID, Site: s.Site,
	}
	if r.Actor.Class != actor.Staff {
		return v
	}
	if s.Names != nil {
		person, unit, unitEN, err := s.Names(r.Context(), r.Actor)
		if err == nil { // without a name the page is still right
			v.Person, v.Unit, v.UnitEN = person, unit, unitEN
		}
	}
	if r.Actor.MustChangePassword {
		return v
	}
	for _, g := range s.Nav {
		kept := NavGroup{Key: g.Key}
		for _, item := range g.Items {
			if item.Allowed == nil || item.Allowed(r.Actor) {
				kept.Items = append(kept.Items, item)
			}
		}
		if len(kept.Items) > 0 {
			v.Nav = append(v.Nav, kept)
		}
	}
	return v
}

// RenderError writes the page for an error; it is httpx.Options.RenderError.
func (s *Shell) RenderError(w http.ResponseWriter, r *httpx.Request, status int, e *errs.Error) error {
	v := s.View(r, i18n.T(r.Locale, fmt.Sprintf("ui.error_title_%d", errorTitle(status))))
	return Render(w, r, status, ErrorPage(v, status, i18n.Error(r.Locale, e)))
}

// errorTitle is the status whose heading is used; every other one is told as an error of ours or theirs.
//
//i18n:prefix ui.error_title_
func errorTitle(status int) int {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusNotFound, status == http.StatusForbidden, status == http.StatusConflict:
		return status
	case status == http.StatusServiceUnavailable, status == http.StatusTooManyRequests:
		return http.StatusServiceUnavailable
	case status < http.StatusInternalServerError:
		return http.StatusBadRequest
	default:
		return http.StatusInternalServerError
	}
}

// Under adds breadcrumbs, from the top down; the page's own title follows them by itself.
func (v View) Under(crumbs ...Crumb) View {
	v.Crumbs = append(slices.Clone(v.Crumbs), crumbs...)
	return v
}

// WithProblems shows what is wrong with a form: a summary at its top and a sentence beside each
// field. Only errors for which httpx.IsProblem holds belong here. labels are pairs of a field's
// name and its label, so that the summary can say which field it means.
func (v View) WithProblems(err error, labels ...string) View {
	if err == nil {
		return v
	}
	e := errs.As(err)
	singles := e.Problems
	if len(singles) == 0 {
		singles = []*errs.Error{e}
	}
	v.Problems = nil
	for _, p := range singles {
		problem := Problem{Field: p.Field, Text: i18n.Error(v.Locale, p)}
		for i := 0; i+1 < len(labels); i += 2 {
			if labels[i] == p.Field {
				problem.Label = labels[i+1]
			}
		}
		v.Problems = append(v.Problems, problem)
	}
	return v
}

// Problem gives the sentence beside a field, "" if nothing is wrong with it.
func (v View) Problem(field string) string {
	for _, p := range v.Problems {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// T gives a sentence of the catalogue in the page's language.
func (v View) T(key string, kv ...any) string { return i18n.T(v.Locale, key, kv...) }

// here gives the one link of the navigation that leads to the page or the nearest thing above it.
func here(v View, groups ...NavGroup) string {
	path, _, _ := strings.Cut(v.Path, "?")
	nearest, length := "", 0
	for _, g := range groups {
		for _, item := range g.Items {
			for _, place := range append([]string{item.Href}, item.Also...) {
				if above(place, path) && len(place) > length {
					nearest, length = item.Href, len(place)
				}
			}
		}
	}
	return nearest
}

// above tells whether a page is at a place of the navigation or below it. Nothing is below a home.
func above(place, path string) bool {
	if place == path || place == "/" || place == "/desk" {
		return place == path
	}
	for segment := range strings.SplitSeq(place, "/") {
		var first string
		first, path, _ = strings.Cut(path, "/")
		if segment != first && (segment != "*" || first == "") {
			return false
		}
	}
	return true
}

// With is the page's address with some query parameters set anew; an empty value removes one.
func (v View) With(kv ...string) string { return httpx.WithQuery(v.Path, kv...) }

// SiteName is the site's name in the page's language and, if it is another, the language it is in.
func (v View) SiteName() (name, lang string) {
	if v.Site.Name == "" {
		return v.T("ui.site_name"), ""
	}
	return i18n.Pick(v.Locale, v.Site.Name, v.Site.NameEN)
}

// Render renders a page into a buffer and only then answers, so that a failure becomes an error
// page instead of half a page.
func Render(w http.ResponseWriter, r *httpx.Request, status int, page templ.Component) (err error) {
	where := "" // not the path, which may hold a token: what goes wrong is logged
	if r.Route != nil {
		where = r.Route.Pattern
	}
	defer errs.Wrap(&err, "ui.Render(%s)", where)
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := page.Render(r.Context(), buf); err != nil {
		return errs.Internal(err)
	}
	return httpx.WriteHTML(w, r, status, buf.Bytes())
}
