package edition

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/notice"
)

// Corrected is the certainty of a value that a person has written over what was read.
const Corrected notice.Certainty = "corrected"

// Draft is what was read from a notice, with a person's corrections.
type Draft struct {
	notice.Draft
	Corrections map[string]Correction // by field, see Change.Field
	ChangedBy   string
	ChangedAt   clock.Instant
	Version     int64
}

// Correction says who wrote over a field and what stood there before the first correction.
type Correction struct {
	By  string        `json:"by"`
	At  clock.Instant `json:"at"`
	Was string        `json:"was"`
}

// Operation is what a Change does.
type Operation string

// The operations. The zero Operation is Set.
const (
	Set    Operation = ""
	Add    Operation = "add"    // append an entry to a list: Field "topics", Value its title
	Remove Operation = "remove" // take an entry out of a list: Field "topics.2"
)

// Change is one correction of a draft, good for a form per field or per entry of a list.
//
// Fields are title, doc_number, issued_on, theme, window.start, window.end; issuers.N, addressees.N,
// phones.N, emails.N, attachments.N; topics.N and methods.N with .title, .code or .clause;
// obligations.N with .clause, .who (a phrase per line), .what, .due (YYYY-MM-DD or with THH:MM, "" for
// none), .timing, .to, .required (true, false), .discharge or .kinds (parted by blanks). N counts from 0.
type Change struct {
	Field     string
	Operation Operation
	Value     string
}

// entry is where a field stands in a draft.
type entry struct {
	get   func() string
	set   func(string)
	sure  *notice.Certainty // becomes Corrected; nil where a value has none
	check func(bad *problems, field, value string)
}

// correct applies one change. It leaves d as it was when the change is refused.
func (d *Draft) correct(c Change, by string, at clock.Instant) error {
	switch c.Operation {
	case Set:
		return d.set(c.Field, c.Value, by, at)
	case Add:
		return d.add(c.Field, c.Value, by, at)
	case Remove:
		return d.remove(c.Field)
	}
	return errs.Invalid("edition.operation_unknown").On(c.Field)
}

func (d *Draft) set(field, value, by string, at clock.Instant) error {
	e, ok := d.entry(field)
	if !ok {
		return unknownField(field)
	}
	if strings.HasSuffix(field, ".who") {
		value = tidyLines(value)
	} else {
		value = tidy(value)
	}
	var bad problems
	e.check(&bad, field, value)
	if err := errs.Join(bad...); err != nil {
		return err
	}
	was := e.get()
	if was == value {
		if e.sure != nil {
			*e.sure = Corrected // a person has looked at it and found it right
		}
	} else {
		e.set(value)
		if e.sure != nil {
			*e.sure = Corrected
		}
	}
	d.mark(field, Correction{By: by, At: at, Was: was})
	return nil
}

func (d *Draft) mark(field string, c Correction) {
	next := maps.Clone(d.Corrections)
	if next == nil {
		next = map[string]Correction{}
	}
	if earlier, ok := next[field]; ok {
		c.Was = earlier.Was
	}
	next[field] = c
	d.Corrections = next
}

func unknownField(field string) error {
	return errs.Invalid("edition.field_unknown").On(shorten(strings.ToValidUTF8(field, "?")))
}

