package file

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/blob"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit/peer"
)

func TestUploadKeepsTheContentUnderItsHash(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		f := h.upload(t, h.own, `C:\材料\工作方案.PDF`, pdf)
		want := File{ID: f.ID, Name: "工作方案.PDF", Type: PDF, Bytes: int64(len(pdf)), Hash: f.Hash, UnitID: h.own.UnitID, PersonID: h.own.PersonID, Created: h.now.Now()}
		if f != want {
			t.Errorf("got %+v, want %+v", f, want)
		}
		got, content, err := h.Open(t.Context(), h.own, f.ID)
		ok(t, err)
		defer content.Close()
		text, err := io.ReadAll(content)
		if err != nil || string(text) != pdf || got != want {
			t.Errorf("%q, %v, %+v", text, err, got)
		}
	})
}

func TestTypeIsDecidedByContent(t *testing.T) {
	t.Parallel()
	h := alone(t)
	for _, c := range []struct {
		name, content string
		kind          Type
		stored        string // name
	}{
		{"方案.pdf", pdf, PDF, "方案.pdf"},
		{"方案", pdf, PDF, "方案.pdf"},
		{"方案.docx", office(t, "word/document.xml", wordMain), DOCX, "方案.docx"},
		{"方案.docx", office(t, "word/document2.xml", wordMain), DOCX, "方案.docx"},
		{"数据.xlsx", office(t, "xl/workbook.xml", excelMain), XLSX, "数据.xlsx"},
		{"汇报.pptx", office(t, "ppt/presentation.xml", slideMain), PPTX, "汇报.pptx"},
		{"公文.ofd", archive(t, "OFD.xml", "<x/>"), OFD, "公文.ofd"},
		{"照片.JPG", string(plainJPEG(t)), JPEG, "照片.JPG"},
		{"照片.png", string(plainJPEG(t)), JPEG, "照片.jpg"}, // chat programs misname pictures
		{"图.png", string(plainPNG(t)), PNG, "图.png"},
		{"图.webp", riff("VP8L", dot), WebP, "图.webp"},
		{"说明.txt", "职业教育活动周\r\n", Text, "说明.txt"},
		{"说明.csv", "\xd6\xb0\xd2\xb5,1\n", Text, "说明.csv"}, // GB 18030
	} {
		if f := h.upload(t, h.own, c.name, c.content); f.Type != c.kind || f.Name != c.stored {
			t.Errorf("%s: %s %s", c.name, f.Type, f.Name)
		}
	}
}

func TestUploadRefusesWhatItIsNotFor(t *testing.T) {
	t.Parallel()
	h := alone(t)
	macro := "application/vnd.ms-word.document.macroEnabled.main+xml"
	for what, c := range map[string]struct {
		name, content, key string
		purpose            Purpose
	}{
		"a program as a document":      {"方案.docx", exe, "file.type_refused", Attachment},
		"a program as a text":          {"说明.txt", exe, "file.type_refused", Attachment},
		"a program before an archive":  {"方案.docx", exe + office(t, "word/document.xml", wordMain), "file.type_refused", Attachment},
		"an archive":                   {"材料.zip", archive(t, "方案.docx", "x"), "file.type_refused", Attachment},
		"an archive as a document":     {"方案.docx", archive(t, "a.exe", exe), "file.type_refused", Attachment},
		"a document without main part": {"方案.docx", archive(t, "[Content_Types].xml", `<Types><Override PartName="/word/document.xml" ContentType="`+wordMain+`"/></Types>`), "file.damaged", Attachment},
		"a cut archive":                {"方案.docx", office(t, "word/document.xml", wordMain)[:200], "file.type_refused", Attachment},
		"old office":                   {"方案.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504), "file.type_old_office", Attachment},
		"macros by type":               {"方案.docx", office(t, "word/document.xml", macro), "file.macros", Attachment},
		"macros by part":               {"方案.docx", office(t, "word/document.xml", wordMain, "word/vbaProject.bin", "x"), "file.macros", Attachment},
		"a sheet as a document":        {"方案.docx", office(t, "xl/workbook.xml", excelMain), "file.type_mismatch", Attachment},
		"a page as pdf":                {"方案.pdf", "<html></html>", "file.type_mismatch", Attachment},
		"a page":                       {"index.html", "<html></html>", "file.type_mismatch", Attachment},
		"a turned name":                {"方案\u202efdp.exe", pdf, "file.type_mismatch", Attachment},
		"a cut pdf":                    {"方案.pdf", pdf[:30], "file.damaged", Attachment},
		"a cut picture":                {"图.jpg", string(plainJPEG(t)[:300]), "file.damaged", Attachment},
		"nothing":                      {"方案.pdf", "", "file.empty", Attachment},
		"no name":                      {"../", pdf, "file.name_malformed", Attachment},
		"a broken name":                {"\xff.pdf", pdf, "file.name_malformed", Attachment},
		"too much text":                {"说明.txt", strings.Repeat("职", maxText/3+1), "file.too_large", Attachment},
		"too large a file":             {"方案.pdf", strings.Repeat("%PDF-", MaxBytes/5+1), "file.too_large", Attachment},
		"a pdf as a picture":           {"图.pdf", pdf, "file.type_refused", Picture},
		"a picture as a workbook":      {"图.png", string(plainPNG(t)), "file.type_refused", Workbook},
		"no purpose":                   {"方案.pdf", pdf, "file.type_refused", ""},
	} {
		_, err := h.Upload(t.Context(), h.own, Upload{Name: c.name, Reader: strings.NewReader(c.content), Purpose: c.purpose})
		if !errs.Is(err, c.key) || errs.KindOf(err) != errs.KindInvalid || errs.As(err).Field != "file" {
			t.Errorf("%s: got %v, want %s", what, err, c.key)
		}
	}
	if left := h.stored(t); left != nil {
		t.Errorf("stored %v", left)
	}
}

// A few bytes that say of themselves that they unpack into more than a disk should hold.
func TestPackageThatUnpacksIntoTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	h := alone(t)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	_, err := w.CreateRaw(&zip.FileHeader{Name: "word/document.xml", Method: zip.Deflate, CompressedSize64: 0, UncompressedSize64: maxUnpacked + 1})
	ok(t, err)
	ok(t, w.Close())
	_, err = h.Upload(t.Context(), h.own, Upload{Name: "方案.docx", Reader: &b, Purpose: Attachment})
	wants(t, err, "file.unpacked_too_large", errs.KindInvalid)
}

