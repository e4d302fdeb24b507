package file

import (
	"archive/zip"
	"encoding/xml"
	"io"
	"strings"

	"openweek/internal/errs"
)

// Limits of packages: what a large presentation has, and far less than what fills a disk.
const (
	maxParts    = 20_000
	maxUnpacked = 1 << 30
	maxTypes    = 1 << 20 // bytes of [Content_Types].xml
)

// mainParts are the content types of the part that makes a package a document, a workbook or slides
// (ECMA-376 part 1, §11.3.10, §12.3.23, §13.3.6).
var mainParts = map[string]Type{
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml":   DOCX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml":         XLSX,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": PPTX,
	"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml":    PPTX,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml":   DOCX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml":      XLSX,
	"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml":     PPTX,
	"application/vnd.ms-word.document.macroEnabled.main+xml":                             "",
	"application/vnd.ms-word.template.macroEnabledTemplate.main+xml":                     "",
	"application/vnd.ms-excel.sheet.macroEnabled.main+xml":                               "",
	"application/vnd.ms-excel.template.macroEnabled.main+xml":                            "",
	"application/vnd.ms-excel.sheet.binary.macroEnabled.main":                            "",
	"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml":                   "",
	"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml":                      "",
	"application/vnd.ms-powerpoint.template.macroEnabled.main+xml":                       "",
}

// packageType tells which document a zip archive is. Any other archive is refused: what is in it
// cannot be looked at on a page, and nobody has checked it.
func packageType(r io.ReaderAt, size int64) (Type, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil || len(archive.File) > maxParts {
		return "", refused(Types)
	}
	parts := make(map[string]*zip.File, len(archive.File))
	var unpacked uint64
	for _, part := range archive.File {
		name := strings.ToLower(part.Name)
		parts[name] = part
		if unpacked += part.UncompressedSize64; unpacked > maxUnpacked {
			return "", errs.Invalid("file.unpacked_too_large").On("file")
		}
		if strings.HasSuffix(name, "vbaproject.bin") {
			return "", errs.Invalid("file.macros").On("file")
		}
	}
	if parts["ofd.xml"] != nil {
		return OFD, nil
	}
	list := parts["[content_types].xml"]
	if list == nil {
		return "", refused(Types)
	}
	content, err := contentTypes(list)
	if err != nil {
		return "", refused(Types)
	}
	for _, o := range content.Overrides {
		t, known := mainParts[o.ContentType]
		if !known {
			continue
		}
		if t == "" {
			return "", errs.Invalid("file.macros").On("file")
		}
		if parts[strings.ToLower(strings.TrimPrefix(o.PartName, "/"))] == nil {
			return "", damaged(t)
		}
		return t, nil
	}
	return "", refused(Types)
}

// partTypes is [Content_Types].xml.
type partTypes struct {
	Overrides []struct {
		PartName    string `xml:"PartName,attr"`
		ContentType string `xml:"ContentType,attr"`
	} `xml:"Override"`
}

func contentTypes(part *zip.File) (t partTypes, err error) {
	r, err := part.Open()
	if err != nil {
		return t, err
	}
	defer r.Close() //nolint:errcheck // it was only read
	err = xml.NewDecoder(io.LimitReader(r, maxTypes)).Decode(&t)
	return t, err
}
