package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits of what is looked at. PostgreSQL refuses a lexeme above 2 KB; nobody reads a description as
// long as maxText to the end.
const (
	maxWord = 64     // runes of a word that count
	maxText = 20_000 // runes of a document that are indexed
)

// piece is a run of characters without spaces between words, or one word.
type piece struct {
	text       []rune // normalised
	run        bool   // Han and its like; else a word
	start, end int    // rune offsets in the source text
	from       []int  // source offset of each rune of a run
}

func (p piece) String() string { return string(p.text) }

// unspaced are the scripts that are written without spaces between words.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Yi, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

type class int

const (
	breaks class = iota
	inRun
	inWord
)

func classOf(r rune) class {
	switch {
	case r == 'ー' || unicode.In(r, unspaced...) && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)):
		return inRun
	case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
		return inWord
	}
	return breaks
}

// pieces parts a text. Broken UTF-8 parts, as punctuation does.
func pieces(s string) (list []piece) {
	var it norm.Iter
	it.InitString(norm.NFKC, s)
	last := breaks
	offset := 0 // in runes of the source
	for !it.Done() {
		begin := it.Pos()
		segment := string(it.Next())
		length := len([]rune(s[begin:it.Pos()]))
		for _, r := range segment {
			if invisible(r) {
				continue
			}
			r = small(r)
			c := classOf(r)
			if c != breaks && unicode.IsMark(r) && last != breaks {
				c = last // a mark belongs to its letter
			}
			if c != breaks {
				if c != last {
					list = append(list, piece{run: c == inRun, start: offset})
				}
				p := &list[len(list)-1]
				if p.run || len(p.text) < maxWord {
					p.text = append(p.text, r)
				}
				if p.run {
					p.from = append(p.from, offset)
				}
				p.end = offset + max(length, 1) // a character that is taken apart comes in several segments
			}
			last = c
		}
		offset += length
	}
	return list
}

// invisible tells whether nobody sees the character: it neither parts nor counts.
func invisible(r rune) bool {
	return r == '\u034f' || unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// small folds case one rune to one, so that offsets stay.
func small(r rune) rune {
	if r == unicode.ReplacementChar {
		return ' '
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// join writes pieces as the text that terms are looked for in: one space between pieces, so that a word
// is found by itself with a space on both sides.
func join(b *strings.Builder, list []piece) {
	for i, p := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p.String())
	}
}

// bodyOf is the normalised text of parts, one to a line: no term matches across parts.
func bodyOf(parts [][]piece) string {
	var b strings.Builder
	for _, list := range parts {
		if len(list) > 0 {
			b.WriteByte(' ')
			join(&b, list)
			b.WriteString(" \n")
		}
	}
	return b.String()
}

// tokens gives what a piece is filed under.
func (p piece) tokens(add func(token string)) {
	if !p.run {
		add(p.String())
		return
	}
	for i := range p.text {
		add(string(p.text[i:min(i+2, len(p.text))]))
	}
}
