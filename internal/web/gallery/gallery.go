// Package gallery shows every component and page state with canned data at /dev/gallery. The
// composition root wires it in the demo and in development only.
//
// Its data is written here in both languages and is no part of the catalogues: nobody but those
// who work on the product reads it.
package gallery

import (
	"errors"
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// Routes is the route table of the gallery.
func Routes(shell *ui.Shell) []httpx.Route {
	g := &gallery{shell: shell}
	return []httpx.Route{
		{Pattern: "GET /dev/gallery", Handle: g.getDesk, Who: httpx.Anyone},
		{Pattern: "GET /dev/gallery/portal", Handle: g.getPortal, Who: httpx.Anyone},
		{Pattern: "GET /dev/gallery/form", Handle: g.getForm, Who: httpx.Anyone},
		{Pattern: "GET /dev/gallery/confirm", Handle: g.getConfirm, Who: httpx.Anyone},
		{Pattern: "GET /dev/gallery/error/{kind}", Handle: g.getError, Who: httpx.Anyone},
	}
}

type gallery struct{ shell *ui.Shell }

// view is a page of the gallery as somebody of an invented unit sees it.
func (g *gallery) view(r *httpx.Request, title string) ui.View {
	v := g.shell.View(r, title)
	if v.Site.Sponsor == "" {
		v.Site = ui.Site{
			Name: "湖南省职业教育活动周", NameEN: "Hunan Vocational Education Week",
			Sponsor: "湖南省教育厅（示例）", SponsorEN: "Hunan Provincial Department of Education (sample)",
			SiteCode: "4300000000", ICP: "湘ICP备00000000号", PublicSecurity: "湘公网安备00000000000000号",
			Contact: "0731-00000000", AccessibilityURL: "/accessibility", PrivacyURL: "/privacy",
			PortalNav: []ui.NavItem{{Key: "ui.back_home", Href: "/dev/gallery/portal"}, {Key: "ui.to_desk", Href: "/dev/gallery"}},
		}
	}
	return v
}

func (g *gallery) deskView(r *httpx.Request, title string) ui.View {
	v := g.view(r, title)
	v.Actor = actor.Actor{Class: actor.Staff}
	v.Person, v.Unit = "示例人员", "长沙市教育局"
	v.Nav = []ui.NavGroup{
		{Items: []ui.NavItem{{Key: "ui.back_to_desk", Href: "/dev/gallery", Icon: "home"}}},
		{Key: "ui.steps", Items: []ui.NavItem{
			{Key: "ui.clause_title", Href: "/dev/gallery/form", Icon: "file-text"},
			{Key: "ui.week", Href: "/dev/gallery/portal", Icon: "calendar-week"},
			{Key: "ui.my_account", Href: "/dev/gallery/confirm", Icon: "user-circle"},
		}},
	}
	return v.Under(ui.Crumb{Href: "/dev/gallery", Text: say(v, "开发", "Development")})
}

// say gives canned text in the page's language.
func say(v ui.View, chinese, english string) string {
	if v.Locale == i18n.English {
		return english
	}
	return chinese
}

func (g *gallery) getDesk(w http.ResponseWriter, r *httpx.Request) error {
	v := g.deskView(r, "")
	v.Title = say(v, "组件陈列", "Components")
	return ui.Render(w, r, http.StatusOK, deskPage(v))
}

func (g *gallery) getPortal(w http.ResponseWriter, r *httpx.Request) error {
	v := g.view(r, "")
	return ui.Render(w, r, http.StatusOK, portalPage(v))
}

func (g *gallery) getForm(w http.ResponseWriter, r *httpx.Request) error {
	v := g.deskView(r, "")
	v.Title = say(v, "表单", "Form")
	if r.Input().Yes("bad") {
		v = v.WithProblems(errs.Join(
			errs.Invalid("error.required").On("name"),
			errs.Invalid("error.no_day").On("held_on"),
			errs.Invalid("error.no_choice").On("line"),
			errs.Invalid("error.no_choice").On("topics"),
		), "name", say(v, "活动名称", "Name of the event"), "held_on", say(v, "日期", "Day"), "line", say(v, "条线", "Line"), "topics", say(v, "宣传内容", "Topics"))
	}
	return ui.Render(w, r, http.StatusOK, formPage(v))
}

func (g *gallery) getConfirm(w http.ResponseWriter, r *httpx.Request) error {
	v := g.deskView(r, "")
	v.Title = say(v, "发布活动周", "Publish the edition")
	return ui.Render(w, r, http.StatusOK, confirmPage(v))
}

// getError fails on purpose, so that the error pages can be seen.
func (g *gallery) getError(http.ResponseWriter, *httpx.Request) error {
	return errs.Internal(errors.New("gallery: on purpose"))
}

// week is an invented week whose third day is today.
func week(counts bool) ui.Week {
	w := ui.Week{Counts: counts, Before: &ui.Fold{Count: 12, Href: "?day=before"}, After: &ui.Fold{Count: 5, Href: "?day=after"}}
	first := clock.Day("2020-07-20")
	for i, n := range []int{48, 36, 52, 31, 20, 9, 0} {
		w.Days = append(w.Days, ui.WeekDay{Day: first.AddDays(i), Count: n, Href: "?day=" + string(first.AddDays(i)), Today: i == 2, Selected: i == 4})
	}
	return w
}

// tiles are the fourteen prefectures of Hunan where the sample places them.
func tiles() []ui.Tile {
	rows := [][]string{
		{"湘西", "张家界", "常德", "岳阳"},
		{"怀化", "娄底", "益阳", "长沙"},
		{"", "邵阳", "湘潭", "株洲"},
		{"", "永州", "衡阳", "郴州"},
	}
	var out []ui.Tile
	for y, row := range rows {
		for x, name := range row {
			if name == "" {
				continue
			}
			t := ui.Tile{X: x, Y: y, Name: name, Figure: "24", Href: "?region=" + name, Selected: name == "益阳"}
			switch name {
			case "长沙":
				t.NameEN, t.Note, t.NoteEN, t.Figure = "Changsha", "匠心星城 技创未来", "", "86"
			case "株洲":
				t.NameEN, t.Note, t.NoteEN = "Zhuzhou", "制造名城，技能报国", "Skills for a city of makers"
			}
			out = append(out, t)
		}
	}
	return out
}
