package api

import (
	"context"
	"strings"
	"time"

	"openweek/internal/booking"
	"openweek/internal/httpx"
)

// bookingRate bounds the claims of one address. Behind the gateway of a school or a mobile carrier many
// people share one.
var bookingRate = httpx.Rate{Every: 100 * time.Millisecond, Burst: 120}

// maxClaim is the largest body of a claim in bytes.
const maxClaim = 32 << 10

type sessionInput struct {
	ID string `path:"id" format:"uuid" doc:"Id of the session."`
}

type sessionOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		ID       string     `json:"id" format:"uuid"`
		Capacity int64      `json:"capacity" doc:"Seats; 0 where entry is free and nobody counts."`
		Left     int64      `json:"left" doc:"Seats that can still be booked."`
		Reason   string     `json:"reason" enum:",not_bookable,not_yet_open,closed,full,cancelled" doc:"Why seats cannot be had now; empty where they can. A full session has a waitlist."`
		OpensAt  *time.Time `json:"opens_at,omitempty" doc:"Of not_yet_open."`
	}
}

// noStore keeps answers about one moment or one person out of caches.
const noStore = "no-store"

func (s Services) getSession(ctx context.Context, _ *httpx.Request, in *sessionInput) (*sessionOutput, error) {
	session, a, err := s.Bookings.GetSession(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &sessionOutput{CacheControl: noStore}
	b := &out.Body
	b.ID, b.Capacity, b.Left, b.Reason, b.OpensAt = session.ID, session.Seat.Capacity, a.Left, string(a.Reason), moment(a.Opens)
	return out, nil
}

type claimInput struct {
	ID   string `path:"id" format:"uuid" doc:"Id of the session."`
	Key  string `header:"Idempotency-Key" doc:"Chosen by the client for one booking. For 24 hours the same key with the same body has the same answer; with another body it is refused (422, booking.key_reused)."`
	Body struct {
		PartySize int64 `json:"party_size" doc:"People, the booker included if they come." example:"2"`
		Contact   struct {
			Name  string `json:"name" example:"张示例"`
			Phone string `json:"phone" doc:"A mobile or landline number of the mainland." example:"13800010000"`
		} `json:"contact"`
	}
}

type claimOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Code        string `json:"code" doc:"Admits, and nothing else." example:"K7MP4XWQ"`
		Status      string `json:"status" enum:"confirmed,waitlisted,pending"`
		Position    int64  `json:"position" doc:"On the waitlist from 1; 0 unless waitlisted."`
		ManageToken string `json:"manage_token" doc:"Reads and cancels the booking. It is shown here only."`
	}
}

func (s Services) bookSession(ctx context.Context, _ *httpx.Request, in *claimInput) (*claimOutput, error) {
	receipt, err := s.Bookings.Claim(ctx, booking.Request{
		SessionID: in.ID, Party: in.Body.PartySize, Contact: booking.Contact{Name: in.Body.Contact.Name, Phone: in.Body.Contact.Phone},
		Source: booking.FromAPI, Key: in.Key,
	})
	if err != nil {
		return nil, err
	}
	out := &claimOutput{CacheControl: noStore}
	out.Body.Code, out.Body.Status, out.Body.Position, out.Body.ManageToken = receipt.Code, string(receipt.Status), receipt.Position, receipt.ManageToken
	return out, nil
}

type manageInput struct {
	Code  string `path:"code" doc:"The booking's code."`
	Token string `header:"Authorization" doc:"Bearer and the booking's manage token." example:"Bearer AZk1…"`
	Own   string `header:"X-Manage-Token" doc:"The manage token, where Authorization is taken by a proxy."`
}

// bearer gives the token of a request: of its own header, where Authorization is taken by a proxy, else of
// Authorization.
func bearer(own, authorization string) string {
	if own != "" {
		return own
	}
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func (in *manageInput) token() string { return bearer(in.Own, in.Token) }

type bookingOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Code      string    `json:"code"`
		Session   string    `json:"session" format:"uuid"`
		Status    string    `json:"status" enum:"confirmed,waitlisted,pending,cancelled"`
		Position  int64     `json:"position" doc:"On the waitlist from 1; 0 unless waitlisted."`
		PartySize int64     `json:"party_size"`
		CreatedAt time.Time `json:"created_at"`
	}
}

func outputOf(b booking.Booking) *bookingOutput {
	out := &bookingOutput{CacheControl: noStore}
	o := &out.Body
	o.Code, o.Session, o.Status, o.Position, o.PartySize, o.CreatedAt = b.Code, b.SessionID, string(b.Status), b.Position, b.Party, b.CreatedAt.Time()
	return out
}

func (s Services) getBooking(ctx context.Context, _ *httpx.Request, in *manageInput) (*bookingOutput, error) {
	b, err := s.Bookings.Get(ctx, in.Code, in.token())
	if err != nil {
		return nil, err
	}
	return outputOf(b), nil
}

func (s Services) cancelBooking(ctx context.Context, _ *httpx.Request, in *manageInput) (*bookingOutput, error) {
	b, err := s.Bookings.Cancel(ctx, in.Code, in.token())
	if err != nil {
		return nil, err
	}
	return outputOf(b), nil
}
