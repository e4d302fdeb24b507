package portal

import (
	"net/http"
	"slices"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/id"
	print "openweek/internal/paper"
)

const (
	shortPath = "/s/" // + id.Short of an activity or of a session
	qrPixels  = 12    // of a module of a QR code as a PNG
)

// shortLink is the absolute address that is printed for an activity or a session.
func (p *Portal) shortLink(itemID string) string { return p.Base + shortPath + id.Short(itemID) }

// activityLink is the absolute address of an activity's page.
func (p *Portal) activityLink(activityID string) string { return p.Base + activityHref(activityID) }

// sessionAnchor is where a session stands on its activity's page.
func sessionAnchor(sessionID string) string { return "s-" + sessionID }

// GetShort leads from a short link to the page of what it names.
func (p *Portal) GetShort(w http.ResponseWriter, r *httpx.Request) error {
	at, err := p.Activities.Resolve(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	if _, err := p.Activities.GetPublic(r.Context(), at.ActivityID); err != nil {
		return err
	}
	to := activityHref(at.ActivityID)
	if at.SessionID != "" {
		to += "#" + sessionAnchor(at.SessionID)
	}
	return httpx.Redirect(w, r, to, listPath)
}

// GetQRPicture gives the QR code of an activity's short link as a picture of any size (SVG).
func (p *Portal) GetQRPicture(w http.ResponseWriter, r *httpx.Request) error {
	return p.qr(w, r, "image/svg+xml", print.QR.SVG)
}

// GetQRPixels gives the same as a PNG, for what cannot show SVG.
func (p *Portal) GetQRPixels(w http.ResponseWriter, r *httpx.Request) error {
	return p.qr(w, r, "image/png", func(q print.QR) ([]byte, error) { return q.PNG(qrPixels) })
}

func (p *Portal) qr(w http.ResponseWriter, r *httpx.Request, contentType string, draw func(print.QR) ([]byte, error)) error {
	a, err := p.Activities.GetPublic(r.Context(), r.PathID("id"))
	if err != nil {
		return err
	}
	q, err := print.NewQR(p.shortLink(a.ID))
	if err != nil {
		return err
	}
	body, err := draw(q)
	if err != nil {
		return errs.Internal(err)
	}
	return httpx.WriteAs(w, r, contentType, body)
}

// GetPoster gives the poster of an activity as a PDF, in the format of the query: a3 upright or a4 across.
func (p *Portal) GetPoster(w http.ResponseWriter, r *httpx.Request) error {
	format := print.Upright
	if f := r.URL.Query().Get("format"); f != "" {
		if format = print.PosterFormat(f); !slices.Contains(print.PosterFormats, format) {
			return errs.NotFound("paper.format_unknown")
		}
	}
	a, err := p.Activities.GetPublic(r.Context(), r.PathID("id"))
	if err != nil {
		return err
	}
	if a.State == activity.Cancelled { // nobody should hang it up
		return errs.NotFound("feed.cancelled_poster")
	}
	e, err := p.presentOf(r, a.EditionID)
	if err != nil {
		return err
	}
	var body strings.Builder
	if err := print.Posters(&body, format, p.poster(e, a)); err != nil {
		return err
	}
	return httpx.WriteAs(w, r, "application/pdf", []byte(body.String()))
}

func (p *Portal) poster(e present, a activity.PublicActivity) print.Poster {
	c := a.Content
	o := print.Poster{
		Locale: e.locale, Edition: e.pick(e.Name, e.NameEN), Theme: e.pick(e.Theme, e.ThemeEN),
		Title: e.pick(c.Title, c.TitleEN), Summary: e.pick(c.Summary, c.SummaryEN), Online: c.Mode != activity.OnSite,
		Host: e.pick(a.HostName()), Contact: strings.TrimSpace(c.Contact.Office + "  " + c.Contact.Phone), Link: p.shortLink(a.ID), Made: a.ChangedAt,
	}
	if site := p.Shell.Site; site.Sponsor != "" {
		o.Sponsor = e.pick(site.Sponsor, site.SponsorEN)
	}
	if c.Mode != activity.Online {
		o.Venue, o.Address = c.Venue.Name, e.street(c.Venue)
	}
	for _, one := range c.Audience {
		o.For += i18n.T(e.locale, "feed.and") + e.audience(one)
	}
	o.For = strings.TrimPrefix(o.For, i18n.T(e.locale, "feed.and"))
	for _, s := range a.Sessions {
		if !s.Cancelled() {
			o.Times = append(o.Times, print.Span{Starts: s.Starts, Ends: s.Ends})
		}
	}
	return o
}

// street is the address of a venue with the region around it, which hosts often leave out.
func (w present) street(v activity.Venue) string {
	region := picked(w.locale, w.full(v.Region))
	switch {
	case v.Address == "":
		return region
	case strings.Contains(v.Address, w.byCode[v.Region].Name):
		return v.Address
	case w.locale == i18n.English:
		return v.Address + ", " + region
	}
	return region + v.Address
}
