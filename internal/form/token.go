package form

import "strings"

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenNumber
	tokenText
	tokenSign
	tokenOdd // nothing that the language knows
)

type token struct {
	kind tokenKind
	text string
	at   int // bytes from the beginning
}

// scan cuts the source into tokens; the last is tokenEnd.
func scan(source string) (tokens []token) {
	for at := 0; at < len(source); {
		rest := source[at:]
		c := rest[0]
		t := token{kind: tokenOdd, text: rest[:1], at: at}
		n := 1
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			at++
			continue
		case c >= 'a' && c <= 'z':
			n = span(rest, func(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_' })
			t.kind, t.text = tokenWord, rest[:n]
		case c >= '0' && c <= '9':
			n = span(rest, func(b byte) bool { return b >= '0' && b <= '9' || b == '.' })
			t.kind, t.text = tokenNumber, rest[:n]
		case c == '"' || c == '\'':
			if end := strings.IndexByte(rest[1:], c); end >= 0 {
				n = end + 2
				t.kind, t.text = tokenText, rest[1:n-1]
			}
		case strings.HasPrefix(rest, "!=") || strings.HasPrefix(rest, "<=") || strings.HasPrefix(rest, ">="):
			n = 2
			t.kind, t.text = tokenSign, rest[:2]
		case strings.IndexByte("=<>+-*().,", c) >= 0:
			t.kind = tokenSign
		}
		tokens = append(tokens, t)
		at += n
	}
	return append(tokens, token{kind: tokenEnd, at: len(source)})
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}
