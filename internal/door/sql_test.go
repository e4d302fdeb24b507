package door_test

const (
	countFirst   = `SELECT count(*) FROM check_in WHERE booking_id = $1 AND duplicate_of IS NULL AND undone_at = 0`
	countRows    = `SELECT count(*) FROM check_in WHERE booking_id = $1`
	cameAt       = `SELECT came_at FROM check_in WHERE id = $1`
	deviceAt     = `SELECT device_at FROM check_in WHERE id = $1`
	dropFirst    = `DROP INDEX check_in_first`
	dropRows     = `DELETE FROM check_in`
	countAudit   = `SELECT count(*) FROM audit_entry WHERE action = $1`
	bookingState = `SELECT count(*) FROM booking WHERE session_id = $1 AND source = 'door' AND status = $2`
)

// tampering is what somebody who rules the database could do and Verify must find.
var tampering = []string{
	`UPDATE check_in SET people = people + 90`,
	`UPDATE check_in SET undone_at = 1 WHERE duplicate_of IS NULL AND booking_id IS NOT NULL`,
	`UPDATE check_in SET session_id = (SELECT max(id) FROM session) WHERE booking_id IS NOT NULL`,
	`UPDATE check_in SET session_id = (SELECT max(id) FROM session) WHERE booking_id IS NULL AND claim_id IS NULL`,
}
