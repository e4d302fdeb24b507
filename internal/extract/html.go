package extract

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"openweek/internal/errs"
)

// maxHTML bounds the page, because its tree takes many times its size.
const maxHTML = 8 << 20

// htmlText lays a page out as lines. Menus, footers, scripts and what is hidden do not count.
func htmlText(page string) (string, error) {
	if len(page) > maxHTML {
		return "", tooLarge(maxHTML)
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		// The parser refuses to nest deeper than 512 elements; reading a string does not fail otherwise.
		return "", errs.Invalid("extract.bomb").Because(err)
	}
	l := &layout{}
	l.node(root)
	l.end()
	return strings.Join(l.lines, "\n") + "\n", nil
}

// layout gathers lines. Space at the ends of a line, and runs of it inside, fall together as in a browser.
type layout struct {
	lines []string
	line  strings.Builder
	space rune // pending space: ' ', '\n' or 0
	last  rune // last rune of line
	pre   bool
}

// end closes the line; an empty one is no line.
func (l *layout) end() {
	if l.line.Len() > 0 {
		l.lines = append(l.lines, l.line.String())
	}
	l.reset()
}

// breakLine is <br>: it makes an empty line too.
func (l *layout) breakLine() {
	l.lines = append(l.lines, l.line.String())
	l.reset()
}

func (l *layout) reset() {
	l.line.Reset()
	l.space, l.last = 0, 0
}

func (l *layout) text(s string) {
	if l.pre {
		first, rest, more := strings.Cut(s, "\n")
		l.line.WriteString(first)
		for more {
			l.breakLine()
			first, rest, more = strings.Cut(rest, "\n")
			l.line.WriteString(first)
		}
		l.last, _ = utf8.DecodeLastRuneInString(l.line.String())
		return
	}
	for _, r := range s {
		switch r {
		case ' ', '\t', '\r', '\f':
			if l.space == 0 {
				l.space = ' '
			}
		case '\n':
			l.space = '\n'
		default:
			if r == '\u00A0' {
				r = ' ' // kept, as it is meant to be seen
			}
			// A line end in the source between two Chinese characters is no space.
			if l.space != 0 && l.last != 0 && !(l.space == '\n' && wide(l.last) && wide(r)) {
				l.line.WriteByte(' ')
			}
			l.line.WriteRune(r)
			l.space, l.last = 0, r
		}
	}
}

// wide tells characters that are written without spaces between.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}

func (l *layout) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		l.text(n.Data)
		return
	case html.ElementNode:
		if dropped(n) {
			return
		}
	case html.DocumentNode:
	default:
		return
	}
	switch n.DataAtom {
	case atom.Br:
		l.breakLine()
	case atom.Tr:
		l.row(n)
	case atom.Ol:
		l.numbered(n)
	case atom.Pre:
		l.end()
		l.pre = true
		l.children(n)
		l.pre = false
		l.end()
	default:
		block := blocks[n.DataAtom]
		if block {
			l.end()
		}
		l.children(n)
		if block {
			l.end()
		}
	}
}

func (l *layout) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		l.node(c)
	}
}

func (l *layout) row(tr *html.Node) {
	l.end()
	var cells [][]string
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
			cell := &layout{}
			cell.children(c)
			cell.end()
			cells = append(cells, cell.lines)
		}
	}
	l.lines = append(l.lines, rowLines(cells)...)
}

// listFormats are the values of <ol type>.
var listFormats = map[string]string{"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}

// numbered writes the numbers of an ordered list, which are no text of the page.
func (l *layout) numbered(ol *html.Node) {
	l.end()
	n, err := strconv.Atoi(attribute(ol, "start"))
	if err != nil {
		n = 1
	}
	for c := ol.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Li {
			l.node(c)
			continue
		}
		item := &layout{}
		item.children(c)
		item.end()
		if len(item.lines) > 0 {
			label, _ := numeral(listFormats[attribute(ol, "type")], n)
			item.lines[0] = label + ". " + item.lines[0]
			n++
		}
		l.lines = append(l.lines, item.lines...)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// dropped tells elements that are not part of the text.
func dropped(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Nav, atom.Footer, atom.Aside,
		atom.Iframe, atom.Object, atom.Svg, atom.Math, atom.Select, atom.Button, atom.Textarea, atom.Audio, atom.Video, atom.Rt, atom.Rp:
		return true
	}
	for _, a := range n.Attr {
		if a.Key == "hidden" {
			return true
		}
		if a.Key == "style" && strings.Contains(strings.ToLower(strings.ReplaceAll(a.Val, " ", "")), "display:none") {
			return true
		}
	}
	return false
}

var blocks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Blockquote: true, atom.Body: true, atom.Caption: true,
	atom.Center: true, atom.Dd: true, atom.Details: true, atom.Dir: true, atom.Div: true, atom.Dl: true,
	atom.Dt: true, atom.Fieldset: true, atom.Figcaption: true, atom.Figure: true, atom.Form: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Header: true, atom.Hr: true, atom.Li: true, atom.Main: true, atom.Menu: true, atom.P: true,
	atom.Section: true, atom.Summary: true, atom.Table: true, atom.Tbody: true, atom.Tfoot: true,
	atom.Thead: true, atom.Ul: true,
}
