package activity

import (
	"context"
	"database/sql"
	"strconv"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const resultFrom = ` FROM session s JOIN activity a ON a.id = s.activity_id JOIN unit u ON u.id = a.unit_id
LEFT JOIN session_result r ON r.session_id = s.id`

const findResults = `SELECT s.id, s.starts_at, s.ends_at, a.id, a.title, a.title_en, u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind,
	coalesce(r.state, 'missing'), coalesce(v.attendance, 0), coalesce(v.online, 0), coalesce(v.counted, -1), coalesce(v.verified, FALSE), coalesce(v.reported_at, 0),
	(SELECT count(*) FROM session_photo p WHERE p.session_id = s.id AND p.n = r.n)` + resultFrom + `
LEFT JOIN session_result_version v ON v.session_id = s.id AND v.n = r.n WHERE /*where*/TRUE ORDER BY s.ends_at DESC, s.id DESC LIMIT $1`

const countResultsBy = `SELECT coalesce(r.state, 'missing'), count(*)` + resultFrom + ` WHERE /*where*/TRUE GROUP BY coalesce(r.state, 'missing')`

func (f ResultFilter) where(a actor.Actor, now clock.Instant, states bool) (*sqldb.Where, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	w := (&sqldb.Where{}).And("s.cancelled_at = 0").And("a.state <> 'unpublished'").And("(s.ends_at <= ? OR r.session_id IS NOT NULL)", int64(now))
	if f.Own {
		w.Any(ofUnit(a))
	} else {
		w.Any(actor.Sight(a).SQL(actor.UnitColumns("u")), ofUnit(a))
	}
	if f.EditionID != "" {
		w.And("a.edition_id = ?", f.EditionID)
	}
	if f.ActivityID != "" {
		w.And("a.id = ?", f.ActivityID)
	}
	if prefix := actor.RegionPrefix(f.Region); prefix != "" {
		w.And("u.region_code >= ? AND u.region_code < ?", prefix, prefix+":")
	}
	if f.After != "" {
		w.And("EXISTS (SELECT 1 FROM session b WHERE b.id = ? AND (s.ends_at, s.id) < (b.ends_at, b.id))", f.After)
	}
	if states && f.State != "" {
		w.And("coalesce(r.state, 'missing') = ?", string(f.State))
	}
	return w, nil
}

func listResults(ctx context.Context, q sqldb.Querier, where *sqldb.Where, limit int) ([]ResultItem, error) {
	query, args := where.Apply(findResults, limit)
	return sqldb.List(ctx, q, func(row *sql.Rows) (i ResultItem, err error) {
		return i, row.Scan(&i.SessionID, &i.Starts, &i.Ends, &i.ActivityID, &i.Title, &i.TitleEN,
			&i.Unit.ID, &i.Unit.Name, &i.Unit.NameEN, &i.Unit.Place.Region, &i.Unit.Place.Line, &i.Unit.Place.Tier, &i.Unit.Place.Kind,
			&i.State, &i.Attendance, &i.Online, &i.Counted, &i.Verified, &i.At, &i.Photos)
	}, query, args...)
}

func countResults(ctx context.Context, q sqldb.Querier, where *sqldb.Where) (map[ResultState]int, error) {
	type group struct {
		state ResultState
		n     int
	}
	query, args := where.Apply(countResultsBy)
	groups, err := sqldb.List(ctx, q, func(row *sql.Rows) (g group, err error) { return g, row.Scan(&g.state, &g.n) }, query, args...)
	counts := map[ResultState]int{}
	for _, g := range groups {
		counts[g.state] = g.n
	}
	return counts, err
}

// What stands of a public activity: the version accepted last.
const standing = ` FROM session s JOIN session_result r ON r.session_id = s.id JOIN session_result_version v ON v.session_id = r.session_id AND v.n = r.accepted
JOIN activity a ON a.id = s.activity_id JOIN edition e ON e.id = a.edition_id WHERE s.cancelled_at = 0 AND a.state <> 'unpublished' AND e.status <> 'draft'`

const publicResults = `SELECT s.id, s.starts_at, v.attendance, v.online, v.counted, v.verified, v.outcome` + standing + ` AND a.id = $1 ORDER BY s.starts_at, s.id`

func listPublicResults(ctx context.Context, q sqldb.Querier, activityID string) ([]PublicResult, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (r PublicResult, err error) {
		var verified bool
		err = row.Scan(&r.SessionID, &r.Starts, &r.Attendance, &r.Online, &r.Counted, &verified, &r.Outcome)
		r.Provenance = ResultVersion{Verified: verified}.Provenance()
		return r, err
	}, publicResults, activityID)
}

