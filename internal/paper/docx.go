package paper

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"openweek/internal/errs"
	"openweek/internal/i18n"
)

// Docx writes documents as one Word file (ECMA-376, transitional), each in a section of its own with
// its own page numbers. See ADR 25 for why it writes the parts itself. Errors are those of the writer.
func Docx(w io.Writer, documents ...Document) (err error) {
	defer errs.Wrap(&err, "paper.Docx(%d documents)", len(documents))
	if len(documents) == 0 {
		documents = []Document{{}}
	}
	d := &docx{zip: zip.NewWriter(w), modified: made(documents[0].Made)}
	for i := range documents {
		d.documents = append(d.documents, documents[i].tidy())
	}
	d.part("[Content_Types].xml", d.contentTypes)
	d.part("_rels/.rels", func() { d.raw(packageRels) })
	d.part("docProps/core.xml", d.core)
	d.part("word/styles.xml", d.styles)
	d.part("word/settings.xml", func() { d.raw(settings) })
	for i, one := range d.documents {
		d.part(fmt.Sprintf("word/footer%d.xml", i+1), func() { d.footer(one) })
	}
	d.part("word/document.xml", d.body)
	d.part("word/_rels/document.xml.rels", d.rels)
	if d.err != nil {
		return d.err
	}
	return d.zip.Close()
}

// docx writes a package. The first error stays, and what follows it writes nothing.
type docx struct {
	zip       *zip.Writer
	modified  time.Time
	documents []Document
	out       *bufio.Writer
	links     []string // addresses, as relationships of the document
	known     map[string]int
	err       error
}

func (d *docx) part(name string, write func()) {
	if d.err != nil {
		return
	}
	w, err := d.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.modified})
	if err != nil {
		d.err = err
		return
	}
	d.out = bufio.NewWriter(w)
	d.raw(xml.Header)
	write()
	d.err = d.out.Flush() // a writer in buffers keeps its first error
}

// raw writes markup.
func (d *docx) raw(parts ...string) {
	for _, s := range parts {
		_, _ = d.out.WriteString(s) // see part
	}
}

// escaped writes text.
func (d *docx) escaped(s string) { _ = xml.EscapeText(d.out, []byte(s)) }

func (d *docx) body() {
	d.raw(`<w:document xmlns:w="`, nsWord, `" xmlns:r="`, nsRels, `"><w:body>`)
	for i, one := range d.documents {
		d.document(one)
		if i+1 < len(d.documents) {
			d.raw(`<w:p><w:pPr>`, section(one, i), `</w:pPr></w:p>`)
		} else {
			d.raw(section(one, i))
		}
	}
	d.raw(`</w:body></w:document>`)
}

// section ends a document: the size of its pages, its footer and its own page numbers.
func section(one Document, i int) string {
	size := `<w:pgSz w:w="11906" w:h="16838"/>`
	if one.Landscape {
		size = `<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>`
	}
	return fmt.Sprintf(`<w:sectPr><w:footerReference w:type="default" r:id="rIdFooter%d"/><w:type w:val="nextPage"/>%s`+
		`<w:pgMar w:top="1440" w:right="1440" w:bottom="1280" w:left="1440" w:header="720" w:footer="680" w:gutter="0"/><w:pgNumType w:start="1"/></w:sectPr>`, i+1, size)
}

func (d *docx) document(one Document) {
	for _, issuer := range one.Issuers {
		d.styled("Issuer", issuer)
	}
	switch {
	case len(one.Issuers) > 0: // the rule below the number is the paragraph's border
		d.styled("Number", one.Number)
	case one.Number != "":
		d.paragraph(Paragraph{Runs: []Run{{Text: one.Number}}, Align: End})
	}
	if one.Title != "" {
		d.styled("Title", one.Title)
	}
	d.facts(one, one.Facts)
	for _, b := range one.Blocks {
		switch b := b.(type) {
		case Heading:
			d.styled(fmt.Sprintf("Heading%d", min(b.Level, len(headingStyle))), b.Text)
		case Paragraph:
			d.paragraph(b)
		case Facts:
			d.facts(one, b)
		case Table:
			d.table(one, b)
		}
	}
}

func (d *docx) styled(style, text string) {
	d.raw(`<w:p><w:pPr><w:pStyle w:val="`, style, `"/></w:pPr>`)
	d.run(Run{Text: text})
	d.raw(`</w:p>`)
}

var justified = map[Align]string{Start: "both", Center: "center", End: "right"}

// paragraph writes a paragraph; a marker hangs in front of it and ends with a tab.
func (d *docx) paragraph(p Paragraph) {
	d.raw(`<w:p><w:pPr>`)
	const char = 220 // twentieths of a point: one character of the body
	switch left := p.Inset * char; {
	case p.Marker != "":
		d.raw(fmt.Sprintf(`<w:tabs><w:tab w:val="left" w:pos="%d"/></w:tabs><w:ind w:left="%d" w:hanging="%d"/>`, left, left, min(2*char, left)))
	case p.First:
		d.raw(fmt.Sprintf(`<w:ind w:left="%d" w:firstLine="%d"/>`, left, 2*char))
	case left > 0:
		d.raw(fmt.Sprintf(`<w:ind w:left="%d"/>`, left))
	}
	d.raw(`<w:jc w:val="`, justified[p.Align], `"/></w:pPr>`)
	if p.Marker != "" {
		d.run(Run{Text: p.Marker})
		d.raw(`<w:r><w:tab/></w:r>`)
	}
	for _, r := range p.Runs {
		d.run(r)
	}
	d.raw(`</w:p>`)
}

