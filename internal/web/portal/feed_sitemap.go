package portal

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
)

// The map of the site for search engines (sitemaps.org, protocol 0.9): an index, the fixed pages, and the
// activities of the edition of today in parts.
const (
	sitemapPath           = "/sitemap.xml"
	sitemapPagesPath      = "/sitemap-pages.xml"
	sitemapActivitiesPath = "/sitemap-activities.xml"
	sitemapSpace          = "http://www.sitemaps.org/schemas/sitemap/0.9"
)

type sitemapIndex struct {
	XMLName xml.Name     `xml:"sitemapindex"`
	Space   string       `xml:"xmlns,attr"`
	Parts   []sitemapURL `xml:"sitemap"`
}

type sitemap struct {
	XMLName xml.Name     `xml:"urlset"`
	Space   string       `xml:"xmlns,attr"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc     string `xml:"loc"`
	Changed string `xml:"lastmod,omitempty"`
}

// GetSitemap gives the index of the site's map.
func (p *Portal) GetSitemap(w http.ResponseWriter, r *httpx.Request) error {
	index := sitemapIndex{Space: sitemapSpace, Parts: []sitemapURL{{Loc: p.Base + sitemapPagesPath}}}
	current, err := p.Editions.Current(r.Context())
	if err != nil && !errs.Is(err, "edition.none_published") {
		return err
	}
	if err == nil {
		parts, err := p.Activities.EntryParts(r.Context(), current.ID)
		if err != nil {
			return err
		}
		for _, after := range parts {
			loc := p.Base + sitemapActivitiesPath
			if after != "" {
				loc += "?after=" + url.QueryEscape(after)
			}
			index.Parts = append(index.Parts, sitemapURL{Loc: loc})
		}
	}
	return sendXML(w, r, index)
}

// GetSitemapPages lists the fixed pages and the editions.
func (p *Portal) GetSitemapPages(w http.ResponseWriter, r *httpx.Request) error {
	list, err := p.Editions.Find(r.Context(), actor.Actor{}, edition.Filter{})
	if err != nil {
		return err
	}
	m := sitemap{Space: sitemapSpace}
	for _, path := range []string{"/", listPath, "/notice", "/editions", "/help", "/privacy", "/accessibility"} {
		m.URLs = append(m.URLs, sitemapURL{Loc: p.Base + path})
	}
	for _, e := range list {
		m.URLs = append(m.URLs, sitemapURL{Loc: p.Base + "/editions/" + e.ID})
	}
	return sendXML(w, r, m)
}

// GetSitemapActivities lists a part of the activities of the edition of today.
func (p *Portal) GetSitemapActivities(w http.ResponseWriter, r *httpx.Request) error {
	current, err := p.Editions.Current(r.Context())
	if err != nil {
		return err
	}
	entries, err := p.Activities.Entries(r.Context(), current.ID, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	m := sitemap{Space: sitemapSpace}
	for _, e := range entries {
		m.URLs = append(m.URLs, p.mapped(e))
	}
	return sendXML(w, r, m)
}

func (p *Portal) mapped(e activity.Entry) sitemapURL {
	u := sitemapURL{Loc: p.activityLink(e.ID)}
	if e.ChangedAt != clock.Instant(0) {
		u.Changed = stamp(e.ChangedAt)
	}
	return u
}

func sendXML(w http.ResponseWriter, r *httpx.Request, v any) error {
	body, err := xml.Marshal(v)
	if err != nil {
		return errs.Internal(err)
	}
	return httpx.WriteAs(w, r, "application/xml; charset=utf-8", append([]byte(xml.Header), body...))
}

// GetRobots tells crawlers what is not for them: the staff's pages, files, and the endless ways to filter
// a list, whose activities the map of the site has.
func (p *Portal) GetRobots(w http.ResponseWriter, r *httpx.Request) error {
	lines := []string{"User-agent: *", "Disallow: /desk", "Disallow: /dev", "Disallow: /files", "Disallow: /s/"}
	for _, path := range []string{listPath, calendarPath, mapPath, nearPath, icsPath, atomPath} {
		lines = append(lines, "Disallow: "+path+"?")
	}
	lines = append(lines, "", "Sitemap: "+p.Base+sitemapPath, "")
	return httpx.WriteAs(w, r, "text/plain; charset=utf-8", []byte(strings.Join(lines, "\n")))
}
