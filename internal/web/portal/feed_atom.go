package portal

import (
	"cmp"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"

	syndication "github.com/gorilla/feeds"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
)

// atom is the library's feed with what RFC 4287 asks for besides: its language and its own address.
type atom struct {
	*syndication.AtomFeed
	Lang  string                 `xml:"xml:lang,attr"`
	Links []syndication.AtomLink // instead of the one Link
}

// FeedXml gives what is written.
func (a atom) FeedXml() any { return a } //nolint:revive // the library's name

// GetAtomFeed gives the activities of a query for a feed reader, the last changed first.
func (p *Portal) GetAtomFeed(w http.ResponseWriter, r *httpx.Request) error {
	q, err := p.feedQuery(r)
	if err != nil {
		return err
	}
	items, more, err := p.items(r, q, nil)
	if err != nil {
		return err
	}
	slices.SortStableFunc(items, func(a, b activity.PublicItem) int { return cmp.Compare(b.ChangedAt, a.ChangedAt) })
	page := p.Base + address(listPath, q.filter)
	updated := q.Start.Start()
	if len(items) > 0 {
		updated = items[0].ChangedAt
	}
	feed := (&syndication.Atom{Feed: &syndication.Feed{
		Title: q.title(), Description: q.described(more), Id: page, Link: &syndication.Link{Href: page}, Updated: updated.Time(),
		Author: &syndication.Author{Name: q.pick(q.Name, q.NameEN)},
	}}).AtomFeed()
	feed.Link = nil
	for _, item := range items {
		feed.Entries = append(feed.Entries, p.entry(q, item))
	}
	xml, err := syndication.ToXML(atom{AtomFeed: feed, Lang: string(q.locale), Links: []syndication.AtomLink{
		{Href: page, Rel: "alternate", Type: "text/html"},
		{Href: p.Base + address(atomPath, q.filter), Rel: "self", Type: "application/atom+xml"},
	}})
	if err != nil {
		return errs.Internal(err)
	}
	return httpx.WriteAs(w, r, "application/atom+xml; charset=utf-8", []byte(xml))
}

// entry is an activity in the feed. It keeps its id, whatever address the site moves to.
func (p *Portal) entry(q feedQuery, item activity.PublicItem) *syndication.AtomEntry {
	summary := q.pick(item.Summary, item.SummaryEN)
	var body strings.Builder
	paragraph := func(text string) {
		if text != "" {
			body.WriteString("<p>" + html.EscapeString(text) + "</p>")
		}
	}
	paragraph(summary)
	paragraph(q.where(item.Mode, item.Venue))
	const most = 10
	body.WriteString("<ul>")
	told := 0
	for _, s := range item.Sessions {
		if !q.chosen(s) {
			continue
		}
		if told++; told <= most {
			body.WriteString("<li>" + html.EscapeString(i18n.Day(q.locale, s.Day())+" "+q.span(s, s.Day())) + "</li>")
		}
	}
	body.WriteString("</ul>")
	if told > most {
		paragraph(i18n.T(q.locale, "feed.more_sessions", "count", told-most))
	}
	return &syndication.AtomEntry{
		Title: q.pick(item.Title, item.TitleEN), Id: "urn:uuid:" + item.ID, Updated: stamp(item.ChangedAt), Published: stamp(item.PublishedAt),
		Links:   []syndication.AtomLink{{Href: p.activityLink(item.ID), Rel: "alternate", Type: "text/html"}},
		Author:  &syndication.AtomAuthor{AtomPerson: syndication.AtomPerson{Name: q.pick(item.HostName())}},
		Summary: &syndication.AtomSummary{Content: summary, Type: "text"},
		Content: &syndication.AtomContent{Content: body.String(), Type: "html"},
	}
}

func stamp(i clock.Instant) string { return i.Time().Format(time.RFC3339) }