func (d *docx) run(r Run) {
	if r.Text == "" {
		return
	}
	if r.Link != "" {
		d.raw(`<w:hyperlink r:id="`, d.link(r.Link), `">`)
		defer d.raw(`</w:hyperlink>`)
	}
	d.raw(`<w:r>`)
	if r.Bold || r.Link != "" {
		d.raw(`<w:rPr>`)
		if r.Link != "" {
			d.raw(`<w:rStyle w:val="Hyperlink"/>`)
		}
		if r.Bold {
			d.raw(`<w:b/>`)
		}
		d.raw(`</w:rPr>`)
	}
	for i, line := range strings.Split(r.Text, "\n") {
		if i > 0 {
			d.raw(`<w:br/>`)
		}
		if line != "" {
			d.raw(`<w:t xml:space="preserve">`)
			d.escaped(line)
			d.raw(`</w:t>`)
		}
	}
	d.raw(`</w:r>`)
}

func (d *docx) link(address string) string {
	if d.known == nil {
		d.known = map[string]int{}
	}
	n, ok := d.known[address]
	if !ok {
		d.links = append(d.links, address)
		n = len(d.links)
		d.known[address] = n
	}
	return fmt.Sprintf("rIdLink%d", n)
}

// textWidth is the width of the text between the margins, in twentieths of a point.
func textWidth(one Document) float64 {
	if one.Landscape {
		return 16838 - 2880
	}
	return 11906 - 2880
}

func (d *docx) facts(one Document, facts Facts) {
	if len(facts) == 0 {
		return
	}
	width := textWidth(one)
	widths := []int{int(0.26 * width), int(0.74 * width)}
	d.tableHead(widths)
	for _, f := range facts {
		d.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		d.cell(f.Label, widths[0], Start, true, true, 1)
		d.cell(f.Value, widths[1], Start, false, false, 1)
		d.raw(`</w:tr>`)
	}
	d.tableEnd()
}

func (d *docx) table(one Document, t Table) {
	var widths []int
	all := 0
	for _, share := range t.weights() {
		widths = append(widths, int(share*textWidth(one)))
		all += widths[len(widths)-1]
	}
	d.tableHead(widths)
	d.raw(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, c := range t.Columns {
		d.cell(c.Title, widths[i], Center, true, true, 1)
	}
	d.raw(`</w:tr>`)
	for _, row := range t.Rows {
		d.row(t, row, widths, false)
	}
	if len(t.Rows) == 0 && t.Empty != "" {
		d.raw(`<w:tr>`)
		d.cell(t.Empty, all, Center, false, false, len(widths))
		d.raw(`</w:tr>`)
	}
	if t.Total != nil {
		d.row(t, t.Total, widths, true)
	}
	d.tableEnd()
}

func (d *docx) row(t Table, row []string, widths []int, total bool) {
	d.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
	for i, text := range row {
		d.cell(text, widths[i], t.Columns[i].Align, total, total, 1)
	}
	d.raw(`</w:tr>`)
}

func (d *docx) tableHead(widths []int) {
	d.raw(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		d.raw(fmt.Sprintf(`<w:gridCol w:w="%d"/>`, w))
	}
	d.raw(`</w:tblGrid>`)
}

// tableEnd leaves a small paragraph, without which two tables would become one and a document could
// not end.
func (d *docx) tableEnd() { d.raw(`</w:tbl><w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr></w:p>`) }

func (d *docx) cell(text string, width int, align Align, strong, shaded bool, span int) {
	d.raw(fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width))
	if span > 1 {
		d.raw(fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, span))
	}
	if shaded {
		d.raw(`<w:shd w:val="clear" w:color="auto" w:fill="F1F3F6"/>`)
	}
	d.raw(`</w:tcPr><w:p><w:pPr><w:pStyle w:val="Cell"/>`)
	if align != Start {
		d.raw(`<w:jc w:val="`, justified[align], `"/>`)
	}
	d.raw(`</w:pPr>`)
	d.run(Run{Text: text, Bold: strong})
	d.raw(`</w:p></w:tc>`)
}

// footer writes where the document comes from and, at the right, the number of the page.
func (d *docx) footer(one Document) {
	before, between, after := pageWords(one.Locale)
	d.raw(`<w:ftr xmlns:w="`, nsWord, `"><w:p><w:pPr><w:pStyle w:val="Footer"/><w:tabs><w:tab w:val="right" w:pos="`,
		fmt.Sprint(int(textWidth(one))), `"/></w:tabs></w:pPr>`)
	d.run(Run{Text: one.Foot})
	d.raw(`<w:r><w:tab/></w:r>`)
	d.run(Run{Text: before})
	d.raw(`<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>`)
	d.run(Run{Text: between})
	d.raw(`<w:fldSimple w:instr=" SECTIONPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple>`)
	d.run(Run{Text: after})
	d.raw(`</w:p></w:ftr>`)
}

// wordLanguage is the language of Latin text; of Chinese text it is always zh-CN.
func wordLanguage(l i18n.Locale) string {
	if l == i18n.English {
		return "en-GB"
	}
	return "en-US"
}
