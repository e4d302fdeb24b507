package activity

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const getResult = `SELECT state, n, accepted, version FROM session_result WHERE session_id = $1`

// A result begins with its first version; each later one is written by whoever has read the one before.
const insertResult = `INSERT INTO session_result (session_id, activity_id, state, n, accepted, version) VALUES ($1, $2, 'review', 1, 0, 1) ON CONFLICT (session_id) DO NOTHING`

const reviseResult = `UPDATE session_result SET state = 'review', n = n + 1, version = version + 1 WHERE session_id = $1 AND version = $2`

const acceptResult = `UPDATE session_result SET state = 'accepted', accepted = n WHERE session_id = $1`

const returnResult = `UPDATE session_result SET state = 'returned' WHERE session_id = $1`

const insertResultVersion = `INSERT INTO session_result_version (session_id, n, attendance, online, counted, outcome, state, verified, hash, reported_by, reported_at, settled_at)
VALUES ($1, $2, $3, $4, $5, $6, 'review', FALSE, $7, $8, $9, 0)`

const settleResult = `UPDATE session_result_version SET state = $3, verified = $4, settled_at = $5 WHERE session_id = $1 AND n = $2 AND state = 'review'`

const replaceResults = `UPDATE session_result_version SET state = 'replaced', settled_at = $2 WHERE session_id = $1 AND state = 'review'`

const resultVersions = `SELECT n, attendance, online, counted, outcome, state, verified, hash, reported_by, reported_at, settled_at
FROM session_result_version WHERE session_id = $1 ORDER BY n`

const insertPhoto = `INSERT INTO session_photo (session_id, n, position, file_id, alt, consent, shown) VALUES ($1, $2, $3, $4, $5, $6, FALSE)`

const photosOf = `SELECT n, file_id, alt, consent, shown FROM session_photo WHERE session_id = $1 ORDER BY n, position`

const hidePhotos = `UPDATE session_photo SET shown = FALSE WHERE session_id = $1 AND shown`

const hidePhoto = `UPDATE session_photo SET shown = FALSE WHERE session_id = $1 AND file_id = $2 AND shown`

const showPhotos = `UPDATE session_photo SET shown = TRUE WHERE session_id = $1 AND n = $2 AND consent`

// storedResult is a row of session_result; before anything was reported its state is ResultMissing.
type storedResult struct {
	state       ResultState
	n, accepted int
	version     int64
}

func resultHead(ctx context.Context, q sqldb.Querier, sessionID string) (r storedResult, err error) {
	err = q.QueryRow(ctx, getResult, sessionID).Scan(&r.state, &r.n, &r.accepted, &r.version)
	if errors.Is(err, sql.ErrNoRows) {
		return storedResult{state: ResultMissing}, nil
	}
	return r, err
}

func listResultVersions(ctx context.Context, q sqldb.Querier, sessionID string) ([]ResultVersion, error) {
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (v ResultVersion, err error) {
		return v, row.Scan(&v.N, &v.Attendance, &v.Online, &v.Counted, &v.Outcome, &v.State, &v.Verified, &v.Hash, &v.By, &v.At, &v.Settled)
	}, resultVersions, sessionID)
	if err != nil || len(list) == 0 {
		return list, err
	}
	photos, err := listPhotos(ctx, q, sessionID)
	for _, p := range photos {
		if i := p.n - 1; i >= 0 && i < len(list) {
			list[i].Photos = append(list[i].Photos, p.Photo)
		}
	}
	return list, err
}

type storedPhoto struct {
	Photo
	n     int
	shown bool
}

func listPhotos(ctx context.Context, q sqldb.Querier, sessionID string) ([]storedPhoto, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (p storedPhoto, err error) {
		return p, row.Scan(&p.n, &p.FileID, &p.Alt, &p.Consent, &p.shown)
	}, photosOf, sessionID)
}

func writeResultVersion(ctx context.Context, tx *sqldb.Tx, sessionID string, v ResultVersion) error {
	if _, err := tx.Exec(ctx, insertResultVersion, sessionID, v.N, v.Attendance, v.Online, v.Counted, v.Outcome, v.Hash, v.By, int64(v.At)); err != nil {
		return err
	}
	for i, p := range v.Photos {
		if _, err := tx.Exec(ctx, insertPhoto, sessionID, v.N, i, p.FileID, p.Alt, p.Consent); err != nil {
			return err
		}
	}
	return nil
}

func settleVersion(ctx context.Context, tx *sqldb.Tx, sessionID string, n int, state ResultState, verified bool, at clock.Instant) error {
	_, err := tx.Exec(ctx, settleResult, sessionID, n, string(state), verified, int64(at))
	return err
}

// kindsOf gives what an activity is evidence of.
const kindsOf = `SELECT m.code, a.form_code, a.mode FROM activity a JOIN edition_item m ON m.id = a.method_id WHERE a.id = $1`

func among(activityIDs []string) *sqldb.Where { return (&sqldb.Where{}).In("a.id", activityIDs) }
