package paper

import (
	"fmt"
	"strconv"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/form"
	"openweek/internal/i18n"
)

// provenanceMarks stand before the word for where a figure comes from, as on the screen.
var provenanceMarks = map[form.Provenance]string{form.Counted: "●", form.Verified: "◐", form.Reported: "○", form.Estimated: "△"}

// value writes the value of a short field, "" where there is none.
func (w *filingWriter) value(f form.Field, v form.Value) string {
	switch v := v.(type) {
	case form.Text:
		if f.Kind == form.KindChoice {
			return w.option(f, string(v))
		}
		return string(v)
	case form.Number:
		return w.withUnit(f, v.String())
	case form.Figure:
		word := w.t("ui.evidence_" + string(v.Provenance)) //i18n:prefix ui.evidence_
		return w.t("paper.figure", "figure", w.withUnit(f, v.Value.String()), "mark", provenanceMarks[v.Provenance], "word", word)
	case form.Money:
		return w.t("paper.money", "yuan", v.String())
	case form.Day:
		return i18n.Day(w.l, clock.Day(v))
	case form.Choices:
		words := make([]string, len(v))
		for i, code := range v {
			words[i] = w.option(f, code)
		}
		return strings.Join(words, w.t("paper.and"))
	case form.Person:
		return strings.TrimSpace(v.Name + "  " + v.Phone)
	}
	return ""
}

func (w *filingWriter) option(f form.Field, code string) string {
	if o, ok := f.Option(code); ok {
		return label(w.l, o.Label)
	}
	return code
}

func (w *filingWriter) withUnit(f form.Field, n string) string {
	if unit := label(w.l, f.Unit); unit != "" {
		return n + " " + unit
	}
	return n
}

// longText gives a long text as blocks. Emphasis is bold: Chinese knows no italics.
func longText(l i18n.Locale, source form.Text) (blocks []Block) {
	if source == "" {
		return nil
	}
	var before form.Block
	for _, b := range form.Blocks(source) {
		runs := make([]Run, len(b.Runs))
		for i, r := range b.Runs {
			runs[i] = Run{Text: r.Text, Bold: r.Bold || r.Italic, Link: r.Link}
		}
		p := Paragraph{Runs: runs}
		switch b.Kind {
		case form.Heading:
			blocks = append(blocks, Heading{3, plain(runs)})
			before = b
			continue
		case form.Item:
			p.Inset = 2 * b.Level
			p.Marker = "•"
			if b.Number > 0 {
				p.Marker = strconv.Itoa(b.Number) + "."
			}
			if again := before.Kind == form.Item && b.Number > 0 && before.Number == b.Number && before.Level == b.Level; again {
				p.Marker = "" // a second paragraph of the item
			}
		case form.Quote:
			p.Inset = 2 * b.Level
		default:
			p.First = l == i18n.Chinese
		}
		before = b
		blocks = append(blocks, p)
	}
	return blocks
}

func plain(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

// size writes a number of bytes as people read it.
func size(bytes int64) string {
	switch {
	case bytes < 1<<10:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1<<20:
		return fmt.Sprintf("%.0f KB", float64(bytes)/(1<<10))
	default:
		return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
	}
}
