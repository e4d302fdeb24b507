package notice

import (
	"sort"

	"openweek/internal/errs"
)

// reader is one reading of one notice.
type reader struct {
	s     *source
	whens []when
	head  head
	sig   signature
	annex annexes
	body  rng // between addressees and annex list or signature
	text  rng // where sections, duties and limits are read: the body, or the plan that it issues
	year  int // that a date without one means
	sends bool
	parts []*part
	flat  []*part // all parts in the order of the text
	paras []rng
	sents []rng
}

// Parse reads a notice. Errors are Invalid: notice.empty, notice.binary (no text, or not
// UTF-8), notice.too_long ([MaxBytes]), notice.line_too_long ([MaxLineRunes]) and
// notice.nothing_found for a text that has nothing of a notice.
func Parse(text string) (_ Draft, err error) {
	defer errs.Wrap(&err, "notice.Parse(%d bytes)", len(text))
	if err := check(text); err != nil {
		return Draft{}, err
	}
	r := &reader{s: newSource(text)}
	if len(r.s.c) == 0 {
		return Draft{}, errs.Invalid("notice.empty")
	}
	r.layOut()
	d := r.draft(text)
	if d.isNothing(r.head.titleSure) {
		return Draft{}, errs.Invalid("notice.nothing_found")
	}
	return d, nil
}

// isNothing tells whether the draft has none of the marks of a notice. A first line
// taken for want of a better title is none.
func (d Draft) isNothing(titleSure bool) bool {
	return !titleSure && d.DocNumber.Value == "" && len(d.Addressees) == 0 && len(d.Sections) < 2 && len(d.Deadlines) == 0 &&
		len(d.Obligations) == 0
}

// layOut finds the outer parts of the document and the grid of sentences.
func (r *reader) layOut() {
	s := r.s
	r.whens = s.findWhens()
	r.head = s.readHead()
	r.sig = s.readSignature(r.head, r.whens)
	known := append(append([]rng{}, r.head.issuers...), r.sig.issuers...)
	r.annex = s.readAnnexes(r.head.bodyFrom, r.sig, known)
	r.body = rng{min(r.head.bodyFrom, r.sig.from), r.sig.from}
	if l := r.annex.list; l.len() > 0 && l.from >= r.body.from && l.from < r.body.to {
		r.body.to = l.from
	}
	r.year = r.findYear()
	r.text = r.body
	r.paras = s.paragraphs(r.text.from, r.text.to)
	r.parts = s.readParts(r.text.from, r.text.to, r.paras)
	if !hasTitles(r.parts) {
		r.readIssued()
	}
	if len(r.parts) == 0 || r.parts[0].mark.style >= styleArabic && !hasTitles(r.parts) {
		if plain := s.plainTitles(r.text.from, r.text.to); plain != nil {
			r.adopt(plain)
		}
	}
	r.flatten(r.parts)
	r.sents = s.sentences(r.text, r.paras, r.flat)
}

// readIssued reads the plan that a short notice issues or forwards: it stands behind the
// signature and in front of the annexes.
func (r *reader) readIssued() {
	s := r.s
	if !r.sig.found || !issuing.in(s.c, r.head.title.from, r.head.title.to) || r.sig.to >= len(s.c) {
		return
	}
	end := len(s.c)
	if l := r.annex.list; l.len() > 0 && l.from >= r.sig.to {
		end = l.from
	}
	paras := s.paragraphs(r.sig.to, end)
	if parts := s.readParts(r.sig.to, end, paras); len(parts) > 1 {
		r.text, r.paras, r.parts, r.sends = rng{r.sig.to, end}, paras, parts, true
	}
}

var issuing = lex("印发 转发 发布 下发 公布")

func hasTitles(parts []*part) bool {
	n := 0
	for _, p := range parts {
		if p.title.len() > 0 {
			n++
		}
	}
	return n > 0 && n*2 >= len(parts)
}

