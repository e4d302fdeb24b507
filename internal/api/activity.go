package api

import (
	"context"
	"slices"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/id"
)

// activityBody is an activity in a list.
type activityBody struct {
	ID       string        `json:"id" format:"uuid"`
	Title    string        `json:"title" example:"走进智能制造实训中心"`
	Method   string        `json:"method" doc:"Code of a method of the edition." example:"open_campus"`
	Topics   []string      `json:"topics" nullable:"false" doc:"Codes of topics of the edition."`
	Region   string        `json:"region" doc:"GB/T 2260 code of where it is held; of what is online, of the host." example:"430102"`
	Host     string        `json:"host" example:"示例职业技术学院"`
	Mode     string        `json:"mode" enum:"onsite,online,both"`
	Sessions []sessionBody `json:"sessions" nullable:"false" doc:"Those that take place, by time."`
}

// sessionBody is a dated run.
type sessionBody struct {
	ID       string    `json:"id" format:"uuid"`
	StartsAt time.Time `json:"starts_at" doc:"With the offset of Asia/Shanghai." example:"2026-07-20T09:00:00+08:00"`
	EndsAt   time.Time `json:"ends_at"`
	Capacity *int64    `json:"capacity" doc:"Seats; null where entry is free and nobody counts."`
	Left     *int64    `json:"left" doc:"Seats that can still be booked, at most a second old; null where entry is free."`
}

type activitiesOutput struct {
	Body struct {
		Items []activityBody `json:"items" nullable:"false"`
		Next  string         `json:"next" doc:"The cursor of the next page; empty on the last. A page may be shorter than the limit and still be continued."`
	}
}

func (s Services) listActivities(ctx context.Context, r *httpx.Request, _ *struct{}) (*activitiesOutput, error) {
	current, err := s.Editions.Current(ctx)
	if err != nil {
		return nil, err
	}
	choices, err := s.Activities.Choices(ctx, current.ID)
	if err != nil {
		return nil, err
	}
	in := r.Input()
	if err := in.Err(); err != nil {
		return nil, err
	}
	filter, err := activity.ParseFilter(in.Values(), choices)
	if err != nil {
		return nil, err
	}
	page, err := s.Activities.FindPublic(ctx, current.ID, filter)
	if err != nil {
		return nil, err
	}
	codes, err := s.codes(ctx, current.ID)
	if err != nil {
		return nil, err
	}
	out := &activitiesOutput{}
	out.Body.Items, out.Body.Next = make([]activityBody, len(page.Items)), page.Next
	for i, item := range page.Items {
		out.Body.Items[i] = codes.body(item)
	}
	return out, nil
}

// codes are the codes of an edition's methods and topics by their ids.
type codes map[string]string

func (s Services) codes(ctx context.Context, editionID string) (codes, error) {
	e, err := s.Editions.Face(ctx, actor.Actor{}, editionID)
	if err != nil {
		return nil, err
	}
	byID := codes{}
	for _, item := range slices.Concat(e.Methods, e.Topics) {
		byID[item.ID] = item.Code
	}
	return byID, nil
}

func (c codes) all(ids []string) []string {
	list := make([]string, 0, len(ids))
	for _, one := range ids {
		list = append(list, c[one])
	}
	return list
}

func (c codes) body(item activity.PublicItem) activityBody {
	host, _ := item.HostName()
	b := activityBody{
		ID: item.ID, Title: item.Title, Method: c[item.MethodID], Topics: c.all(item.TopicIDs), Region: item.Venue.Region, Host: host,
		Mode: string(item.Mode), Sessions: make([]sessionBody, len(item.Sessions)),
	}
	for i, one := range item.Sessions {
		b.Sessions[i] = bodyOfSession(one)
	}
	return b
}

func bodyOfSession(s activity.Session) sessionBody {
	b := sessionBody{ID: s.ID, StartsAt: s.Starts.Time(), EndsAt: s.Ends.Time()}
	if s.Bookable {
		left := max(s.Seat.Left(), 0)
		b.Capacity, b.Left = &s.Seat.Capacity, &left
	}
	return b
}

