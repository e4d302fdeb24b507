package measure

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"openweek/internal/activity"
	"openweek/internal/sqldb"
)

const columns = `id, edition_id, region_code, cause, cap_percent, contact, onsite, advice, advice_en, reason, first_on, last_on, unit_id, set_by, set_at, ended_by, ended_at, effect, version`

const selected = `SELECT ` + columns + `, (SELECT u.name FROM unit u WHERE u.id = measure.unit_id), (SELECT u.name_en FROM unit u WHERE u.id = measure.unit_id) FROM measure`

const findMeasures = selected + ` WHERE edition_id = $1 ORDER BY CASE WHEN ended_at = 0 THEN 0 ELSE 1 END, set_at DESC, id LIMIT $2`

const getMeasure = selected + ` WHERE id = $1`

const findInForce = selected + ` WHERE edition_id = $1 AND ended_at = 0 ORDER BY set_at, id`

const findEditions = `SELECT DISTINCT edition_id FROM measure WHERE ended_at = 0 UNION SELECT DISTINCT edition_id FROM measure_session WHERE blocked > 0 OR online OR cancelled ORDER BY 1`

// maxListed is how many measures of an edition are listed, the latest.
const maxListed = 500

const insertMeasure = `INSERT INTO measure (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', 0, $16, 1)`

// lockEffect holds the row, on PostgreSQL until the end of the transaction, and reads it as it stands then.
const lockEffect = `UPDATE measure SET effect = effect WHERE id = $1 RETURNING effect`

const setEffect = `UPDATE measure SET effect = $2 WHERE id = $1`

const getRegion = `SELECT count(*) FROM region WHERE code = $1`

const endMeasure = `UPDATE measure SET ended_by = $3, ended_at = $4, version = version + 1 WHERE id = $1 AND version = $2 AND ended_at = 0`

const findStates = `SELECT session_id, blocked, online, cancelled FROM measure_session WHERE /*where*/TRUE`

const putState = `INSERT INTO measure_session (session_id, edition_id, blocked, online, cancelled) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (session_id) DO UPDATE SET blocked = excluded.blocked, online = excluded.online, cancelled = excluded.cancelled`

const findAfar = `SELECT session_id FROM measure_session WHERE online AND /*where*/TRUE`

// findContact looks for an order that covers the session's day and region; the day is compared in Go.
const findContact = `SELECT m.region_code, m.first_on, m.last_on, a.region_code, s.starts_at FROM session s JOIN activity a ON a.id = s.activity_id
JOIN measure m ON m.edition_id = a.edition_id AND m.ended_at = 0 AND m.contact WHERE s.id = $1`

func scan(row interface{ Scan(...any) error }) (m Measure, err error) {
	var effect string
	if err := row.Scan(&m.ID, &m.EditionID, &m.Region, &m.Cause, &m.CapPercent, &m.Contact, &m.Onsite, &m.Advice, &m.AdviceEN, &m.Reason, &m.First, &m.Last,
		&m.UnitID, &m.SetBy, &m.SetAt, &m.EndedBy, &m.EndedAt, &effect, &m.Version, &m.UnitName, &m.UnitNameEN); err != nil {
		return Measure{}, err
	}
	return m, json.Unmarshal([]byte(effect), &m.Effect)
}

func listMeasures(ctx context.Context, q sqldb.Querier, editionID string) ([]Measure, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (Measure, error) { return scan(row) }, findMeasures, editionID, maxListed)
}

func measureByID(ctx context.Context, q sqldb.Querier, measureID string) (Measure, error) {
	m, err := scan(q.QueryRow(ctx, getMeasure, measureID))
	if errors.Is(err, sql.ErrNoRows) {
		return Measure{}, errNotFound()
	}
	return m, err
}

func listInForce(ctx context.Context, q sqldb.Querier, editionID string) ([]Measure, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (Measure, error) { return scan(row) }, findInForce, editionID)
}

func isRegion(ctx context.Context, q sqldb.Querier, code string) (bool, error) {
	var n int64
	err := q.QueryRow(ctx, getRegion, code).Scan(&n)
	return n == 1, err
}

// addEffect adds to what a measure has done.
func addEffect(ctx context.Context, tx *sqldb.Tx, measureID string, more Effect) error {
	var text string
	if err := tx.QueryRow(ctx, lockEffect, measureID).Scan(&text); err != nil {
		return err
	}
	var e Effect
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return err
	}
	sum, err := json.Marshal(e.plus(more))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, setEffect, measureID, string(sum))
	return err
}

func insert(ctx context.Context, tx *sqldb.Tx, m Measure) error {
	effect, err := json.Marshal(m.Effect)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertMeasure, m.ID, m.EditionID, m.Region, string(m.Cause), m.CapPercent, m.Contact, string(m.Onsite), m.Advice, m.AdviceEN, m.Reason,
		string(m.First), string(m.Last), m.UnitID, m.SetBy, int64(m.SetAt), string(effect))
	return err
}

func statesOf(ctx context.Context, q sqldb.Querier, sessionIDs []string) (map[string]state, error) {
	byID := map[string]state{}
	query, args := (&sqldb.Where{}).In("session_id", sessionIDs).Apply(findStates)
	_, err := sqldb.List(ctx, q, func(row *sql.Rows) (sessionID string, err error) {
		var s state
		err = row.Scan(&sessionID, &s.blocked, &s.online, &s.cancelled)
		byID[sessionID] = s
		return sessionID, err
	}, query, args...)
	return byID, err
}

func writeState(ctx context.Context, tx *sqldb.Tx, o activity.Ordered, s state) error {
	_, err := tx.Exec(ctx, putState, o.ID, o.EditionID, s.blocked, s.online, s.cancelled)
	return err
}

func heldAfar(ctx context.Context, q sqldb.Querier, sessionIDs []string) (map[string]bool, error) {
	afar := map[string]bool{}
	query, args := (&sqldb.Where{}).In("session_id", sessionIDs).Apply(findAfar)
	_, err := sqldb.List(ctx, q, func(row *sql.Rows) (sessionID string, err error) {
		err = row.Scan(&sessionID)
		afar[sessionID] = true
		return sessionID, err
	}, query, args...)
	return afar, err
}

func contactRequired(ctx context.Context, q sqldb.Querier, sessionID string) (bool, error) {
	required := false
	_, err := sqldb.List(ctx, q, func(row *sql.Rows) (o activity.Ordered, err error) {
		var d Draft
		if err := row.Scan(&d.Region, &d.First, &d.Last, &o.Region, &o.Starts); err != nil {
			return o, err
		}
		required = required || d.covers(o)
		return o, nil
	}, findContact, sessionID)
	return required, err
}
