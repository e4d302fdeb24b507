package file

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

const fileColumns = `f.id, f.blob_hash, f.name, f.bytes, f.type, f.width, f.height, f.stripped, f.unit_id, f.person_id,
    f.subject_kind, f.subject_id, f.created_at, f.removed_at`

const getFile = `SELECT ` + fileColumns + ` FROM file f WHERE f.id = $1`

const filesOfSubject = `
SELECT ` + fileColumns + ` FROM file f
WHERE f.subject_kind = $1 AND f.subject_id = $2
ORDER BY f.created_at, f.id`

const insertFile = `
INSERT INTO file (id, blob_hash, name, bytes, type, width, height, stripped, unit_id, person_id,
    subject_kind, subject_id, created_at, free_at, removed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', $11, $11, 0)`

const attachFile = `
UPDATE file SET subject_kind = $2, subject_id = $3, free_at = 0
WHERE id = $1 AND subject_id = '' AND removed_at = 0`

const detachFile = `
UPDATE file SET subject_kind = '', subject_id = '', free_at = $4
WHERE id = $1 AND subject_kind = $2 AND subject_id = $3`

const discardFile = `
UPDATE file SET removed_at = $2
WHERE id = $1 AND subject_id = '' AND removed_at = 0`

const discardForgotten = `
UPDATE file SET removed_at = $2
WHERE subject_id = '' AND removed_at = 0 AND free_at < $1`

const countFree = `SELECT count(*) FROM file WHERE person_id = $1 AND subject_id = '' AND removed_at = 0`

const countOfSubject = `SELECT count(*) FROM file WHERE subject_kind = $1 AND subject_id = $2`

func scanFile(row interface{ Scan(dest ...any) error }) (f File, err error) {
	err = row.Scan(&f.ID, &f.Hash, &f.Name, &f.Bytes, &f.Type, &f.Width, &f.Height, &f.Stripped, &f.UnitID, &f.PersonID,
		&f.Subject.Kind, &f.Subject.ID, &f.Created, &f.Removed)
	return f, err
}

func scanFiles(rows *sql.Rows) (File, error) { return scanFile(rows) }

// byID gets a file, removed or not, whoever asks.
func byID(ctx context.Context, q sqldb.Querier, fileID string) (File, error) {
	if !id.Valid(fileID) {
		return File{}, errs.NotFound("file.not_found")
	}
	f, err := scanFile(q.QueryRow(ctx, getFile, fileID))
	if errors.Is(err, sql.ErrNoRows) {
		return File{}, errs.NotFound("file.not_found")
	}
	return f, err
}

func insert(ctx context.Context, tx *sqldb.Tx, f File) error {
	_, err := tx.Exec(ctx, insertFile, f.ID, f.Hash, f.Name, f.Bytes, f.Type, f.Width, f.Height, f.Stripped, f.UnitID, f.PersonID, f.Created)
	return err
}

const findOrphans = `SELECT blob_hash, since_at, doomed_at FROM file_orphan`

const insertOrphan = `
INSERT INTO file_orphan (blob_hash, since_at, doomed_at) VALUES ($1, $2, 0)
ON CONFLICT (blob_hash) DO NOTHING`

const deleteOrphan = `DELETE FROM file_orphan WHERE blob_hash = $1`

// A sweep takes the row first that an upload takes to rescue the blob: one waits for the other.
const doomOrphan = `
UPDATE file_orphan SET doomed_at = $2
WHERE blob_hash = $1 AND doomed_at = 0 AND since_at < $3
    AND NOT EXISTS (SELECT 1 FROM file f WHERE f.blob_hash = $1 AND f.removed_at = 0)`

const rescueOrphan = `DELETE FROM file_orphan WHERE blob_hash = $1 AND doomed_at = 0`

const orphanThere = `SELECT EXISTS (SELECT 1 FROM file_orphan WHERE blob_hash = $1)`

const findHeld = `SELECT DISTINCT blob_hash FROM file WHERE removed_at = 0 AND /*where*/TRUE`

// orphan is a blob that nothing names.
type orphan struct {
	hash   string
	since  clock.Instant
	doomed clock.Instant
}

func listOrphans(ctx context.Context, q sqldb.Querier) (map[string]orphan, error) {
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (o orphan, err error) {
		err = row.Scan(&o.hash, &o.since, &o.doomed)
		return o, err
	}, findOrphans)
	if err != nil {
		return nil, err
	}
	found := make(map[string]orphan, len(list))
	for _, o := range list {
		found[o.hash] = o
	}
	return found, nil
}

// held tells which of some hashes files name.
func held(ctx context.Context, q sqldb.Querier, hashes []string) ([]string, error) {
	query, args := (&sqldb.Where{}).In("blob_hash", hashes).Apply(findHeld)
	return sqldb.List(ctx, q, func(row *sql.Rows) (hash string, err error) {
		err = row.Scan(&hash)
		return hash, err
	}, query, args...)
}

const findNamed = `
SELECT f.blob_hash, f.bytes, f.id FROM file f
WHERE f.removed_at = 0 AND (f.blob_hash, f.id) > ($1, $2)
ORDER BY f.blob_hash, f.id LIMIT $3`

// namedBlob is what a row says of its blob.
type namedBlob struct {
	hash   string
	bytes  int64
	fileID string
}

func listNamed(ctx context.Context, q sqldb.Querier, after namedBlob, limit int) ([]namedBlob, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (n namedBlob, err error) {
		err = row.Scan(&n.hash, &n.bytes, &n.fileID)
		return n, err
	}, findNamed, after.hash, after.fileID, limit)
}
