package visit_test

const (
	insertRule = `INSERT INTO booking_rule (activity_id, per_day, auto_max, adults_per, visits_max, questions, offer_minutes, skip_limit, version)
VALUES ($1, 0, $2, $3, $4, '[]', 120, 3, 1)`
	countVisits   = `SELECT count(*) FROM visit v JOIN booking b ON b.id = v.booking_id WHERE b.status <> 'cancelled'`
	countUntold   = `SELECT count(*) FROM booking WHERE id = $1 AND untold = $2`
	countHeld     = `SELECT held FROM seat WHERE session_id = $1`
	countTaken    = `SELECT taken FROM seat WHERE session_id = $1`
	countTold     = `SELECT count(*) FROM message WHERE to_unit = $1 AND key = $2`
	countAction   = `SELECT count(*) FROM audit_entry WHERE action = $1`
	countRosters  = `SELECT count(*) FROM visit_roster`
	countNeeds    = `SELECT count(*) FROM visit WHERE needs_sealed IS NOT NULL`
	forgetContact = `UPDATE booking SET contact_sealed = NULL, contact_hash = NULL WHERE id = $1`
	countSchool   = `SELECT count(*) FROM visit v JOIN booking b ON b.id = v.booking_id WHERE v.activity_id = $1 AND v.school_id = $2 AND b.status <> 'cancelled'`
	copyVisit     = `INSERT INTO visit (booking_id, activity_id, school_id, school_name, school_key, region_code, grade, pupils, adults, transport, language, filled_at, reason, decided_by, decided_at, created_at, version)
SELECT b.id, $2, $3, 'x', $3, '430102', 'x', 28, 2, 'bus', 'mandarin', 1, '', '', 0, 1, 1 FROM booking b WHERE b.id = $1`
)

// tampering is what somebody who rules the database could do and Verify must find.
var tampering = []string{
	`UPDATE visit SET filled_at = 0, adults = 0, needs_sealed = NULL`,
	`UPDATE visit SET needs_sealed = (SELECT names_sealed FROM visit_roster)`,
	`UPDATE visit_roster SET names = names + 1`,
	`UPDATE booking SET grouped = FALSE`,
}
