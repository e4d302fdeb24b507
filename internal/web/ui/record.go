package ui

import (
	"slices"
	"strconv"

	"openweek/internal/notice"
)

// Record is the text of a notice as a page shows it: word for word, line by line, with an anchor at
// every numbered clause, and with some places marked.
type Record struct {
	Text     string
	From     int              // rune offset at which the page begins: after the title, which the sheet's head shows
	Sections []notice.Section // whose clauses become anchors
	Marks    []RecordMark     // in any order; of overlapping ones the first in the text is shown
}

// RecordMark is a marked place of a record.
type RecordMark struct {
	Span notice.Span
	ID   string // anchor, or ""
}

// ClauseAnchor is the anchor of a clause in a record: 四.5 → "c-四.5".
func ClauseAnchor(clause string) string { return "c-" + clause }

// recordLine is one line of the text.
type recordLine struct {
	anchor string
	level  int // 1 and 2 for the heads of sections, else 0
	flush  bool
	signed bool
	parts  []recordPart
}

type recordPart struct {
	text   string
	marked bool
	id     string
}

// lines cuts the text into lines, and each line at its marks.
func (d Record) lines() []recordLine {
	marks := slices.Clone(d.Marks)
	slices.SortFunc(marks, func(a, b RecordMark) int { return a.Span.Start - b.Span.Start })
	runes := []rune(d.Text)
	var lines []recordLine
	for _, l := range notice.LinesOf(d.Text, d.From, d.Sections) {
		line := recordLine{
			level: l.Level, flush: l.Kind == notice.AddresseeLine, signed: l.Kind == notice.SignatureLine,
			parts: cut(runes, l.Span.Start, l.Span.End, marks),
		}
		if l.Clause != "" {
			line.anchor = ClauseAnchor(l.Clause)
		}
		lines = append(lines, line)
	}
	return lines
}

func cut(runes []rune, from, end int, marks []RecordMark) []recordPart {
	var parts []recordPart
	at := from
	for _, m := range marks {
		start, stop := max(m.Span.Start, at), min(m.Span.End, end)
		if start >= stop {
			continue
		}
		if start > at {
			parts = append(parts, recordPart{text: string(runes[at:start])})
		}
		part := recordPart{text: string(runes[start:stop]), marked: true}
		if m.Span.Start >= from { // a mark over several lines has its anchor on the first
			part.id = m.ID
		}
		parts, at = append(parts, part), stop
	}
	if at < end {
		parts = append(parts, recordPart{text: string(runes[at:end])})
	}
	return parts
}

// SpanAnchor is an anchor for a place that is no clause.
func SpanAnchor(s notice.Span) string {
	return "s-" + strconv.Itoa(s.Start) + "-" + strconv.Itoa(s.End)
}
