package extract

import (
	"bytes"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"openweek/internal/errs"
)

// Bounds of one file. They fit the longest joint notice with all its annexes many times over.
const (
	MaxFile  = 20 << 20 // bytes of the file
	MaxText  = 4 << 20  // bytes of the text in UTF-8
	MaxLine  = 100_000  // characters of one line; a notice that lost its line ends has ten thousand
	MaxPages = 300      // pages of a PDF
)

// Document is the text of a file.
type Document struct {
	Text     string // as the package comment says
	Format   string // "txt", "docx", "html" or "pdf"
	Encoding string // "utf-8", "utf-16le", "utf-16be", "gb18030", or another label of an HTML page; "" for docx and pdf
}

// Text reads the text of a file. name is only used for its extension in the log.
//
// Errors are errs.Invalid: extract.empty, extract.too_large, extract.line_too_long, extract.binary,
// extract.unsupported, extract.old_word (.doc, .wps), extract.broken, extract.bomb,
// extract.encoding, and for PDF extract.no_text (a scan), extract.password, extract.too_many_pages,
// extract.timeout. errs.Busy extract.busy says that too many PDFs are being read at once.
func Text(name string, data []byte) (doc Document, err error) {
	defer errs.Wrap(&err, "extract.Text(*%s, %d bytes)", filepath.Ext(name), len(data))
	if len(data) > MaxFile {
		return Document{}, tooLarge(MaxFile)
	}
	doc, err = read(data)
	if err != nil {
		return Document{}, err
	}
	doc.Text = tidy(doc.Text)
	if err := checkText(doc); err != nil {
		return Document{}, err
	}
	return doc, nil
}

func read(data []byte) (Document, error) {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return Document{}, errs.Invalid("extract.empty")
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return Document{}, errs.Invalid("extract.old_word")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		text, err := docxText(data)
		return Document{Text: text, Format: "docx"}, err
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")): // readers allow junk before it
		text, err := pdfText(data)
		return Document{Text: text, Format: "pdf"}, err
	case bytes.HasPrefix(data, []byte(`{\rtf`)):
		return Document{}, errs.Invalid("extract.unsupported")
	}
	return readCharacters(data)
}

// readCharacters reads what consists of characters: plain text and HTML.
func readCharacters(data []byte) (Document, error) {
	if label, declared := declaredCharset(data); declared != nil {
		text, err := decodeAs(data, label, declared)
		if err != nil {
			return Document{}, err
		}
		text, err = htmlText(text)
		return Document{Text: text, Format: "html", Encoding: label}, err
	}
	text, encoding, err := decode(data)
	if err != nil {
		return Document{}, err
	}
	if !looksLikeHTML(text) {
		return Document{Text: text, Format: "txt", Encoding: encoding}, nil
	}
	text, err = htmlText(text)
	return Document{Text: text, Format: "html", Encoding: encoding}, err
}

func tooLarge(limit int) error { return errs.Invalid("extract.too_large", "limit_mb", limit>>20) }

func broken(cause error) error { return errs.Invalid("extract.broken").Because(cause) }

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\v", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// tidy brings line ends to LF and drops what nobody sees and a database may refuse.
func tidy(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), invisible(r):
			return -1
		}
		return r
	}, lineEnds.Replace(s))
}

func invisible(r rune) bool {
	return r == '\uFEFF' || r == '\u200B' || r == '\u00AD' || r == '\uFFFE' || r == '\uFFFF'
}

func checkText(doc Document) error {
	if len(doc.Text) > MaxText {
		return tooLarge(MaxText)
	}
	if strings.TrimSpace(doc.Text) == "" {
		if doc.Format == "pdf" {
			return errs.Invalid("extract.no_text")
		}
		return errs.Invalid("extract.empty")
	}
	number := 0
	for line := range strings.Lines(doc.Text) {
		number++
		if len(line) > MaxLine && utf8.RuneCountInString(line) > MaxLine {
			return errs.Invalid("extract.line_too_long", "line", number, "limit", MaxLine)
		}
	}
	return nil
}

// rowLines lays a table's row out. Short cells stand in one line with tabs between, as in a list of
// contacts; a row with one cell, or with a long one, is layout, and its lines stay lines.
func rowLines(cells [][]string) []string {
	const longCell = 3
	filled, layout := 0, false
	for i, cell := range cells {
		kept := cell[:0]
		for _, line := range cell {
			if line = strings.TrimSpace(line); line != "" {
				kept = append(kept, line)
			}
		}
		cells[i] = kept
		if len(kept) > 0 {
			filled++
		}
		layout = layout || len(kept) > longCell
	}
	if filled <= 1 || layout {
		var lines []string
		for _, cell := range cells {
			lines = append(lines, cell...)
		}
		return lines
	}
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = strings.Join(cell, " ")
	}
	return []string{strings.TrimRight(strings.Join(texts, "\t"), "\t")}
}
