package notice

import (
	"strings"
)

// LineKind is what a line of a notice is, by which a page and a sheet of paper set it alike.
type LineKind string

// The kinds.
const (
	BodyLine      LineKind = ""
	HeadingLine   LineKind = "heading"   // the title of a section, alone on its line
	AddresseeLine LineKind = "addressee" // 主送机关 above the first section: flush left (GB/T 9704-2012, 7.3.2)
	SignatureLine LineKind = "signature" // 发文机关署名、成文日期: to the right (GB/T 9704-2012, 7.3.5)
)

// Line is a line of a notice's text that is not empty.
type Line struct {
	Span   Span // of the text, with the spaces around it and without the line's end
	Kind   LineKind
	Level  int    // 1 or 2 of a heading
	Clause string // of the section that begins on the line, "" for none
}

// LinesOf parts a notice's text into lines and tells what each is. from is the rune at which it begins,
// after the title; sections are those that were read from the text.
func LinesOf(text string, from int, sections []Section) (list []Line) {
	starts := map[int]Section{}
	var collect func([]Section)
	collect = func(sections []Section) {
		for _, s := range sections {
			if _, outer := starts[s.Span.Start]; !outer {
				starts[s.Span.Start] = s
			}
			collect(s.Children)
		}
	}
	collect(sections)
	runes := []rune(text)
	sectioned := false
	for at := min(max(from, 0), len(runes)); at < len(runes); at++ {
		line := Line{Span: Span{Start: at, End: at}}
		for at < len(runes) && runes[at] != '\n' {
			at++
		}
		line.Span.End = at
		words := strings.TrimSpace(string(runes[line.Span.Start:at]))
		if words == "" {
			continue
		}
		for i := line.Span.Start; i < at; i++ {
			if s, ok := starts[i]; ok {
				line.Clause, sectioned = s.Clause, true
				if s.Level <= 2 && s.Title != "" && fills(runes[min(s.TitleSpan.End, at):at]) {
					line.Kind, line.Level = HeadingLine, s.Level
				}
				break
			}
		}
		if !sectioned && strings.HasSuffix(words, "：") {
			line.Kind = AddresseeLine
		}
		list = append(list, line)
	}
	sign(runes, list)
	return list
}

// fills tells whether nothing stands behind a title but its full stop.
func fills(rest []rune) bool {
	s := strings.TrimSpace(string(rest))
	return s == "" || s == "。"
}

// Bounds of a signature: joint notices are signed by many.
const (
	maxSigned     = 16 // lines
	maxSignedLine = 40 // characters
	maxAfterDate  = 3  // lines: a contact or a note may follow the date
)

// sign finds the signature: the date near the end and the short lines above it. A text that ends
// without a date is not signed.
func sign(runes []rune, list []Line) {
	words := func(l Line) string { return strings.TrimSpace(string(runes[l.Span.Start:l.Span.End])) }
	end := len(list)
	for end > 0 && !isDateLine(words(list[end-1])) {
		end--
		if len(list)-end > maxAfterDate {
			return
		}
	}
	for i := end - 1; i >= max(0, end-maxSigned); i-- {
		text := words(list[i])
		if list[i].Kind != BodyLine || list[i].Clause != "" || len([]rune(text)) > maxSignedLine || strings.ContainsAny(text, "。：:；、，") {
			return
		}
		list[i].Kind = SignatureLine
	}
}

// isDateLine tells whether a line is a date and nothing else: 2020年6月30日, 二〇二〇年六月三十日.
func isDateLine(s string) bool {
	s = strings.ReplaceAll(s, " ", "")
	return strings.HasSuffix(s, "日") && strings.Contains(s, "年") && strings.Contains(s, "月") &&
		strings.Trim(s, "0123456789年月日〇○零一二三四五六七八九十") == ""
}
