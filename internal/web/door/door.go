// Package door is the face of a helper at the door: one page on a telephone, which works without a network.
// It and the interface it talks to stand behind a link for one session or one place.
//
// The link's token stands in the page's path: it must survive installing, where an iPhone gives the
// installed page a store of its own and nothing but the address it starts at. It is kept out of logs (they
// name the route), of caches (no-store) and of other sites (no-referrer), and it is good for a few hours.
package door

import (
	"encoding/json"
	"net/http"

	"openweek/internal/door"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/assets"
	"openweek/internal/web/ui"
)

// Door answers the pages of the door; the composition root fills it in.
type Door struct {
	Shell *ui.Shell
	Doors *door.Service
}

// page is the shell of a link's page; all that changes is filled in by its script.
type page struct {
	Link     door.Link
	Path     string
	Title    string
	Sessions []door.Session
	Words    map[string]string
}

func path(token string) string { return "/door/" + token }

// private keeps the answers of a link out of caches, and its address out of what other sites are told.
func private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// getDoor shows the page of a link, or why there is none.
func (d *Door) getDoor(w http.ResponseWriter, r *httpx.Request) error {
	private(w)
	token := r.PathValue("token")
	v := d.Shell.View(r, r.T("door.title"))
	l, sessions, err := d.Doors.Face(r.Context(), token)
	if errs.KindOf(err) == errs.KindForbidden {
		e := errs.As(err)
		return ui.Render(w, r, httpx.Status(e), shutPage(v, i18n.Error(r.Locale, e)))
	}
	if err != nil {
		return err
	}
	list, err := d.Doors.GetList(r.Context(), token)
	if err != nil {
		return err
	}
	title, _ := i18n.Pick(r.Locale, list.Title, list.TitleEN)
	return ui.Render(w, r, http.StatusOK, doorPage(v, page{Link: l, Path: path(token), Title: title, Sessions: sessions, Words: words(v)}))
}

// said are the sentences of the script, {name}s in them are filled in by it.
var said = []string{
	"in", "already", "already_here", "unknown", "unknown_offline", "other_session", "other_day", "waitlisted", "pending", "cancelled", "session_off", "closed", "too_many", "too_late",
	"no_such", "no_code", "walked_in", "walked_over", "walked_seat", "undone", "changed", "rejected", "people", "of_party", "first", "first_paper", "at_session", "online", "offline", "waiting",
	"sending", "late", "refused", "camera_none", "camera_refused", "camera_insecure", "scan_start", "scan_stop", "torch_on", "torch_off", "undo", "next", "fewer", "more", "find_none", "find_short",
	"find_offline", "in_already", "check_in", "sent", "queued", "problems", "list_old", "not_stored", "typed_bad", "seen", "come_again", "refuse_entry", "let_in_later",
}

// words gives the sentences of the script in the page's language.
//
//i18n:prefix door.say_
func words(v ui.View) map[string]string {
	m := map[string]string{}
	for _, one := range said {
		m[one] = v.T("door.say_" + one)
	}
	return m
}

// getWorker gives the worker that keeps the page usable without a network: the bundle of this version. A
// browser that finds another text takes the new worker.
func getWorker(w http.ResponseWriter, _ *httpx.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write([]byte(`importScripts("` + assets.URL("door-worker.js") + `");` + "\n")) // the client may be gone
	return nil
}

// manifest is a web app manifest (W3C, Web Application Manifest).
type manifest struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	ShortName  string `json:"short_name"`
	Lang       string `json:"lang"`
	StartURL   string `json:"start_url"`
	Scope      string `json:"scope"`
	Display    string `json:"display"`
	Background string `json:"background_color"`
	Theme      string `json:"theme_color"`
	Icons      []icon `json:"icons"`
}

type icon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// Colours of the installed page: those of tokens.css.
const (
	themeColour  = "#1c2430"
	groundColour = "#ffffff"
)

// getManifest makes the page of a link installable.
func (d *Door) getManifest(w http.ResponseWriter, r *httpx.Request) error {
	private(w)
	token := r.PathValue("token")
	l, _, err := d.Doors.Face(r.Context(), token)
	if err != nil {
		return err
	}
	m := manifest{
		ID: path(l.ID), Name: r.T("door.app_name", "label", l.Label), ShortName: l.Label, Lang: string(r.Locale), StartURL: path(token), Scope: "/door/",
		Display: "standalone", Background: groundColour, Theme: themeColour,
		Icons: []icon{
			{"/door/icon-192.png", "192x192", "image/png", "any"},
			{"/door/icon-512.png", "512x512", "image/png", "any"},
			{"/door/icon-512.png", "512x512", "image/png", "maskable"},
		},
	}
	body, err := json.Marshal(m)
	if err != nil {
		return errs.Internal(err)
	}
	return httpx.WriteAs(w, r, "application/manifest+json", body)
}