func TestOnlyPeopleOfAUnitUpload(t *testing.T) {
	t.Parallel()
	h := alone(t)
	for _, a := range []actor.Actor{{}, {Class: actor.Link}, {Class: actor.API, UnitID: id.New()}, {Class: actor.Staff, PersonID: id.New(), Platform: actor.SystemAdmin},
		{Class: actor.Staff, UnitID: id.New(), MustChangePassword: true}} {
		_, err := h.Upload(t.Context(), a, Upload{Name: "x.pdf", Reader: strings.NewReader(pdf), Purpose: Attachment})
		wants(t, err, "file.forbidden", errs.KindForbidden)
	}
}

func TestSameContentIsStoredOnce(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		a, b := h.upload(t, h.own, "甲.pdf", pdf), h.upload(t, h.other, "乙.pdf", pdf)
		if got := h.stored(t); a.Hash != b.Hash || !reflect.DeepEqual(got, []blob.Ref{{Hash: a.Hash, Size: int64(len(pdf))}}) {
			t.Errorf("stored %v", got)
		}
	})
}

func TestAnotherUnitsFileIsNotFoundByItsID(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		f := h.upload(t, h.own, "甲.pdf", pdf)
		subject := Subject{Kind: "filing", ID: id.New()}
		for _, a := range []actor.Actor{h.other, {}, {Class: actor.Staff}, {Class: actor.Link, UnitID: h.own.UnitID}} {
			_, err := h.Get(t.Context(), a, f.ID)
			wants(t, err, "file.not_found", errs.KindNotFound)
			_, _, err = h.Open(t.Context(), a, f.ID)
			wants(t, err, "file.not_found", errs.KindNotFound)
			wants(t, h.attach(t, a, f.ID, subject), "file.not_found", errs.KindNotFound)
			wants(t, h.Discard(t.Context(), a, f.ID), "file.not_found", errs.KindNotFound)
		}
		for _, guess := range []string{"", "x", id.New(), f.Hash, f.ID + "'"} {
			_, err := h.Get(t.Context(), h.own, guess)
			wants(t, err, "file.not_found", errs.KindNotFound)
		}
		colleague := staff()
		colleague.UnitID = h.own.UnitID
		if got, err := h.Get(t.Context(), colleague, f.ID); err != nil || got != f {
			t.Errorf("a colleague gets %+v, %v", got, err)
		}
	})
}

