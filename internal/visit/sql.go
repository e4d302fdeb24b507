package visit

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const visitColumns = `v.booking_id, v.activity_id, b.session_id, coalesce(v.school_id, ''), v.school_name, coalesce(x.name_en, ''), v.region_code, v.grade, v.pupils, v.adults,
	v.needs_sealed, v.transport, v.language, v.filled_at, v.reason, v.decided_at, v.created_at, v.version,
	b.status, b.code, b.seats, b.party_size, b.offer_until,
	CASE WHEN b.status = 'waitlisted' THEN (SELECT count(*) FROM booking w WHERE w.session_id = b.session_id AND w.status = 'waitlisted' AND w.turn <= b.turn) ELSE 0 END,
	a.title, a.title_en, u.id, u.name, u.name_en, a.venue, a.address, s.starts_at, s.ends_at, s.closes_at, s.cancelled_at, s.cancel_reason,
	coalesce(t.names, 0), coalesce(t.shown, FALSE), coalesce(l.id, ''), coalesce(l.state, '')`

const visitTables = ` FROM visit v JOIN booking b ON b.id = v.booking_id JOIN session s ON s.id = b.session_id JOIN activity a ON a.id = v.activity_id JOIN unit u ON u.id = a.unit_id
LEFT JOIN unit x ON x.id = v.school_id LEFT JOIN visit_roster t ON t.booking_id = v.booking_id LEFT JOIN visit_allotment l ON l.booking_id = v.booking_id `

const getVisit = `SELECT ` + visitColumns + visitTables + `WHERE v.booking_id = $1`

// findVisits has those first that wait for the host.
const findVisits = `SELECT ` + visitColumns + visitTables + `WHERE /*where*/TRUE ORDER BY (CASE WHEN b.status = 'pending' AND v.filled_at > 0 THEN 0 ELSE 1 END), s.starts_at, v.booking_id LIMIT $1`

const countVisits = `SELECT b.status, b.offer_until > 0, v.filled_at > 0, v.decided_at > 0 AND v.reason <> '', coalesce(l.state, ''), count(*)` + visitTables + `WHERE /*where*/TRUE GROUP BY 1, 2, 3, 4, 5`

const insertVisit = `INSERT INTO visit (booking_id, activity_id, school_id, school_name, school_key, region_code, grade, pupils, adults, needs_sealed, transport, language,
	filled_at, reason, decided_by, decided_at, created_at, version)
VALUES ($1, $2, nullif($3, ''), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '', 0, $14, 1)`

const fillVisit = `UPDATE visit SET grade = $2, pupils = $3, adults = $4, needs_sealed = $5, transport = $6, language = $7, filled_at = $8, version = version + 1
WHERE booking_id = $1 AND filled_at = 0`

const resizeVisit = `UPDATE visit SET pupils = $2, adults = $3, version = version + 1 WHERE booking_id = $1`

const decideVisit = `UPDATE visit SET reason = $2, decided_by = $3, decided_at = $4, version = version + 1 WHERE booking_id = $1`

// holdSchool holds a school's row of an activity until the end of the transaction.
const holdSchool = `INSERT INTO visit_school (activity_id, school_key, claims) VALUES ($1, $2, 1)
ON CONFLICT (activity_id, school_key) DO UPDATE SET claims = visit_school.claims + 1`

const countSchool = `SELECT count(*) FROM visit v JOIN booking b ON b.id = v.booking_id WHERE v.activity_id = $1 AND v.school_key = $2 AND b.status <> 'cancelled'`

const getRule = `SELECT auto_max, adults_per, visits_max FROM booking_rule WHERE activity_id = $1`

// findSchools gives open schools whose names a teacher may mean.
const findSchools = `SELECT u.id, u.name, u.name_en, u.region_code, r.name, r.name_en FROM unit u JOIN region r ON r.code = u.region_code
WHERE u.closed_at = 0 AND u.kind IN ('school', 'secondary_vocational') AND /*where*/TRUE ORDER BY length(u.name), u.sort_key, u.id LIMIT $1`

const editionOf = `SELECT edition_id FROM activity WHERE id = $1`

// row is a visit as it is stored.
type row struct {
	Visit
	needs []byte
}

func scanVisit(r interface{ Scan(dest ...any) error }) (v row, err error) {
	var status booking.Status
	var allotment AllotmentState
	var cancelledAt clock.Instant
	var why string
	var party int64
	err = r.Scan(&v.ID, &v.ActivityID, &v.SessionID, &v.School.ID, &v.School.Name, &v.School.NameEN, &v.School.Region, &v.Grade, &v.Pupils, &v.Adults,
		&v.needs, &v.Transport, &v.Language, &v.FilledAt, &v.Reason, &v.Decided, &v.CreatedAt, &v.Version,
		&status, &v.Code, &v.Seats, &party, &v.OfferUntil, &v.Position,
		&v.Title, &v.TitleEN, &v.Host.ID, &v.Host.Name, &v.Host.NameEN, &v.Venue, &v.Address, &v.Starts, &v.Ends, &v.Closes, &cancelledAt, &why,
		&v.Roster.Names, &v.Roster.Shown, &v.Allotment, &allotment)
	if party != v.Party() { // the host has given the booking another number of people
		v.Adults = min(v.Adults, party-1)
		v.Pupils = party - v.Adults
	}
	v.State = stateOf(status, v.OfferUntil, v.Filled(), v.Decided > 0 && v.Reason != "", allotment)
	if v.SessionCancelled = cancelledAt > 0; v.SessionCancelled && v.State == Cancelled {
		v.Reason = why
	}
	return v, err
}

