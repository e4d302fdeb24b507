package visit

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

const insertAllotment = `INSERT INTO visit_allotment (id, booking_id, unit_id, region_code, note, seats, state, deadline, reason, created_by, created_at, answered_at, version)
VALUES ($1, $2, $3, $4, $5, $6, 'invited', $7, '', $8, $9, 0, 1)`

// answerAllotment changes an invitation that is in one of two states.
const answerAllotment = `UPDATE visit_allotment SET state = $2, reason = $3, answered_at = $4, version = version + 1 WHERE id = $1 AND state IN ($5, $6)`

const getAllotment = `SELECT l.id, l.booking_id, u.id, u.name, u.name_en, l.region_code, l.note, l.seats, l.state, l.deadline, l.reason, l.created_at, l.answered_at, l.version
FROM visit_allotment l JOIN unit u ON u.id = l.unit_id WHERE l.id = $1`

const dueAllotments = `SELECT id FROM visit_allotment WHERE state IN ('invited', 'accepted') AND deadline <= $1 ORDER BY deadline, id LIMIT $2`

// findRooms are sessions to come with room for the smallest class that they take.
const findRooms = `SELECT s.id, s.activity_id, a.title, a.title_en, u.id, u.name, u.name_en, a.venue, coalesce(a.region_code, ''), s.starts_at, s.ends_at, s.group_min, s.group_max, s.group_unit,
	c.capacity - c.taken - c.held - c.blocked
FROM session s JOIN seat c ON c.session_id = s.id JOIN activity a ON a.id = s.activity_id JOIN unit u ON u.id = a.unit_id JOIN edition e ON e.id = a.edition_id
WHERE a.edition_id = $1 AND a.state = 'published' AND e.status = 'published' AND s.cancelled_at = 0 AND s.bookable AND s.group_max > 0 AND s.starts_at > $2
	AND c.capacity - c.taken - c.held - c.blocked >= (CASE WHEN s.group_unit = 'groups' THEN 1 ELSE s.group_min END) AND /*where*/TRUE ORDER BY s.starts_at, s.id LIMIT $3`

func allotmentByID(ctx context.Context, q sqldb.Querier, allotmentID string) (l Allotment, err error) {
	if !id.Valid(allotmentID) {
		return Allotment{}, errs.NotFound("visit.invitation_not_found")
	}
	var visitID string
	err = q.QueryRow(ctx, getAllotment, allotmentID).Scan(&l.ID, &visitID, &l.Bureau.ID, &l.Bureau.Name, &l.Bureau.NameEN, &l.Region, &l.Note, &l.Seats, &l.State, &l.Deadline, &l.Reason,
		&l.CreatedAt, &l.Answered, &l.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return Allotment{}, errs.NotFound("visit.invitation_not_found")
	}
	if err != nil {
		return Allotment{}, err
	}
	v, err := visitByID(ctx, q, visitID)
	l.Visit = v.Visit
	return l, err
}

// roomsWithin are sessions that are held in the prefecture in which a bureau stands.
func roomsWithin(region string) *sqldb.Where {
	prefecture := actor.RegionPrefix(region)
	prefecture = prefecture[:min(len(prefecture), 4)]
	return (&sqldb.Where{}).And("a.region_code >= ? AND a.region_code < ?", prefecture, prefecture+":")
}

// roomIs restricts sessions to one.
func roomIs(w *sqldb.Where, sessionID string) *sqldb.Where { return w.And("s.id = ?", sessionID) }

// within joins the filter to a condition.
func (f RoomFilter) within(w *sqldb.Where) *sqldb.Where {
	if f.Day != "" {
		w.And("s.starts_at >= ? AND s.starts_at < ?", int64(f.Day.Start()), int64(f.Day.End()))
	}
	if f.Text != "" {
		w.And("(a.title LIKE ? ESCAPE '!' OR u.name LIKE ? ESCAPE '!')", sqldb.LikePart(f.Text), sqldb.LikePart(f.Text))
	}
	return w
}

func listRooms(ctx context.Context, q sqldb.Querier, w *sqldb.Where, editionID string, now clock.Instant, limit int) ([]Room, error) {
	query, args := w.Apply(findRooms, editionID, int64(now), limit)
	return sqldb.List(ctx, q, func(row *sql.Rows) (r Room, err error) {
		return r, row.Scan(&r.SessionID, &r.ActivityID, &r.Title, &r.TitleEN, &r.Host.ID, &r.Host.Name, &r.Host.NameEN, &r.Venue, &r.Region, &r.Starts, &r.Ends,
			&r.GroupMin, &r.GroupMax, &r.GroupUnit, &r.Left)
	}, query, args...)
}
