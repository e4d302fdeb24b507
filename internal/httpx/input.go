package httpx

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
)

// Input reads what was sent: the query of a GET, the form of a POST. Getters note what is wrong
// beside the field it is wrong in; Err gives all of it at once. After an unreadable form every
// getter gives nothing and Err says why.
type Input struct {
	values   url.Values
	files    map[string][]*multipart.FileHeader
	problems []*errs.Error
	broken   error
}

const formType = "application/x-www-form-urlencoded"

// maxFields bounds the number of values in a form.
const maxFields = 5000

// Input parses the request once.
func (r *Request) Input() *Input {
	if r.input == nil {
		r.input = &Input{}
		r.input.broken = r.input.read(r)
		if r.input.broken != nil {
			r.input.values, r.input.files = nil, nil
		}
	}
	return r.input
}

func (in *Input) read(r *Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		q, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return errs.Invalid("error.bad_request").Because(err)
		}
		in.values = q
		return checkText(q)
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.ContentLength == 0 {
		kind, err = formType, nil // a button without fields
	}
	switch {
	case err != nil:
	case kind == "multipart/form-data":
		// The whole body is bounded by the route, so everything stays in memory and nothing of an
		// upload is left in a temporary folder.
		if err = r.ParseMultipartForm(r.Route.Body); err == nil {
			in.files = r.MultipartForm.File
		}
	case kind == formType:
		err = r.ParseForm()
	default: // which ParseForm would take for an empty form
		err = errors.New("the body is " + kind + ", no form")
	}
	if err != nil {
		return readError(err)
	}
	in.values = r.PostForm
	return checkText(in.values)
}

func readError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errs.Invalid(keyTooLarge, "limit", Size(tooLarge.Limit)).Because(err)
	}
	return errs.Invalid("error.bad_request").Because(err)
}

// Size writes a number of bytes for people: 1.5 MB.
func Size(n int64) string {
	switch {
	case n >= 1<<20:
		return strings.TrimSuffix(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".0") + " MB"
	case n >= 1<<10:
		return strconv.FormatInt(n>>10, 10) + " KB"
	default:
		return strconv.FormatInt(n, 10) + " B"
	}
}

// checkText refuses what no form of ours sends and PostgreSQL would refuse later: NUL and broken UTF-8.
func checkText(values url.Values) error {
	count := 0
	for name, vs := range values {
		for _, v := range append(vs, name) {
			if count++; count > maxFields || !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return errs.Invalid("error.bad_request")
			}
		}
	}
	return nil
}

// Err gives everything that the getters found wrong, nil if nothing is.
func (in *Input) Err() error {
	if in.broken != nil {
		return in.broken
	}
	return errs.Join(in.problems...)
}

// Problem notes something wrong that a getter cannot know.
func (in *Input) Problem(e *errs.Error) { in.problems = append(in.problems, e) }

// Has tells whether the field was sent at all.
func (in *Input) Has(name string) bool { return in.values.Has(name) }

// Raw gives the field as sent, without a check.
func (in *Input) Raw(name string) string { return in.values.Get(name) }

// Values gives everything that was sent, to fill a form again.
func (in *Input) Values() url.Values { return in.values }

// Text gives the field trimmed, with line ends as \n and at most max runes; it may be empty.
func (in *Input) Text(name string, max int) string {
	s := strings.TrimSpace(strings.ReplaceAll(in.values.Get(name), "\r\n", "\n"))
	if n := utf8.RuneCountInString(s); n > max {
		in.Problem(errs.Invalid("error.too_long", "max", max, "length", n).On(name))
	}
	return s
}

// Needed is Text that may not be empty.
func (in *Input) Needed(name string, max int) string {
	s := in.Text(name, max)
	if s == "" && in.broken == nil {
		in.Problem(errs.Invalid("error.required").On(name))
	}
	return s
}

// Secret gives a password as sent, neither trimmed nor changed.
func (in *Input) Secret(name string, max int) string {
	s := in.values.Get(name)
	if len(s) > max {
		in.Problem(errs.Invalid("error.too_long", "max", max, "length", len(s)).On(name))
		return ""
	}
	return s
}

// Day gives a calendar day, "" if none was sent.
func (in *Input) Day(name string) clock.Day {
	s := strings.TrimSpace(in.values.Get(name))
	if s == "" {
		return ""
	}
	d, err := clock.ParseDay(s)
	if err != nil {
		in.Problem(errs.Invalid("error.no_day").On(name).Because(err))
	}
	return d
}

// Number gives a whole number between min and max, min if none was sent.
func (in *Input) Number(name string, min, max int64) int64 {
	s := strings.TrimSpace(in.values.Get(name))
	if s == "" {
		return min
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < min || n > max {
		in.Problem(errs.Invalid("error.no_number", "min", min, "max", max).On(name))
		return min
	}
	return n
}

// Version gives the version of a row that the form was made from, 0 if none was sent.
func (in *Input) Version() int64 { return in.Number("version", 0, 1<<62) }

// Yes tells whether a checkbox is ticked.
func (in *Input) Yes(name string) bool {
	switch in.values.Get(name) {
	case "", "0", "false", "off":
		return false
	}
	return true
}

// Choice gives one of the allowed values, or "" if none was sent.
func (in *Input) Choice(name string, allowed ...string) string {
	s := in.values.Get(name)
	if s != "" && !slices.Contains(allowed, s) {
		in.Problem(errs.Invalid("error.no_choice").On(name))
		return ""
	}
	return s
}

// Choices gives those of several values that were sent, in the order of allowed.
func (in *Input) Choices(name string, allowed ...string) []string {
	var out []string
	for _, a := range allowed {
		if slices.Contains(in.values[name], a) {
			out = append(out, a)
		}
	}
	for _, s := range in.values[name] {
		if s != "" && !slices.Contains(allowed, s) {
			in.Problem(errs.Invalid("error.no_choice").On(name))
			break
		}
	}
	return out
}

// ID gives a well-formed id, or "" if none was sent.
func (in *Input) ID(name string) string {
	s := in.values.Get(name)
	if s != "" && !id.Valid(s) {
		in.Problem(errs.Invalid("error.no_choice").On(name))
		return ""
	}
	return s
}

// IDs gives all well-formed ids of a field, such as ticked rows.
func (in *Input) IDs(name string) []string {
	var out []string
	for _, s := range in.values[name] {
		if id.Valid(s) {
			out = append(out, s)
		}
	}
	return out
}

func validID(s string) string {
	if !id.Valid(s) {
		return ""
	}
	return s
}

// File is an uploaded file, read whole.
type File struct {
	Name string // the last element of the sender's name, not to be trusted
	Body []byte
}

// File gives the uploaded file of a field, at most limit bytes; nil if none was chosen.
func (in *Input) File(name string, limit int64) *File {
	headers := in.files[name]
	if len(headers) == 0 || headers[0].Size == 0 && headers[0].Filename == "" {
		return nil
	}
	head := headers[0]
	if head.Size > limit {
		in.Problem(errs.Invalid(keyTooLarge, "limit", Size(limit)).On(name))
		return nil
	}
	f, err := head.Open()
	if err != nil {
		in.broken = errs.Internal(err)
		return nil
	}
	defer f.Close()
	var body bytes.Buffer
	if _, err := io.Copy(&body, f); err != nil {
		in.broken = errs.Internal(err)
		return nil
	}
	fileName := path.Base(strings.ReplaceAll(head.Filename, `\`, "/"))
	if !utf8.ValidString(fileName) || strings.ContainsRune(fileName, 0) {
		fileName = ""
	}
	return &File{Name: fileName, Body: body.Bytes()}
}
