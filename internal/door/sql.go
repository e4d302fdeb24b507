package door

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const linkColumns = `l.id, l.activity_id, l.unit_id, coalesce(l.session_id, ''), l.on_day, l.label, l.salt, l.made_by, l.made_at, l.ended_at`

const getLink = `SELECT ` + linkColumns + ` FROM door_link l WHERE l.id = $1`

const linksForSession = `SELECT ` + linkColumns + ` FROM door_link l WHERE l.activity_id = $1 AND (l.session_id = $2 OR l.on_day = $3) ORDER BY l.id LIMIT 500`

const countLinksOf = `SELECT count(*) FROM door_link WHERE activity_id = $1`

const insertLink = `INSERT INTO door_link (id, activity_id, unit_id, session_id, on_day, label, salt, made_by, made_at, ended_by, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', 0)`

const endLink = `UPDATE door_link SET ended_by = $2, ended_at = $3 WHERE id = $1 AND ended_at = 0`

const sessionColumns = `s.id, s.starts_at, s.ends_at, s.bookable, c.capacity, c.capacity - c.taken - c.held - c.blocked, s.cancelled_at <> 0`

const oneSession = `SELECT ` + sessionColumns + ` FROM session s JOIN seat c ON c.session_id = s.id WHERE s.id = $1`

const daySessions = `SELECT ` + sessionColumns + ` FROM session s JOIN seat c ON c.session_id = s.id
WHERE s.activity_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 ORDER BY s.starts_at, s.id LIMIT 200`

const titleOfSession = `SELECT a.title, s.starts_at FROM session s JOIN activity a ON a.id = s.activity_id WHERE s.id = $1`

const titleOfActivity = `SELECT a.title, a.title_en, a.venue FROM activity a WHERE a.id = $1`

func scanLink(row interface{ Scan(...any) error }) (l Link, err error) {
	return l, row.Scan(&l.ID, &l.ActivityID, &l.UnitID, &l.SessionID, &l.Day, &l.Label, &l.salt, &l.MadeBy, &l.MadeAt, &l.EndedAt)
}

func linkByID(ctx context.Context, q sqldb.Querier, linkID string) (Link, error) {
	l, err := scanLink(q.QueryRow(ctx, getLink, linkID))
	if errors.Is(err, sql.ErrNoRows) {
		return Link{}, errLink()
	}
	return l, err
}

func listLinks(ctx context.Context, q sqldb.Querier, activityID, sessionID string, day clock.Day) ([]Link, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (Link, error) { return scanLink(row) }, linksForSession, activityID, sessionID, string(day))
}

func countLinks(ctx context.Context, q sqldb.Querier, activityID string) (n int64, err error) {
	return n, q.QueryRow(ctx, countLinksOf, activityID).Scan(&n)
}

func insertLinkTx(ctx context.Context, tx *sqldb.Tx, l Link) error {
	_, err := tx.Exec(ctx, insertLink, l.ID, l.ActivityID, l.UnitID, null(l.SessionID), string(l.Day), l.Label, l.salt, l.MadeBy, int64(l.MadeAt))
	return err
}

// null gives NULL for "".
func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// sessionsOf gives the sessions that a link is for, in their order.
func sessionsOf(ctx context.Context, q sqldb.Querier, l Link) ([]Session, error) {
	if l.SessionID != "" {
		return listSessions(ctx, q, oneSession, l.SessionID)
	}
	return listSessions(ctx, q, daySessions, l.ActivityID, int64(l.Day.Start()), int64(l.Day.End()))
}

func listSessions(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]Session, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (s Session, err error) {
		return s, row.Scan(&s.ID, &s.Starts, &s.Ends, &s.Bookable, &s.Capacity, &s.Left, &s.Cancelled)
	}, query, args...)
}

// titleOf gives the title of a session's activity and when the session begins.
func titleOf(ctx context.Context, q sqldb.Querier, sessionID string) (title string, starts clock.Instant, err error) {
	return title, starts, q.QueryRow(ctx, titleOfSession, sessionID).Scan(&title, &starts)
}
