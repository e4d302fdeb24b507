package edition

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/extract"
	"openweek/internal/id"
	"openweek/internal/notice"
	"openweek/internal/sqldb"
)

// NoticeKind is what a notice does.
type NoticeKind string

// The kinds of notice.
const (
	Original NoticeKind = "original" // starts an edition
	Amending NoticeKind = "amending" // moves a published one
)

// Notice is an official document, kept word for word, with the draft that was read from it.
type Notice struct {
	ID         string
	Territory  string
	Kind       NoticeKind
	DocNumber  string // as it stands in the draft; unique in the territory, or ""
	Title      string
	IssuedOn   clock.Day // the date under the signature, "" where there is none
	Text       string    // as it was extracted; never changed. Empty in lists
	TextHash   string    // SHA-256 of Text
	FileName   string
	Format     string // txt, docx, html or pdf
	BlobHash   string // of the uploaded file, under which it is kept
	Bytes      int64  // of the uploaded file
	UploadedBy string
	UploadedAt clock.Instant
	EditionID  string // the edition that it started or moved, or ""
	Draft      Draft  // zero in lists
}

// Upload is an official document as it comes from a person.
type Upload struct {
	FileName  string
	Data      []byte
	Territory string     // GB/T 2260 code of the office that leads the week
	Kind      NoticeKind // "" takes Original
}

const maxFileName = 200

// UploadNotice extracts the text of a file, reads a draft from it and keeps text, draft and file.
//
// Errors: edition.forbidden, edition.territory_unknown, edition.choice_unknown (kind), those of
// extract.Text and notice.Parse, edition.notice_duplicate (Conflict) where the territory has a notice with its number.
func (s *Service) UploadNotice(ctx context.Context, a actor.Actor, u Upload) (n Notice, err error) {
	defer errs.Wrap(&err, "edition.UploadNotice(%d bytes)", len(u.Data))
	if !actor.Can(a, actor.EditionDraft, actor.Office(u.Territory)) {
		return Notice{}, errForbidden()
	}
	if u.Kind == "" {
		u.Kind = Original
	}
	if u.Kind != Original && u.Kind != Amending {
		return Notice{}, errs.Invalid("edition.choice_unknown").On("kind")
	}
	doc, err := extract.Text(u.FileName, u.Data)
	if err != nil {
		return Notice{}, err
	}
	read, err := notice.Parse(doc.Text)
	if err != nil {
		return Notice{}, err
	}
	file, err := s.files.Put(ctx, bytes.NewReader(u.Data), extract.MaxFile)
	if err != nil {
		return Notice{}, err
	}
	n = Notice{
		ID: id.New(), Territory: u.Territory, Kind: u.Kind, DocNumber: sound(read.DocNumber.Value, maxNumber), Title: sound(read.Title.Value, maxName), IssuedOn: clock.Day(read.IssuedOn.Value),
		Text: read.Text, TextHash: hashOf(read.Text), FileName: fileName(u.FileName), Format: doc.Format, BlobHash: file.Hash,
		Bytes: file.Size, UploadedBy: a.PersonID, UploadedAt: s.clock.Now(), Draft: Draft{Draft: read, Version: 1},
	}
	n.Draft.ChangedBy, n.Draft.ChangedAt = n.UploadedBy, n.UploadedAt
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := territoryTx(ctx, tx, u.Territory); err != nil {
			return err
		}
		free, err := writeNotice(ctx, tx, n)
		if err != nil {
			return err
		}
		if !free {
			return errs.Conflict("edition.notice_duplicate", "number", n.DocNumber).On("doc_number")
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "notice.upload", Subject: "notice", SubjectID: n.ID})
	})
	if err != nil {
		return Notice{}, err
	}
	return n, nil
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// fileName keeps the last part of what a browser calls the file, for the person who looks for it.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	return sound(name, maxFileName)
}

