package desk

import (
	"strconv"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/notice"
	"openweek/internal/web/ui"
)

// What a person does to an entry of a draft, as forms send it.
const (
	draftSave   = "save"
	draftAdd    = "add"
	draftRemove = "remove"
	draftRight  = "right" // looked at and found right
)

// newEntry ends the name of an entry that is to be added: topics.new.
const newEntry = "new"

// draftValue is something that was read, with the place where it stands.
type draftValue struct {
	Text      string
	Span      notice.Span
	Certainty notice.Certainty // "" where a part shares that of its entry
	Label     string           // "" for the main value of an entry
	Was       string           // what stood there before a person corrected it
	Changed   bool             // a person corrected it
}

// draftEntry is what one form corrects: a value, or an entry of a list with its parts.
type draftEntry struct {
	Path      string // of edition.Change, without the part
	Label     string
	Main      draftValue
	Parts     []draftValue
	Certainty notice.Certainty
	Clause    string
	Badges    []string
	ReadOnly  bool
	Plain     bool // its group's heading says what it is
}

// draftGroup is a part of the draft under a heading.
type draftGroup struct {
	Key     string // anchor
	Title   string
	Entries []draftEntry
	List    string // the list to which something may be added, or ""
	AddText string
	Note    string
}

// draftReader turns a draft into groups.
type draftReader struct {
	v ui.View
	d edition.Draft
}

func (g draftReader) value(path, text string, span notice.Span, c notice.Certainty) draftValue {
	out := draftValue{Text: text, Span: span, Certainty: c}
	if fix, ok := g.d.Corrections[path]; ok {
		now, _ := g.d.Value(path)
		out.Was, out.Changed = fix.Was, fix.Was != now
	}
	return out
}

func (g draftReader) entry(path, label string, t notice.Text) draftEntry {
	return draftEntry{Path: path, Label: label, Main: g.value(path, t.Value, t.Span, t.Certainty), Certainty: t.Certainty}
}

func (g draftReader) day(path, label string, t notice.Fact[notice.Day]) draftEntry {
	e := g.entry(path, label, notice.Text{Value: i18n.Day(g.v.Locale, clock.Day(t.Value)), Span: t.Span, Certainty: t.Certainty})
	e.Main.Was = i18n.Day(g.v.Locale, clock.Day(e.Main.Was))
	return e
}

func (g draftReader) texts(name, label string, list []notice.Text) []draftEntry {
	out := make([]draftEntry, len(list))
	for i, t := range list {
		out[i] = g.entry(name+"."+strconv.Itoa(i), label, t)
		out[i].Plain = true
	}
	return out
}

func (g draftReader) items(name, label string, list []notice.Item) []draftEntry {
	out := make([]draftEntry, len(list))
	for i, it := range list {
		path := name + "." + strconv.Itoa(i)
		span := it.TitleSpan
		if span.Empty() {
			span = it.Span
		}
		out[i] = draftEntry{Path: path, Label: label, Main: g.value(path+".title", it.Title, span, it.Certainty), Certainty: it.Certainty, Clause: it.Clause, Plain: true}
		if it.Code != "" {
			code := g.value(path+".code", it.Code, notice.Span{}, "")
			code.Label = g.v.T("editing.code")
			out[i].Parts = append(out[i].Parts, code)
		}
	}
	return out
}

func (g draftReader) obligation(i int, o notice.Obligation) draftEntry {
	path := "obligations." + strconv.Itoa(i)
	e := draftEntry{Path: path, Label: g.v.T("editing.obligation"), Certainty: o.Certainty, Clause: o.Clause}
	span := o.WhatSpan
	if span.Empty() {
		span = o.Span
	}
	e.Main = g.value(path+".what", o.What, span, o.Certainty)
	part := func(field, label, text string, span notice.Span) {
		if p := g.value(path+"."+field, text, span, ""); text != "" || p.Changed {
			p.Label = label
			e.Parts = append(e.Parts, p)
		}
	}
	who := make([]string, len(o.Who))
	var from notice.Span
	for j, p := range o.Who {
		who[j] = p.Full
		if from.Empty() {
			from = p.Span
		} else if !p.Span.Empty() {
			from.Start, from.End = min(from.Start, p.Span.Start), max(from.End, p.Span.End)
		}
	}
	owed := strings.Join(who, "、")
	if owed == "" {
		owed = g.v.T("editing.everybody")
	}
	part("who", g.v.T("editing.who"), owed, from)
	if o.Timing == notice.TimingDue {
		part("due", g.v.T("editing.due"), dueWords(g.v, clock.Day(o.Due.Day), o.Due.Time), o.DueSpan)
	} else {
		part("timing", g.v.T("editing.timing"), timingWords(g.v, o.Timing), o.DueSpan)
	}
	part("to", g.v.T("editing.submit_to"), o.To, o.ToSpan)
	part("kinds", g.v.T("editing.form_hint"), hintWords(g.v, o.Kinds), notice.Span{})
	e.Badges = []string{requiredWord(g.v, o.Required), dischargeWord(g.v, o.Discharge)}
	return e
}