// adopt puts the parts found so far below the unnumbered titles that they stand under.
func (r *reader) adopt(plain []*part) {
	for _, p := range r.parts {
		for _, up := range plain {
			if p.mark.from >= up.all.from && p.mark.from < up.all.to {
				if len(up.children) == 0 {
					up.own.to = p.all.from
				}
				up.children = append(up.children, p)
			}
		}
	}
	r.parts = plain
}

func (r *reader) flatten(parts []*part) {
	for _, p := range parts {
		r.flat = append(r.flat, p)
		r.flatten(p.children)
	}
}

func (r *reader) allParts() []*part { return r.flat }

// partAt gives the innermost part that holds c[i], nil in front of the first.
func (r *reader) partAt(i int) *part {
	k := sort.Search(len(r.flat), func(k int) bool { return r.flat[k].all.from > i })
	for k--; k >= 0; k-- {
		if i < r.flat[k].all.to {
			return r.flat[k]
		}
	}
	return nil
}

// topPart gives the part of the first level that holds c[i], nil in front of the first.
func (r *reader) topPart(i int) *part {
	k := sort.Search(len(r.parts), func(k int) bool { return r.parts[k].all.from > i })
	if k == 0 || i >= r.parts[k-1].all.to {
		return nil
	}
	return r.parts[k-1]
}

func (r *reader) inBody(i int) bool { return i >= r.text.from && i < r.text.to }

// findYear settles the year that dates without one mean: of the signature, the title,
// the number, or else the first year in the text.
func (r *reader) findYear() int {
	if r.sig.found {
		return r.sig.day.year
	}
	if y := r.s.firstYear(r.head.title.from, r.head.title.to); y > 0 {
		return y
	}
	if r.head.numberYear > 0 {
		return r.head.numberYear
	}
	return r.s.firstYear(0, len(r.s.c))
}

func (s *source) firstYear(from, to int) int {
	for i := from; i+4 <= to; i++ {
		if isDigit(s.c[i]) && (i == 0 || !isWord(s.c[i-1])) && !isWord(s.at(i+4)) {
			if v, n := s.arabic(i); n == 4 && isYear(v) && counted.at(s.c, i+n, to) == 0 {
				return v
			}
		}
	}
	return 0
}

// What four digits count that are no year.
var counted = lex("元 字 名 个 余 多 人 份 项 米 幅 件 平方米 家 万 篇 分 册 次")

// yearFor gives the year that a time expression without one means: a year named before
// it in the same sentence, else the notice's.
func (r *reader) yearFor(w when) int {
	if w.start.year > 0 {
		return w.start.year
	}
	sent := r.sentence(w.from)
	k := sort.Search(len(r.whens), func(k int) bool { return r.whens[k].from >= w.from })
	for last := k - 8; k > 0 && k > last && r.whens[k-1].from >= sent.from; {
		k--
		if y := r.whens[k].end.year; y > 0 {
			return y
		}
	}
	return r.year
}

// sentenceRunes bounds a sentence, so that a text without full stops costs no more than
// one with them.
const sentenceRunes = 1200

// sentences splits region at full stops, paragraph ends and numbering marks.
func (s *source) sentences(region rng, paras []rng, parts []*part) []rng {
	var all []rng
	from, para, mark := region.from, 0, 0
	cut := func(to int) {
		if to > from {
			all = append(all, rng{from, to})
		}
		from = to
	}
	for i := region.from; i < region.to; i++ {
		if i-from >= sentenceRunes {
			cut(i)
		}
		for para < len(paras) && paras[para].to <= i {
			cut(paras[para].to)
			para++
		}
		for mark < len(parts) && parts[mark].all.from <= i {
			cut(parts[mark].all.from)
			if parts[mark].own.from > from && parts[mark].title.len() > 0 {
				cut(parts[mark].own.from)
			} else if parts[mark].mark.to > from {
				from = parts[mark].mark.to
			}
			mark++
		}
		switch s.c[i] {
		case '（': // a full stop in brackets does not end the sentence around them
			if e, _ := closeBracket.find(s.c, i, min(region.to, i+60)); e > 0 && s.line[e] == s.line[i] && (mark >= len(parts) || parts[mark].all.from > e) {
				i = e
			}
		case '。', '；', '！', '？':
			if i+1 > from {
				cut(i + 1)
			}
		}
	}
	cut(region.to)
	return all
}

