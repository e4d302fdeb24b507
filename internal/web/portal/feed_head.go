package portal

import (
	"slices"

	"openweek/internal/activity"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// withHead adds to an activity's page what previews, search engines and calendars read. v has its title
// and lead already.
func (p *Portal) withHead(v ui.View, e present, a activity.PublicActivity) ui.View {
	v.Head = showPageHead(v, pageHead{
		URL: p.activityLink(a.ID), Data: p.schema(e, a),
		Alternates: []alternate{{"text/calendar", v.Title, activityHref(a.ID) + "/calendar.ics"}},
	})
	return v
}

// withFeeds adds to a list's page the feeds of its query.
func (p *Portal) withFeeds(v ui.View, view string, f activity.Filter) ui.View {
	page := p.Base + address(view, f)
	f.Order = "" // a feed is by time
	v.Head = showPageHead(v, pageHead{
		URL: page,
		Alternates: []alternate{
			{"application/atom+xml", v.Title, address(atomPath, f)},
			{"text/calendar", v.Title, address(icsPath, f)},
		},
	})
	return v
}

// withAddress adds to any other page its one address.
func (p *Portal) withAddress(v ui.View, path string) ui.View {
	v.Head = showPageHead(v, pageHead{URL: p.Base + path})
	return v
}

// The words of schema.org that are used; each session is an Event of its own, because a search engine
// shows them by day.
type (
	schemaGraph struct {
		Context string        `json:"@context"`
		Graph   []schemaEvent `json:"@graph"`
	}
	schemaEvent struct {
		Type        string        `json:"@type"`
		ID          string        `json:"@id"`
		Name        string        `json:"name"`
		Description string        `json:"description,omitempty"`
		URL         string        `json:"url"`
		Language    string        `json:"inLanguage"`
		Start       string        `json:"startDate"`
		End         string        `json:"endDate"`
		Status      string        `json:"eventStatus"`
		Attendance  string        `json:"eventAttendanceMode"`
		Location    []schemaPlace `json:"location"`
		Organizer   schemaBody    `json:"organizer"`
		Capacity    int64         `json:"maximumAttendeeCapacity,omitempty"`
	}
	schemaPlace struct {
		Type    string         `json:"@type"`
		Name    string         `json:"name,omitempty"`
		URL     string         `json:"url,omitempty"`
		Address *schemaAddress `json:"address,omitempty"`
	}
	schemaAddress struct {
		Type    string `json:"@type"`
		Street  string `json:"streetAddress,omitempty"`
		Region  string `json:"addressLocality,omitempty"`
		Country string `json:"addressCountry"`
	}
	schemaBody struct {
		Type string `json:"@type"`
		Name string `json:"name"`
	}
)

// maxSchema bounds how many sessions a page tells search engines of: those to come first.
const maxSchema = 50

var attendanceModes = map[activity.Mode]string{
	activity.OnSite: "https://schema.org/OfflineEventAttendanceMode", activity.Online: "https://schema.org/OnlineEventAttendanceMode",
	activity.Both: "https://schema.org/MixedEventAttendanceMode",
}

// schema is an activity in the words of schema.org, nil where it has no session.
func (p *Portal) schema(e present, a activity.PublicActivity) any {
	c := a.Content
	common := schemaEvent{
		Type: "Event", Name: e.pick(c.Title, c.TitleEN), Description: e.pick(c.Summary, c.SummaryEN), URL: p.activityLink(a.ID),
		Language: string(i18n.Chinese), Attendance: attendanceModes[c.Mode], Organizer: schemaBody{"Organization", e.pick(a.HostName())},
	}
	if e.locale == i18n.English && c.TitleEN != "" {
		common.Language = string(i18n.English)
	}
	if c.Mode != activity.Online {
		common.Location = append(common.Location, schemaPlace{
			Type: "Place", Name: c.Venue.Name, Address: &schemaAddress{"PostalAddress", c.Venue.Address, picked(e.locale, e.full(c.Venue.Region)), "CN"},
		})
	}
	if c.Mode != activity.OnSite {
		common.Location = append(common.Location, schemaPlace{Type: "VirtualLocation", URL: common.URL})
	}
	var to, over []schemaEvent
	for _, s := range a.Sessions {
		one := common
		one.ID, one.Start, one.End = common.URL+"#"+sessionAnchor(s.ID), stamp(s.Starts), stamp(s.Ends)
		one.Status = "https://schema.org/EventScheduled"
		if s.Cancelled() || a.State == activity.Cancelled {
			one.Status = "https://schema.org/EventCancelled"
		}
		if s.Bookable {
			one.Capacity = s.Seat.Capacity
		}
		if s.Ends <= e.now {
			over = append(over, one)
		} else {
			to = append(to, one)
		}
	}
	all := slices.Concat(to, over)
	if len(all) == 0 {
		return nil
	}
	return schemaGraph{"https://schema.org", all[:min(len(all), maxSchema)]}
}
