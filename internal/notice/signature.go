package notice

// signature is the block that closes a notice: names, and the date under them.
type signature struct {
	issuers []rng
	known   bool // every name is one of the head
	date    rng
	day     moment
	found   bool
	from    int // where the block begins
	to      int
}

// readSignature finds the block behind the body: the first date with a year that stands
// at the end of a line (or, where breaks are lost, behind the name of an office) and is
// not the printing office's. Failing that, names of offices on the last lines.
func (s *source) readSignature(h head, whens []when) signature {
	var alone signature
	for _, w := range whens {
		if w.from < h.bodyFrom || w.start.year <= 0 || w.start.day == 0 || w.isRange || printed.at(s.c, w.to, len(s.c)) > 0 {
			continue
		}
		line := s.lineOf(w.from)
		from := w.from
		if from > line.from && s.c[from-1] == '（' && s.at(w.to) == '）' {
			from--
		}
		ends := s.isLineEnd(w.to) || w.to+1 < len(s.c) && s.c[w.to] == '）' && s.isLineEnd(w.to+1) || w.to+1 == len(s.c) || annexWord.at(s.c, w.to, len(s.c)) > 0
		if !ends && !s.isJoined(w.from) {
			continue
		}
		sig := signature{date: w.rng, day: w.start, found: true, from: from, to: w.to}
		if from == line.from {
			s.signatureLines(&sig, h, line)
			if len(sig.issuers) > 0 {
				return sig
			}
			if !alone.found && s.gaps[from] >= gapLine {
				alone = sig
			} else if s.gaps[from] >= gapLine {
				alone = sig
			}
			continue
		}
		if names := s.organs(line.from, from); names != nil {
			sig.issuers, sig.from = names, line.from
			s.signatureLines(&sig, h, line)
			return sig
		}
		names, known := s.organsBefore(from, line.from, h.issuers)
		if len(names) > 0 && (known || ends || sentenceMark.before(s.c, 0, names[0].from) > 0 || fileEnd.before(s.c, 0, names[0].from) > 0) {
			sig.issuers, sig.known, sig.from = names, known, names[0].from
			return sig
		}
		if len(names) == 0 && ends && s.isCutName(&sig, h) {
			return sig
		}
		if len(names) == 0 && ends && s.isJoined(from) && (s.c[from-1] == '。' || annexNouns.before(s.c, h.bodyFrom, from) > 0) { // …遵照执行。2013年6月8日抄送：
			alone = sig
		}
	}
	if alone.found {
		return alone
	}
	return s.unsigned(h)
}

var (
	printed   = lex("印发 印 前 起 之前 以前 至 召开 举办 在")
	annexWord = lex("附件 附： （此件 （联系人 主题词 抄送")
)

// maxSigners bounds the lines of a signature; joint notices have been signed by some twenty bodies.
const maxSigners = 60

// signatureLines collects the lines of names above the date.
func (s *source) signatureLines(sig *signature, h head, line rng) {
	first := s.line[line.from] - 1
	for k := first; k >= 0 && k > first-maxSigners && s.lines[k].from >= h.bodyFrom; k-- {
		l := s.lines[k]
		names := s.organs(l.from, l.to)
		if names == nil {
			if len(sig.issuers) > 0 || l.len() > 400 {
				return
			}
			// The name may be glued to the end of the last sentence.
			names, known := s.organsBefore(l.to, l.from, h.issuers)
			if len(names) > 0 && known {
				sig.issuers, sig.from = names, names[0].from
			} else if k := lastWide(s, l); k > l.from && s.organs(k, l.to) != nil {
				sig.issuers, sig.from = s.organs(k, l.to), k
			}
			return
		}
		sig.issuers = append(append([]rng{}, names...), sig.issuers...)
		sig.from = l.from
	}
}

func lastWide(s *source, l rng) int {
	for i := l.to - 1; i > l.from; i-- {
		if s.gaps[i] == gapWide {
			return i
		}
	}
	return l.from
}

// isCutName takes a date whose office is cut by OCR (甲省财政 for 甲省财政厅), if what
// stands in front of it begins a name of the head.
func (s *source) isCutName(sig *signature, h head) bool {
	for _, k := range h.issuers {
		for n := k.len() - 1; n >= 4; n-- {
			if at := sig.date.from - n; at >= h.bodyFrom && sameRunes(s.c[at:sig.date.from], s.c[k.from:k.from+n]) {
				sig.from = at
				return true
			}
		}
	}
	return false
}

// unsigned takes the names on the last lines of an undated notice.
func (s *source) unsigned(h head) signature {
	sig := signature{from: len(s.c), to: len(s.c)}
	first := len(s.lines) - 1
	for k := first; k > 0 && k > first-maxAnnexLines; k-- { // an annex list may stand below
		if above := s.lines[k-1]; annexTag.at(s.c, s.lines[k].from, len(s.c)) > 0 && above.from > h.bodyFrom && s.organs(above.from, above.to) != nil {
			first, sig.to = k-1, above.to
			break
		}
	}
	for k := first; k >= 0 && k > first-maxSigners && s.lines[k].from > h.bodyFrom; k-- {
		names := s.organs(s.lines[k].from, s.lines[k].to)
		if names == nil {
			break
		}
		sig.issuers = append(append([]rng{}, names...), sig.issuers...)
		sig.from = s.lines[k].from
	}
	if len(sig.issuers) == 0 {
		sig.to = len(s.c)
		if names, _ := s.organsBefore(len(s.c), h.bodyFrom, h.issuers); len(names) > 0 && s.isJoined(len(s.c)-1) {
			if from := names[0].from; signedBehind.before(s.c, h.bodyFrom, from) > 0 {
				sig.issuers, sig.from = names, from
			}
		}
	}
	return sig
}

// What stands in front of the names that close a joined text without a date.
var signedBehind = lex("。 特此通知 此复 特此函告 ！")

// maxAnnexLines bounds the annex list below an undated signature.
const maxAnnexLines = 12

// mergeIssuers settles the issuers between head and signature. The letterhead counts, in
// the longest spelling that either place has; the names in a title yield to a signature
// that differs.
func (s *source) mergeIssuers(h head, sig signature) (names []rng, sure bool) {
	if len(h.issuers) == 0 {
		return s.distinct(sig.issuers), sig.found
	}
	if len(sig.issuers) == 0 {
		return s.distinct(h.issuers), true
	}
	related := 0
	merged := append([]rng{}, h.issuers...)
	for i, a := range merged {
		for _, b := range sig.issuers {
			if isSpelledIn(s.c[a.from:a.to], s.c[b.from:b.to]) {
				merged[i] = b
				related++
				break
			}
			if isSpelledIn(s.c[b.from:b.to], s.c[a.from:a.to]) {
				related++
				break
			}
		}
	}
	if h.fromTitle && (related == 0 || len(sig.issuers) > len(merged)) {
		return s.distinct(sig.issuers), true
	}
	return s.distinct(merged), true
}

func (s *source) distinct(list []rng) []rng {
	var out []rng
	seen := map[string]bool{}
	for _, a := range list {
		if key := string(s.c[a.from:a.to]); !seen[key] {
			seen[key] = true
			out = append(out, a)
		}
	}
	return out
}