func visitByID(ctx context.Context, q sqldb.Querier, visitID string) (row, error) {
	v, err := scanVisit(q.QueryRow(ctx, getVisit, visitID))
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, errNotFound()
	}
	return v, err
}

func listVisits(ctx context.Context, q sqldb.Querier, where *sqldb.Where, limit int) ([]row, error) {
	query, args := where.Apply(findVisits, limit)
	return sqldb.List(ctx, q, func(r *sql.Rows) (row, error) { return scanVisit(r) }, query, args...)
}

// countStates counts visits by their state.
func countStates(ctx context.Context, q sqldb.Querier, where *sqldb.Where) (map[State]int, error) {
	counts := map[State]int{}
	query, args := where.Apply(countVisits)
	_, err := sqldb.List(ctx, q, func(r *sql.Rows) (n int, err error) {
		var status booking.Status
		var offered, filled, declined bool
		var allotment AllotmentState
		if err := r.Scan(&status, &offered, &filled, &declined, &allotment, &n); err != nil {
			return 0, err
		}
		until := clock.Instant(0)
		if offered {
			until = 1
		}
		counts[stateOf(status, until, filled, declined, allotment)] += n
		return n, nil
	}, query, args...)
	return counts, err
}

// stateWhere is the condition of a state, as stateOf derives it.
func stateWhere(w *sqldb.Where, s State) {
	const declined = "(v.decided_at > 0 AND v.reason <> '')"
	switch s {
	case Confirmed, Waitlisted:
		w.And("b.status = ?", string(s))
	case Invited:
		w.And("b.status = 'pending' AND v.filled_at = 0 AND coalesce(l.state, '') <> 'accepted'")
	case Accepted:
		w.And("b.status = 'pending' AND v.filled_at = 0 AND l.state = 'accepted'")
	case Offered:
		w.And("b.status = 'pending' AND v.filled_at > 0 AND b.offer_until > 0")
	case Pending:
		w.And("b.status = 'pending' AND v.filled_at > 0 AND b.offer_until = 0")
	case Declined:
		w.And("b.status = 'cancelled' AND " + declined)
	case Refused:
		w.And("b.status = 'cancelled' AND NOT " + declined + " AND l.state = 'declined'")
	case Withdrawn:
		w.And("b.status = 'cancelled' AND NOT " + declined + " AND l.state = 'withdrawn'")
	case Lapsed:
		w.And("b.status = 'cancelled' AND NOT " + declined + " AND (l.state = 'lapsed' OR b.offer_until > 0 AND coalesce(l.state, '') NOT IN ('declined', 'withdrawn'))")
	case Cancelled:
		w.And("b.status = 'cancelled' AND NOT " + declined + " AND b.offer_until = 0 AND coalesce(l.state, '') NOT IN ('declined', 'withdrawn', 'lapsed')")
	default:
		w.Nothing()
	}
}

func ruleOf(ctx context.Context, q sqldb.Querier, activityID string) (r Rule, err error) {
	err = q.QueryRow(ctx, getRule, activityID).Scan(&r.AutoMax, &r.AdultsPer, &r.VisitsMax)
	if errors.Is(err, sql.ErrNoRows) {
		return Rule{}, nil
	}
	return r, err
}

func (s *Service) insert(ctx context.Context, tx *sqldb.Tx, visitID, activityID string, school School, c Class, filled, now clock.Instant) error {
	_, err := tx.Exec(ctx, insertVisit, visitID, activityID, school.ID, school.Name, school.key(), school.Region, c.Grade, c.Pupils, c.Adults, s.lockNeeds(visitID, c.Needs),
		string(c.Transport), string(c.Language), int64(filled), int64(now))
	return err
}

// searchWords bounds what a search costs.
const searchWords = 5

// named restricts units to those whose names have all words of a text, as they are written or in pinyin.
func named(w *sqldb.Where, text string) *sqldb.Where {
	words := strings.Fields(text)
	for _, word := range words[:min(len(words), searchWords)] {
		w.And("(u.name LIKE ? ESCAPE '!' OR u.search_key LIKE ? ESCAPE '!')", sqldb.LikePart(word), sqldb.LikePart(strings.ToLower(word)))
	}
	return w
}

// unitIs restricts units to one.
func unitIs(w *sqldb.Where, unitID string) *sqldb.Where { return w.And("u.id = ?", unitID) }

// SchoolFound is a registered school with the name of its region.
type SchoolFound struct {
	School
	RegionName, RegionNameEN string
}

func listSchools(ctx context.Context, q sqldb.Querier, where *sqldb.Where, limit int) ([]SchoolFound, error) {
	query, args := where.Apply(findSchools, limit)
	return sqldb.List(ctx, q, func(r *sql.Rows) (f SchoolFound, err error) {
		return f, r.Scan(&f.ID, &f.Name, &f.NameEN, &f.Region, &f.RegionName, &f.RegionNameEN)
	}, query, args...)
}
