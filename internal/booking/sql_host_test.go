package booking_test

const (
	countEntries = `SELECT count(*) FROM audit_entry WHERE action = $1 AND subject_id = $2`
	sumEntries   = `SELECT coalesce(sum(count), 0) FROM audit_entry WHERE action = $1 AND subject_id = $2`
	countMarks   = `SELECT count(*) FROM booking_notice_to`
)
