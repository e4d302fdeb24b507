package extract_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"openweek/internal/extract"
)

func TestHTMLTextIsWhatABrowserShows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, want string }{
		{"blocks", `<h1>标题</h1><p>一<b>二</b>三</p><div>四<div>五</div>六</div>`, "标题\n一二三\n四\n五\n六\n"},
		{"spaces fall together", "<p>  a\n  b\t c </p><p>中\n  文 字</p>", "a b c\n中文 字\n"},
		{"kept spaces", "<p>&nbsp;&nbsp;甲\u3000乙</p>", "  甲\u3000乙\n"},
		{"breaks", `<p>甲<br>乙<br/><br>丙</p>`, "甲\n乙\n\n丙\n"},
		{"pre", "<pre>甲\n  乙\n\n丙</pre>丁", "甲\n  乙\n\n丙\n丁\n"},
		{"dropped", `<script>x()</script><style>p{}</style><nav>菜单</nav><aside>旁</aside><footer>页脚</footer><select><option>选</select><button>钮</button><p style="DISPLAY: none">藏</p><p hidden>藏</p><template>板</template><!-- 注 -->文`, "文\n"},
		{"table", `<table><caption>表</caption><thead><tr><th>姓名<th>电话</tr></thead><tr><td><p>某某</p><td>0731<br>80000000</table>`, "表\n姓名\t电话\n某某\t0731 80000000\n"},
		{"layout table", `<table><tr><td>栏目</td><td><h1>题</h1><p>甲</p><p>乙</p><p>丙</p></td></tr></table>`, "栏目\n题\n甲\n乙\n丙\n"},
		{"lists", `<ol start="3"><li>甲</li><li>乙<ol type="a"><li>丙</li></ol></li></ol><ul><li>丁</li></ul><ol type="I"><li>戊</li></ol>`, "3. 甲\n4. 乙\na. 丙\n丁\nI. 戊\n"},
		{"ruby", `<ruby>湘<rp>(</rp><rt>xiang</rt><rp>)</rp></ruby>`, "湘\n"},
		{"entities", `&lt;p&gt; &#x4e00; &ldquo;引&rdquo;`, "<p> 一 “引”\n"},
		{"unclosed", `<p>甲<p>乙<div>丙`, "甲\n乙\n丙\n"},
	} {
		check(t, c.name, []byte("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>不要</title></head><body>"+c.body+"</body></html>"),
			extract.Document{Text: c.want, Format: "html", Encoding: "utf-8"})
	}
}

func TestHTMLIsReadInItsCharset(t *testing.T) {
	t.Parallel()
	page := func(declared string) string {
		return `<html><head>` + declared + `</head><body><p>关于做好宣传周活动的通知</p></body></html>`
	}
	big5 := encode(t, traditionalchinese.Big5, `<html><head><meta charset="big5"></head><body><p>關於宣傳週的通知</p></body></html>`)
	for name, c := range map[string]struct {
		data  []byte
		text  string
		label string
	}{
		"gb2312":           {encode(t, simplifiedchinese.GBK, page(`<meta http-equiv="Content-Type" content="text/html; charset=gb2312">`)), "关于做好宣传周活动的通知\n", "gb18030"},
		"gbk":              {encode(t, simplifiedchinese.GBK, page(`<META charset='GBK'>`)), "关于做好宣传周活动的通知\n", "gb18030"},
		"undeclared":       {encode(t, simplifiedchinese.GB18030, page("")), "关于做好宣传周活动的通知\n", "gb18030"},
		"falsely declared": {[]byte(page(`<meta charset="gb2312">`)), "关于做好宣传周活动的通知\n", "utf-8"},
		"utf-8, but gbk":   {encode(t, simplifiedchinese.GBK, page(`<meta charset="utf-8">`)), "关于做好宣传周活动的通知\n", "gb18030"},
		"utf-16":           {encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), page("")), "关于做好宣传周活动的通知\n", "utf-16le"},
		"big5":             {big5, "關於宣傳週的通知\n", "big5"},
		"xhtml": {encode(t, simplifiedchinese.GBK, `<?xml version="1.0" encoding="gbk"?><!-- 页 -->`+page("")),
			"关于做好宣传周活动的通知\n", "gb18030"},
	} {
		check(t, name, c.data, extract.Document{Text: c.text, Format: "html", Encoding: c.label})
	}
}

func TestHTMLIsToldFromTextByItsBeginning(t *testing.T) {
	t.Parallel()
	check(t, "mentions tags", []byte("请使用 <p> 标签\n"), extract.Document{Text: "请使用 <p> 标签\n", Format: "txt", Encoding: "utf-8"})
	check(t, "brackets", []byte("<关于通知>\n"), extract.Document{Text: "<关于通知>\n", Format: "txt", Encoding: "utf-8"})
	check(t, "fragment", []byte("\n <div>甲</div>"), extract.Document{Text: "甲\n", Format: "html", Encoding: "utf-8"})
}

func TestHTMLRefusesBombsAndEmptiness(t *testing.T) {
	t.Parallel()
	refuse(t, "deep", []byte("<html>"+strings.Repeat("<div>", 100_000)+"甲"), "extract.bomb")
	refuse(t, "large", []byte("<html>"+strings.Repeat("<p>甲乙丙丁</p>", 500_000)), "extract.too_large")
	refuse(t, "no text", []byte("<html><body><img src=x><script>alert(1)</script></body></html>"), "extract.empty")
}

func FuzzHTML(f *testing.F) {
	f.Add("<html><body><table><tr><td>甲<ol><li>乙</table><pre>\n丙")
	f.Add("<meta charset=gbk><p>\xD6\xD0")
	f.Fuzz(func(t *testing.T, page string) { fuzzed(t, []byte("<!doctype html>"+page)) })
}