// draftGroups shows the whole draft, in the order in which an official reads a notice.
func draftGroups(v ui.View, d edition.Draft) []draftGroup {
	g := draftReader{v, d}
	document := draftGroup{Key: "document", Title: v.T("editing.group_document"), Entries: []draftEntry{
		g.entry("title", v.T("editing.title"), d.Title), g.entry("doc_number", v.T("editing.doc_number"), d.DocNumber), g.day("issued_on", v.T("editing.issued_on"), d.IssuedOn),
	}}
	week := draftGroup{Key: "week", Title: v.T("editing.group_week"), Entries: []draftEntry{
		g.day("window.start", v.T("editing.start"), d.Window.Start), g.day("window.end", v.T("editing.end"), d.Window.End), g.entry("theme", v.T("editing.theme"), d.Theme),
	}}
	obligations := draftGroup{Key: "obligations", Title: v.T("editing.group_obligations"), List: "obligations", AddText: v.T("editing.add_obligation")}
	for i, o := range d.Obligations {
		obligations.Entries = append(obligations.Entries, g.obligation(i, o))
	}
	deadlines := draftGroup{Key: "deadlines", Title: v.T("editing.group_deadlines"), Note: v.T("editing.deadlines_note")}
	for _, t := range d.Deadlines {
		due := dueWords(v, clock.Day(t.Due.Value.Day), t.Due.Value.Time)
		deadlines.Entries = append(deadlines.Entries, draftEntry{
			Label: due, ReadOnly: true, Certainty: t.Due.Certainty,
			Main: draftValue{Text: t.What.Value, Span: t.Due.Span, Certainty: t.Due.Certainty},
		})
	}
	contacts := draftGroup{Key: "contacts", Title: v.T("editing.group_contacts"), Note: v.T("editing.contacts_note"),
		Entries: append(g.texts("phones", v.T("editing.phone"), d.Phones), g.texts("emails", v.T("editing.email"), d.Emails)...)}
	return []draftGroup{
		document,
		{Key: "issuers", Title: v.T("editing.group_issuers"), Entries: g.texts("issuers", v.T("editing.issuer"), d.Issuers), List: "issuers", AddText: v.T("editing.add_issuer")},
		{Key: "addressees", Title: v.T("editing.group_addressees"), Entries: g.texts("addressees", v.T("editing.addressee"), d.Addressees), List: "addressees", AddText: v.T("editing.add_addressee")},
		week,
		{Key: "topics", Title: v.T("editing.group_topics"), Entries: g.items("topics", v.T("editing.topic"), d.Topics), List: "topics", AddText: v.T("editing.add_topic")},
		{Key: "methods", Title: v.T("editing.group_methods"), Entries: g.items("methods", v.T("editing.method"), d.Methods), List: "methods", AddText: v.T("editing.add_method")},
		obligations, deadlines, contacts,
		{Key: "attachments", Title: v.T("editing.group_attachments"), Entries: g.texts("attachments", v.T("editing.attachment"), d.Attachments), List: "attachments", AddText: v.T("editing.add_attachment")},
	}
}

// doubtful lists the entries that a person should look at.
func doubtful(groups []draftGroup) (paths []string) {
	for _, g := range groups {
		for _, e := range g.Entries {
			if e.Certainty == notice.Doubtful && !e.ReadOnly {
				paths = append(paths, e.Path)
			}
		}
	}
	return paths
}

