package paper

import (
	"strconv"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/i18n"
	"openweek/internal/review"
)

// Filing is what a unit has handed in, with all that is printed of it. The caller has looked up the
// names, and has masked what the reader may not see.
type Filing struct {
	Locale     i18n.Locale
	Edition    string
	Clause     string // 四.5, or ""
	Obligation string
	Unit       string
	State      duty.State
	Late       bool
	Due        clock.Day // last day, extension included; "" for none
	Form       form.Definition
	Values     form.Values
	Version    int             // number of the version whose values are printed; 0 for a draft
	Files      map[string]File // by id
	Versions   []Handing       // all that were handed in, the first first
	Readings   []Reading       // all reviews that were decided, the first first
	Printed    Printed
}

// Printed says who had a document made, and when.
type Printed struct {
	By string // name of a person, or ""
	At clock.Instant
}

// File is a file that goes with a filing.
type File struct {
	Name  string
	Bytes int64
}

// Handing is one version as it was handed in.
type Handing struct {
	Version int
	By      string
	At      clock.Instant
	Late    bool
	Outcome filing.Outcome
}

// Reading is one decided step of a review.
type Reading struct {
	Version int
	Unit    string
	By      string
	At      clock.Instant
	Outcome review.State
	Comment string
	Marks   []review.Mark
}

// uprightColumns is how many columns of a table can be read on A4 upright.
const uprightColumns = 8

// Document makes the document of a filing: the fields that are shown for its values, in their order,
// its files, its versions and its reviews.
func (f Filing) Document() Document {
	w := &filingWriter{Filing: f, l: f.Locale}
	d := Document{
		Locale: f.Locale, Title: label(f.Locale, f.Form.Title), Made: f.Printed.At,
		Facts: w.head(), Foot: f.Printed.foot(f.Locale),
	}
	shown := f.Form.Visible(f.Values)
	n := 0
	for _, s := range f.Form.Sections {
		before := len(w.blocks)
		for _, field := range s.Fields {
			if shown[field.Code] {
				if len(w.blocks) == before && len(w.facts) == 0 {
					n++
					w.blocks = append(w.blocks, Heading{1, sectionNumber(f.Locale, n) + label(f.Locale, s.Title)})
				}
				w.field(field)
			}
		}
		w.flush()
	}
	w.history()
	d.Blocks = w.blocks
	for _, b := range d.Blocks {
		if t, ok := b.(Table); ok && len(t.Columns) > uprightColumns {
			d.Landscape = true
		}
	}
	return d
}

// foot says where a document comes from.
func (p Printed) foot(l i18n.Locale) string {
	return i18n.T(l, "paper.foot", "site", i18n.T(l, "paper.site"), "by", p.By, "at", i18n.Moment(l, p.At))
}

// filingWriter collects blocks; short fields in a row become one table.
type filingWriter struct {
	Filing
	l      i18n.Locale
	blocks []Block
	facts  Facts
}

func (w *filingWriter) t(key string, kv ...any) string { return i18n.T(w.l, key, kv...) }

func (w *filingWriter) flush() {
	if len(w.facts) > 0 {
		w.blocks = append(w.blocks, w.facts)
		w.facts = nil
	}
}

// stateWords are the words of the ledger for a duty's states.
var stateWords = map[duty.State]string{
	duty.StateOpen: "state.todo", duty.StateDraft: "state.drafting", duty.StateFiled: "state.sent", duty.StateReturned: "state.returned",
	duty.StateAccepted: "state.accepted", duty.StateNil: "state.nil_report", duty.StateExempt: "state.exempt",
}

func (w *filingWriter) head() (facts Facts) {
	facts.add(w.t("paper.unit"), w.Unit)
	facts.add(w.t("paper.edition"), w.Edition)
	what := w.Obligation
	if w.Clause != "" {
		what = "〔" + w.Clause + "〕" + what
	}
	facts.add(w.t("paper.obligation"), what)
	facts.add(w.t("paper.due"), i18n.DueDay(w.l, w.Due))
	if key := stateWords[w.State]; key != "" {
		state := w.t(key)
		if w.Late {
			state = w.t("paper.state_late", "state", state)
		}
		facts.add(w.t("paper.state"), state)
	}
	if w.Version == 0 {
		facts.add(w.t("paper.version"), w.t("paper.draft"))
	}
	for _, v := range w.Versions {
		if v.Version == w.Version {
			facts.add(w.t("paper.version"), w.t("paper.version_n", "n", v.Version))
			facts.add(w.t("paper.filed"), w.t("paper.filed_by", "by", v.By, "at", i18n.Moment(w.l, v.At)))
		}
	}
	return facts
}

// field writes one field: a short one into the table of its neighbours, a long one under its label.
func (w *filingWriter) field(f form.Field) {
	value := w.Values[f.Code]
	switch f.Kind {
	case form.KindLongText:
		source, _ := value.(form.Text)
		w.long(f, longText(w.l, source))
	case form.KindTable:
		rows, _ := value.(form.Rows)
		w.long(f, []Block{w.table(f, rows)})
	case form.KindFiles:
		ids, _ := value.(form.Files)
		w.long(f, w.files(ids))
	default:
		shown := w.value(f, value)
		if shown == "" {
			shown = w.t("paper.empty")
		}
		w.facts = append(w.facts, Fact{label(w.l, f.Label), shown})
	}
}