// sound makes a text that was read by a program fit to be stored: no odd characters, not too long.
func sound(s string, limit int) string {
	s = tidy(strings.Map(func(r rune) rune {
		if r != ' ' && odd(string(r)) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")))
	if utf8.RuneCountInString(s) > limit {
		s = strings.TrimSpace(string([]rune(s)[:limit]))
	}
	return s
}

// GetNotice gets a notice with its text and draft.
//
// Errors: edition.notice_not_found, also where the actor may not know of it.
func (s *Service) GetNotice(ctx context.Context, a actor.Actor, noticeID string) (n Notice, err error) {
	defer errs.Wrap(&err, "edition.GetNotice(%s)", shorten(noticeID))
	return seenNotice(ctx, s.db, a, noticeID)
}

// OpenNotice opens the uploaded file of a notice, byte for byte. The caller closes it.
//
// Errors: edition.notice_not_found, also where the actor may not know of it.
func (s *Service) OpenNotice(ctx context.Context, a actor.Actor, noticeID string) (n Notice, content io.ReadSeekCloser, err error) {
	defer errs.Wrap(&err, "edition.OpenNotice(%s)", shorten(noticeID))
	if n, err = seenNotice(ctx, s.db, a, noticeID); err != nil {
		return n, nil, err
	}
	content, err = s.files.Open(ctx, n.BlobHash)
	return n, content, err
}

func seenNotice(ctx context.Context, q sqldb.Querier, a actor.Actor, noticeID string) (Notice, error) {
	if !id.Valid(noticeID) {
		return Notice{}, errNotice()
	}
	n, err := noticeByID(ctx, q, noticeID)
	if err == nil && !actor.Can(a, actor.EditionRead, actor.Office(n.Territory)) {
		return Notice{}, errNotice()
	}
	return n, err
}

// NoticeFilter chooses notices. An empty field does not restrict.
type NoticeFilter struct {
	Kind NoticeKind
	Free bool // only those that no edition has used yet
}

// FindNotices lists the notices that the actor may see, the latest first, without texts and drafts.
func (s *Service) FindNotices(ctx context.Context, a actor.Actor, f NoticeFilter) (list []Notice, err error) {
	defer errs.Wrap(&err, "edition.FindNotices")
	return listNotices(ctx, s.db, f.where(a))
}

// readable restricts a territory column to those whose unpublished matters the actor may read.
func readable(a actor.Actor, column string) *sqldb.Where {
	w := &sqldb.Where{}
	if a.Class == actor.System {
		return w
	}
	var codes []string
	for _, digits := range []int{2, 4, 6} {
		if len(a.Place.Region) != 6 {
			break
		}
		code := a.Place.Region[:digits] + "000000"[digits:]
		if !slices.Contains(codes, code) && actor.Can(a, actor.EditionRead, actor.Office(code)) {
			codes = append(codes, code)
		}
	}
	return w.In(column, codes)
}

// CorrectDraft applies changes, all or none, to the draft that stands at version. The notice's text
// stays as it is; a corrected value becomes Corrected, with who, when and what stood there before.
// A draft stays open until an edition was made from it.
//
// Errors: edition.notice_not_found, edition.forbidden, edition.notice_used (Conflict), a form of
// problems each on its field (edition.field_unknown, edition.text_…, edition.day_impossible …),
// edition.notice_duplicate, edition.changed_meanwhile.
func (s *Service) CorrectDraft(ctx context.Context, a actor.Actor, noticeID string, version int64, changes ...Change) (n Notice, err error) {
	defer errs.Wrap(&err, "edition.CorrectDraft(%s)", shorten(noticeID))
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err = s.draftTx(ctx, tx, a, noticeID)
		if err != nil {
			return err
		}
		if n.Draft.Version != version {
			return errChanged()
		}
		at := s.clock.Now()
		var bad problems
		var fields []string
		for _, c := range changes {
			if err := n.Draft.correct(c, a.PersonID, at); err != nil {
				e := errs.As(err)
				if len(e.Problems) > 0 {
					bad = append(bad, e.Problems...)
				} else {
					bad.add(e)
				}
				continue
			}
			fields = append(fields, c.Field)
		}
		if slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(f, "window.") }) {
			bad.window(clock.Day(n.Draft.Window.Start.Value), clock.Day(n.Draft.Window.End.Value), false)
		}
		if err := errs.Join(bad...); err != nil {
			return err
		}
		changed, err := saveDraft(ctx, tx, noticeID, version, n.Draft, a.PersonID, at)
		if err != nil {
			return err
		}
		if changed == 0 {
			return errChanged()
		}
		if err := renameNotice(ctx, tx, n); err != nil {
			return err
		}
		if err := s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "notice.correct", Subject: "notice", SubjectID: noticeID, Fields: fields}); err != nil {
			return err
		}
		n, err = noticeByID(ctx, tx, noticeID)
		return err
	})
	if err != nil {
		return Notice{}, err
	}
	return n, nil
}

// draftTx gets a notice whose draft the actor may still correct.
func (s *Service) draftTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, noticeID string) (Notice, error) {
	n, err := seenNotice(ctx, tx, a, noticeID)
	switch {
	case err != nil:
		return Notice{}, err
	case !actor.Can(a, actor.EditionDraft, actor.Office(n.Territory)):
		return Notice{}, errForbidden()
	}
	if _, err := tx.Exec(ctx, lockNotice, noticeID); err != nil {
		return Notice{}, err
	}
	if n, err = noticeByID(ctx, tx, noticeID); err != nil {
		return Notice{}, err
	}
	if n.EditionID != "" {
		return Notice{}, errs.Conflict("edition.notice_used")
	}
	return n, nil
}

// renameNotice brings number and title of a notice to what its draft says.
func renameNotice(ctx context.Context, tx *sqldb.Tx, n Notice) error {
	number, title, issued := sound(n.Draft.DocNumber.Value, maxNumber), sound(n.Draft.Title.Value, maxName), clock.Day(n.Draft.IssuedOn.Value)
	if number == n.DocNumber && title == n.Title && issued == n.IssuedOn {
		return nil
	}
	if number != n.DocNumber {
		if _, err := tx.Exec(ctx, deleteNumber, n.ID); err != nil {
			return err
		}
		if number != "" {
			free, err := tx.Exec(ctx, insertNumber, n.Territory, number, n.ID)
			if err != nil {
				return err
			}
			if free == 0 {
				return errs.Conflict("edition.notice_duplicate", "number", number).On("doc_number")
			}
		}
	}
	_, err := tx.Exec(ctx, updateNotice, n.ID, number, title, issued)
	return err
}
