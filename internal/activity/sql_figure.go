package activity

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const (
	isCampus     = `(m.code = 'open_campus' OR a.form_code = 'open_campus')`
	isEnterprise = `(m.code = 'open_enterprise' OR a.form_code = 'open_enterprise')`
	isOpen       = `(` + isCampus + ` OR ` + isEnterprise + `)`
	hostOf       = `coalesce(a.guest_host_id, a.unit_id)`
)

// What was held: sessions that are over, or whose result stands already. Who opens a campus or an
// enterprise counts once; who visits it is there, not online.
const sumHeld = `SELECT count(DISTINCT a.id), count(*),
	count(DISTINCT ` + hostOf + `) FILTER (WHERE ` + isCampus + `), count(DISTINCT ` + hostOf + `) FILTER (WHERE ` + isEnterprise + `),
	count(*) FILTER (WHERE m.code = 'community_visit' OR a.form_code = 'community_visit'),
	count(*) FILTER (WHERE m.code = 'study_session' OR a.form_code = 'study_session'),
	CAST(coalesce(sum(v.attendance), 0) AS BIGINT), count(v.n), count(v.n) FILTER (WHERE v.verified),
	CAST(coalesce(sum(v.attendance - v.online) FILTER (WHERE ` + isOpen + `), 0) AS BIGINT), count(v.n) FILTER (WHERE ` + isOpen + `), count(v.n) FILTER (WHERE v.verified AND ` + isOpen + `)
FROM activity a JOIN unit u ON u.id = a.unit_id JOIN edition_item m ON m.id = a.method_id JOIN session s ON s.activity_id = a.id
LEFT JOIN session_result r ON r.session_id = s.id LEFT JOIN session_result_version v ON v.session_id = r.session_id AND v.n = r.accepted
WHERE a.edition_id = $1 AND a.state <> 'unpublished' AND s.cancelled_at = 0 AND (s.ends_at <= $2 OR v.n IS NOT NULL) AND /*where*/TRUE`

func sumOf(ctx context.Context, q sqldb.Querier, editionID string, now clock.Instant, units actor.Scope) (t sums, err error) {
	query, args := units.SQL(actor.UnitColumns("u")).Apply(sumHeld, editionID, int64(now))
	err = q.QueryRow(ctx, query, args...).Scan(&t.activities, &t.sessions, &t.campuses, &t.enterprises, &t.community, &t.study,
		&t.people.n, &t.people.reported, &t.people.verified, &t.visitors.n, &t.visitors.reported, &t.visitors.verified)
	return t, err
}
