package httpx

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"openweek/internal/errs"
)

// compressFrom is the length in bytes from which a page is worth compressing.
const compressFrom = 1024

var gzipWriters = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is valid
	return w
}}

// WriteHTML answers with a whole page that was rendered into a buffer before.
func WriteHTML(w http.ResponseWriter, r *Request, status int, body []byte) error {
	return write(w, r, status, "text/html; charset=utf-8", body)
}

// WriteJSON answers with v as JSON.
func WriteJSON(w http.ResponseWriter, r *Request, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return errs.Internal(fmt.Errorf("httpx: JSON of %T: %w", v, err))
	}
	return write(w, r, status, "application/json", body)
}

// WriteAs answers with a body of another type that is looked at or subscribed to: a feed, a picture.
func WriteAs(w http.ResponseWriter, r *Request, contentType string, body []byte) error {
	return write(w, r, http.StatusOK, contentType, body)
}

// WriteFile answers with a file to be saved under name. The content type is the caller's; browsers
// may not guess another (nosniff) and do not open it in the page.
func WriteFile(w http.ResponseWriter, r *Request, name, contentType string, body []byte) error {
	h := w.Header()
	h.Set("Content-Disposition", attachment(name))
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	return sent(w.Write(body))
}

// attachment writes Content-Disposition with a name in UTF-8 (RFC 6266, RFC 8187).
func attachment(name string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	var ascii, extended strings.Builder
	for _, c := range name {
		if strings.ContainsRune(plain, c) {
			ascii.WriteRune(c)
		} else {
			ascii.WriteByte('_')
		}
	}
	for _, b := range []byte(name) {
		if strings.IndexByte(plain, b) >= 0 {
			extended.WriteByte(b)
		} else {
			fmt.Fprintf(&extended, "%%%02X", b)
		}
	}
	return `attachment; filename="` + ascii.String() + `"; filename*=UTF-8''` + extended.String()
}

func write(w http.ResponseWriter, r *Request, status int, contentType string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", contentType)
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-store")
	}
	if len(body) >= compressFrom && !r.uncompressed {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Request) {
			body = compress(body)
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	return sent(w.Write(body))
}

// sent ignores a client that went away: the answer was right, nobody is left to read another.
func sent(int, error) error { return nil }

func compress(body []byte) []byte {
	var out bytes.Buffer
	zw := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(zw)
	zw.Reset(&out)
	_, _ = zw.Write(body) // a bytes.Buffer does not fail
	_ = zw.Close()
	return out.Bytes()
}

// acceptsGzip reads Accept-Encoding as far as browsers use it; "gzip;q=0" refuses.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

// Redirect sends the reader to a path of our own after a change (303). Anything else, such as a
// "next" that names another site, leads to fallback.
func Redirect(w http.ResponseWriter, r *Request, to, fallback string) error {
	if !IsOwnPath(to) {
		to = fallback
	}
	if r.IsHTMX() {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// IsOwnPath tells whether to is an absolute path on this site. "//host", "/\host" and control
// characters, which browsers read as another host, are not.
func IsOwnPath(to string) bool {
	if to == "" || to[0] != '/' || len(to) > 1 && (to[1] == '/' || to[1] == '\\') {
		return false
	}
	for _, c := range to {
		if c < 0x20 || c == 0x7f || c == '\\' {
			return false
		}
	}
	return true
}
