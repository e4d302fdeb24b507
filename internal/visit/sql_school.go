package visit

import "openweek/internal/sqldb"

// visitsOfSchools counts a registered school's visits of an edition that take place.
const visitsOfSchools = `(SELECT v.school_id, count(*) AS visits FROM visit v JOIN booking b ON b.id = v.booking_id JOIN activity a ON a.id = v.activity_id
	WHERE a.edition_id = $1 AND b.status <> 'cancelled' AND v.school_id IS NOT NULL GROUP BY v.school_id)`

const findSchoolRows = `SELECT u.id, u.name, u.name_en, u.region_code, r.name, r.name_en, u.sort_key, coalesce(x.visits, 0)
FROM unit u JOIN region r ON r.code = u.region_code LEFT JOIN ` + visitsOfSchools + ` x ON x.school_id = u.id
WHERE u.closed_at = 0 AND /*where*/TRUE ORDER BY (CASE WHEN coalesce(x.visits, 0) = 0 THEN 0 ELSE 1 END), u.sort_key, u.id LIMIT $2`

const countSchoolRows = `SELECT count(*), count(x.visits) FROM unit u LEFT JOIN ` + visitsOfSchools + ` x ON x.school_id = u.id WHERE u.closed_at = 0 AND /*where*/TRUE`

// clashingSchools are schools with two visits of which one begins before the other has ended.
const clashingSchools = `SELECT DISTINCT u.id FROM unit u JOIN visit v ON v.school_id = u.id JOIN booking b ON b.id = v.booking_id JOIN session s ON s.id = b.session_id
JOIN activity a ON a.id = v.activity_id JOIN visit o ON o.school_id = v.school_id AND o.booking_id <> v.booking_id JOIN booking p ON p.id = o.booking_id JOIN session z ON z.id = p.session_id
JOIN activity c ON c.id = o.activity_id
WHERE a.edition_id = $1 AND c.edition_id = $1 AND b.status <> 'cancelled' AND p.status <> 'cancelled' AND s.starts_at <= z.starts_at AND z.starts_at < s.ends_at AND u.closed_at = 0
	AND /*where*/TRUE ORDER BY u.id LIMIT 500`

// withVisits restricts schools to those that have a visit, or to those that have none.
func withVisits(w *sqldb.Where, has bool) *sqldb.Where {
	if has {
		return w.And("x.visits > 0")
	}
	return w.And("coalesce(x.visits, 0) = 0")
}

func unitsIn(w *sqldb.Where, ids []string) *sqldb.Where { return w.In("u.id", ids) }

// schoolsAfter continues a list behind a school, in the order of findSchoolRows.
func schoolsAfter(w *sqldb.Where, c cursor, sortKey string) {
	w.And("((CASE WHEN coalesce(x.visits, 0) = 0 THEN 0 ELSE 1 END), u.sort_key, u.id) > (?, ?, ?)", c.rank, sortKey, c.id)
}
