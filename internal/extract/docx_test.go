package extract_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"openweek/internal/extract"
)

const (
	wordNS = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
		` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"` +
		` xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"`
	rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" ` +
		`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
)

func documentXML(body string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document` + wordNS + `><w:body>` + body + `<w:sectPr><w:pgSz w:w="11906"/></w:sectPr></w:body></w:document>`
}

func docx(t testing.TB, body string, more ...string) []byte {
	t.Helper()
	parts := map[string]string{"_rels/.rels": rels, "word/document.xml": documentXML(body)}
	for i := 0; i < len(more); i += 2 {
		parts[more[i]] = more[i+1]
	}
	return pack(t, parts)
}

// p makes a paragraph of one run.
func p(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

func TestDocxTextIsWhatPrintShows(t *testing.T) {
	t.Parallel()
	box := `<w:txbxContent>` + p("框内") + `</w:txbxContent>`
	for _, c := range []struct{ name, body, want string }{
		{"runs and spaces", `<w:p><w:r><w:t xml:space="preserve"> 关于 </w:t></w:r><w:r><w:t>做好&amp;通知</w:t></w:r></w:p>`, " 关于 做好&通知\n"},
		{"empty paragraph", p("甲") + `<w:p/>` + p("乙"), "甲\n\n乙\n"},
		{"tabs and breaks", `<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:t>丁</w:t><w:cr/></w:r></w:p>`, "甲\t乙\n丙-丁\n\n"},
		{"tab stops are no tabs", `<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="420"/></w:tabs></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>`, "甲\n"},
		{"tracked changes", `<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>此</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>彼</w:t></w:r></w:moveTo></w:p>`, "新彼\n"},
		{"deleted paragraph mark", `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>` + p("乙"), "甲乙\n"},
		{"deleted mark at the end", p("甲") + `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>乙</w:t></w:r></w:p>`, "甲\n乙\n"},
		{"hidden text", `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r></w:p>`, "显\n"},
		{"fields and links", `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:fldSimple w:instr="DATE"><w:r><w:t>今日</w:t></w:r></w:fldSimple></w:p>`, "链接今日\n"},
		{"ruby", `<w:p><w:r><w:ruby><w:rt><w:r><w:t>xiāng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>湘</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>`, "湘\n"},
		{"text box once", `<w:p><w:r><w:t>前</w:t><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>` + box + `</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>` + box + `</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>后</w:t></w:r></w:p>`, "框内\n前后\n"},
		{"old text box", `<w:p><w:r><w:pict><v:textbox>` + box + `</v:textbox></w:pict></w:r></w:p>`, "框内\n\n"},
		{"content control", `<w:sdt><w:sdtPr><w:alias w:val="名"/></w:sdtPr><w:sdtContent>` + p("控件") + `</w:sdtContent></w:sdt>`, "控件\n"},
		{"table", `<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:tcPr/>` + p("姓名") + `</w:tc><w:tc>` + p("电话") + p("手机") + `</w:tc></w:tr><w:tr><w:tc>` + p("某某") + `</w:tc><w:tc>` + p("0731-80000000") + `</w:tc></w:tr></w:tbl>`, "姓名\t电话 手机\n某某\t0731-80000000\n"},
		{"layout table", `<w:tbl><w:tr><w:tc>` + p("标题") + p("正文") + `</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>`, "标题\n正文\n"},
		{"table in a table", `<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>` + p("甲") + `</w:tc><w:tc>` + p("乙") + `</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>`, "甲\t乙\n"},
		{"deleted row", `<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>` + p("旧") + `</w:tc></w:tr><w:tr><w:tc>` + p("新") + `</w:tc></w:tr></w:tbl>`, "新\n"},
	} {
		check(t, c.name, docx(t, c.body), extract.Document{Text: c.want, Format: "docx"})
	}
}

func TestDocxIsFoundByItsRelationship(t *testing.T) {
	t.Parallel()
	strict := strings.ReplaceAll(documentXML(p("严")), "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")
	check(t, "other name", pack(t, map[string]string{"_rels/.rels": strings.ReplaceAll(rels, "word/document.xml", "/word/document2.xml"), "word/document2.xml": strict}),
		extract.Document{Text: "严\n", Format: "docx"})
	check(t, "no relationships", pack(t, map[string]string{"word/document.xml": strict}), extract.Document{Text: "严\n", Format: "docx"})
	refuse(t, "relationship to nowhere", pack(t, map[string]string{"_rels/.rels": rels, "word/other.xml": strict}), "extract.unsupported")
	refuse(t, "damaged relationships", pack(t, map[string]string{"_rels/.rels": "<Relationships", "word/document.xml": strict}), "extract.broken")
}

func numberedParagraph(text, style, numID, level string) string {
	pr := ""
	if style != "" {
		pr += `<w:pStyle w:val="` + style + `"/>`
	}
	if numID != "" {
		pr += `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + numID + `"/></w:numPr>`
	}
	return `<w:p><w:pPr>` + pr + `</w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
}

func TestDocxNumbersAreRendered(t *testing.T) {
	t.Parallel()
	level := func(i, format, text, more string) string {
		return `<w:lvl w:ilvl="` + i + `"><w:start w:val="1"/><w:numFmt w:val="` + format + `"/>` + more + `<w:lvlText w:val="` + text + `"/></w:lvl>`
	}
	numbering := `<w:numbering` + wordNS + `><w:abstractNum w:abstractNumId="7">` +
		level("0", "chineseCountingThousand", "%1、", `<w:suff w:val="nothing"/>`) +
		level("1", "chineseCounting", "（%2）", "") +
		level("2", "decimal", "%3.", "") +
		level("3", "decimal", "%1.%3.%4", `<w:isLgl/>`) +
		level("4", "bullet", "\uF0B7", "") +
		`</w:abstractNum><w:abstractNum w:abstractNumId="8">` + level("0", "decimalEnclosedCircle", "%1", "") + level("1", "upperLetter", "%2)", `<w:pStyle w:val="Sub"/>`) +
		`</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>` +
		`<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>` +
		`<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num></w:numbering>`
	styles := `<w:styles` + wordNS + `><w:style w:styleId="Heading"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:styleId="Own"><w:basedOn w:val="Heading"/></w:style>` +
		`<w:style w:styleId="Sub"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style></w:styles>`
	body := numberedParagraph("内容", "Heading", "", "") +
		numberedParagraph("政策", "", "1", "1") + numberedParagraph("典型", "", "1", "1") +
		numberedParagraph("其一", "", "1", "2") + numberedParagraph("其二", "", "1", "2") + numberedParagraph("细目", "", "1", "3") +
		numberedParagraph("点", "", "1", "4") +
		`<w:p><w:pPr><w:pStyle w:val="Heading"/></w:pPr></w:p>` +
		numberedParagraph("方式", "Own", "", "") + numberedParagraph("再起", "", "1", "1") +
		numberedParagraph("另起", "", "2", "0") + numberedParagraph("续", "", "2", "0") +
		numberedParagraph("圈", "", "3", "0") + numberedParagraph("字母", "Sub", "", "") +
		numberedParagraph("取消", "Heading", "0", "0") + numberedParagraph("环", "Loop", "", "") + numberedParagraph("无此表", "", "99", "0")
	check(t, "lists", docx(t, body, "word/numbering.xml", numbering, "word/styles.xml", styles), extract.Document{
		Text: "一、内容\n（一）政策\n（二）典型\n1. 其一\n2. 其二\n1.2.1 细目\n点\n\n二、方式\n（一）再起\n五、另起\n六、续\n① 圈\nA) 字母\n取消\n环\n无此表\n", Format: "docx",
	})
	refuse(t, "damaged numbering", docx(t, body, "word/numbering.xml", "<w:numbering"), "extract.broken")
}

func TestDocxRefusesBombsAndDamage(t *testing.T) {
	t.Parallel()
	bomb := pack(t, map[string]string{"_rels/.rels": rels, "word/document.xml": strings.Repeat(" ", 65<<20)})
	// The same with a lie in the directory, which says that the part has a hundred bytes.
	size := binary.LittleEndian.AppendUint32(nil, 65<<20)
	liar := bytes.ReplaceAll(bomb, size, []byte{100, 0, 0, 0})
	crowd := map[string]string{"word/document.xml": documentXML(p("甲"))}
	for i := range 5001 {
		crowd["x/"+strings.Repeat("a", i%70)+string(rune('A'+i/70))] = ""
	}
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"bomb":             {bomb, "extract.bomb"},
		"liar":             {liar, "extract.broken"},
		"many parts":       {pack(t, crowd), "extract.bomb"},
		"side part":        {docx(t, p("甲"), "word/styles.xml", strings.Repeat(" ", 9<<20)), "extract.bomb"},
		"deep":             {docx(t, strings.Repeat("<w:x>", 10_000)+strings.Repeat("</w:x>", 10_000)), "extract.bomb"},
		"deep and skipped": {docx(t, "<w:del>"+strings.Repeat("<w:x>", 10_000)+strings.Repeat("</w:x>", 10_000)+"</w:del>"), "extract.bomb"},
		"entities":         {pack(t, map[string]string{"word/document.xml": `<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + documentXML(p("&b;"))}), "extract.broken"},
		"cut":              {pack(t, map[string]string{"word/document.xml": documentXML(p("甲"))[:400]}), "extract.broken"},
		"much text":        {docx(t, strings.Repeat(p(strings.Repeat("x", 1000)), 4500)), "extract.too_large"},
		"no text":          {docx(t, `<w:p/><w:p/>`), "extract.empty"},
		"no document":      {pack(t, map[string]string{"word/document.xml": ""}), "extract.empty"},
	} {
		refuse(t, name, c.data, c.key)
	}
}

func FuzzDocx(f *testing.F) {
	f.Add(p("甲"))
	f.Add(`<w:tbl><w:tr><w:tc>` + p("甲") + `</w:tc></w:tr></w:tbl>`)
	f.Add(`<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:tab/><w:txbxContent>` + p("乙") + `</w:txbxContent></w:r></w:p>`)
	f.Fuzz(func(t *testing.T, body string) { fuzzed(t, docx(t, body)) })
}
