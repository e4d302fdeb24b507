package httpx

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are counted by route pattern, never by path: a path may hold an id.
type metrics struct {
	requests  *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	unmatched *routeMetrics
}

// routeMetrics are the counters of one route, looked up once.
type routeMetrics struct {
	byClass [6]prometheus.Counter // by hundreds of the status
	seconds prometheus.Observer
}

func newMetrics(reg *prometheus.Registry) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "openweek_http_requests_total", Help: "Answered requests by route pattern and class of status.",
		}, []string{"route", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "openweek_http_request_seconds", Help: "Time to answer by route pattern.",
			Buckets: []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10},
		}, []string{"route"}),
	}
	reg.MustRegister(m.requests, m.seconds)
	m.unmatched = m.of("unmatched")
	return m
}

func (m *metrics) of(pattern string) *routeMetrics {
	rm := &routeMetrics{seconds: m.seconds.WithLabelValues(pattern)}
	for i, class := range []string{"other", "1xx", "2xx", "3xx", "4xx", "5xx"} {
		rm.byClass[i] = m.requests.WithLabelValues(pattern, class)
	}
	return rm
}

func (rm *routeMetrics) observe(status int, took time.Duration) {
	class := status / 100
	if class < 1 || class > 5 {
		class = 0
	}
	rm.byClass[class].Inc()
	rm.seconds.Observe(took.Seconds())
}

// Metrics serves the registry in Prometheus' text format. Who may read it is the route table's matter.
func (m *Mux) Metrics() Handler {
	return Wrap(promhttp.HandlerFor(m.options.Registry, promhttp.HandlerOpts{DisableCompression: true}))
}

// Wrap makes a Handler of an http.Handler that renders its own errors, such as the JSON API's. It
// finds the Request by From.
func Wrap(h http.Handler) Handler {
	return func(w http.ResponseWriter, r *Request) error {
		h.ServeHTTP(w, r.Request.WithContext(withRequest(r)))
		return nil
	}
}
