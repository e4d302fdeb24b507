package httpx

import "net/http"

// recorder notes what was answered. Until a route has matched it also swallows the plain 404 and
// 405 of http.ServeMux, which are then rendered like every other error.
type recorder struct {
	http.ResponseWriter
	request *Request
	watch   *routeMetrics
	status  int
	bytes   int64
	refused int  // status of the swallowed answer
	cached  bool // answered from the page cache
}

// WriteHeader notes the status.
func (w *recorder) WriteHeader(status int) {
	if w.request.Route == nil && (status == http.StatusNotFound || status == http.StatusMethodNotAllowed) && w.status == 0 && w.refused == 0 {
		w.refused = status
		return
	}
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes the length.
func (w *recorder) Write(b []byte) (int, error) {
	if w.refused != 0 && w.status == 0 {
		return len(b), nil
	}
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