// wholeBody is an activity with everything that its page says.
type wholeBody struct {
	ID           string         `json:"id" format:"uuid"`
	Edition      string         `json:"edition" format:"uuid"`
	State        string         `json:"state" enum:"published,cancelled"`
	CancelReason string         `json:"cancel_reason,omitempty"`
	URL          string         `json:"url" format:"uri" doc:"Its page."`
	ShortURL     string         `json:"short_url" format:"uri" doc:"The same, for print."`
	Title        string         `json:"title"`
	TitleEN      string         `json:"title_en,omitempty"`
	Summary      string         `json:"summary,omitempty"`
	SummaryEN    string         `json:"summary_en,omitempty"`
	Description  string         `json:"description,omitempty" doc:"Plain text, a line for each paragraph."`
	Method       string         `json:"method"`
	Topics       []string       `json:"topics" nullable:"false"`
	Audience     []string       `json:"audience" nullable:"false" example:"[\"pupils\",\"parents\"]"`
	Region       string         `json:"region"`
	Venue        string         `json:"venue,omitempty"`
	Address      string         `json:"address,omitempty"`
	Point        *pointBody     `json:"point,omitempty"`
	Host         string         `json:"host"`
	HostEN       string         `json:"host_en,omitempty"`
	Unit         string         `json:"unit" doc:"The unit that answers for it; the host itself unless that is a guest." example:"示例职业技术学院"`
	Mode         string         `json:"mode" enum:"onsite,online,both"`
	Link         string         `json:"link,omitempty" doc:"Where it can be followed online."`
	Contact      contactBody    `json:"contact"`
	Access       string         `json:"access,omitempty" doc:"How to come."`
	Safety       string         `json:"safety,omitempty"`
	PublishedAt  time.Time      `json:"published_at"`
	ChangedAt    time.Time      `json:"changed_at" doc:"Of the content; sessions change by themselves."`
	Sessions     []wholeSession `json:"sessions" nullable:"false" doc:"With those that were cancelled, by time."`
}

type pointBody struct {
	Longitude float64 `json:"longitude" doc:"GCJ-02, in degrees."`
	Latitude  float64 `json:"latitude" doc:"GCJ-02, in degrees."`
}

type contactBody struct {
	Office string `json:"office"`
	Phone  string `json:"phone"`
}

type wholeSession struct {
	sessionBody
	OpensAt      *time.Time `json:"opens_at,omitempty" doc:"From when on it can be booked; absent for from its publishing."`
	ClosesAt     *time.Time `json:"closes_at,omitempty" doc:"Until when it can be booked."`
	Cancelled    bool       `json:"cancelled"`
	CancelReason string     `json:"cancel_reason,omitempty"`
}

type activityInput struct {
	ID string `path:"id" format:"uuid" doc:"Id of the activity."`
}

type activityOutput struct{ Body wholeBody }

func (s Services) getActivity(ctx context.Context, _ *httpx.Request, in *activityInput) (*activityOutput, error) {
	a, err := s.Activities.GetPublic(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	codes, err := s.codes(ctx, a.EditionID)
	if err != nil {
		return nil, err
	}
	c := a.Content
	host, hostEN := a.HostName()
	b := wholeBody{
		ID: a.ID, Edition: a.EditionID, State: string(a.State), CancelReason: a.Reason, URL: s.Base + "/activities/" + a.ID, ShortURL: s.Base + "/s/" + id.Short(a.ID),
		Title: c.Title, TitleEN: c.TitleEN, Summary: c.Summary, SummaryEN: c.SummaryEN, Description: form.Plain(c.Description),
		Method: codes[c.MethodID], Topics: codes.all(c.TopicIDs), Audience: make([]string, 0, len(c.Audience)),
		Region: c.Venue.Region, Venue: c.Venue.Name, Address: c.Venue.Address, Host: host, HostEN: hostEN, Unit: a.Unit.Name,
		Mode: string(c.Mode), Link: c.Link, Contact: contactBody{c.Contact.Office, c.Contact.Phone}, Access: c.Access, Safety: c.Safety,
		PublishedAt: a.PublishedAt.Time(), ChangedAt: a.ChangedAt.Time(), Sessions: make([]wholeSession, len(a.Sessions)),
	}
	if c.Venue.Point != (activity.Point{}) {
		lng, lat := c.Venue.Point.Degrees()
		b.Point = &pointBody{lng, lat}
	}
	for _, one := range c.Audience {
		b.Audience = append(b.Audience, string(one))
	}
	for i, one := range a.Sessions {
		w := wholeSession{sessionBody: bodyOfSession(one), Cancelled: one.Cancelled() || a.State == activity.Cancelled, CancelReason: one.CancelReason}
		if one.Bookable {
			w.OpensAt, w.ClosesAt = moment(one.Opens), moment(one.Closes)
		}
		b.Sessions[i] = w
	}
	return &activityOutput{b}, nil
}

// moment is nil for none.
func moment(i clock.Instant) *time.Time {
	if i.IsZero() {
		return nil
	}
	t := i.Time()
	return &t
}
