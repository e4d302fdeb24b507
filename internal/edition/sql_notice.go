package edition

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const noticeColumns = `n.id, n.territory, n.kind, n.doc_number, n.title, n.issued_on, n.text_hash, n.file_name, n.format, n.blob_hash, n.byte_count,
	n.uploaded_by, n.uploaded_at,
	coalesce((SELECT e.id FROM edition e WHERE e.notice_id = n.id), (SELECT m.edition_id FROM amendment m WHERE m.notice_id = n.id), '')`

const getNotice = `SELECT ` + noticeColumns + `, n.text, d.draft, d.corrections, d.changed_by, d.changed_at, d.version
FROM notice n JOIN notice_draft d ON d.notice_id = n.id WHERE n.id = $1`

const getNoticeHead = `SELECT title, doc_number, issued_on FROM notice WHERE id = $1`

const findNotices = `SELECT ` + noticeColumns + ` FROM notice n WHERE /*where*/TRUE ORDER BY n.uploaded_at DESC, n.id DESC`

func (f NoticeFilter) where(a actor.Actor) *sqldb.Where {
	where := readable(a, "n.territory")
	if f.Kind != "" {
		where.And("n.kind = ?", string(f.Kind))
	}
	if f.Free {
		where.And("NOT EXISTS (SELECT 1 FROM edition e WHERE e.notice_id = n.id) AND NOT EXISTS (SELECT 1 FROM amendment m WHERE m.notice_id = n.id)")
	}
	return where
}

const insertNotice = `INSERT INTO notice (id, territory, kind, doc_number, title, issued_on, text, text_hash, file_name, format, blob_hash, byte_count, uploaded_by, uploaded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

const insertNumber = `INSERT INTO notice_number (territory, doc_number, notice_id) VALUES ($1, $2, $3)
ON CONFLICT (territory, doc_number) DO NOTHING`

const deleteNumber = `DELETE FROM notice_number WHERE notice_id = $1`

const updateNotice = `UPDATE notice SET doc_number = $2, title = $3, issued_on = $4 WHERE id = $1`

const insertDraft = `INSERT INTO notice_draft (notice_id, draft, corrections, changed_by, changed_at, version) VALUES ($1, $2, $3, $4, $5, 1)`

const updateDraft = `UPDATE notice_draft SET draft = $3, corrections = $4, changed_by = $5, changed_at = $6, version = version + 1
WHERE notice_id = $1 AND version = $2`

func scanNotice(row interface{ Scan(...any) error }, more ...any) (n Notice, err error) {
	err = row.Scan(append([]any{&n.ID, &n.Territory, &n.Kind, &n.DocNumber, &n.Title, &n.IssuedOn, &n.TextHash, &n.FileName, &n.Format, &n.BlobHash, &n.Bytes,
		&n.UploadedBy, &n.UploadedAt, &n.EditionID}, more...)...)
	return n, err
}

func noticeByID(ctx context.Context, q sqldb.Querier, id string) (Notice, error) {
	var text, draft, corrections string
	var d Draft
	n, err := scanNotice(q.QueryRow(ctx, getNotice, id), &text, &draft, &corrections, &d.ChangedBy, &d.ChangedAt, &d.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return Notice{}, errNotice()
	}
	if err != nil {
		return Notice{}, err
	}
	if err := json.Unmarshal([]byte(draft), &d.Draft); err != nil {
		return Notice{}, fmt.Errorf("draft of notice %s: %w", id, err)
	}
	if err := json.Unmarshal([]byte(corrections), &d.Corrections); err != nil {
		return Notice{}, fmt.Errorf("corrections of notice %s: %w", id, err)
	}
	d.Draft.Text = text // stored once, with the notice
	n.Text, n.Draft = text, d
	return n, nil
}

func listNotices(ctx context.Context, q sqldb.Querier, where *sqldb.Where) ([]Notice, error) {
	query, args := where.Apply(findNotices)
	return sqldb.List(ctx, q, func(row *sql.Rows) (Notice, error) { return scanNotice(row) }, query, args...)
}

// writeNotice inserts a notice with its draft and tells whether its number was free.
func writeNotice(ctx context.Context, tx *sqldb.Tx, n Notice) (free bool, err error) {
	if _, err := tx.Exec(ctx, insertNotice, n.ID, n.Territory, n.Kind, n.DocNumber, n.Title, n.IssuedOn, n.Text, n.TextHash, n.FileName, n.Format, n.BlobHash,
		n.Bytes, n.UploadedBy, int64(n.UploadedAt)); err != nil {
		return false, err
	}
	if n.DocNumber != "" {
		if taken, err := tx.Exec(ctx, insertNumber, n.Territory, n.DocNumber, n.ID); err != nil || taken == 0 {
			return false, err
		}
	}
	draft, corrections, err := n.Draft.texts()
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, insertDraft, n.ID, draft, corrections, n.UploadedBy, int64(n.UploadedAt))
	return true, err
}

func (d Draft) texts() (draft, corrections string, err error) {
	d.Draft.Text = ""
	b, err := json.Marshal(d.Draft)
	if err != nil {
		return "", "", err
	}
	c := []byte("{}")
	if len(d.Corrections) > 0 {
		if c, err = json.Marshal(d.Corrections); err != nil {
			return "", "", err
		}
	}
	return string(b), string(c), nil
}

func saveDraft(ctx context.Context, tx *sqldb.Tx, noticeID string, version int64, d Draft, by string, at clock.Instant) (int64, error) {
	draft, corrections, err := d.texts()
	if err != nil {
		return 0, err
	}
	return tx.Exec(ctx, updateDraft, noticeID, version, draft, corrections, by, int64(at))
}

const listNoticeIDs = `SELECT id FROM notice ORDER BY id`

const strayNumbers = `SELECT n.id FROM notice n LEFT JOIN notice_number r ON r.notice_id = n.id
WHERE n.doc_number <> coalesce(r.doc_number, '') OR n.territory <> coalesce(r.territory, n.territory) ORDER BY n.id`

const crossedAudiences = `SELECT a.id FROM audience a LEFT JOIN obligation o ON o.id = a.obligation_id LEFT JOIN unit_group g ON g.id = a.group_id
WHERE coalesce(o.edition_id, a.edition_id) <> a.edition_id OR coalesce(g.edition_id, a.edition_id) <> a.edition_id ORDER BY a.id`

const findHeldBlobs = `SELECT DISTINCT n.blob_hash FROM notice n WHERE /*where*/TRUE ORDER BY n.blob_hash`
