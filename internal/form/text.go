package form

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	md "github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A long text is Markdown of a simple kind: paragraphs, headings, lists, quotes, emphasis and links.
// It is sanitised on the way in (tidy) and again on the way out (HTML): tags that somebody types are
// shown as they were typed, pictures are not loaded from elsewhere.

// tidy drops what is not seen and could mislead: control characters, and the marks that turn the
// direction of writing or join nothing. Lines end in LF; a text of one line has none.
func tidy(s string, lines bool) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			if !lines {
				return ' '
			}
			return r
		case unicode.IsControl(r), r == '\uFEFF', r == '\u200B', r >= '\u200E' && r <= '\u200F', r >= '\u202A' && r <= '\u202E', r >= '\u2060' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// markdown knows no raw HTML, so that "<b>" is a text that somebody wrote and not markup.
var markdown = goldmark.New(
	goldmark.WithParser(md.NewParser(
		md.WithBlockParsers(
			util.Prioritized(md.NewSetextHeadingParser(), 100),
			util.Prioritized(md.NewThematicBreakParser(), 200),
			util.Prioritized(md.NewListParser(), 300),
			util.Prioritized(md.NewListItemParser(), 400),
			util.Prioritized(md.NewATXHeadingParser(), 600),
			util.Prioritized(md.NewBlockquoteParser(), 800),
			util.Prioritized(md.NewParagraphParser(), 1000),
		),
		md.WithInlineParsers(
			util.Prioritized(md.NewLinkParser(), 200),
			util.Prioritized(md.NewAutoLinkParser(), 300),
			util.Prioritized(md.NewEmphasisParser(), 500),
		),
	)),
	goldmark.WithExtensions(extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}))),
	goldmark.WithRendererOptions(html.WithHardWraps()), // in a text box Enter begins a line
)

var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h4", "h5", "h6", "hr")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}()

// tangled tells whether a text is nested as nobody writes: lists in quotes in lists past ten, or
// brackets and stars by the thousand, on which the parser would work for seconds. Such a text is shown
// as it was typed.
func tangled(source string) bool {
	const maxNesting, maxBrackets, maxStars = 10, 500, 5000
	if strings.Count(source, "[") > maxBrackets || strings.Count(source, "*")+strings.Count(source, "_") > maxStars {
		return true
	}
	for line := range strings.Lines(source) {
		markers := 0
		for _, r := range line {
			if strings.ContainsRune(">-*+.)", r) {
				markers++
			} else if r != ' ' && r != '\t' && (r < '0' || r > '9') {
				break
			}
		}
		// A line of one sign alone is a rule or the underline of a heading.
		if markers > maxNesting && strings.Trim(line, "-* \t\n") != "" {
			return true
		}
	}
	return false
}

// HTML renders a long text as markup that is safe to show as it is. Headings begin at h4, below those
// of the page, the section and the field.
func HTML(source Text) (safe string) {
	raw := []byte(source)
	var out bytes.Buffer
	if !tangled(string(source)) {
		document := markdown.Parser().Parse(text.NewReader(raw))
		lower(document)
		if err := markdown.Renderer().Render(&out, raw, document); err == nil { // a writer in memory does not fail
			return policy.Sanitize(out.String())
		}
	}
	return policy.Sanitize("<p>" + strings.ReplaceAll(string(util.EscapeHTML(raw)), "\n", "<br>") + "</p>")
}

func lower(document ast.Node) {
	for n := document.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			h.Level = min(h.Level+3, 6)
		}
		lower(n)
	}
}

// Block is a paragraph of a long text, for documents and sheets.
type Block struct {
	Kind   BlockKind
	Level  int   // of a heading from 1; of an item and a quote, how deep it stands, from 1
	Number int   // of an item in a numbered list; 0 in others
	Runs   []Run // of equal formatting, in order
}

// BlockKind is what a block is.
type BlockKind string

// The kinds of block.
const (
	Paragraph BlockKind = "paragraph"
	Heading   BlockKind = "heading"
	Item      BlockKind = "item"
	Quote     BlockKind = "quote"
)

// Run is a piece of text in one formatting. "\n" in it is a line end.
type Run struct {
	Text         string
	Bold, Italic bool
	Link         string // where it leads, "" for none
}

// Blocks gives a long text as blocks.
func Blocks(source Text) []Block {
	if tangled(string(source)) {
		return []Block{{Kind: Paragraph, Runs: []Run{{Text: string(source)}}}}
	}
	raw := []byte(source)
	b := blocks{source: raw}
	b.walk(markdown.Parser().Parse(text.NewReader(raw)), Block{Kind: Paragraph})
	return b.list
}

// Plain gives a long text without formatting, a line for each block.
func Plain(source Text) string {
	var lines []string
	for _, b := range Blocks(source) {
		var line strings.Builder
		for _, r := range b.Runs {
			line.WriteString(r.Text)
		}
		lines = append(lines, line.String())
	}
	return strings.Join(lines, "\n")
}

type blocks struct {
	source []byte
	list   []Block
}

// walk goes through the blocks in a context: what an enclosing list or quote makes of a paragraph.
func (b *blocks) walk(parent ast.Node, within Block) {
	number := 0
	if list, ok := parent.(*ast.List); ok && list.IsOrdered() {
		number = list.Start
	}
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		context := within
		switch n := n.(type) {
		case *ast.Heading:
			context.Kind, context.Level = Heading, n.Level
		case *ast.Blockquote:
			context.Kind, context.Level = Quote, within.Level+1
		case *ast.ListItem:
			context.Kind, context.Level, context.Number = Item, within.Level+1, number
			if number > 0 {
				number++
			}
		}
		switch n.(type) {
		case *ast.Heading, *ast.Paragraph, *ast.TextBlock:
			b.runs(n, Run{}, &context)
			b.list = append(b.list, context)
		default:
			b.walk(n, context)
		}
	}
}

func (b *blocks) runs(parent ast.Node, within Run, to *Block) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		run := within
		switch n := n.(type) {
		case *ast.Text:
			run.Text = string(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(n.Segment.Value(b.source)))))
			if n.SoftLineBreak() || n.HardLineBreak() {
				run.Text += "\n"
			}
			to.add(run)
		case *ast.AutoLink:
			run.Text, run.Link = string(n.Label(b.source)), string(n.URL(b.source))
			to.add(run)
		case *ast.Emphasis:
			run.Bold, run.Italic = run.Bold || n.Level == 2, run.Italic || n.Level == 1
			b.runs(n, run, to)
		case *ast.Link:
			run.Link = string(n.Destination)
			b.runs(n, run, to)
		default: // a picture: its description
			b.runs(n, run, to)
		}
	}
}

// add joins what is formatted alike.
func (b *Block) add(r Run) {
	if last := len(b.Runs) - 1; last >= 0 {
		same := b.Runs[last]
		if same.Text = r.Text; same == r {
			b.Runs[last].Text += r.Text
			return
		}
	}
	b.Runs = append(b.Runs, r)
}
