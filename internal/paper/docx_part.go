package paper

import (
	"fmt"
	"strings"
	"time"
)

const (
	nsWord = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPack = "http://schemas.openxmlformats.org/package/2006/"

	packageRels = `<Relationships xmlns="` + nsPack + `relationships">` +
		`<Relationship Id="rId1" Type="` + nsRels + `/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="` + nsPack + `relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
		`</Relationships>`

	// settings keep Word from setting the file in the ways of an older one. Punctuation may hang over
	// the margin but not begin a line, which is also the default.
	settings = `<w:settings xmlns:w="` + nsWord + `"><w:characterSpacingControl w:val="compressPunctuation"/>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`
)

func (d *docx) contentTypes() {
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	d.raw(`<Types xmlns="`, nsPack, `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`,
		`<Default Extension="xml" ContentType="application/xml"/>`,
		`<Override PartName="/word/document.xml" ContentType="`, word, `document.main+xml"/>`,
		`<Override PartName="/word/styles.xml" ContentType="`, word, `styles+xml"/>`,
		`<Override PartName="/word/settings.xml" ContentType="`, word, `settings+xml"/>`)
	for i := range d.documents {
		d.raw(fmt.Sprintf(`<Override PartName="/word/footer%d.xml" ContentType="%sfooter+xml"/>`, i+1, word))
	}
	d.raw(`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`)
}

func (d *docx) rels() {
	d.raw(`<Relationships xmlns="`, nsPack, `relationships">`,
		`<Relationship Id="rIdStyles" Type="`, nsRels, `/styles" Target="styles.xml"/>`,
		`<Relationship Id="rIdSettings" Type="`, nsRels, `/settings" Target="settings.xml"/>`)
	for i := range d.documents {
		d.raw(fmt.Sprintf(`<Relationship Id="rIdFooter%d" Type="%s/footer" Target="footer%d.xml"/>`, i+1, nsRels, i+1))
	}
	for i, link := range d.links {
		d.raw(fmt.Sprintf(`<Relationship Id="rIdLink%d" Type="%s/hyperlink" TargetMode="External" Target="`, i+1, nsRels))
		d.escaped(link)
		d.raw(`"/>`)
	}
	d.raw(`</Relationships>`)
}

func (d *docx) core() {
	at := d.modified.UTC().Format(time.RFC3339)
	d.raw(`<cp:coreProperties xmlns:cp="`, nsPack, `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" `,
		`xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`)
	d.escaped(d.documents[0].Title)
	d.raw(`</dc:title><dc:creator>openweek</dc:creator><dc:language>`, language(d.documents[0].Locale), `</dc:language>`,
		`<dcterms:created xsi:type="dcterms:W3CDTF">`, at, `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">`, at, `</dcterms:modified></cp:coreProperties>`)
}

// wordStyle is a paragraph style: sizes in half points, spaces in twentieths of a point.
type wordStyle struct {
	id, name      string
	align         string
	before, after int
	line          int // 240 is single
	size          int
	bold          bool
	color         string
	heading       int  // outline level from 1, or 0
	ruled         bool // a red rule below
	sansSerif     bool
}

// wordStyles follow GB/T 9704-2012 in spirit: a red head, titles in 黑体, text in 宋体.
func wordStyles(issuers int) []wordStyle {
	return []wordStyle{
		{id: "Issuer", name: "Issuer", align: "center", line: 360, size: int(2 * issuerStyle(max(issuers, 1)).size), bold: true, color: "B3202A", sansSerif: true},
		{id: "Number", name: "Document Number", align: "center", before: 160, after: 360, line: 300, size: 24, ruled: true},
		{id: "Title", name: "Title", align: "center", before: 120, after: 240, line: 320, size: 36, bold: true, sansSerif: true},
		{id: "Heading1", name: "heading 1", before: 240, after: 80, line: 320, size: 27, bold: true, heading: 1, sansSerif: true},
		{id: "Heading2", name: "heading 2", before: 180, after: 60, line: 320, size: 23, bold: true, heading: 2, sansSerif: true},
		{id: "Heading3", name: "heading 3", before: 120, after: 40, line: 320, size: 22, bold: true, heading: 3, sansSerif: true},
		{id: "Cell", name: "Cell", before: 40, after: 40, line: 276, size: 19},
		{id: "Gap", name: "Gap", line: 240, size: 12},
		{id: "Footer", name: "footer", line: 240, size: 17, color: "5A6472"},
	}
}

func (d *docx) styles() {
	issuers := 0
	for _, one := range d.documents {
		issuers = max(issuers, len(one.Issuers))
	}
	d.raw(`<w:styles xmlns:w="`, nsWord, `"><w:docDefaults><w:rPrDefault><w:rPr>`, fonts("宋体", "Times New Roman"),
		`<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="`, wordLanguage(d.documents[0].Locale), `" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>`,
		`<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="408" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`,
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`,
		`<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="1F5F99"/><w:u w:val="single"/></w:rPr></w:style>`,
		`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>`,
		`<w:top w:w="0" w:type="dxa"/><w:left w:w="100" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`,
		`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		d.raw(`<w:`, side, ` w:val="single" w:sz="4" w:space="0" w:color="AEB6C1"/>`)
	}
	d.raw(`</w:tblBorders></w:tblPr></w:style>`)
	for _, s := range wordStyles(issuers) {
		d.raw(s.markup())
	}
	d.raw(`</w:styles>`)
}

func (s wordStyle) markup() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p(`<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>`, s.id, s.name)
	if s.heading > 0 {
		p(`<w:keepNext/><w:keepLines/>`)
	}
	if s.ruled {
		p(`<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="6" w:color="B3202A"/></w:pBdr>`)
	}
	p(`<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="auto"/>`, s.before, s.after, s.line)
	if s.align != "" {
		p(`<w:jc w:val="%s"/>`, s.align)
	}
	if s.heading > 0 {
		p(`<w:outlineLvl w:val="%d"/>`, s.heading-1)
	}
	p(`</w:pPr><w:rPr>`)
	if s.sansSerif {
		p(`%s`, fonts("黑体", "Arial"))
	}
	if s.bold {
		p(`<w:b/>`)
	}
	if s.color != "" {
		p(`<w:color w:val="%s"/>`, s.color)
	}
	p(`<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`, s.size, s.size)
	return b.String()
}

func fonts(chinese, latin string) string {
	return fmt.Sprintf(`<w:rFonts w:ascii="%s" w:hAnsi="%s" w:eastAsia="%s" w:cs="%s"/>`, latin, latin, chinese, latin)
}
