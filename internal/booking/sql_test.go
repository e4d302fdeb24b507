package booking_test

const (
	countBookings = `SELECT count(*) FROM booking`
	countKeys     = `SELECT count(*) FROM booking_key`
	countStatus   = `SELECT count(*) FROM booking WHERE session_id = $1 AND status = $2`
	countJumped   = `SELECT count(*) FROM booking w JOIN booking c ON c.session_id = w.session_id WHERE w.status = 'waitlisted' AND c.status = 'confirmed' AND c.turn > w.turn`
	countUntold   = `SELECT count(*) FROM booking WHERE session_id = $1 AND untold = $2`
	countDay      = `SELECT coalesce(sum(bookings), 0) FROM booking_day WHERE on_day = $1`
	countContact  = `SELECT count(*) FROM booking WHERE contact_hash = $1 AND status <> 'cancelled'`
	countTraces   = `SELECT (SELECT count(*) FROM booking WHERE id = $1 AND (contact_sealed IS NOT NULL OR answers_sealed IS NOT NULL OR locale <> '' OR contact_hash IS NOT NULL))
	+ (SELECT count(*) FROM booking_key WHERE booking_id = $1) + (SELECT count(*) FROM booking_day WHERE contact_hash = $2)`
	readTurn    = `SELECT turn FROM booking WHERE id = $1`
	readSkips   = `SELECT skips FROM booking WHERE id = $1`
	readStatus  = `SELECT status FROM booking WHERE id = $1`
	readSeats   = `SELECT capacity - taken FROM seat WHERE session_id = $1`
	insertNaive = `INSERT INTO test_sold (n) VALUES ($1)`
	createNaive = `CREATE TABLE test_sold (n TEXT PRIMARY KEY)`
	countNaive  = `SELECT count(*) FROM test_sold`
)

// tampering is what somebody who rules the database could do and Verify must find.
var tampering = []string{
	`UPDATE seat SET taken = taken + 1`,
	`UPDATE booking SET status = 'cancelled', cancelled_by = 'host' WHERE status = 'confirmed'`,
	`UPDATE booking SET turn = turn + 5`,
	`UPDATE booking SET contact_hash = contact_sealed`,
	`UPDATE booking SET contact_sealed = contact_hash`,
	`UPDATE seat SET capacity = capacity + 9`,
	`UPDATE session SET cancelled_at = 1, cancel_reason = 'x'`,
}