// entryFields are the fields that the form of an entry holds, the main one first.
func entryFields(entry string) []string {
	list, index, _ := strings.Cut(entry, ".")
	if index == "" || list == "window" {
		return []string{entry}
	}
	var parts []string
	switch list {
	case "topics", "methods":
		parts = []string{"title", "clause", "code"}
	case "obligations":
		parts = []string{"what", "who", "clause", "timing", "due", "to", "required", "discharge", "kinds"}
	default:
		return []string{entry}
	}
	for i := range parts {
		parts[i] = entry + "." + parts[i]
	}
	return parts
}

// maxDraftText bounds what a field of a draft may bring; the edition's own bounds are lower.
const maxDraftText = 4000

// draftChanges turns the form of an entry into the changes that it means. Fields that still say what
// the draft says are left out; where none differs, the person has found the entry right.
func draftChanges(d edition.Draft, in *httpx.Input) (entry string, changes []edition.Change) {
	entry = in.Raw("entry")
	switch in.Choice("op", draftSave, draftAdd, draftRemove, draftRight) {
	case draftAdd:
		list := strings.TrimSuffix(entry, "."+newEntry)
		return entry, []edition.Change{{Field: list, Operation: edition.Add, Value: in.Text(list, maxDraftText)}}
	case draftRemove:
		return entry, []edition.Change{{Field: entry, Operation: edition.Remove}}
	case draftSave:
		due := in.Raw(entry+".timing") == string(notice.TimingDue)
		for _, field := range entryFields(entry) {
			value := in.Text(field, maxDraftText)
			switch {
			case strings.HasSuffix(field, ".due"):
				if !due {
					continue
				}
				if at := in.Text(field+"_time", 5); at != "" && value != "" {
					value += "T" + at
				}
				// An empty day would mean "no time stated": the person chose a time limit, so it is missing.
				if value == "" {
					changes = append(changes, edition.Change{Field: entry + ".timing", Value: string(notice.TimingDue)})
					continue
				}
			case strings.HasSuffix(field, ".timing") && due:
				continue // a day says so by itself
			case !in.Has(field):
				continue
			}
			if was, ok := d.Value(field); !ok || was != value {
				changes = append(changes, edition.Change{Field: field, Value: value})
			}
		}
	}
	if len(changes) == 0 {
		field := entryFields(entry)[0]
		was, _ := d.Value(field)
		changes = []edition.Change{{Field: field, Value: was}}
	}
	return entry, changes
}

// parseAt reads the place that an address asks for: "120-134".
func parseAt(s string) notice.Span {
	from, to, ok := strings.Cut(s, "-")
	start, err1 := strconv.Atoi(from)
	end, err2 := strconv.Atoi(to)
	if !ok || err1 != nil || err2 != nil || start < 0 || end <= start {
		return notice.Span{}
	}
	return notice.Span{Start: start, End: end}
}

func formatAt(s notice.Span) string { return strconv.Itoa(s.Start) + "-" + strconv.Itoa(s.End) }

// sentenceOf widens a span to the sentences that it lies in.
func sentenceOf(text []rune, s notice.Span) notice.Span {
	end := func(r rune) bool { return strings.ContainsRune("。！？；\n", r) }
	s.End = min(s.End, len(text))
	s.Start = min(s.Start, s.End)
	for s.Start > 0 && !end(text[s.Start-1]) {
		s.Start--
	}
	for s.End > 0 && s.End < len(text) && !end(text[s.End-1]) && text[s.End] != '\n' {
		s.End++
	}
	return s
}

// marksAt marks a place in a record: its sentence, and in it the place itself, which is the anchor.
func marksAt(text string, at notice.Span) []ui.RecordMark {
	runes := []rune(text)
	if at.Empty() || at.Start >= len(runes) {
		return nil
	}
	at.End = min(at.End, len(runes))
	around := sentenceOf(runes, at)
	return []ui.RecordMark{
		{Span: notice.Span{Start: around.Start, End: at.Start}},
		{Span: at, ID: ui.SpanAnchor(at)},
		{Span: notice.Span{Start: at.End, End: around.End}},
	}
}

// clauseAt names the innermost clause that a place lies in, "" where it lies in none.
func clauseAt(sections []notice.Section, at notice.Span) string {
	for _, s := range sections {
		if at.Empty() || at.Start < s.Span.Start || at.Start >= s.Span.End {
			continue
		}
		if inner := clauseAt(s.Children, at); inner != "" {
			return inner
		}
		return s.Clause
	}
	return ""
}
