package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/unit"
)

// Services are what the operations call; the composition root fills them in.
type Services struct {
	Clock      clock.Clock
	Editions   *edition.Service
	Activities *activity.Service
	Bookings   *booking.Service
	Doors      *door.Service
	Base       string // the site's public address without a slash at its end
}

// Version is the version of the interface, not of the program.
const Version = "1.0.0"

// Routes is the table of the JSON interface.
func Routes(s Services) []httpx.Route {
	a := newAPI()
	describe(a, huma.Operation{
		OperationID: "current-edition", Method: http.MethodGet, Path: "/api/v1/editions/current",
		Summary: "The edition that the public sees today", Tags: []string{"editions"},
	}, s.currentEdition)
	describe(a, huma.Operation{
		OperationID: "list-activities", Method: http.MethodGet, Path: "/api/v1/activities",
		Summary: "Activities of the edition that the public sees today", Tags: []string{"activities"}, Parameters: filterParams(),
		Description: "The same query as on the page /activities, with the same result. Several values of a parameter are given by naming it several times.",
	}, s.listActivities)
	describe(a, huma.Operation{
		OperationID: "get-activity", Method: http.MethodGet, Path: "/api/v1/activities/{id}",
		Summary: "One activity", Tags: []string{"activities"},
		Description: "A cancelled activity is still answered, with its state.",
	}, s.getActivity)

	describe(a, huma.Operation{
		OperationID: "get-session", Method: http.MethodGet, Path: "/api/v1/sessions/{id}",
		Summary: "What can be booked of a session now", Tags: []string{"bookings"},
	}, s.getSession)
	describe(a, huma.Operation{
		OperationID: "book-session", Method: http.MethodPost, Path: "/api/v1/sessions/{id}/bookings", DefaultStatus: http.StatusCreated,
		Summary: "Claim seats of a session", Tags: []string{"bookings"},
		Description: "Answered once the booking is on the disk. Where not enough seats are left the party is put on the waitlist. " +
			"A refusal is a problem of status 409 with its reason; 503 with Retry-After means that nothing was booked, or that only a repetition with the same Idempotency-Key tells.",
	}, s.bookSession)
	describe(a, huma.Operation{
		OperationID: "get-booking", Method: http.MethodGet, Path: "/api/v1/bookings/{code}",
		Summary: "A booking, for the holder of its manage token", Tags: []string{"bookings"},
	}, s.getBooking)
	describe(a, huma.Operation{
		OperationID: "cancel-booking", Method: http.MethodDelete, Path: "/api/v1/bookings/{code}",
		Summary: "Give a booking up until its session begins", Tags: []string{"bookings"},
		Description: "Its seats go to the waitlist. A booking that is cancelled already stays so.",
	}, s.cancelBooking)

	describe(a, huma.Operation{
		OperationID: "check-in", Method: http.MethodPost, Path: "/api/v1/sessions/{id}/check-ins",
		Summary: "Check a ticket or walk-ins in at a door", Tags: []string{"check-ins"},
		Description: "For the holder of a door link. The same id again has the same answer and counts once. Whatever is decided about a ticket is answered with 200 and its result; " +
			"in and already are kept, the other results leave nothing behind.",
	}, s.checkIn)

	a.dropOwnErrors()

	public := &httpx.Cache{Topics: []string{edition.Topic}}
	// Numbers of seats are no topic: an answer with them is a second old at most.
	seats := []string{edition.Topic, unit.Topic, activity.Topic}
	return []httpx.Route{
		{Pattern: "GET /api/v1/editions/current", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON, Cache: public},
		{Pattern: "GET /api/v1/activities", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON, Cache: &httpx.Cache{Topics: seats, Query: activity.Parameters, Own: []string{"near"}, For: time.Second}},
		{Pattern: "GET /api/v1/activities/{id}", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON, Cache: &httpx.Cache{Topics: seats, For: time.Second}},
		{Pattern: "GET /api/v1/sessions/{id}", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON},
		{Pattern: "POST /api/v1/sessions/{id}/bookings", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON, Rate: bookingRate, Body: maxClaim},
		{Pattern: "POST /api/v1/sessions/{id}/check-ins", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON, Rate: bookingRate, Body: maxClaim},
		{Pattern: "GET /api/v1/bookings/{code}", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON},
		{Pattern: "DELETE /api/v1/bookings/{code}", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON},
		{Pattern: "GET /api/openapi.json", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON, Cache: &httpx.Cache{}},
	}
}

