package notice

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// gap is the white space in front of a rune of the compact view.
type gap uint8

const (
	gapNone  gap = iota
	gapThin      // one blank
	gapWide      // several blanks, a tab or one ideographic space
	gapLine      // a line break, or two ideographic spaces (a paragraph's indent that lost its break)
	gapBlank     // an empty line
)

// span of the compact view, half-open.
type rng struct{ from, to int }

func (r rng) len() int { return r.to - r.from }

// source is the text in two views: as it is (raw), and compact: without white space and
// remnants of HTML, with half-width punctuation and full-width letters and digits folded,
// because OCR and typesetting scatter blanks through words and dates. All rules scan c;
// pos leads back to raw.
type source struct {
	raw   []rune
	c     []rune
	pos   []int
	gaps  []gap
	lines []rng // of c, in order
	line  []int // number of the line that c[i] stands in
}

func newSource(text string) *source {
	s := &source{raw: []rune(text)}
	n := len(s.raw)
	s.c, s.pos, s.gaps = make([]rune, 0, n), make([]int, 0, n), make([]gap, 0, n)
	var breaks, wide, blanks int
	for i := 0; i < n; {
		r := s.raw[i]
		size, isBlock := 1, false
		switch {
		case isBreak(r):
			if !(r == '\n' && i > 0 && s.raw[i-1] == '\r') {
				breaks++
			}
		case r == '\u3000':
			wide++
		case r == '\t':
			blanks += 2
		case r == '\ufeff' || r == '\u200b' || r == '\u00ad' || r == '\u200d' || r == '\u2060':
		case isSpace(r) || unicode.IsControl(r):
			blanks++
		default:
			if r == '<' {
				size, isBlock = markup(s.raw[i:])
			} else if r == '&' {
				size = blankEntity(s.raw[i:])
			}
			if size > 1 {
				if isBlock {
					breaks++
				} else if r == '&' {
					blanks++
				}
				break
			}
			size = 1
			g := gapNone
			switch {
			case len(s.c) == 0 || breaks > 1:
				g = gapBlank
			case breaks == 1 || wide > 1:
				g = gapLine
			case wide == 1 || blanks > 1:
				g = gapWide
			case blanks == 1:
				g = gapThin
			}
			s.c, s.pos, s.gaps = append(s.c, fold(r)), append(s.pos, i), append(s.gaps, g)
			breaks, wide, blanks = 0, 0, 0
		}
		i += size
	}
	s.line = make([]int, len(s.c))
	for i := range s.c {
		if s.gaps[i] >= gapLine {
			s.lines = append(s.lines, rng{i, i})
		}
		s.lines[len(s.lines)-1].to = i + 1
		s.line[i] = len(s.lines) - 1
	}
	return s
}

// span leads a stretch of the compact view back to the text.
func (s *source) span(from, to int) Span {
	if from >= to {
		return Span{}
	}
	return Span{Start: s.pos[from], End: s.pos[to-1] + 1}
}

// value is a stretch as printed, without typesetting white space. A blank survives
// where it parts Latin words or numbers, or, with spaced, wherever the line has one.
func (s *source) value(from, to int, spaced bool) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		if i > from && (s.gaps[i] == gapThin || s.gaps[i] == gapWide) &&
			(spaced || isWord(s.c[i]) && isWord(s.c[i-1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(s.raw[s.pos[i]])
	}
	return b.String()
}

func (s *source) text(from, to int, certainty Certainty) Text {
	if from >= to {
		return Text{}
	}
	return Text{Value: s.value(from, to, false), Span: s.span(from, to), Certainty: certainty}
}

func (s *source) lineOf(i int) rng { return s.lines[s.line[i]] }

// isLineEnd tells whether i is the end of the text or the start of a line.
func (s *source) isLineEnd(i int) bool { return i >= len(s.c) || s.gaps[i] >= gapLine }

// isJoined tells whether c[i] stands in a line that lost its breaks.
func (s *source) isJoined(i int) bool { return i < len(s.c) && s.lineOf(i).len() > s.joined() }

// The length from which a line is taken for a text without line breaks. The longest
// paragraphs of real notices have some 500 characters; a notice of fewer than five lines
// has lost its breaks whatever their length.
const (
	joinedLine  = 700
	joinedShort = 120
)

func (s *source) joined() int {
	if len(s.lines) < 5 {
		return joinedShort
	}
	return joinedLine
}

// at gives c[i], 0 outside.
func (s *source) at(i int) rune {
	if i < 0 || i >= len(s.c) {
		return 0
	}
	return s.c[i]
}

func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\f' || r == '\v' || r == '\u2028' || r == '\u2029' || r == '\u0085'
}

