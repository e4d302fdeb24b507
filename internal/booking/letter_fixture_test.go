package booking_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/courier"
	"openweek/internal/form"
	"openweek/internal/message"
	"openweek/internal/paper"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// gateway is an SMS gateway over HTTP that keeps what it takes.
type gateway struct {
	carrier courier.Carrier
	answer  atomic.Int32 // status of the answers; 0 is 200

	lock sync.Mutex
	took []sms
}

type sms struct{ To, Text string }

func newGateway(t testing.TB) *gateway {
	t.Helper()
	g := &gateway{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if status := int(g.answer.Load()); status != 0 {
			w.WriteHeader(status)
			return
		}
		var one sms
		if err := json.Unmarshal(body, &one); err != nil {
			t.Error(err)
		}
		g.lock.Lock()
		g.took = append(g.took, one)
		g.lock.Unlock()
	}))
	t.Cleanup(server.Close)
	carrier, err := courier.OpenHTTP(courier.HTTPOptions{URL: server.URL, Body: `{"to":{{json .To}},"text":{{json .Text}}}`})
	must(t, err)
	g.carrier = carrier
	return g
}

// taken gives what has come since it was asked last.
func (g *gateway) taken() []sms {
	g.lock.Lock()
	defer g.lock.Unlock()
	took := g.took
	g.took = nil
	return took
}

// carrier is a way out of the product that a test rules.
type carrier func(l courier.Letter) error

func (c carrier) Carry(_ context.Context, l courier.Letter) error { return c(l) }

func byGateway(g *gateway) map[message.Channel]courier.Carrier {
	return map[message.Channel]courier.Carrier{message.SMS: g.carrier}
}

// desk writes the letters as the product does.
type desk struct {
	*booking.Service
	letters paper.Letters
}

func (d desk) WriteOutside(ctx context.Context, o message.Outside) (string, message.Text, error) {
	l, err := d.GetLetter(ctx, o.SubjectID, booking.Untold(o.Key), o.Ref)
	if err != nil {
		return "", message.Text{}, err
	}
	to := l.Contact.Phone
	if o.Channel == message.Mail {
		to = l.Contact.Mail
	}
	return to, d.letters.Booking(l, o.Channel), nil
}

// writer is a process that writes to bookers.
type writer struct {
	process
	messages *message.Service
}

func newWriter(db *sqldb.DB, ring *seal.Ring, c clock.Clock, carriers map[message.Channel]courier.Carrier) writer {
	log := audit.New(db, ring, c)
	w := writer{process: process{db: db}}
	w.messages = message.NewService(db, c, log, nil, nil, message.Options{Carriers: carriers, Host: "week.example.cn"})
	w.activities = activity.NewService(activity.Deps{DB: db, Ring: ring, Clock: c, Log: log, Forms: form.NewService(db, c, log)})
	w.Service = booking.NewService(booking.Deps{DB: db, Ring: ring, Clock: c, Activities: w.activities, Audit: log, Messages: w.messages,
		SMS: carriers[message.SMS] != nil, Mail: carriers[message.Mail] != nil})
	w.activities.UseFollowers(w.Service)
	w.messages.UseOutsiders(desk{w.Service, paper.Letters{PublicURL: "https://week.example.cn"}})
	return w
}

// writingFair is a fair whose bookers are written to.
type writingFair struct {
	*fair
	w writer
}

func (f *writingFair) post(t testing.TB) {
	t.Helper()
	f.w.post(t)
}

func (f *writingFair) letters(t testing.TB, bookingID string) []string {
	t.Helper()
	return f.w.letters(t, bookingID)
}

func newWritingFair(t testing.TB, engine sqldb.Engine, carriers map[message.Channel]courier.Carrier) *writingFair {
	t.Helper()
	f := &fair{t: t, o: sqldbtest.New(t, engine), clock: clock.NewManual(noon)}
	db := sqldbtest.Open(t, f.o, func(ctx context.Context, q sqldb.Querier) error { return f.Verify(ctx, q) })
	var err error
	f.ring, err = seal.Create(filepath.Join(f.o.Dir, "keys"))
	must(t, err)
	w := newWriter(db, f.ring, f.clock, carriers)
	f.process = w.process
	f.run(t)
	return &writingFair{f, w}
}

// bySMS runs a test on both engines with a gateway.
func bySMS(t *testing.T, fn func(t *testing.T, f *writingFair, g *gateway)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		g := newGateway(t)
		fn(t, newWritingFair(t, engine, byGateway(g)), g)
	})
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// post writes and sends what there is to tell.
func (w writer) post(t testing.TB) {
	t.Helper()
	_, err := w.TellBookers(ctx)
	must(t, err)
	_, err = w.messages.SendOutside(ctx)
	must(t, err)
}

// letters gives the states of the letters to a booker, oldest first, as "key channel state reason".
func (w writer) letters(t testing.TB, bookingID string) (list []string) {
	t.Helper()
	found, err := w.messages.OutsideEvidence(ctx, w.db, booking.LetterSubject, []string{bookingID})
	must(t, err)
	for _, l := range found[bookingID] {
		one := l.Key + " " + string(l.Channel) + " " + string(l.State)
		if l.Reason != "" {
			one += " " + l.Reason
		}
		list = append(list, one)
	}
	return list
}