const publicPhotos = `SELECT p.session_id, p.file_id, p.alt FROM session_photo p JOIN session s ON s.id = p.session_id
WHERE s.activity_id = $1 AND p.shown ORDER BY p.session_id, p.position`

func listPublicPhotos(ctx context.Context, q sqldb.Querier, activityID string) (map[string][]Photo, error) {
	type shown struct {
		sessionID string
		Photo
	}
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (p shown, err error) {
		p.Consent = true
		return p, row.Scan(&p.sessionID, &p.FileID, &p.Alt)
	}, publicPhotos, activityID)
	photos := map[string][]Photo{}
	for _, p := range list {
		photos[p.sessionID] = append(photos[p.sessionID], p.Photo)
	}
	return photos, err
}

// Sessions that were over before $1 and not before $2 of activities for which nothing was reported, by the
// local day on which they ended, as far as nobody was told of it at stage $3. An instant is in
// microseconds, and Shanghai is eight hours ahead.
const listUnreported = `SELECT a.id, a.unit_id, (s.ends_at + 28800000000) / 86400000000, count(*)
FROM session s JOIN activity a ON a.id = s.activity_id JOIN edition e ON e.id = a.edition_id JOIN unit u ON u.id = a.unit_id
WHERE s.ends_at < $1 AND s.ends_at >= $2 AND s.cancelled_at = 0 AND a.state <> 'unpublished' AND e.status = 'published' AND u.closed_at = 0
AND NOT EXISTS (SELECT 1 FROM session_result r WHERE r.session_id = s.id)
AND NOT EXISTS (SELECT 1 FROM message m WHERE m.dedupe = 'result:' || a.id || ':' || CAST((s.ends_at + 28800000000) / 86400000000 AS TEXT) || ':due:' || CAST($3 AS TEXT))
GROUP BY a.id, a.unit_id, (s.ends_at + 28800000000) / 86400000000 ORDER BY a.id, (s.ends_at + 28800000000) / 86400000000 LIMIT $4`

// unreported is what a unit is reminded of: sessions of one activity and day without a result.
type unreported struct {
	activityID, unitID string
	day                int64 // since 1970
	count              int
}

func listDueResults(ctx context.Context, q sqldb.Querier, until, since clock.Instant, stage, limit int) ([]unreported, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (u unreported, err error) {
		return u, row.Scan(&u.activityID, &u.unitID, &u.day, &u.count)
	}, listUnreported, int64(until), int64(since), strconv.Itoa(stage), limit)
}

// What was held of an activity, and what of it stands.
const totals = `SELECT count(*), count(v.n), count(v.n) FILTER (WHERE v.verified), CAST(coalesce(sum(v.attendance), 0) AS BIGINT), CAST(coalesce(sum(v.online), 0) AS BIGINT),
	coalesce(min(s.starts_at), 0), coalesce(max(s.starts_at), 0), coalesce(max(v.settled_at), 0)
FROM session s LEFT JOIN session_result r ON r.session_id = s.id LEFT JOIN session_result_version v ON v.session_id = r.session_id AND v.n = r.accepted
WHERE s.activity_id = $1 AND s.cancelled_at = 0`

type total struct {
	sessions, standing, verified int
	attendance, online           int64
	first, last, settled         clock.Instant
}

func totalsOf(ctx context.Context, q sqldb.Querier, activityID string) (t total, err error) {
	err = q.QueryRow(ctx, totals, activityID).Scan(&t.sessions, &t.standing, &t.verified, &t.attendance, &t.online, &t.first, &t.last, &t.settled)
	return t, err
}

const certified = `SELECT a.title, a.title_en, e.name, e.name_en, e.theme, e.theme_en, coalesce(i.name, ''), coalesce(i.name_en, '')
FROM activity a JOIN edition e ON e.id = a.edition_id LEFT JOIN edition_issuer i ON i.edition_id = e.id
	AND NOT EXISTS (SELECT 1 FROM edition_issuer b WHERE b.edition_id = e.id AND b.position < i.position) WHERE a.id = $1`