func (w *filingWriter) long(f form.Field, blocks []Block) {
	w.flush()
	w.blocks = append(w.blocks, Heading{2, label(w.l, f.Label)})
	if len(blocks) == 0 {
		blocks = []Block{text(w.t("paper.empty"))}
	}
	w.blocks = append(w.blocks, blocks...)
}

func (w *filingWriter) table(f form.Field, rows form.Rows) Table {
	t := Table{Columns: []Column{{Title: w.t("paper.row"), Weight: 0.7, Align: Center}}, Empty: w.t("paper.no_rows")}
	for _, c := range f.Columns {
		column := Column{Title: label(w.l, c.Label), Weight: 2}
		switch c.Kind {
		case form.KindNumber, form.KindMoney:
			column.Align, column.Weight = End, 1.2
		case form.KindDate, form.KindChoice:
			column.Weight = 1.5
		}
		t.Columns = append(t.Columns, column)
	}
	for i, row := range rows {
		cells := []string{strconv.Itoa(i + 1)}
		for _, c := range f.Columns {
			cells = append(cells, w.value(c, row[c.Code]))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func (w *filingWriter) files(ids form.Files) (blocks []Block) {
	for i, id := range ids {
		line := w.t("paper.file_gone")
		if f, ok := w.Files[id]; ok {
			line = w.t("paper.file", "name", f.Name, "size", size(f.Bytes))
		}
		p := text(line)
		p.Inset, p.Marker = 2, strconv.Itoa(i+1)+"."
		blocks = append(blocks, p)
	}
	return blocks
}

// history lists the versions and what was said of them.
func (w *filingWriter) history() {
	if len(w.Versions) == 0 {
		return
	}
	t := Table{Columns: []Column{{w.t("paper.version"), 1, Center}, {w.t("paper.filed_who"), 1.6, Start}, {w.t("paper.filed_at"), 2.4, Start}, {w.t("paper.outcome"), 1.6, Start}}}
	for _, v := range w.Versions {
		at := i18n.Moment(w.l, v.At)
		if v.Late {
			at = w.t("paper.state_late", "state", at)
		}
		t.Rows = append(t.Rows, []string{w.t("paper.version_n", "n", v.Version), v.By, at, w.t("paper.outcome_" + string(v.Outcome))}) //i18n:prefix paper.outcome_
	}
	w.blocks = append(w.blocks, Heading{1, w.t("paper.versions")}, t)
	if len(w.Readings) == 0 {
		return
	}
	r := Table{Columns: []Column{{w.t("paper.version"), 1, Center}, {w.t("paper.reviewer"), 2, Start}, {w.t("paper.reviewed_at"), 1.7, Start}, {w.t("paper.decision"), 1.1, Start}, {w.t("paper.words"), 3.4, Start}}}
	for _, one := range w.Readings {
		r.Rows = append(r.Rows, []string{w.t("paper.version_n", "n", one.Version), strings.TrimSpace(one.Unit + "\n" + one.By), i18n.Moment(w.l, one.At),
			w.t("paper.decision_" + string(one.Outcome)), w.said(one)}) //i18n:prefix paper.decision_
	}
	w.blocks = append(w.blocks, Heading{1, w.t("paper.reviews")}, r)
}

// said is a reviewer's comment with the words about single fields.
func (w *filingWriter) said(r Reading) string {
	lines := []string{}
	if r.Comment != "" {
		lines = append(lines, r.Comment)
	}
	for _, m := range r.Marks {
		lines = append(lines, w.t("paper.mark", "field", w.place(m.Field), "words", m.Words))
	}
	return strings.Join(lines, "\n")
}

// place names a path such as "schedule.2.day": the field, the row and the column.
func (w *filingWriter) place(path string) string {
	code, rest, inside := strings.Cut(path, ".")
	f, ok := w.Form.Field(code)
	if !ok {
		return path
	}
	name := label(w.l, f.Label)
	if !inside {
		return name
	}
	row, column, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(row)
	if err != nil {
		return name
	}
	c, _ := f.Column(column)
	return strings.TrimSpace(w.t("paper.place", "field", name, "row", n+1, "column", label(w.l, c.Label)))
}

var chineseDigits = []rune("零一二三四五六七八九")

// sectionNumber is 一、 to 四十、 in Chinese and 1. in English.
func sectionNumber(l i18n.Locale, n int) string {
	if l == i18n.English {
		return strconv.Itoa(n) + ". "
	}
	tens, ones := n/10, n%10
	s := ""
	if tens > 1 {
		s += string(chineseDigits[tens])
	}
	if tens > 0 {
		s += "十"
	}
	if ones > 0 {
		s += string(chineseDigits[ones])
	}
	return s + "、"
}

func label(l i18n.Locale, f form.Label) string {
	if l == i18n.English {
		return f.English()
	}
	return f.Zh
}
