package ui

import (
	"slices"
	"strconv"
	"strings"

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
	starts := map[int]notice.Section{}
	var collect func(list []notice.Section)
	collect = func(list []notice.Section) {
		for _, s := range list {
			if s.Clause != "" {
				starts[s.Span.Start] = s
			}
			collect(s.Children)
		}
	}
	collect(d.Sections)
	marks := slices.Clone(d.Marks)
	slices.SortFunc(marks, func(a, b RecordMark) int { return a.Span.Start - b.Span.Start })

	var lines []recordLine
	runes := []rune(d.Text)
	sectioned := false
	for at := 0; at <= len(runes); {
		end := at
		for end < len(runes) && runes[end] != '\n' {
			end++
		}
		from := max(at, d.From)
		if text := strings.TrimSpace(string(runes[min(from, end):end])); text != "" {
			line := recordLine{parts: cut(runes, from, end, marks)}
			for i := from; i < end; i++ {
				s, ok := starts[i]
				if !ok {
					continue
				}
				line.anchor = ClauseAnchor(s.Clause)
				if sectioned = true; s.Level <= 2 && s.Title != "" && s.TitleSpan.End >= end-1 {
					line.level = s.Level
				}
				break
			}
			line.flush = !sectioned && strings.HasSuffix(text, "：")
			lines = append(lines, line)
		}
		at = end + 1
	}
	sign(lines)
	return lines
}

// sign sets the lines of the signature to the right: the date at the end and the short lines above it.
func sign(lines []recordLine) {
	for i := len(lines) - 1; i > 0 && len(lines)-i <= 16; i-- {
		text := lines[i].plain()
		if lines[i].anchor != "" || len([]rune(text)) > 40 || strings.ContainsAny(text, "。：:；") {
			return
		}
		lines[i].signed = true
	}
}

func (l recordLine) plain() string {
	var b strings.Builder
	for _, p := range l.parts {
		b.WriteString(p.text)
	}
	return strings.TrimSpace(b.String())
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
