package notice

import "encoding/json"

// draftJSON is the written form: plain values under the names that the labelled
// notices use, their sources beside them under "spans", then what carries its own
// spans.
type draftJSON struct {
	Title       *string        `json:"title"`
	DocNumber   *string        `json:"doc_number"`
	Issuers     []string       `json:"issuers"`
	Addressees  []string       `json:"addressees"`
	IssuedOn    *Day           `json:"issued_on"`
	Window      *windowJSON    `json:"window"`
	Theme       *string        `json:"theme"`
	Deadlines   []deadlineJSON `json:"deadlines"`
	Phones      []string       `json:"phones"`
	Emails      []string       `json:"emails"`
	Attachments []string       `json:"attachments"`
	Headings    []string       `json:"headings"`
	Sections    []Section      `json:"sections"`
	Topics      []Item         `json:"topics"`
	Methods     []Item         `json:"methods"`
	Obligations []Obligation   `json:"obligations"`
	Spans       spansJSON      `json:"spans"`
	Text        string         `json:"text"`
}

type windowJSON struct {
	Start Day `json:"start"`
	End   Day `json:"end"`
}

type deadlineJSON struct {
	Due  Due      `json:"due"`
	What string   `json:"what"`
	Who  []string `json:"who"`
}

type sourceJSON struct {
	Span
	Certainty Certainty `json:"certainty"`
}

type spansJSON struct {
	Title       *sourceJSON         `json:"title,omitempty"`
	DocNumber   *sourceJSON         `json:"doc_number,omitempty"`
	Issuers     []sourceJSON        `json:"issuers"`
	Addressees  []sourceJSON        `json:"addressees"`
	IssuedOn    *sourceJSON         `json:"issued_on,omitempty"`
	WindowStart *sourceJSON         `json:"window_start,omitempty"`
	WindowEnd   *sourceJSON         `json:"window_end,omitempty"`
	Theme       *sourceJSON         `json:"theme,omitempty"`
	Deadlines   []deadlineSpansJSON `json:"deadlines"`
	Phones      []sourceJSON        `json:"phones"`
	Emails      []sourceJSON        `json:"emails"`
	Attachments []sourceJSON        `json:"attachments"`
	Headings    []sourceJSON        `json:"headings"`
}

type deadlineSpansJSON struct {
	Due  sourceJSON   `json:"due"`
	What sourceJSON   `json:"what"`
	Who  []sourceJSON `json:"who"`
}

// MarshalJSON writes the draft so that [Draft.UnmarshalJSON] restores it: the keys
// title, doc_number, issuers, addressees, issued_on, window, theme, deadlines, phones,
// emails, attachments and headings hold plain values (null where the notice is
// silent), "spans" their sources and certainties.
func (d Draft) MarshalJSON() ([]byte, error) {
	var out draftJSON
	out.Title, out.Spans.Title = split(d.Title)
	out.DocNumber, out.Spans.DocNumber = split(d.DocNumber)
	out.Issuers, out.Spans.Issuers = splitAll(d.Issuers)
	out.Addressees, out.Spans.Addressees = splitAll(d.Addressees)
	out.IssuedOn, out.Spans.IssuedOn = split(d.IssuedOn)
	if d.Window.Start.Value != "" {
		out.Window = &windowJSON{d.Window.Start.Value, d.Window.End.Value}
		_, out.Spans.WindowStart = split(d.Window.Start)
		_, out.Spans.WindowEnd = split(d.Window.End)
	}
	out.Theme, out.Spans.Theme = split(d.Theme)
	out.Deadlines, out.Spans.Deadlines = []deadlineJSON{}, []deadlineSpansJSON{}
	for _, l := range d.Deadlines {
		who, spans := splitAll(l.Who)
		out.Deadlines = append(out.Deadlines, deadlineJSON{l.Due.Value, l.What.Value, who})
		out.Spans.Deadlines = append(out.Spans.Deadlines,
			deadlineSpansJSON{sourceOf(l.Due), sourceOf(l.What), spans})
	}
	out.Phones, out.Spans.Phones = splitAll(d.Phones)
	out.Emails, out.Spans.Emails = splitAll(d.Emails)
	out.Attachments, out.Spans.Attachments = splitAll(d.Attachments)
	out.Headings, out.Spans.Headings = splitAll(d.Headings)
	out.Sections = append([]Section{}, d.Sections...)
	out.Topics = append([]Item{}, d.Topics...)
	out.Methods = append([]Item{}, d.Methods...)
	out.Obligations = append([]Obligation{}, d.Obligations...)
	out.Text = d.Text
	return json.Marshal(out)
}

// UnmarshalJSON restores a draft that MarshalJSON wrote. A value whose source is
// missing gets the zero Span and counts as sure: a person entered it.
func (d *Draft) UnmarshalJSON(b []byte) error {
	var in draftJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*d = Draft{
		Text:        in.Text,
		Title:       join(in.Title, in.Spans.Title),
		DocNumber:   join(in.DocNumber, in.Spans.DocNumber),
		Issuers:     joinAll(in.Issuers, in.Spans.Issuers),
		Addressees:  joinAll(in.Addressees, in.Spans.Addressees),
		IssuedOn:    join(in.IssuedOn, in.Spans.IssuedOn),
		Theme:       join(in.Theme, in.Spans.Theme),
		Phones:      joinAll(in.Phones, in.Spans.Phones),
		Emails:      joinAll(in.Emails, in.Spans.Emails),
		Attachments: joinAll(in.Attachments, in.Spans.Attachments),
		Headings:    joinAll(in.Headings, in.Spans.Headings),
		Sections:    kept(in.Sections),
		Topics:      kept(in.Topics),
		Methods:     kept(in.Methods),
		Obligations: kept(in.Obligations),
	}
	if in.Window != nil {
		d.Window.Start = join(&in.Window.Start, in.Spans.WindowStart)
		d.Window.End = join(&in.Window.End, in.Spans.WindowEnd)
	}
	for i, l := range in.Deadlines {
		var s deadlineSpansJSON
		if i < len(in.Spans.Deadlines) {
			s = in.Spans.Deadlines[i]
		}
		d.Deadlines = append(d.Deadlines, Deadline{
			Due: join(&l.Due, &s.Due), What: join(&l.What, &s.What), Who: joinAll(l.Who, s.Who),
		})
	}
	return nil
}

func sourceOf[T any](f Fact[T]) sourceJSON { return sourceJSON{f.Span, f.Certainty} }

// split parts a fact into its value and its source, both nil for the zero value.
func split[T comparable](f Fact[T]) (*T, *sourceJSON) {
	var zero T
	if f.Value == zero {
		return nil, nil
	}
	src := sourceOf(f)
	return &f.Value, &src
}

func splitAll(facts []Text) ([]string, []sourceJSON) {
	values, sources := make([]string, len(facts)), make([]sourceJSON, len(facts))
	for i, f := range facts {
		values[i], sources[i] = f.Value, sourceOf(f)
	}
	return values, sources
}

func join[T any](value *T, src *sourceJSON) Fact[T] {
	var f Fact[T]
	if value == nil {
		return f
	}
	f.Value, f.Certainty = *value, Sure
	if src != nil && src.Certainty != "" {
		f.Span, f.Certainty = src.Span, src.Certainty
	}
	return f
}

func joinAll(values []string, sources []sourceJSON) []Text {
	var facts []Text
	for i := range values {
		var src *sourceJSON
		if i < len(sources) {
			src = &sources[i]
		}
		facts = append(facts, join(&values[i], src))
	}
	return facts
}

func kept[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}
