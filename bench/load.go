package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const connections = 64

// Pages that every visitor opens.
var publicPages = []string{"/", "/api/v1/editions/current"}

// answer is what the product sends for a page, for the bare handler to send again.
type answer struct {
	Header http.Header
	Body   []byte
}

// pages measures warm public pages, with and without the page cache, against a bare handler that
// writes the same bytes and headers. The three take turns, so that what else the machine does falls
// on all of them alike.
func pages(program string, runs int, length time.Duration) (rows []row, err error) {
	cached, err := start(program, "demo", "--no-rate-limit", "--log-level", "warn", "--addr", "ADDR", "--data", "DIR/data")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, cached.stop()) }()
	uncached, err := start(program, "demo", "--no-rate-limit", "--no-page-cache", "--log-level", "warn", "--addr", "ADDR", "--data", "DIR/data")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, uncached.stop()) }()
	for _, page := range publicPages {
		more, err := onePage(cached, uncached, page, runs, length)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", page, err)
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func onePage(cached, uncached *process, page string, runs int, length time.Duration) (rows []row, err error) {
	for _, p := range []*process{cached, uncached} {
		if err := p.wait(page); err != nil {
			return nil, err
		}
	}
	bare, err := startBareFor(cached, page)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()
	var warm, off, limit []float64
	for range runs {
		for _, one := range []struct {
			p    *process
			list *[]float64
		}{{bare, &limit}, {cached, &warm}, {uncached, &off}} {
			rate, err := load(one.p, page, length)
			if err != nil {
				return nil, err
			}
			*one.list = append(*one.list, rate)
		}
	}
	held := fmt.Sprintf("bare handler, same bytes: %.0f/s", median(limit))
	result := func(list []float64) string {
		return fmt.Sprintf("%.2f (%.0f/s)", median(list)/median(limit), median(list))
	}
	return []row{
		{"warm page " + page, held, result(warm), "0.50", "0.80"},
		{"the same, page cache off", held, result(off), "reported", "0.20"},
	}, nil
}

// startBareFor starts the bare handler with what the product answers to a page.
func startBareFor(p *process, page string) (*process, error) {
	r, err := http.NewRequest(http.MethodGet, p.base+page, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept-Encoding", "gzip") // set by hand, so the body stays as it is
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(got.Body)
	if err := errors.Join(err, got.Body.Close()); err != nil {
		return nil, err
	}
	got.Header.Del("Date") // net/http writes its own
	file, err := os.CreateTemp("", "openweek-bare-")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(json.NewEncoder(file).Encode(answer{got.Header, body}), file.Close()); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	bare, err := start(self, "bare", "ADDR "+file.Name())
	if err != nil {
		return nil, err
	}
	err = bare.wait(page)
	return bare, errors.Join(err, os.Remove(file.Name()))
}

// serveBare is the limit: net/http and nothing else.
func serveBare(addrAndFile string) error {
	addr, name, _ := strings.Cut(addrAndFile, " ")
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return err
	}
	return http.ListenAndServe(addr, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, values := range a.Header {
			h[name] = values
		}
		_, _ = w.Write(a.Body) // the client may be gone
	}))
}

// load asks for a page over kept connections and gives the answers a second. It reads no more of an
// answer than it must, to leave the processors to the server.
func load(p *process, page string, length time.Duration) (float64, error) {
	request := []byte("GET " + page + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(p.base, "http://") + "\r\nAccept-Encoding: gzip\r\n\r\n")
	var answers atomic.Int64
	var workers sync.WaitGroup
	failures := make(chan error, connections)
	began := time.Now()
	for range connections {
		workers.Go(func() {
			if err := ask(p, request, began.Add(length), &answers); err != nil {
				failures <- err
			}
		})
	}
	workers.Wait()
	took := time.Since(began)
	select {
	case err := <-failures:
		return 0, err
	default:
		return float64(answers.Load()) / took.Seconds(), nil
	}
}

func ask(p *process, request []byte, until time.Time, answers *atomic.Int64) error {
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // nothing is lost
	in := bufio.NewReaderSize(conn, 64<<10)
	lines := textproto.NewReader(in)
	for time.Now().Before(until) {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		status, err := lines.ReadLineBytes()
		if err != nil {
			return err
		}
		if string(status) != "HTTP/1.1 200 OK" {
			return fmt.Errorf("answered %s", status)
		}
		length := -1
		for {
			line, err := lines.ReadLineBytes()
			if err != nil {
				return err
			}
			if len(line) == 0 {
				break
			}
			if value, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
				if length, err = strconv.Atoi(value); err != nil {
					return err
				}
			}
		}
		if length < 0 {
			return errors.New("an answer without Content-Length cannot be compared")
		}
		if _, err := in.Discard(length); err != nil {
			return err
		}
		answers.Add(1)
	}
	return nil
}
