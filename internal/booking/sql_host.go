package booking

import (
	"context"
	"database/sql"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const hostSession = `SELECT s.id, s.activity_id, s.starts_at, s.ends_at, s.opens_at, s.closes_at, s.bookable, s.party_max, s.group_min, s.group_max, s.group_unit,
	s.cancelled_at, s.cancel_reason, s.version, c.session_id, c.capacity, c.taken, c.held, c.blocked,
	a.title, a.title_en, a.edition_id, a.venue, u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind
FROM session s JOIN seat c ON c.session_id = s.id JOIN activity a ON a.id = s.activity_id JOIN edition e ON e.id = a.edition_id JOIN unit u ON u.id = a.unit_id
WHERE s.bookable AND a.state <> 'unpublished' AND e.status <> 'draft' AND /*where*/TRUE`

const (
	hostSessionsAhead = hostSession + ` ORDER BY s.starts_at, s.id LIMIT $1`
	hostSessionsPast  = hostSession + ` ORDER BY s.starts_at DESC, s.id DESC LIMIT $1`
)

// hostTallies counts the bookings of sessions. Offers are apart from bookings that wait for the host.
const hostTallies = `SELECT session_id, CASE WHEN status = 'pending' AND offer_until > 0 THEN 'offered' ELSE status END, count(*), CAST(sum(party_size) AS BIGINT),
	count(contact_sealed), count(CASE WHEN reachable AND contact_sealed IS NOT NULL THEN 1 END)
FROM booking WHERE /*where*/TRUE GROUP BY session_id, CASE WHEN status = 'pending' AND offer_until > 0 THEN 'offered' ELSE status END`

const hostBookings = `SELECT b.id, b.session_id, b.turn, b.code, b.status, b.party_size, b.seats, b.grouped, b.contact_sealed, b.answers_sealed, b.source, b.created_at, b.changed_at,
	b.cancelled_by, b.version, b.offer_until, b.skips, b.skip_left, b.untold, b.reachable
FROM booking b WHERE b.session_id = $1 AND b.turn > $2 AND /*where*/TRUE ORDER BY b.turn LIMIT $3`

const waitingBefore = `SELECT count(*) FROM booking WHERE session_id = $1 AND status = 'waitlisted' AND turn < $2`

const countOf = `SELECT count(*) FROM booking b WHERE /*where*/TRUE`

const hostActivities = `SELECT a.id, a.title, a.title_en FROM activity a JOIN edition e ON e.id = a.edition_id
WHERE a.unit_id = $1 AND a.state <> 'unpublished' AND e.status <> 'draft' AND EXISTS (SELECT 1 FROM session s WHERE s.activity_id = a.id AND s.bookable AND s.ends_at > $2)
ORDER BY a.title, a.id LIMIT $3`

// inSight are the sessions of the actor's unit, and unless own those of the units in sight.
func inSight(a actor.Actor, own bool) *sqldb.Where {
	mine := &sqldb.Where{}
	if a.IsStaff() && a.UnitID != "" {
		mine.And("a.unit_id = ?", a.UnitID)
	} else {
		mine.Nothing()
	}
	if own {
		return (&sqldb.Where{}).Any(mine)
	}
	return (&sqldb.Where{}).Any(actor.Sight(a).SQL(actor.UnitColumns("u")), mine)
}

// ofActivity are the sessions of one activity, past and to come.
func ofActivity(a actor.Actor, activityID string) *sqldb.Where {
	return inSight(a, false).And("s.activity_id = ?", activityID)
}

// where gives the sessions that a filter chooses among those in the actor's sight.
func (f HostFilter) where(a actor.Actor, now clock.Instant) *sqldb.Where {
	w := inSight(a, f.Own)
	if f.SessionID != "" {
		return w.And("s.id = ?", f.SessionID)
	}
	after := "(s.starts_at, s.id) > (p.starts_at, p.id)"
	if f.Past {
		after = "(s.starts_at, s.id) < (p.starts_at, p.id)"
		w.And("s.ends_at <= ?", int64(now))
	} else {
		// The first condition follows from the second and lets an index begin there.
		w.And("s.starts_at > ?", int64(now.Add(-longestSession))).And("s.ends_at > ?", int64(now))
	}
	if f.After != "" {
		w.And("EXISTS (SELECT 1 FROM session p WHERE p.id = ? AND "+after+")", f.After)
	}
	if f.ActivityID != "" {
		w.And("s.activity_id = ?", f.ActivityID)
	}
	if f.Day != "" {
		w.And("s.starts_at >= ? AND s.starts_at < ?", int64(f.Day.Start()), int64(f.Day.End()))
	}
	if prefix := actor.RegionPrefix(f.Region); prefix != "" {
		w.And("u.region_code >= ? AND u.region_code < ?", prefix, prefix+":")
	}
	switch f.State {
	case HostPending:
		w.And("EXISTS (SELECT 1 FROM booking b WHERE b.session_id = s.id AND b.status = 'pending' AND b.offer_until = 0)")
	case HostWaiting:
		w.And("EXISTS (SELECT 1 FROM booking b WHERE b.session_id = s.id AND b.status = 'waitlisted')")
	case HostFull:
		w.And("s.cancelled_at = 0 AND c.taken + c.held + c.blocked >= c.capacity")
	case HostOpen:
		w.And("s.cancelled_at = 0 AND c.taken + c.held + c.blocked < c.capacity")
	case HostCalledOff:
		w.And("s.cancelled_at <> 0")
	}
	return w
}

func listHostSessions(ctx context.Context, q sqldb.Querier, query string, where *sqldb.Where, limit int) ([]HostSession, error) {
	query, args := where.Apply(query, limit)
	return sqldb.List(ctx, q, func(row *sql.Rows) (h HostSession, err error) {
		s := &h.Session
		err = row.Scan(&s.ID, &s.ActivityID, &s.Starts, &s.Ends, &s.Opens, &s.Closes, &s.Bookable, &s.PartyMax, &s.GroupMin, &s.GroupMax, &s.GroupUnit,
			&s.CancelledAt, &s.CancelReason, &s.Version, &s.Seat.SessionID, &s.Seat.Capacity, &s.Seat.Taken, &s.Seat.Held, &s.Seat.Blocked,
			&h.Title, &h.TitleEN, &h.EditionID, &h.Venue, &h.Unit.ID, &h.Unit.Name, &h.Unit.NameEN, &h.Unit.Place.Region, &h.Unit.Place.Line, &h.Unit.Place.Tier, &h.Unit.Place.Kind)
		s.Capacity = s.Seat.Capacity
		return h, err
	}, query, args...)
}

// talliesOf counts the bookings of sessions by their ids.
func talliesOf(ctx context.Context, q sqldb.Querier, sessionIDs []string) (map[string]Tally, error) {
	all := map[string]Tally{}
	if len(sessionIDs) == 0 {
		return all, nil
	}
	query, args := (&sqldb.Where{}).In("session_id", sessionIDs).Apply(hostTallies)
	_, err := sqldb.List(ctx, q, func(row *sql.Rows) (sessionID string, err error) {
		var state string
		var p Parties
		if err := row.Scan(&sessionID, &state, &p.Count, &p.People, &p.Named, &p.Reached); err != nil {
			return "", err
		}
		t := all[sessionID]
		switch state {
		case "offered":
			t.Offered = p
		case string(Pending):
			t.Pending = p
		case string(Waitlisted):
			t.Waiting = p
		case string(Cancelled):
			t.Cancelled = p
		default:
			t.Confirmed = p
		}
		all[sessionID] = t
		return sessionID, nil
	}, query, args...)
	return all, err
}

// hostRow is a booking as it is stored, for its host.
type hostRow struct {
	HostBooking
	contact, answers []byte
}

// bookingChoice narrows the bookings of a session. An empty field does not restrict.
type bookingChoice struct {
	id      string
	status  Status
	active  bool   // without those that were cancelled
	contact []byte // the hash of a telephone number
	tail    string // of a code, or all of it
}

func (c bookingChoice) where() *sqldb.Where {
	w := &sqldb.Where{}
	if c.id != "" {
		w.And("b.id = ?", c.id)
	}
	if c.status != "" {
		w.And("b.status = ?", string(c.status))
	}
	if c.active {
		w.And("b.status <> 'cancelled'")
	}
	if c.contact != nil {
		w.And("b.contact_hash = ?", c.contact)
	}
	if c.tail != "" { // letters and digits only
		w.And("b.code LIKE ?", "%"+c.tail)
	}
	return w
}

func listHostRows(ctx context.Context, q sqldb.Querier, sessionID string, after int64, c bookingChoice, limit int) ([]hostRow, error) {
	query, args := c.where().Apply(hostBookings, sessionID, after, limit)
	return sqldb.List(ctx, q, func(row *sql.Rows) (r hostRow, err error) {
		return r, row.Scan(&r.ID, &r.SessionID, &r.Turn, &r.Code, &r.Status, &r.Party, &r.Seats, &r.Group, &r.contact, &r.answers, &r.Source, &r.CreatedAt, &r.ChangedAt,
			&r.By, &r.Version, &r.OfferUntil, &r.Skips, &r.SkipLeft, &r.Untold, &r.Reachable)
	}, query, args...)
}

func countBookings(ctx context.Context, q sqldb.Querier, sessionIDs []string) (n int64, err error) {
	query, args := (&sqldb.Where{}).In("b.session_id", sessionIDs).Apply(countOf)
	return n, q.QueryRow(ctx, query, args...).Scan(&n)
}

func listHostActivities(ctx context.Context, q sqldb.Querier, unitID string, since clock.Instant, limit int) ([]HostActivity, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (h HostActivity, err error) {
		return h, row.Scan(&h.ID, &h.Title, &h.TitleEN)
	}, hostActivities, unitID, int64(since), limit)
}