// api is huma behind the table: it reads input, writes bodies and makes the description.
type api struct {
	huma huma.API
	mux  *http.ServeMux
}

func newAPI() *api {
	c := huma.DefaultConfig("openweek", Version)
	c.OpenAPIPath = "/api/openapi"
	c.DocsPath = ""    // its page would load from a CDN
	c.SchemasPath = "" // bodies carry no $schema
	c.CreateHooks = nil
	c.Info.Description = "Publicity weeks of vocational education (职业教育活动周): editions, their topics and methods, activities, their sessions, and bookings of them."
	a := &api{mux: http.NewServeMux()}
	a.huma = humago.New(a.mux, c)
	return a
}

// problem describes the errors that httpx writes.
type problem struct {
	Type     string `json:"type"`
	Title    string `json:"title" doc:"A sentence for people, in the language asked for."`
	Status   int    `json:"status"`
	Key      string `json:"key" doc:"The same for the same problem, such as edition.none_published."`
	Request  string `json:"request" doc:"Names the request in the server's log."`
	Field    string `json:"field,omitempty"`
	Reason   string `json:"reason,omitempty" doc:"Why a booking is refused: not_yet_open, closed, party_too_large, cancelled, not_bookable, already_booked."`
	Problems []struct {
		Field string `json:"field,omitempty"`
		Key   string `json:"key"`
		Text  string `json:"text"`
	} `json:"problems,omitempty"`
}

// describe registers an operation. What it returns as its error goes to httpx.
func describe[I, O any](a *api, op huma.Operation, handle func(ctx context.Context, r *httpx.Request, in *I) (*O, error)) {
	op.Responses = map[string]*huma.Response{"default": {
		Description: "A problem (RFC 9457).",
		Content: map[string]*huma.MediaType{"application/problem+json": {
			Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[problem](), true, "Problem"),
		}},
	}}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, httpx.From(ctx), in)
		if err != nil {
			ctx.Value(failureKey{}).(*failure).err = err
		}
		return out, err
	})
}

// dropOwnErrors takes the library's form of errors out of the description: no answer has it.
func (a *api) dropOwnErrors() {
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
}

type failureKey struct{}

// failure carries an operation's error around huma, which would write it in its own way.
type failure struct{ err error }

// serve answers through huma into a buffer, so that an error is still an error afterwards.
func (a *api) serve(w http.ResponseWriter, r *httpx.Request) error {
	answer, failed := &buffer{header: http.Header{}}, &failure{}
	err := httpx.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, hr *http.Request) {
		a.mux.ServeHTTP(answer, hr.WithContext(context.WithValue(hr.Context(), failureKey{}, failed)))
	}))(w, r)
	switch {
	case err != nil:
		return err
	case failed.err != nil:
		return failed.err
	case answer.status >= http.StatusBadRequest: // huma's own, about the input
		return errs.Invalid("error.bad_request")
	}
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.WriteHeader(max(answer.status, http.StatusOK))
	_, _ = w.Write(answer.body) // the client may be gone
	return nil
}

// buffer catches an answer.
type buffer struct {
	header http.Header
	status int
	body   []byte
}

// Header gives the caught headers.
func (b *buffer) Header() http.Header { return b.header }

// WriteHeader catches the status.
func (b *buffer) WriteHeader(status int) { b.status = status }

// Write catches the body.
func (b *buffer) Write(p []byte) (int, error) {
	b.body = append(b.body, p...)
	return len(p), nil
}
