package booking_test

import (
	"database/sql"
	"testing"

	"openweek/internal/sqldb"
)

const (
	identified     = `SELECT count(*) FROM booking WHERE contact_sealed IS NOT NULL OR contact_hash IS NOT NULL OR answers_sealed IS NOT NULL OR locale <> ''`
	countDays      = `SELECT count(*) FROM booking_day`
	sealedContacts = `SELECT contact_sealed FROM booking WHERE contact_sealed IS NOT NULL`
	sealedAnswers  = `SELECT answers_sealed FROM booking WHERE answers_sealed IS NOT NULL`
)

func blobs(t testing.TB, q sqldb.Querier, query string) [][]byte {
	t.Helper()
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (b []byte, err error) { return b, row.Scan(&b) }, query)
	must(t, err)
	return list
}

// endUnseen is what a job would do that has looked at an offer before, and not under its lock.
const endUnseen = `UPDATE booking SET status = 'cancelled', cancelled_by = 'booker' WHERE id = $1`

// What somebody who rules the database could do and Verify must find.
const (
	strayLetter = `UPDATE outside_letter SET subject_id = id`
	strayCall   = `UPDATE booking_call SET session_id = (SELECT max(id) FROM session)`
	strayOffer  = `UPDATE booking SET offer_until = 1`
)
