package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

type benchBooking struct {
	URL     string   `required:"" name:"url" placeholder:"URL" help:"command.bench_url"`
	Session []string `required:"" placeholder:"ID" help:"command.bench_session"`
	Clients int      `default:"256" help:"command.bench_clients"`
	Claims  int      `default:"10000" help:"command.bench_claims"`
}

// Validate checks the numbers.
func (b benchBooking) Validate() error {
	if b.Clients < 1 || b.Clients > 10_000 || b.Claims < 1 || b.Claims > 1_000_000 {
		return errs.Join(errs.Invalid("command.bench_numbers").On("clients"))
	}
	return nil
}

// ticket is what the server has answered to a claim.
type ticket struct {
	Code        string `json:"code"`
	Status      string `json:"status"`
	ManageToken string `json:"manage_token"`
}

// score collects the answers of all clients.
type score struct {
	lock    sync.Mutex
	tickets []ticket
	refused map[string]int // by the problem's key
	times   []time.Duration
}

// Run claims a seat for each of so many invented contacts, as fast as the server answers, and then checks
// through the interface that what was promised is there. It books for real: it is for a store of its own.
func (b benchBooking) Run(ctx context.Context, t terminal) error {
	b.URL = strings.TrimSuffix(b.URL, "/")
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: b.Clients, MaxConnsPerHost: b.Clients, DisableCompression: true}}
	before, err := b.left(ctx, client)
	if err != nil {
		return err
	}
	s := &score{refused: map[string]int{}}
	run := rand.Uint64()
	var next atomic.Int64
	var all sync.WaitGroup
	watch := clock.System()
	began := watch.Now()
	for range min(b.Clients, b.Claims) {
		all.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= b.Claims {
					return
				}
				asked := watch.Now()
				got, key, err := b.claim(ctx, client, run, n)
				if err != nil {
					key = "error.unanswered"
				}
				s.add(got, key, watch.Now().Sub(asked))
			}
		})
	}
	all.Wait()
	took := watch.Now().Sub(began)
	if err := ctx.Err(); err != nil {
		return err
	}
	s.print(t, took)
	after, err := b.left(ctx, client)
	if err != nil {
		return err
	}
	return b.check(ctx, client, t, s, before-after)
}

func (s *score) add(got ticket, key string, took time.Duration) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.times = append(s.times, took)
	if key != "" {
		s.refused[key]++
		return
	}
	s.tickets = append(s.tickets, got)
}

func (s *score) confirmed() (n int) {
	for _, one := range s.tickets {
		if one.Status == "confirmed" {
			n++
		}
	}
	return n
}

func (s *score) print(t terminal, took time.Duration) {
	confirmed := s.confirmed()
	t.say("command.bench_admitted", "count", len(s.tickets), "confirmed", confirmed, "waitlisted", len(s.tickets)-confirmed,
		"rate", fmt.Sprintf("%.0f", float64(len(s.tickets))/took.Seconds()))
	var keys []string
	for key := range s.refused {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		t.say("command.bench_refused", "count", s.refused[key], "key", key)
	}
	slices.Sort(s.times)
	at := func(share float64) string {
		return s.times[min(len(s.times)-1, int(share*float64(len(s.times))))].Round(10 * time.Microsecond).String()
	}
	t.say("command.bench_times", "p50", at(0.50), "p99", at(0.99))
}

// claim books for the nth contact; the invented telephone is an extension of a number that nobody has.
func (b benchBooking) claim(ctx context.Context, client *http.Client, run uint64, n int) (got ticket, key string, err error) {
	number := (run%1_000_000 + uint64(n)) % 1_000_000
	body := fmt.Sprintf(`{"party_size":1,"contact":{"name":"张示例","phone":"0731-20000000x%d"}}`, number)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.URL+"/api/v1/sessions/"+b.Session[n%len(b.Session)]+"/bookings", strings.NewReader(body))
	if err != nil {
		return ticket{}, "", err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprintf("bench-%x-%d", run, n))
	var problem struct {
		ticket
		Key string `json:"key"`
	}
	if _, err := call(client, r, &problem); err != nil {
		return ticket{}, "", err
	}
	return problem.ticket, problem.Key, nil
}

// left is how many seats the sessions have left.
func (b benchBooking) left(ctx context.Context, client *http.Client) (sum int64, err error) {
	for _, session := range b.Session {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.URL+"/api/v1/sessions/"+session, nil)
		if err != nil {
			return 0, err
		}
		var body struct{ Left int64 }
		status, err := call(client, r, &body)
		if err != nil || status != http.StatusOK {
			return 0, errs.NotFound("command.bench_no_session", "session", session).Because(err)
		}
		sum += body.Left
	}
	return sum, nil
}

// check asks for each booking with its token, and holds the seats that are gone against those confirmed.
func (b benchBooking) check(ctx context.Context, client *http.Client, t terminal, s *score, gone int64) error {
	codes := map[string]bool{}
	var missing []string
	for _, one := range s.tickets {
		codes[one.Code] = true
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.URL+"/api/v1/bookings/"+one.Code, nil)
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+one.ManageToken)
		var found ticket
		status, err := call(client, r, &found)
		if err != nil {
			return err
		}
		if status != http.StatusOK || found.Code != one.Code || found.Status != one.Status {
			missing = append(missing, one.Code)
		}
	}
	if len(missing) > 0 || len(codes) != len(s.tickets) || gone != int64(s.confirmed()) {
		return errs.Conflict("command.bench_wrong", "missing", len(missing), "twice", len(s.tickets)-len(codes), "gone", gone, "confirmed", s.confirmed())
	}
	t.say("command.bench_checked", "count", len(codes), "gone", gone)
	return nil
}

// call reads a JSON answer, whatever its status.
func call(client *http.Client, r *http.Request, into any) (status int, err error) {
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, json.NewDecoder(bytes.NewReader(body)).Decode(into)
}
