package unit

import "openweek/internal/sqldb"

const findSignIns = `SELECT p.id, p.sign_in FROM person p WHERE /*where*/TRUE`

const countPeople = `SELECT count(*) FROM person p LEFT JOIN unit u ON u.id = p.unit_id WHERE /*where*/TRUE`

// roleless leaves those who hold no role at all.
func roleless(w *sqldb.Where) *sqldb.Where {
	return w.And("NOT EXISTS (SELECT 1 FROM person_role pr WHERE pr.person_id = p.id)").
		And("NOT EXISTS (SELECT 1 FROM platform_role pl WHERE pl.person_id = p.id)")
}
