package paper

import (
	"strings"

	"openweek/internal/clock"
	"openweek/internal/i18n"
	"openweek/internal/notice"
)

// Notice is the text of record of a notice: it is printed word for word under its red head. It is
// Chinese in every language of the product.
type Notice struct {
	Issuers  []string
	Number   string
	Title    string
	Text     string           // as kept
	From     int              // rune offset at which the body begins, after the title
	Sections []notice.Section // of Text
	Made     clock.Instant
}

// Document makes the document of a notice.
func (n Notice) Document() Document {
	return Document{Locale: i18n.Chinese, Issuers: n.Issuers, Number: n.Number, Title: n.Title, Blocks: n.body(), Made: n.Made}
}

// body sets the text line by line: titles of sections, the addressees flush left, the signature right.
func (n Notice) body() (blocks []Block) {
	titles := map[int]int{} // rune offset of a line that is a title → level
	first := -1             // of the first section
	var collect func([]notice.Section)
	collect = func(list []notice.Section) {
		for _, s := range list {
			if first < 0 || s.Span.Start < first {
				first = s.Span.Start
			}
			if s.Level <= 2 && s.Title != "" {
				titles[s.Span.Start] = s.Level
			}
			collect(s.Children)
		}
	}
	collect(n.Sections)
	runes := []rune(n.Text)
	at := min(max(n.From, 0), len(runes))
	var set []Paragraph
	for _, line := range strings.Split(string(runes[at:]), "\n") {
		length := len([]rune(line))
		spaces := length - len([]rune(strings.TrimLeft(line, " \u3000\t")))
		if text := strings.TrimSpace(line); text != "" {
			p := Paragraph{Runs: []Run{{Text: text}}, First: true}
			if level, ok := titles[at+spaces]; ok && !strings.ContainsAny(text, "。；") {
				p.Runs[0].Bold = level == 1
			}
			if strings.HasSuffix(text, "：") && (first < 0 || at < first) {
				p.First = false // the addressees
			}
			set = append(set, p)
		}
		at += length + 1
	}
	sign(set)
	for _, p := range set {
		blocks = append(blocks, p)
	}
	return blocks
}

// sign sets the signature to the right: the date at the end and the short lines above it, as far as the
// text ends with a date (GB/T 9704-2012, 7.3.5).
func sign(set []Paragraph) {
	end := len(set)
	for end > 0 && !isDate(set[end-1].Runs[0].Text) {
		end--
		if len(set)-end > 3 { // a contact or a note may follow
			return
		}
	}
	const most, longest = 16, 40
	for i := end - 1; i >= 0 && i >= end-most; i-- {
		text := set[i].Runs[0].Text
		if len([]rune(text)) > longest || strings.ContainsAny(text, "。：:；、，") || set[i].Runs[0].Bold {
			return
		}
		set[i].Align, set[i].First = End, false
	}
}

// isDate tells whether a line is a date and nothing else: 2020年6月30日, 二〇二〇年六月三十日.
func isDate(s string) bool {
	s = strings.ReplaceAll(s, " ", "")
	return strings.HasSuffix(s, "日") && strings.Contains(s, "年") && strings.Contains(s, "月") &&
		strings.Trim(s, "0123456789年月日〇○零一二三四五六七八九十") == ""
}

// Passing is a notice with the covering note (转发意见) with which a unit passes it on.
type Passing struct {
	Locale    i18n.Locale // of the covering sheet
	Notice    Notice
	From      string
	Receivers []string
	Note      string
	At        clock.Instant
	Printed   Printed
}

// Documents makes the covering sheet and the notice, to be printed as one file.
func (p Passing) Documents() []Document {
	t := func(key string, kv ...any) string { return i18n.T(p.Locale, key, kv...) }
	var facts Facts
	facts.add(t("paper.notice"), p.Notice.Title)
	facts.add(t("paper.doc_number"), p.Notice.Number)
	facts.add(t("paper.passed_by"), p.From)
	facts.add(t("paper.passed_at"), i18n.Moment(p.Locale, p.At))
	blocks := []Block{Heading{1, t("paper.covering_note")}}
	for _, line := range strings.Split(p.Note, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			blocks = append(blocks, Paragraph{Runs: []Run{{Text: line}}, First: p.Locale == i18n.Chinese})
		}
	}
	if len(blocks) == 1 {
		blocks = append(blocks, text(t("paper.no_note")))
	}
	blocks = append(blocks, Paragraph{Runs: []Run{{Text: p.From}}, Align: End}, Paragraph{Runs: []Run{{Text: i18n.Day(p.Locale, p.At.Day())}}, Align: End})
	if len(p.Receivers) > 0 {
		blocks = append(blocks, Heading{1, t("paper.receivers", "count", len(p.Receivers))}, text(strings.Join(p.Receivers, t("paper.and"))))
	}
	cover := Document{
		Locale: p.Locale, Title: t("paper.covering_sheet"), Facts: facts, Blocks: blocks, Foot: p.Printed.foot(p.Locale), Made: p.Printed.At,
	}
	return []Document{cover, p.Notice.Document()}
}
