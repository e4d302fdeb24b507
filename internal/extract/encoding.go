package extract

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode/utf32"

	"openweek/internal/errs"

	textunicode "golang.org/x/text/encoding/unicode"
)

var (
	utf8BOM = []byte("\xEF\xBB\xBF")
	boms    = []struct {
		mark  []byte
		label string
		enc   encoding.Encoding
	}{
		// UTF-32 little-endian begins like UTF-16, so it is asked first.
		{[]byte("\xFF\xFE\x00\x00"), "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
		{[]byte("\xFF\xFE"), "utf-16le", textunicode.UTF16(textunicode.LittleEndian, textunicode.IgnoreBOM)},
		{[]byte("\xFE\xFF"), "utf-16be", textunicode.UTF16(textunicode.BigEndian, textunicode.IgnoreBOM)},
	}
)

// decode finds the encoding of plain text: a byte order mark, else UTF-8 where it is valid, else
// GB18030 where it is plausible.
func decode(data []byte) (text, label string, err error) {
	for _, b := range boms {
		if rest, ok := bytes.CutPrefix(data, b.mark); ok {
			text, err := decodeAs(rest, b.label, b.enc)
			return text, b.label, err
		}
	}
	data = bytes.TrimPrefix(data, utf8BOM)
	if isBinary(data) {
		return "", "", errs.Invalid("extract.binary")
	}
	if utf8.Valid(data) {
		return string(data), "utf-8", nil
	}
	if isDamagedUTF8(data) || !isPlausibleGB(data) {
		return "", "", errs.Invalid("extract.encoding")
	}
	text, err = decodeAs(data, "gb18030", simplifiedchinese.GB18030)
	return text, "gb18030", err
}

// decodeAs decodes and refuses what does not fit: one character in a thousand may be damaged.
func decodeAs(data []byte, label string, enc encoding.Encoding) (string, error) {
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return "", errs.Invalid("extract.encoding").Because(err)
	}
	text := string(out)
	if isBinary(out) {
		return "", errs.Invalid("extract.binary")
	}
	damaged := strings.Count(text, "\uFFFD")
	if damaged > 0 && damaged*1000 > utf8.RuneCountInString(text) {
		return "", errs.Invalid("extract.encoding")
	}
	return text, nil
}

// isBinary goes by what no text has: NUL, or more than stray control characters, such as the 0x1A that
// ends text of DOS.
func isBinary(data []byte) bool {
	control := 0
	for _, b := range data {
		if b == 0 {
			return true
		}
		if b < ' ' && !unicode.IsSpace(rune(b)) {
			control++
		}
	}
	return control > 4 && control*200 > len(data)
}

// isDamagedUTF8 tells UTF-8 with a few broken bytes from GB18030, in which valid sequences of
// UTF-8 come up by chance only.
func isDamagedUTF8(data []byte) bool {
	valid, invalid := 0, 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			invalid++
		case size > 2: // two-byte sequences are the ones that GB18030 text makes by chance
			valid++
		}
		i += size
	}
	return valid > 20*invalid
}

// isPlausibleGB checks that double bytes lie where Chinese text has them: in the plane of GB 2312.
// Other legacy encodings, such as Big5, use trail bytes below A1 half of the time.
func isPlausibleGB(data []byte) bool {
	double, common := 0, 0
	for i := 0; i < len(data); i++ {
		if data[i] < 0x80 {
			continue
		}
		double++
		if i+1 < len(data) && data[i] >= 0xA1 && data[i] <= 0xF7 && data[i+1] >= 0xA1 && data[i+1] != 0xFF {
			common++
		}
		i++
	}
	return common*10 >= double*7
}

var (
	htmlStart   = regexp.MustCompile(`(?i)^\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|meta|title|div|p|table|h[1-6]|article|section|span)\b`)
	metaCharset = regexp.MustCompile(`(?i)<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?\s*([a-z0-9_\-]+)`)
)

// sniffed is how far a page declares itself, as browsers look.
const sniffed = 2048

func looksLikeHTML(text string) bool { return htmlStart.MatchString(text[:min(len(text), sniffed)]) }

// declaredCharset gives the charset that an HTML page names, nil where it names none or the bytes
// say otherwise: a page is often saved as UTF-8 and still says gb2312.
func declaredCharset(data []byte) (string, encoding.Encoding) {
	head := string(data[:min(len(data), sniffed)])
	m := metaCharset.FindStringSubmatch(head)
	if m == nil || !looksLikeHTML(head) || utf8.Valid(data) {
		return "", nil
	}
	enc, label := charset.Lookup(m[1])
	switch label {
	case "", "utf-8", "utf-16le", "utf-16be", "replacement":
		return "", nil
	case "gbk", "gb18030":
		// GB18030 reads all of GB 2312 and GBK, and pages under-declare.
		return "gb18030", simplifiedchinese.GB18030
	}
	return label, enc
}
