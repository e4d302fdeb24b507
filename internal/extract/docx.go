package extract

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"openweek/internal/errs"
)

// Bounds of a .docx. The text is a small part of its XML, so the XML may be much larger.
const (
	maxParts     = 5000
	maxDocument  = 64 << 20 // bytes of the main part
	maxSidePart  = 8 << 20  // bytes of the numbering, style and relationship parts
	maxXMLDepth  = 256
	mainPartType = "/officeDocument" // end of the relationship type, the same in both variants of the standard
)

// docxText reads the main part of a Word document (ECMA-376 part 1, chapter 17): paragraphs, tabs,
// breaks, tables, text boxes and automatic numbers. Headers, footers, foot notes and comments are
// left out; deleted text of tracked changes does not count, inserted text does.
func docxText(data []byte) (string, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", broken(err)
	}
	if len(archive.File) > maxParts {
		return "", errs.Invalid("extract.bomb")
	}
	parts := make(map[string]*zip.File, len(archive.File))
	for _, f := range archive.File {
		parts[f.Name] = f
	}
	main, err := mainPart(parts)
	if err != nil {
		return "", err
	}
	if main == "" {
		return "", errs.Invalid("extract.unsupported")
	}
	d := &docx{}
	folder := path.Dir(main)
	if d.numbers, err = readNumbering(parts[path.Join(folder, "numbering.xml")], parts[path.Join(folder, "styles.xml")]); err != nil {
		return "", err
	}
	content, done, err := openPart(parts[main], maxDocument)
	if err != nil {
		return "", err
	}
	defer done()
	d.xml = newXML(content)
	if err := d.blocks(d.line); err != nil {
		return "", err
	}
	if d.carry != "" {
		_ = d.line(d.carry) // its size was already counted as XML
	}
	return d.out.String(), nil
}

// mainPart finds the document by the package's relationships, as the standard says; "" where the
// archive is no Word document.
func mainPart(parts map[string]*zip.File) (string, error) {
	name := "word/document.xml"
	if rels := parts["_rels/.rels"]; rels != nil {
		var list struct {
			Relationship []struct {
				Type   string `xml:",attr"`
				Target string `xml:",attr"`
			}
		}
		r, done, err := openPart(rels, maxSidePart)
		if err != nil {
			return "", err
		}
		defer done()
		if err := xml.NewDecoder(r).Decode(&list); err != nil {
			return "", broken(err)
		}
		for _, rel := range list.Relationship {
			if strings.HasSuffix(rel.Type, mainPartType) {
				name = strings.TrimPrefix(path.Clean(rel.Target), "/")
			}
		}
	}
	// Excel and PowerPoint have the same kind of package with other folders.
	if parts[name] == nil || path.Dir(name) != "word" {
		return "", nil
	}
	return name, nil
}

// openPart refuses a part that declares too much; archive/zip stops at the first byte beyond what is
// declared.
func openPart(f *zip.File, limit uint64) (io.Reader, func(), error) {
	if f.UncompressedSize64 > limit {
		return nil, nil, errs.Invalid("extract.bomb")
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, broken(err)
	}
	return r, func() { _ = r.Close() }, nil
}

// docx is the state of one reading. Its methods descend with the elements; xmlReader bounds how deep.
type docx struct {
	xml     *xmlReader
	numbers *numbering
	out     strings.Builder
	carry   string // text of a paragraph whose mark was deleted: it goes on in the next
}

func (d *docx) line(s string) error {
	if d.out.Len()+len(s) > MaxText {
		return tooLarge(MaxText)
	}
	d.out.WriteString(s)
	d.out.WriteByte('\n')
	return nil
}

// blocks reads the paragraphs and tables up to the end of the open element and gives their lines to emit.
func (d *docx) blocks(emit func(string) error) error {
	return d.xml.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "p":
			return d.paragraph(emit)
		case "tbl":
			return d.table(emit)
		case "AlternateContent":
			return d.alternate(func() error { return d.blocks(emit) })
		case "del", "moveFrom", "sectPr", "sdtPr", "tcPr", "trPr", "tblPr", "tblGrid":
			return d.xml.skip()
		}
		return d.blocks(emit) // body, content controls, insertions
	})
}

// alternate reads the first Choice of mc:AlternateContent. The Fallback repeats the same content for
// older programs, so a text box would be read twice.
func (d *docx) alternate(read func() error) error {
	seen := false
	return d.xml.children(func(xml.StartElement) error {
		if seen {
			return d.xml.skip()
		}
		seen = true
		return read()
	})
}

// paragraph state.
type paragraph struct {
	text        strings.Builder
	emit        func(string) error // where the lines of text boxes inside go
	style       string
	numID       string
	level       string
	markDeleted bool
	hidden      bool // of the present run
}

