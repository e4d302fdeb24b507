package file

import (
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// Subject is what a file is attached to, such as a filing: its kind, a name such as "filing", and
// its id. The zero Subject is none.
type Subject struct{ Kind, ID string }

// File is an uploaded file without its content.
type File struct {
	ID       string
	Name     string // as a person reads it; its ending fits the type
	Type     Type
	Bytes    int64
	Hash     string // SHA-256 of what is stored, as hexadecimal digits
	Width    int    // of a picture in pixels, 0 otherwise
	Height   int
	Stripped bool   // data beside the picture was left out when it came in
	UnitID   string // who brought it in
	PersonID string
	Subject  Subject // zero while the file is free
	Created  clock.Instant
	Removed  clock.Instant // 0 while it is there
}

// Purpose is what a file is brought in for; it decides which types are taken.
type Purpose string

// The purposes.
const (
	Attachment Purpose = "attachment" // goes with a filing: documents, sheets, slides, pictures, text
	Picture    Purpose = "picture"    // is shown as a picture
	Workbook   Purpose = "workbook"   // is read as a table
)

// types are the types taken for a purpose.
func (p Purpose) types() []Type {
	switch p {
	case Attachment:
		return Types
	case Picture:
		return []Type{JPEG, PNG, WebP}
	case Workbook:
		return []Type{XLSX}
	}
	return nil
}

// Upload is a file on its way in.
type Upload struct {
	Name    string // as the browser gives it; folders in it are dropped
	Reader  io.Reader
	Purpose Purpose
}

// Limits of files. An office scans at 300 dpi: fifty pages of A4 stay below the size.
const (
	MaxBytes      = 50 << 20   // of any file
	maxPicture    = 20 << 20   // bytes of a picture
	maxText       = 5 << 20    // bytes of a text
	maxPixels     = 64_000_000 // of a picture: phones take 50 million; decoded they fill 256 MB
	maxSide       = 30_000     // pixels
	MaxPerSubject = 100        // files attached to one subject
	maxFree       = 200        // free files of one person
	maxName       = 120        // characters
)

// limit is the most bytes that a file of the type may have.
func (t Type) limit() int64 {
	switch {
	case t.Picture():
		return maxPicture
	case t == Text:
		return maxText
	}
	return MaxBytes
}

// tidyName makes a file's name fit to be shown and to be saved under on any system: without folders,
// control characters, and the marks that turn the direction of writing (with which "fdp.exe" reads
// as "exe.pdf").
func tidyName(name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", errs.Invalid("file.name_malformed").On("file")
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), strings.ContainsRune(`<>:"|?*`, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if name == "" || name == "/" {
		return "", errs.Invalid("file.name_malformed").On("file")
	}
	return name, nil
}

// named fits a tidied name to the type that the content has. Pictures are often misnamed by the
// programs that pass them on, so their ending is corrected; any other name that promises something
// else is refused: it may be meant to deceive.
func named(name string, t Type) (string, error) {
	dot := strings.LastIndexByte(name, '.')
	stem, ending := name, ""
	if dot > 0 {
		stem, ending = name[:dot], strings.ToLower(name[dot+1:])
	}
	endings := t.endings()
	switch {
	case ending == "":
		ending = endings[0]
	case slices.Contains(endings, ending):
		ending = name[dot+1:]
	case t.Picture() && pictureEnding(ending):
		ending = endings[0]
	default:
		return "", errs.Invalid("file.type_mismatch", "name", shorten(name, 40), "type", t.label()).On("file")
	}
	return shorten(stem, maxName-1-len(ending)) + "." + ending, nil
}

func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes])
}
