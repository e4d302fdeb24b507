package api

import (
	"context"
	"time"

	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/errs"
	"openweek/internal/httpx"
)

type checkInInput struct {
	ID    string `path:"id" format:"uuid" doc:"Id of the session."`
	Token string `header:"Authorization" doc:"Bearer and the door link's token, which is the last part of its address." example:"Bearer AZk1…"`
	Own   string `header:"X-Door-Token" doc:"The door link's token, where Authorization is taken by a proxy."`
	Body  struct {
		ID       string    `json:"id" format:"uuid" doc:"Made by the client for this check-in: what is sent again counts once."`
		Device   string    `json:"device" format:"uuid" doc:"Made by the client for itself."`
		Helper   string    `json:"helper,omitempty" doc:"Who checks in, as they call themselves, at most 20 characters." example:"小王"`
		Code     string    `json:"code,omitempty" doc:"The ticket's code, as typed or as its QR code holds it. Empty for walk-ins." example:"K7MP4XWQ"`
		WalkIn   bool      `json:"walk_in,omitempty" doc:"People without a booking. They take seats while there are any and nobody waits for them."`
		People   int64     `json:"people,omitempty" doc:"How many came; left out, the whole party."`
		DeviceAt time.Time `json:"device_at,omitempty" doc:"The client's clock at the check-in. It is kept and decides nothing."`
		AgeMS    int64     `json:"age_ms,omitempty" doc:"How long ago it was when it is sent, in milliseconds by the client: the time of the check-in is the server's less it."`
	}
}

func (in *checkInInput) token() string { return bearer(in.Own, in.Token) }

type checkInOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		ID       string     `json:"id" format:"uuid"`
		Result   string     `json:"result" enum:"in,already,walked_in,undone,unknown,other_session,other_day,waitlisted,pending,cancelled,session_off,closed,too_many,no_such"`
		People   int64      `json:"people" doc:"That came."`
		Party    int64      `json:"party" doc:"Of the booking."`
		StartsAt *time.Time `json:"starts_at,omitempty" doc:"Of the ticket's session."`
		First    *firstSeen `json:"first,omitempty" doc:"Of already: the check-in that was the first."`
		Seated   bool       `json:"seated" doc:"Of walked_in: seats were left and are taken."`
		Over     bool       `json:"over" doc:"Of walked_in: the session counts seats and there were none for them."`
	}
}

type firstSeen struct {
	At     time.Time `json:"at"`
	Door   string    `json:"door" doc:"Where the link is used; empty from a paper list."`
	Helper string    `json:"helper"`
	How    string    `json:"how" enum:"scan,typed,picked,paper"`
}

// maxMillis keeps times within what a duration holds.
const maxMillis = int64(1) << 43

func (s Services) checkIn(ctx context.Context, _ *httpx.Request, in *checkInInput) (*checkInOutput, error) {
	b := &in.Body
	if b.AgeMS < 0 || b.AgeMS > maxMillis {
		return nil, errs.Join(errs.Invalid("door.event_malformed").On("age_ms"))
	}
	e := door.Event{ID: b.ID, Kind: door.CheckIn, Code: b.Code, How: door.Scanned, People: b.People, Age: time.Duration(b.AgeMS) * time.Millisecond}
	if b.WalkIn {
		e.Kind, e.SessionID, e.How = door.Walk, in.ID, ""
	}
	if !b.DeviceAt.IsZero() {
		e.DeviceAt = clock.FromTime(b.DeviceAt)
	}
	a, err := s.Doors.HandAt(ctx, in.token(), in.ID, door.Device{ID: b.Device, Helper: b.Helper}, e)
	if err != nil {
		return nil, err
	}
	out := &checkInOutput{CacheControl: noStore}
	o := &out.Body
	o.ID, o.Result, o.People, o.Party, o.Seated, o.Over, o.StartsAt = a.ID, string(a.Result), a.People, a.Party, a.Seated, a.Over, moment(a.Starts)
	if a.First != nil {
		o.First = &firstSeen{a.First.At.Time(), a.First.Door, a.First.Helper, string(a.First.How)}
	}
	return out, nil
}
