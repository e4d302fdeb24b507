package extract_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"openweek/internal/errs"
	"openweek/internal/extract"
)

const sample = "关于做好示例宣传周活动的通知\n各市州教育（体）局：\n　　一、宣传内容\n联系电话：0731-80000000，㐂、𠮷、—— “引号”。\n"

func encode(t testing.TB, enc encoding.Encoding, s string) []byte {
	t.Helper()
	data, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func check(t *testing.T, name string, data []byte, want extract.Document) {
	t.Helper()
	got, err := extract.Text("x.bin", data)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if got != want {
		t.Errorf("%s: got %s %s\n%q\nwant %s %s\n%q", name, got.Format, got.Encoding, got.Text, want.Format, want.Encoding, want.Text)
	}
}

func refuse(t *testing.T, name string, data []byte, key string) {
	t.Helper()
	doc, err := extract.Text("x.bin", data)
	if !errs.Is(err, key) || errs.KindOf(err) != errs.KindInvalid || doc != (extract.Document{}) {
		t.Errorf("%s: %v, want %s", name, err, key)
	}
}

func TestTextIsReadInEveryEncoding(t *testing.T) {
	t.Parallel()
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	for name, c := range map[string]struct {
		data  []byte
		label string
	}{
		"utf-8":    {[]byte(sample), "utf-8"},
		"bom":      {[]byte("\uFEFF" + sample), "utf-8"},
		"utf-16le": {encode(t, le, sample), "utf-16le"},
		"utf-16be": {encode(t, be, sample), "utf-16be"},
		"gb18030":  {encode(t, simplifiedchinese.GB18030, sample), "gb18030"},
	} {
		check(t, name, c.data, extract.Document{Text: sample, Format: "txt", Encoding: c.label})
	}
}

func TestTextKeepsCharactersAndDropsOnlyTheInvisible(t *testing.T) {
	t.Parallel()
	check(t, "line ends", []byte("甲\r\n乙\r丙\f丁\u2028戊"), extract.Document{Text: "甲\n乙\n丙\n丁\n戊", Format: "txt", Encoding: "utf-8"})
	check(t, "invisible", []byte("甲\u200B乙\uFEFF丙\u00AD丁\u001A"), extract.Document{Text: "甲乙丙丁", Format: "txt", Encoding: "utf-8"})
	check(t, "not normalised", []byte("\uFF08e\u0301\uFF09\u3000 x\u00A0"), extract.Document{Text: "\uFF08e\u0301\uFF09\u3000 x\u00A0", Format: "txt", Encoding: "utf-8"})
}

func TestTextRefusesWhatIsNoTextOrTooMuch(t *testing.T) {
	t.Parallel()
	gb := encode(t, simplifiedchinese.GB18030, strings.Repeat("通知", 100))
	damaged := strings.Replace(strings.Repeat(sample, 20), "宣", "\xE5\xAE", 1)
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"nothing":           {nil, "extract.empty"},
		"spaces":            {[]byte(" \r\n\t\n"), "extract.empty"},
		"wide spaces":       {[]byte("\u3000\u3000\n"), "extract.empty"},
		"bom only":          {[]byte("\uFEFF"), "extract.empty"},
		"text of 5 MB":      {bytes.Repeat([]byte("123456789\n"), 500_000), "extract.too_large"},
		"file of 21 MB":     {make([]byte, 21<<20), "extract.too_large"},
		"line of 2 MB":      {[]byte("甲\n" + strings.Repeat("x", 2<<20)), "extract.line_too_long"},
		"nul":               {[]byte("通知\x00"), "extract.binary"},
		"picture":           {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "extract.binary"},
		"control":           {bytes.Repeat([]byte("\x01\x02ab"), 50), "extract.binary"},
		"utf-16 of a file":  {append([]byte("\xFF\xFE"), bytes.Repeat([]byte{0x1A, 0x90, 0, 0}, 100)...), "extract.binary"},
		"lone surrogates":   {append([]byte("\xFF\xFE"), bytes.Repeat([]byte{0x1A, 0x90, 1, 0xD8}, 100)...), "extract.encoding"},
		"damaged utf-8":     {[]byte(damaged), "extract.encoding"},
		"big5":              {encode(t, traditionalchinese.Big5, strings.Repeat("關於舉辦職業教育活動週的通知及附件說明", 20)), "extract.encoding"},
		"gb18030, off by 1": {gb[1:], "extract.encoding"},
		"old word":          {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00\x00"), "extract.old_word"},
		"rtf":               {[]byte(`{\rtf1\ansi}`), "extract.unsupported"},
		"excel":             {pack(t, map[string]string{"xl/workbook.xml": "<x/>"}), "extract.unsupported"},
		"ofd":               {pack(t, map[string]string{"OFD.xml": "<x/>"}), "extract.unsupported"},
		"empty zip":         {pack(t, nil), "extract.unsupported"},
		"cut zip":           {pack(t, map[string]string{"word/document.xml": "<x/>"})[:40], "extract.broken"},
	} {
		refuse(t, name, c.data, c.key)
	}
}

func TestErrorsDoNotNameTheFile(t *testing.T) {
	t.Parallel()
	_, err := extract.Text("某某的材料.doc", nil)
	if want := "extract.Text(*.doc, 0 bytes): invalid: extract.empty"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestEverySharedNoticeIsRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../shared/notices/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("no ../shared beside the project's root")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		utf, err := extract.Text(file, data)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		// The same text saved by an old editor reads the same.
		gb, err := extract.Text(file, encode(t, simplifiedchinese.GB18030, utf.Text))
		if err != nil || gb.Text != utf.Text || gb.Encoding != "gb18030" {
			t.Errorf("%s as GB18030: %s, %v", filepath.Base(file), gb.Encoding, err)
		}
	}
}

func pack(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wellFormed is what every Document promises.
func wellFormed(doc extract.Document) error {
	switch {
	case !utf8.ValidString(doc.Text):
		return errors.New("the text is not UTF-8")
	case strings.ContainsAny(doc.Text, "\r\x00\uFEFF"):
		return errors.New("the text has characters that it must not have")
	case strings.TrimSpace(doc.Text) == "":
		return errors.New("the text is empty")
	case len(doc.Text) > extract.MaxText:
		return fmt.Errorf("the text has %d bytes", len(doc.Text))
	}
	return nil
}

func fuzzed(t *testing.T, data []byte) {
	doc, err := extract.Text("", data)
	if err != nil {
		if kind := errs.KindOf(err); kind != errs.KindInvalid {
			t.Fatalf("%s: %v", kind, err)
		}
		return
	}
	if err := wellFormed(doc); err != nil {
		t.Fatal(err)
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte(sample))
	f.Add(encode(f, simplifiedchinese.GB18030, sample))
	f.Add([]byte("\xFF\xFEa\x00\x00\xD8"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Contains(data, []byte("%PDF-")) {
			t.Skip("each would start an instance of PDFium")
		}
		fuzzed(t, data)
	})
}