func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u00ad' || r == '\u200d' || r == '\u2060'
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
func isLatin(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
func isWord(r rune) bool  { return isDigit(r) || isLatin(r) }
func isHan(r rune) bool {
	return 0x4E00 <= r && r <= 0x9FFF || 0x3400 <= r && r <= 0x4DBF || r == '〇' || r >= 0x20000 && r <= 0x3134F
}

// fold gives one form to what is written in several: half-width punctuation becomes
// full-width, full-width letters and digits become half-width.
func fold(r rune) rune {
	switch r {
	case ',', '﹐':
		return '，'
	case ':', '﹕', '︰', '∶':
		return '：'
	case ';', '﹔':
		return '；'
	case '(', '﹙':
		return '（'
	case ')', '﹚':
		return '）'
	case '!':
		return '！'
	case '?':
		return '？'
	case '，', '：', '；', '（', '）', '！', '？':
		return r
	case '．':
		return '.'
	case '｡':
		return '。'
	case '\u2012', '\u2013', '\u2014', '\u2015', '\u2500', '\uff0d', '\u2010', '\u2011', '\u2212', '\u2501':
		return '—'
	case '\uff5e', '\u301c', '\u223c':
		return '~'
	}
	switch {
	case 0xFF01 <= r && r <= 0xFF5E:
		return r - 0xFEE0
	case 0x2E80 <= r && r <= 0x2FDF || 0xF900 <= r && r <= 0xFAFF: // radicals that PDF fonts put for characters
		if t := []rune(norm.NFKC.String(string(r))); len(t) == 1 {
			return t[0]
		}
	}
	return r
}

var blockTags = map[string]bool{
	"p": true, "br": true, "div": true, "tr": true, "table": true, "tbody": true, "li": true, "ul": true, "ol": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "hr": true, "center": true, "td": false, "th": false,
	"span": false, "a": false, "b": false, "i": false, "u": false, "strong": false, "em": false, "font": false,
	"img": false, "sup": false, "sub": false, "o:p": false, "html": true, "body": true, "head": true, "title": true,
}

// markup gives the length of the HTML tag that t begins with, 1 if it begins with none,
// and whether the tag breaks the line. "<会计法>" is a book title, not a tag.
func markup(t []rune) (size int, block bool) {
	const longest = 400
	i := 1
	if i < len(t) && t[i] == '/' {
		i++
	}
	from := i
	for i < len(t) && i-from < 8 && (isWord(t[i]) || t[i] == ':') {
		i++
	}
	block, known := blockTags[strings.ToLower(string(t[from:i]))]
	if !known {
		return 1, false
	}
	for ; i < len(t) && i < longest; i++ {
		if t[i] == '>' {
			return i + 1, block
		}
	}
	return 1, false
}

// blankEntity gives the length of the HTML entity for a blank that t begins with, else 1.
func blankEntity(t []rune) int {
	for _, e := range [...]string{"&nbsp;", "&ensp;", "&emsp;", "&thinsp;", "&#160;", "&#12288;", "&#8195;"} {
		if len(t) >= len(e) && string(t[:len(e)]) == e {
			return len(e)
		}
	}
	return 1
}
