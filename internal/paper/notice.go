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
	for _, l := range notice.LinesOf(n.Text, n.From, n.Sections) {
		p := Paragraph{Runs: []Run{{Text: strings.TrimSpace(l.Span.Of(n.Text)), Bold: l.Level == 1}}, First: true}
		switch l.Kind {
		case notice.AddresseeLine:
			p.First = false
		case notice.SignatureLine:
			p.Align, p.First = End, false
		}
		blocks = append(blocks, p)
	}
	return blocks
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
