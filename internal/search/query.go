package search

import (
	"strings"
	"unicode"
)

// How is the way in which a query finds.
type How string

// The ways, in the order in which they are tried.
const (
	Exact     How = "exact"
	Pinyin    How = "pinyin"    // Latin letters are the sounds of a name in full
	Initials  How = "initials"  // Latin letters are the first letters of its sounds
	Homophone How = "homophone" // one character is written by another of the same sound
)

// Limits of a query: what goes beyond them is not looked for.
const (
	maxQuery     = 1024 // runes
	maxTerms     = 32   // between spaces and punctuation
	maxTokens    = 8    // of one term; the normalised text is searched for the whole of it
	maxHomophone = 12   // runes of a term that may hold a wrong character
)

// Query is what a person looks for, in one way. Use Parse. All terms must be found.
type Query struct {
	how   How
	terms []term
}

// term is what stands between spaces and punctuation.
type term struct {
	pieces []piece
	way    How // Exact unless the term itself is looked for in another way
}

// Parse reads what a person typed, whatever that is, as an exact query.
func Parse(text string) Query {
	q := Query{how: Exact}
	if runes := []rune(text); len(runes) > maxQuery {
		text = string(runes[:maxQuery])
	}
	last := -1
	for _, p := range pieces(text) {
		if p.start != last {
			if len(q.terms) == maxTerms {
				break
			}
			q.terms = append(q.terms, term{way: Exact})
		}
		t := &q.terms[len(q.terms)-1]
		t.pieces = append(t.pieces, p)
		last = p.end
	}
	return q
}

// Empty tells whether nothing is looked for: no text, or only punctuation. Such a query finds nothing.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// How tells in which way the query finds.
func (q Query) How() How { return q.how }

// Forgiving gives the other ways in which an exact query may be meant, in the order in which they are
// worth trying. A term that cannot be meant so stays as it is.
func (q Query) Forgiving() (ways []Query) {
	for _, how := range []How{Pinyin, Initials, Homophone} {
		other := Query{how: how, terms: make([]term, len(q.terms))}
		some := false
		for i, t := range q.terms {
			other.terms[i] = t
			if t.may(how) {
				other.terms[i].way = how
				some = true
			}
		}
		if some {
			ways = append(ways, other)
		}
	}
	return ways
}

func (t term) may(how How) bool {
	if len(t.pieces) != 1 {
		return false
	}
	p := t.pieces[0]
	switch how {
	case Pinyin:
		return letters(p) && len(spell(p.String())) > 0
	case Initials:
		return letters(p) && len(p.text) >= 2 && len(p.text) <= maxSyllables
	case Homophone:
		if !p.run || len(p.text) < 2 || len(p.text) > maxHomophone {
			return false
		}
		spoken := speech(p)
		return len(spoken) == 1 && len(spoken[0]) == len(p.text)
	}
	return false
}

// letters tells whether a piece is a word of Latin letters without accents.
func letters(p piece) bool {
	if p.run || len(p.text) < 2 {
		return false
	}
	for _, r := range p.text {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// needle is the term as it stands in the normalised text: a word at its edge is a whole word.
func (t term) needle() string {
	var b strings.Builder
	if !t.pieces[0].run {
		b.WriteByte(' ')
	}
	join(&b, t.pieces)
	if !t.pieces[len(t.pieces)-1].run {
		b.WriteByte(' ')
	}
	return b.String()
}

// certain tells whether a document with the term's tokens contains the term: then the text need not be
// searched.
func (t term) certain() bool {
	return len(t.pieces) == 1 && (!t.pieces[0].run || len(t.pieces[0].text) <= 2)
}

// exact gives tokens that a document with the term has: not all of a long one, since each is a list to
// walk through, and the text is searched for the whole term anyway.
func (t term) exact() expression {
	var all []expression
	for _, p := range t.pieces {
		switch n := len(p.text); {
		case !p.run:
			all = append(all, token(p.String()))
		case n == 1:
			all = append(all, prefix(p.String()))
		default:
			last := -1
			for _, i := range []int{0, (n - 2) / 2, n - 2} {
				if i != last {
					all = append(all, token(string(p.text[i:i+2])))
				}
				last = i
			}
		}
		if len(all) >= maxTokens {
			all = all[:maxTokens]
			break
		}
	}
	return expression{all: all}
}

// tokens gives the condition on the tokens in the term's way. The exact way stays open to a term among
// others; a query of one term comes to another way only after the exact one has found nothing.
func (t term) tokens(alone bool) expression {
	exact := t.exact()
	if t.way == Exact {
		return exact
	}
	or := expression{}
	if !alone {
		or.any = append(or.any, exact)
	}
	switch t.way {
	case Pinyin:
		for _, said := range spell(t.pieces[0].String()) {
			readings := make([][]string, len(said))
			for i, s := range said {
				readings[i] = []string{s}
			}
			or.any = append(or.any, spokenAs(readings))
		}
	case Initials:
		text := t.pieces[0].String()
		if len(text) < window {
			or.any = append(or.any, prefix(initialMark+text))
			break
		}
		var all expression
		for i := range len(text) - window + 1 {
			all.all = append(all.all, token(initialMark+text[i:i+window]))
		}
		or.any = append(or.any, all)
	case Homophone:
		or.any = append(or.any, spokenAs(speech(t.pieces[0])[0]))
	}
	return or
}

// spokenAs gives the tokens of a name that sounds so.
func spokenAs(said [][]string) (e expression) {
	if len(said) == 1 {
		for _, one := range said[0] {
			e.any = append(e.any, prefix(soundMark+one+soundJoint))
		}
		return e
	}
	for i := range len(said) - 1 {
		var pair expression
		for _, first := range said[i] {
			for _, second := range said[i+1] {
				pair.any = append(pair.any, token(soundMark+first+soundJoint+second))
			}
		}
		e.all = append(e.all, pair)
	}
	return e
}

// tokens gives the condition on the tokens of a document.
func (q Query) tokens() (e expression) {
	for _, t := range q.terms {
		e.all = append(e.all, t.tokens(len(q.terms) == 1))
	}
	return e
}

// texts gives the conditions on the normalised text beside those on the tokens: of each list one
// alternative must hold, of which all parts are contained.
func (q Query) texts() (conditions [][][]string) {
	for _, t := range q.terms {
		switch {
		case t.way == Homophone:
			// All characters but one.
			text := t.pieces[0].text
			alternatives := [][]string{}
			for i := range text {
				var parts []string
				for _, part := range [][]rune{text[:i], text[i+1:]} {
					if len(part) > 0 {
						parts = append(parts, string(part))
					}
				}
				alternatives = append(alternatives, parts)
			}
			conditions = append(conditions, alternatives)
		case t.way == Exact && !t.certain():
			conditions = append(conditions, [][]string{{t.needle()}})
		}
	}
	return conditions
}