// sentence gives the sentence that holds c[i]; outside of the region an empty one at i.
func (r *reader) sentence(i int) rng {
	k := sort.Search(len(r.sents), func(k int) bool { return r.sents[k].to > i })
	if k < len(r.sents) && r.sents[k].from <= i {
		return r.sents[k]
	}
	return rng{i, i}
}

// draft gathers the facts.
func (r *reader) draft(text string) Draft {
	s := r.s
	d := Draft{Text: text}
	if h := r.head; h.title.len() > 0 {
		d.Title = s.text(h.title.from, h.title.to, sureIf(h.titleSure))
		d.Title.Value = s.titleValue(h.title)
	}
	if n := r.head.number; n.len() > 0 {
		d.DocNumber = Text{Value: s.docNumberText(n), Span: s.span(n.from, n.to), Certainty: Sure}
	}
	issuers, sure := s.mergeIssuers(r.head, r.sig)
	for _, o := range issuers {
		d.Issuers = append(d.Issuers, s.text(o.from, o.to, sureIf(sure)))
	}
	for _, a := range r.head.addressees {
		d.Addressees = append(d.Addressees, s.text(a.from, a.to, sureIf(r.head.addressedSure)))
	}
	if r.sig.found {
		if day, ok := r.sig.day.resolve(0, true); ok {
			d.IssuedOn = Fact[Day]{day, s.span(r.sig.date.from, r.sig.date.to), sureIf(len(r.sig.issuers) > 0)}
		}
	}
	d.Window = r.readWindow()
	d.Theme = r.readTheme()
	limits := r.readLimits()
	for _, l := range limits {
		d.Deadlines = append(d.Deadlines, r.deadline(l))
	}
	end := r.contactEnd()
	d.Phones = s.readPhones(r.head.bodyFrom, end)
	d.Emails = s.readEmails(r.head.bodyFrom, end)
	for _, a := range r.annex.titles {
		d.Attachments = append(d.Attachments, s.text(a.from, a.to, sureIf(!r.annex.sheets)))
	}
	d.Headings = r.headings()
	d.Sections = r.sections(r.parts, 1)
	d.Topics, d.Methods = r.topicsAndMethods()
	d.Obligations = r.readObligations(limits)
	return d
}

// contactEnd is where the contacts of this notice end: in front of a second letterhead.
func (r *reader) contactEnd() int {
	s := r.s
	for i := r.sig.to; i+3 < len(s.c); i++ {
		if s.c[i] == '文' && s.c[i+1] == '件' && s.startsKnown(i-r.firstIssuer(), r.head.issuers) {
			return i
		}
	}
	return len(s.c)
}

func (r *reader) firstIssuer() int {
	if len(r.head.issuers) == 0 {
		return 1 << 30
	}
	return r.head.issuers[0].len()
}

// headings are the titles of the first level.
func (r *reader) headings() []Text {
	var list []Text
	for _, p := range r.parts {
		if p.title.len() > 0 && p.mark.style == r.parts[0].mark.style {
			list = append(list, r.s.text(p.title.from, p.title.to, sureIf(p.sure)))
		}
	}
	if len(list) < 2 && len(r.parts) > 2 && r.parts[0].mark.style >= styleArabic {
		return nil
	}
	return list
}

func (r *reader) sections(parts []*part, level int) []Section {
	var list []Section
	for _, p := range parts {
		list = append(list, Section{
			Level: level, Number: p.label, Clause: p.clause,
			Title: r.s.value(p.title.from, p.title.to, false), TitleSpan: r.s.span(p.title.from, p.title.to),
			Span: r.s.span(p.all.from, p.all.to), Certainty: sureIf(p.sure),
			Children: r.sections(p.children, level+1),
		})
	}
	return list
}

func sureIf(sure bool) Certainty {
	if sure {
		return Sure
	}
	return Doubtful
}
