package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
)

// Services are what the operations call; the composition root fills them in.
type Services struct {
	Clock    clock.Clock
	Editions *edition.Service
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

	a.dropOwnErrors()

	public := &httpx.Cache{Topics: []string{edition.Topic}}
	return []httpx.Route{
		{Pattern: "GET /api/v1/editions/current", Handle: a.serve, Who: httpx.Anyone, Answer: httpx.JSON, Cache: public},
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
	c.Info.Description = "Publicity weeks of vocational education (职业教育活动周): editions, their topics and methods."
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
