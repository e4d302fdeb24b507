package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/width"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/extract"
	"openweek/internal/i18n"
	"openweek/internal/notice"
)

type parseNotice struct {
	JSON bool   `name:"json" help:"command.notice_json"`
	File string `arg:"" placeholder:"FILE" help:"command.notice_file"`
}

// Run reads a notice from a file and prints what it says. It needs no store and no configuration.
func (p parseNotice) Run(t terminal) error {
	data, err := readFile(p.File)
	if err != nil {
		return err
	}
	document, err := extract.Text(p.File, data)
	if err != nil {
		return err
	}
	draft, err := notice.Parse(document.Text)
	if err != nil {
		return err
	}
	if p.JSON {
		encoder := json.NewEncoder(t.out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(draft)
	}
	printDraft(t, draft)
	return nil
}

// readFile reads one byte more than a notice may have, not a whole disk.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.NotFound("command.file", "path", path).Because(err)
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(f, extract.MaxFile+1))
	if err != nil {
		return nil, errs.Invalid("command.file", "path", path).Because(err)
	}
	return data, nil
}

// sheet prints a draft for a person: a label, a value, and in brackets where it stands in the text.
type sheet struct{ terminal }

func printDraft(t terminal, d notice.Draft) {
	s := sheet{t}
	s.fact("command.notice_title", d.Title)
	s.fact("command.notice_number", d.DocNumber)
	s.facts("command.notice_issuers", d.Issuers)
	s.facts("command.notice_addressees", d.Addressees)
	s.fact("command.notice_issued", s.day(d.IssuedOn))
	s.fact("command.notice_from", s.day(d.Window.Start))
	s.fact("command.notice_until", s.day(d.Window.End))
	s.fact("command.notice_theme", d.Theme)
	s.heading("command.notice_sections")
	s.sections(d.Sections)
	s.heading("command.notice_topics")
	s.items(d.Topics)
	s.heading("command.notice_methods")
	s.items(d.Methods)
	s.heading("command.notice_obligations")
	for _, o := range d.Obligations {
		s.obligation(o)
	}
	s.heading("command.notice_deadlines")
	for _, l := range d.Deadlines {
		s.line(s.due(l.Due.Value)+"  "+l.What.Value, l.Due.Span, l.Due.Certainty)
	}
	s.heading("command.notice_contact")
	s.facts("command.notice_phones", d.Phones)
	s.facts("command.notice_emails", d.Emails)
	s.facts("command.notice_attachments", d.Attachments)
}

func (s sheet) label(key string) string { return i18n.T(s.locale, key) }

func (s sheet) heading(key string) { fmt.Fprintf(s.out, "\n%s\n", s.label(key)) }

func (s sheet) fact(key string, f notice.Text) {
	value := f.Value
	if value == "" {
		value = s.label("command.notice_silent")
	}
	fmt.Fprintf(s.out, "%s  %s%s\n", pad(s.label(key), 16), value, s.source(f.Span, f.Certainty))
}

func (s sheet) facts(key string, list []notice.Text) {
	label := s.label(key)
	for _, f := range list {
		fmt.Fprintf(s.out, "%s  %s%s\n", pad(label, 16), f.Value, s.source(f.Span, f.Certainty))
		label = ""
	}
	if len(list) == 0 {
		s.fact(key, notice.Text{})
	}
}

func (s sheet) line(text string, at notice.Span, sure notice.Certainty) {
	fmt.Fprintf(s.out, "  %s%s\n", text, s.source(at, sure))
}

// source is the place in the text, in runes, and a mark on what a person should look at.
func (s sheet) source(at notice.Span, sure notice.Certainty) string {
	if at.Empty() {
		return ""
	}
	mark := ""
	if sure == notice.Doubtful {
		mark = "  " + s.label("command.notice_doubtful")
	}
	return fmt.Sprintf("  [%d–%d]%s", at.Start, at.End, mark)
}

func (s sheet) day(f notice.Fact[notice.Day]) notice.Text {
	return notice.Text{Value: i18n.Day(s.locale, clock.Day(f.Value)), Span: f.Span, Certainty: f.Certainty}
}

func (s sheet) due(d notice.Due) string {
	if d.Time != "" {
		return d.String()
	}
	return i18n.DueDay(s.locale, clock.Day(d.Day))
}

func (s sheet) sections(list []notice.Section) {
	for _, section := range list {
		number := section.Number
		if number != "" {
			number += " "
		}
		s.line(strings.Repeat("  ", section.Level-1)+number+section.Title, section.Span, section.Certainty)
		s.sections(section.Children)
	}
}

func (s sheet) items(list []notice.Item) {
	for _, item := range list {
		text := pad(item.Clause, 10) + "  " + item.Title
		if item.Code != "" {
			text += "  (" + item.Code + ")"
		}
		s.line(text, item.TitleSpan, item.Certainty)
	}
}

// obligation takes the words for timing and discharge by their codes.
//
//i18n:prefix command.timing_
//i18n:prefix command.by_
func (s sheet) obligation(o notice.Obligation) {
	required := "command.notice_required"
	if !o.Required {
		required = "command.notice_optional"
	}
	when := i18n.T(s.locale, "command.timing_"+string(o.Timing))
	if o.Timing == notice.TimingDue {
		when = s.due(o.Due)
	}
	discharge := i18n.T(s.locale, "command.by_"+string(o.Discharge))
	s.line(strings.Join([]string{pad(o.Clause, 10), when, s.label(required), discharge}, "  "), o.Span, o.Certainty)
	who := s.label("command.notice_everybody")
	if len(o.Who) > 0 {
		names := make([]string, len(o.Who))
		for i, phrase := range o.Who {
			names[i] = phrase.Full
		}
		who = strings.Join(names, "、")
	}
	fmt.Fprintf(s.out, "              %s\n              %s\n", who, o.What)
	if o.To != "" {
		fmt.Fprintf(s.out, "              → %s\n", o.To)
	}
}

// pad fills up to n columns; a Chinese character takes two.
func pad(text string, n int) string {
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n -= 2
		default:
			n--
		}
	}
	return text + strings.Repeat(" ", max(n, 0))
}