func (d *docx) paragraph(emit func(string) error) error {
	p := &paragraph{emit: emit}
	if err := d.inline(p); err != nil {
		return err
	}
	text := p.text.String()
	// An empty paragraph is not numbered in print, nor does it count.
	if strings.TrimSpace(text) != "" {
		text = d.numbers.next(p.style, p.numID, p.level) + text
	}
	text, d.carry = d.carry+text, ""
	if p.markDeleted {
		d.carry = text
		return nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if err := emit(line); err != nil {
			return err
		}
	}
	return nil
}

// inline reads what stands in a paragraph, up to the end of the open element.
func (d *docx) inline(p *paragraph) error {
	return d.xml.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pPr":
			return d.paragraphProperties(p)
		case "r":
			p.hidden = false
			return d.inline(p)
		case "rPr":
			return d.xml.children(func(e xml.StartElement) error {
				if e.Name.Local == "vanish" && isOn(e) {
					p.hidden = true
				}
				return d.xml.skip()
			})
		case "t":
			text, err := d.xml.text()
			if !p.hidden {
				p.text.WriteString(text)
			}
			return err
		case "tab", "ptab":
			p.text.WriteByte('\t')
		case "br", "cr":
			p.text.WriteByte('\n')
		case "noBreakHyphen":
			p.text.WriteByte('-')
		case "txbxContent":
			// The anchor's paragraph goes on after the box; the box's lines come out first.
			hidden := p.hidden
			defer func() { p.hidden = hidden }()
			return d.blocks(p.emit)
		case "AlternateContent":
			return d.alternate(func() error { return d.inline(p) })
		case "del", "moveFrom", "rt", "instrText", "delText", "oMath", "oMathPara", "sdtPr":
			return d.xml.skip() // rt is the pronunciation above a character
		default:
			return d.inline(p) // hyperlinks, insertions, drawings, fields, content controls
		}
		return d.xml.skip()
	})
}

func (d *docx) paragraphProperties(p *paragraph) error {
	return d.xml.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pStyle":
			p.style = attr(e, "val")
		case "numPr":
			return d.xml.children(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "numId":
					p.numID = attr(e, "val")
				case "ilvl":
					p.level = attr(e, "val")
				}
				return d.xml.skip()
			})
		case "rPr":
			return d.xml.children(func(e xml.StartElement) error {
				p.markDeleted = p.markDeleted || e.Name.Local == "del"
				return d.xml.skip()
			})
		}
		return d.xml.skip()
	})
}

func (d *docx) table(emit func(string) error) error {
	return d.xml.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "tr":
			return d.row(emit)
		case "tblPr", "tblGrid", "sdtPr", "del", "moveFrom":
			return d.xml.skip()
		}
		return d.table(emit)
	})
}

func (d *docx) row(emit func(string) error) error {
	r := &row{}
	if err := d.cells(r); err != nil || r.deleted {
		return err
	}
	for _, line := range rowLines(r.cells) {
		if err := emit(line); err != nil {
			return err
		}
	}
	return nil
}

type row struct {
	cells   [][]string
	deleted bool
}

func (d *docx) cells(r *row) error {
	return d.xml.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "tc":
			var lines []string
			err := d.blocks(func(s string) error {
				lines = append(lines, s)
				return nil
			})
			r.cells = append(r.cells, lines)
			return err
		case "trPr":
			return d.xml.children(func(e xml.StartElement) error {
				r.deleted = r.deleted || e.Name.Local == "del"
				return d.xml.skip()
			})
		case "tblPrEx", "sdtPr":
			return d.xml.skip()
		}
		return d.cells(r)
	})
}

// xmlReader walks elements and bounds how deep they nest.
type xmlReader struct {
	dec   *xml.Decoder
	depth int
}

func newXML(r io.Reader) *xmlReader { return &xmlReader{dec: xml.NewDecoder(r)} }

var errEnd = errors.New("end of element")

func (x *xmlReader) token() (xml.Token, error) {
	t, err := x.dec.Token()
	if err != nil {
		if errors.Is(err, io.EOF) && x.depth == 0 {
			return nil, errEnd
		}
		return nil, broken(err)
	}
	switch t.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxXMLDepth {
			return nil, errs.Invalid("extract.bomb").Because(fmt.Errorf("elements nest deeper than %d", maxXMLDepth))
		}
	case xml.EndElement:
		x.depth--
	}
	return t, nil
}

// children calls do for every element in the open one and returns at its end. do must consume the
// element.
func (x *xmlReader) children(do func(xml.StartElement) error) error {
	for {
		t, err := x.token()
		if err == errEnd {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := do(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

func (x *xmlReader) skip() error {
	return x.children(func(xml.StartElement) error { return x.skip() })
}

// text gives the characters of the open element without those of elements inside.
func (x *xmlReader) text() (string, error) {
	var b strings.Builder
	for {
		t, err := x.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			if err := x.skip(); err != nil {
				return "", err
			}
		case xml.EndElement:
			return b.String(), nil
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// isOn reads a switch such as <w:vanish/>, <w:vanish w:val="0"/>.
func isOn(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off":
		return false
	}
	return true
}