func (d *Draft) entry(field string) (entry, bool) {
	parts := strings.Split(field, ".")
	text := func(t *notice.Text, limit int) (entry, bool) {
		return entry{
			get: func() string { return t.Value }, set: func(v string) { t.Value = v }, sure: &t.Certainty,
			check: func(bad *problems, f, v string) { bad.text(f, v, limit, false) },
		}, true
	}
	day := func(t *notice.Fact[notice.Day]) (entry, bool) {
		return entry{
			get: func() string { return string(t.Value) }, set: func(v string) { t.Value = notice.Day(v) }, sure: &t.Certainty,
			check: func(bad *problems, f, v string) {
				if v != "" {
					bad.day(f, clock.Day(v))
				}
			},
		}, true
	}
	switch field {
	case "title":
		return text(&d.Title, maxName)
	case "doc_number":
		return text(&d.DocNumber, maxNumber)
	case "theme":
		return text(&d.Theme, maxTheme)
	case "issued_on":
		return day(&d.IssuedOn)
	case "window.start":
		return day(&d.Window.Start)
	case "window.end":
		return day(&d.Window.End)
	}
	if len(parts) < 2 {
		return entry{}, false
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || n < 0 {
		return entry{}, false
	}
	if list := d.plain(parts[0]); list != nil && len(parts) == 2 && n < len(*list) {
		return text(&(*list)[n], maxPhrase)
	}
	if len(parts) != 3 {
		return entry{}, false
	}
	if items := d.items(parts[0]); items != nil && n < len(*items) {
		return itemEntry(&(*items)[n], parts[2])
	}
	if parts[0] == "obligations" && n < len(d.Obligations) {
		return obligationEntry(&d.Obligations[n], parts[2])
	}
	return entry{}, false
}

// plain gives a list of plain texts by its name, nil where there is none.
func (d *Draft) plain(name string) *[]notice.Text {
	switch name {
	case "issuers":
		return &d.Issuers
	case "addressees":
		return &d.Addressees
	case "phones":
		return &d.Phones
	case "emails":
		return &d.Emails
	case "attachments":
		return &d.Attachments
	}
	return nil
}

func (d *Draft) items(name string) *[]notice.Item {
	switch name {
	case "topics":
		return &d.Topics
	case "methods":
		return &d.Methods
	}
	return nil
}

func itemEntry(it *notice.Item, name string) (entry, bool) {
	e := entry{sure: &it.Certainty}
	switch name {
	case "title":
		e.get, e.set = func() string { return it.Title }, func(v string) { it.Title = v }
		e.check = func(bad *problems, f, v string) { bad.text(f, v, maxName, true) }
	case "clause":
		e.get, e.set = func() string { return it.Clause }, func(v string) { it.Clause = v }
		e.check = func(bad *problems, f, v string) { bad.text(f, v, maxClause, false) }
	case "code":
		e.get, e.set = func() string { return it.Code }, func(v string) { it.Code = v }
		e.check = func(bad *problems, f, v string) {
			if v != "" && !codePattern.MatchString(v) {
				bad.add(errCode().On(f))
			}
		}
	default:
		return entry{}, false
	}
	return e, true
}

func obligationEntry(o *notice.Obligation, name string) (entry, bool) {
	e := entry{sure: &o.Certainty}
	limited := func(limit int, required bool) {
		e.check = func(bad *problems, f, v string) { bad.text(f, v, limit, required) }
	}
	oneOf := func(values ...string) {
		e.check = func(bad *problems, f, v string) {
			if !slices.Contains(values, v) {
				bad.add(errs.Invalid("edition.choice_unknown").On(f))
			}
		}
	}
	switch name {
	case "clause":
		e.get, e.set = func() string { return o.Clause }, func(v string) { o.Clause = v }
		limited(maxClause, false)
	case "what":
		e.get, e.set = func() string { return o.What }, func(v string) { o.What = v }
		limited(maxWhat, true)
	case "to":
		e.get, e.set = func() string { return o.To }, func(v string) { o.To = v }
		limited(maxPhrase, false)
	case "kinds":
		e.get, e.set = func() string { return strings.Join(o.Kinds, " ") }, func(v string) { o.Kinds = strings.Fields(v) }
		limited(maxPhrase, false)
	case "discharge":
		e.get, e.set = func() string { return string(o.Discharge) }, func(v string) { o.Discharge = notice.Discharge(v) }
		oneOf(string(notice.ByFiling), string(notice.ByDecision), string(notice.ByEvidence))
	case "required":
		e.get, e.set = func() string { return strconv.FormatBool(o.Required) }, func(v string) { o.Required = v == "true" }
		oneOf("true", "false")
	case "timing":
		e.get = func() string { return string(o.Timing) }
		e.set = func(v string) {
			if o.Timing = notice.Timing(v); o.Timing != notice.TimingDue {
				o.Due = notice.Due{}
			}
		}
		e.check = func(bad *problems, f, v string) {
			switch notice.Timing(v) {
			case notice.TimingWindow, notice.TimingRolling, notice.TimingOnRequest, notice.TimingOpen:
			case notice.TimingDue:
				if o.Due.Day == "" {
					bad.add(errs.Invalid("edition.due_missing").On(f))
				}
			default:
				bad.add(errs.Invalid("edition.choice_unknown").On(f))
			}
		}
	case "due":
		e.get = o.Due.String
		e.set = func(v string) {
			_ = o.Due.UnmarshalText([]byte(v)) // checked before
			if v != "" {
				o.Timing = notice.TimingDue
			} else if o.Timing == notice.TimingDue {
				o.Timing = notice.TimingOpen
			}
		}
		e.check = func(bad *problems, f, v string) {
			day, at, timed := strings.Cut(v, "T")
			if v == "" {
				return
			}
			bad.day(f, clock.Day(day))
			if timed && !timePattern.MatchString(at) {
				bad.add(errs.Invalid("edition.time_impossible").On(f))
			}
		}
	case "who":
		e.get = func() string { return strings.Join(phrasesOf(*o), "\n") }
		e.set = func(v string) {
			o.Who = nil
			for line := range strings.Lines(v) {
				line = strings.TrimSuffix(line, "\n")
				o.Who = append(o.Who, notice.Phrase{Value: line, Full: line})
			}
		}
		e.check = func(bad *problems, f, v string) {
			for line := range strings.Lines(v) {
				bad.text(f, strings.TrimSuffix(line, "\n"), maxPhrase, false)
			}
			if strings.Count(v, "\n") >= maxList {
				bad.add(errs.Invalid("edition.list_long", "limit", maxList).On(f))
			}
		}
	default:
		return entry{}, false
	}
	return e, true
}

// phrasesOf gives the obligees of a clause in full.
func phrasesOf(o notice.Obligation) []string {
	list := make([]string, len(o.Who))
	for i, p := range o.Who {
		if list[i] = p.Full; list[i] == "" {
			list[i] = p.Value
		}
	}
	return list
}

// tidyLines tidies each line and drops empty ones.
func tidyLines(s string) string {
	var kept []string
	for line := range strings.Lines(s) {
		if line = tidy(line); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func (d *Draft) add(field, value, by string, at clock.Instant) error {
	value = tidy(value)
	var bad problems
	length := 0
	switch {
	case d.plain(field) != nil:
		bad.text(field, value, maxPhrase, true)
		length = len(*d.plain(field))
	case d.items(field) != nil:
		bad.text(field, value, maxName, true)
		length = len(*d.items(field))
	case field == "obligations":
		bad.text(field, value, maxWhat, true)
		length = len(d.Obligations)
	default:
		return unknownField(field)
	}
	if length >= maxList {
		bad.add(errs.Invalid("edition.list_long", "limit", maxList).On(field))
	}
	if err := errs.Join(bad...); err != nil {
		return err
	}
	path := field + "." + strconv.Itoa(length)
	switch {
	case d.plain(field) != nil:
		list := d.plain(field)
		*list = append(slices.Clip(*list), notice.Text{Value: value, Certainty: Corrected})
	case d.items(field) != nil:
		list := d.items(field)
		*list = append(slices.Clip(*list), notice.Item{Title: value, Certainty: Corrected})
		path += ".title"
	default:
		d.Obligations = append(slices.Clip(d.Obligations), notice.Obligation{
			What: value, Timing: notice.TimingOpen, Required: true, Discharge: notice.ByFiling, Certainty: Corrected,
		})
		path += ".what"
	}
	d.mark(path, Correction{By: by, At: at})
	return nil
}

func (d *Draft) remove(field string) error {
	name, index, _ := strings.Cut(field, ".")
	n, err := strconv.Atoi(index)
	if err != nil || n < 0 {
		return unknownField(field)
	}
	switch list, items := d.plain(name), d.items(name); {
	case list != nil && n < len(*list):
		*list = slices.Delete(slices.Clone(*list), n, n+1)
	case items != nil && n < len(*items):
		*items = slices.Delete(slices.Clone(*items), n, n+1)
	case name == "obligations" && n < len(d.Obligations):
		d.Obligations = slices.Delete(slices.Clone(d.Obligations), n, n+1)
	default:
		return unknownField(field)
	}
	d.Corrections = shift(d.Corrections, name, n)
	return nil
}

// shift moves the corrections of a list after one of its entries has gone.
func shift(old map[string]Correction, name string, gone int) map[string]Correction {
	moved := make(map[string]Correction, len(old))
	for field, c := range old {
		parts := strings.Split(field, ".")
		if parts[0] != name || len(parts) < 2 {
			moved[field] = c
			continue
		}
		n, err := strconv.Atoi(parts[1])
		if err != nil || n == gone {
			continue
		}
		if n > gone {
			parts[1] = strconv.Itoa(n - 1)
		}
		moved[strings.Join(parts, ".")] = c
	}
	return moved
}