func TestAttachedFileIsForWhoMayReadItsSubject(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		upper, subject := staff(), Subject{Kind: "filing", ID: id.New()}
		h.Serve("filing", readers{subject.ID: {h.own.UnitID, upper.UnitID}})
		f := h.upload(t, h.own, "甲.pdf", pdf)
		ok(t, h.attach(t, h.own, f.ID, subject))
		f.Subject = subject
		for _, a := range []actor.Actor{h.own, upper, actor.TheSystem()} {
			if got, err := h.Get(t.Context(), a, f.ID); err != nil || got != f {
				t.Errorf("%+v, %v", got, err)
			}
		}
		_, err := h.Get(t.Context(), h.other, f.ID)
		wants(t, err, "file.not_found", errs.KindNotFound)
		// A kind that nobody answers for is for nobody.
		g := h.upload(t, h.own, "乙.pdf", pdf)
		ok(t, h.attach(t, h.own, g.ID, Subject{Kind: "exemplar", ID: id.New()}))
		_, err = h.Get(t.Context(), h.own, g.ID)
		wants(t, err, "file.not_found", errs.KindNotFound)
		if list, err := h.Attached(t.Context(), h.db, subject); err != nil || !reflect.DeepEqual(list, []File{f}) {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestFileIsAttachedToOneSubject(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		f := h.upload(t, h.own, "甲.pdf", pdf)
		one, two := Subject{Kind: "filing", ID: id.New()}, Subject{Kind: "filing", ID: id.New()}
		h.Serve("filing", readers{one.ID: {h.own.UnitID}})
		ok(t, h.attach(t, h.own, f.ID, one))
		ok(t, h.attach(t, h.own, f.ID, one)) // a form sent twice
		wants(t, h.attach(t, h.own, f.ID, two), "file.attached", errs.KindConflict)
		wants(t, h.Discard(t.Context(), h.own, f.ID), "file.attached", errs.KindConflict)
		detach := func(s Subject) error {
			return h.write(t, func(tx *sqldb.Tx) error { return h.DetachTx(t.Context(), tx, h.own, f.ID, s) })
		}
		wants(t, detach(two), "file.not_found", errs.KindNotFound)
		ok(t, detach(one))
		wants(t, detach(Subject{}), "file.not_found", errs.KindNotFound)
		ok(t, h.attach(t, h.own, f.ID, two))
	})
}

func TestAttachingIsUndoneWithTheTransaction(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		f := h.upload(t, h.own, "甲.pdf", pdf)
		no := errs.Conflict("file.too_many")
		err := h.write(t, func(tx *sqldb.Tx) error {
			if err := h.AttachTx(t.Context(), tx, h.own, f.ID, Subject{Kind: "filing", ID: id.New()}); err != nil {
				return err
			}
			return no
		})
		wants(t, err, "file.too_many", errs.KindConflict)
		if got, err := h.Get(t.Context(), h.own, f.ID); err != nil || got != f {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestSubjectTakesAHundredFiles(t *testing.T) {
	t.Parallel()
	h := alone(t)
	subject := Subject{Kind: "filing", ID: id.New()}
	for range MaxPerSubject {
		ok(t, h.attach(t, h.own, h.upload(t, h.own, "甲.pdf", pdf).ID, subject))
	}
	wants(t, h.attach(t, h.own, h.upload(t, h.own, "甲.pdf", pdf).ID, subject), "file.too_many", errs.KindConflict)
}

func TestPersonHasTwoHundredFreeFiles(t *testing.T) {
	t.Parallel()
	h := alone(t)
	var last File
	for i := range maxFree {
		last = h.upload(t, h.own, "甲.txt", fmt.Sprint(i%3))
	}
	_, err := h.Upload(t.Context(), h.own, Upload{Name: "甲.txt", Reader: strings.NewReader("x"), Purpose: Attachment})
	wants(t, err, "file.too_many_free", errs.KindConflict)
	ok(t, h.Discard(t.Context(), h.own, last.ID))
	h.upload(t, h.own, "甲.txt", "x")
	_, err = h.Get(t.Context(), h.own, last.ID)
	wants(t, err, "file.not_found", errs.KindNotFound)
}

func TestNamesAreMadeFitToBeSaved(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"../../etc/passwd.pdf":            "passwd.pdf",
		"  甲\t乙\n.pdf ":                   "甲乙.pdf",
		"甲 \u3000 乙.pdf":                  "甲 乙.pdf",
		"a<b>:\"|?*.pdf":                  "ab.pdf",
		".pdf":                            "pdf.pdf",
		"方案.":                             "方案.pdf",
		strings.Repeat("长", 200) + ".pdf": strings.Repeat("长", maxName-4) + ".pdf",
	} {
		got, err := tidyName(name)
		if err == nil {
			got, err = named(got, PDF)
		}
		if err != nil || got != want {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}

func TestFilesLiveOnS3(t *testing.T) {
	t.Parallel()
	server := peer.StartS3(t)
	store, err := blob.OpenS3(t.Context(), server.URL("file/"+id.New()), blob.S3Options{AccessKey: server.AccessKey, SecretKey: server.SecretKey, Temp: t.TempDir()})
	ok(t, err)
	h := build(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite)), store)
	kept, gone := h.upload(t, h.own, "甲.pdf", pdf), h.upload(t, h.own, "乙.txt", "乙")
	ok(t, h.Discard(t.Context(), h.own, gone.ID))
	h.sweep(t)
	h.now.Advance(25 * time.Hour)
	if got := h.sweep(t); got != (Swept{Blobs: 1}) {
		t.Errorf("swept %+v", got)
	}
	_, content, err := h.Open(t.Context(), h.own, kept.ID)
	ok(t, err)
	if text, err := io.ReadAll(content); err != nil || string(text) != pdf {
		t.Errorf("%q, %v", text, err)
	}
	ok(t, content.Close())
	ok(t, h.Verify(t.Context(), h.db))
}
