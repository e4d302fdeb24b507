package file

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"openweek/internal/errs"
)

// Type is what a file's content is.
type Type string

// The types that are taken.
const (
	PDF  Type = "pdf"
	OFD  Type = "ofd" // GB/T 33190-2016, the national format of fixed documents
	DOCX Type = "docx"
	XLSX Type = "xlsx"
	PPTX Type = "pptx"
	JPEG Type = "jpeg"
	PNG  Type = "png"
	WebP Type = "webp"
	Text Type = "text" // plain text in UTF-8 or GB 18030
)

// Types lists the types.
var Types = []Type{PDF, OFD, DOCX, XLSX, PPTX, JPEG, PNG, WebP, Text}

// Picture tells whether a browser shows the type as a picture.
func (t Type) Picture() bool { return t == JPEG || t == PNG || t == WebP }

// MediaType is the type for the header Content-Type.
func (t Type) MediaType() string {
	const office = "application/vnd.openxmlformats-officedocument."
	switch t {
	case PDF:
		return "application/pdf"
	case OFD:
		return "application/ofd"
	case DOCX:
		return office + "wordprocessingml.document"
	case XLSX:
		return office + "spreadsheetml.sheet"
	case PPTX:
		return office + "presentationml.presentation"
	case JPEG:
		return "image/jpeg"
	case PNG:
		return "image/png"
	case WebP:
		return "image/webp"
	case Text:
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

// endings are those of names that fit the type, the usual one first.
func (t Type) endings() []string {
	switch t {
	case JPEG:
		return []string{"jpg", "jpeg", "jpe", "jfif"}
	case Text:
		return []string{"txt", "csv"}
	}
	return []string{string(t)}
}

func pictureEnding(ending string) bool {
	return slices.ContainsFunc([]Type{JPEG, PNG, WebP}, func(t Type) bool { return slices.Contains(t.endings(), ending) })
}

// Extension is how a form names the type, and the usual ending of such a file's name: "jpg", "txt".
func (t Type) Extension() string { return t.endings()[0] }

// label is the type as it stands in a message.
func (t Type) label() string { return strings.ToUpper(t.Extension()) }

func labels(types []Type) string {
	list := make([]string, len(types))
	for i, t := range types {
		list[i] = t.label()
	}
	return strings.Join(list, ", ")
}

// typeOf decides by content. It looks at the first bytes, and through the parts of a package or the
// characters of a text: an archive, a program or a page under another name is none of the types.
//
// Errors: file.type_refused, file.type_old_office, file.macros, file.damaged (Invalid).
func typeOf(r io.ReaderAt, size int64) (Type, error) {
	head := make([]byte, 16)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return "", err
	}
	head = head[:n]
	begins := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case begins("\xff\xd8\xff"):
		return JPEG, nil
	case begins("\x89PNG\r\n\x1a\n"):
		return PNG, nil
	case begins("RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return WebP, nil
	case begins("%PDF-"):
		return PDF, checkPDF(r, size)
	case begins("PK\x03\x04"):
		return packageType(r, size)
	case begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		// Office until 2003, and an encrypted newer file: either may hold what nobody can look into.
		return "", errs.Invalid("file.type_old_office").On("file")
	}
	text, err := isText(io.NewSectionReader(r, 0, size))
	if err != nil {
		return "", err
	}
	if !text {
		return "", refused(Types)
	}
	return Text, nil
}

func refused(types []Type) error {
	return errs.Invalid("file.type_refused", "types", labels(types)).On("file")
}

func damaged(t Type) error {
	return errs.Invalid("file.damaged", "type", t.label()).On("file")
}

// checkPDF wants the end mark (ISO 32000-1 §7.5.5) near the end: a download that was cut off lacks it.
func checkPDF(r io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 2048))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return err
	}
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return damaged(PDF)
	}
	return nil
}

// isText tells whether everything is characters of UTF-8 or GB 18030, without controls but those of
// line and page.
func isText(r io.ReadSeeker) (bool, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err != nil {
		return false, err
	}
	if len(text) > maxText {
		return false, tooLarge(maxText)
	}
	if !utf8.Valid(text) {
		if text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(text); err != nil || bytes.ContainsRune(text, utf8.RuneError) {
			return false, nil
		}
	}
	return !bytes.ContainsFunc(text, func(c rune) bool {
		return c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' || c == 0x7f
	}), nil
}

func tooLarge(limit int64) error {
	return errs.Invalid("file.too_large", "limit_mb", limit>>20).On("file")
}
