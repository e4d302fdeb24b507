package activity

import (
	"context"
	"database/sql"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

const itemFrom = ` FROM activity a JOIN activity_draft d ON d.activity_id = a.id JOIN unit u ON u.id = a.unit_id LEFT JOIN guest_host g ON g.id = a.guest_host_id`

const findItems = `SELECT a.id, a.edition_id, u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind, coalesce(g.name, ''),
	CASE WHEN a.state = 'unpublished' THEN d.title ELSE a.title END, CASE WHEN a.state = 'unpublished' THEN d.method_id ELSE a.method_id END,
	CASE WHEN a.state = 'unpublished' THEN d.region_code ELSE a.region_code END, a.state, d.state,
	(SELECT count(*) FROM session s WHERE s.activity_id = a.id AND s.cancelled_at = 0),
	(SELECT coalesce(min(s.starts_at), 0) FROM session s WHERE s.activity_id = a.id AND s.cancelled_at = 0),
	(SELECT coalesce(max(s.starts_at), 0) FROM session s WHERE s.activity_id = a.id AND s.cancelled_at = 0), d.saved_at` + itemFrom + `
WHERE /*where*/TRUE ORDER BY d.saved_at DESC, a.id DESC LIMIT $1`

// placeOf is the region that an activity is looked for in.
const placeOf = `CASE WHEN a.state <> 'unpublished' THEN a.region_code WHEN d.region_code <> '' THEN d.region_code ELSE u.region_code END`

const countItemsBy = `SELECT a.state, d.state, count(*)` + itemFrom + ` WHERE /*where*/TRUE GROUP BY a.state, d.state`

// where gives the filter as a condition within what the actor may see.
func (f Entered) where(a actor.Actor, states bool) (*sqldb.Where, error) {
	w := &sqldb.Where{}
	seen := actor.Sight(a).SQL(actor.UnitColumns("u"))
	if a.Class != actor.System {
		seen.And("a.versions > 0")
	}
	w.Any(seen, ofUnit(a))
	for _, one := range []struct{ condition, value string }{
		{"a.edition_id = ?", f.EditionID}, {"a.unit_id = ?", f.UnitID},
		{"CASE WHEN a.state = 'unpublished' THEN d.method_id ELSE a.method_id END = ?", f.MethodID},
	} {
		if one.value != "" {
			w.And(one.condition, one.value)
		}
	}
	if f.Own {
		w.Any(ofUnit(a))
	}
	if prefix := actor.RegionPrefix(f.Region); prefix != "" {
		w.And(placeOf+" >= ? AND "+placeOf+" < ?", prefix, prefix+":")
	}
	if f.TopicID != "" {
		// Topics of what is not public stand in the draft's text; an id stands nowhere else in it.
		w.And("CASE WHEN a.state = 'unpublished' THEN d.content LIKE ? ESCAPE '!' ELSE EXISTS (SELECT 1 FROM activity_topic t WHERE t.activity_id = a.id AND t.topic_id = ?) END",
			sqldb.LikePart(f.TopicID), f.TopicID)
	}
	if f.Text != "" {
		w.And("CASE WHEN a.state = 'unpublished' THEN d.title ELSE a.title END LIKE ? ESCAPE '!'", sqldb.LikePart(line(f.Text)))
	}
	if f.After != "" {
		if !id.Valid(f.After) {
			return nil, errs.Invalid("activity.page_malformed")
		}
		w.And("EXISTS (SELECT 1 FROM activity_draft b WHERE b.activity_id = ? AND (d.saved_at, a.id) < (b.saved_at, b.activity_id))", f.After)
	}
	if states && len(f.States) > 0 {
		w.In("a.state", plain(f.States))
	}
	if states && len(f.Drafts) > 0 {
		w.In("d.state", plain(f.Drafts))
	}
	return w, nil
}

func ofUnit(a actor.Actor) *sqldb.Where {
	if !a.IsStaff() || a.UnitID == "" {
		return (&sqldb.Where{}).Nothing()
	}
	return (&sqldb.Where{}).And("a.unit_id = ?", a.UnitID)
}

func only(activityID string) *sqldb.Where { return (&sqldb.Where{}).And("a.id = ?", activityID) }

// itemsByID gives some items, whoever asks, by id.
func itemsByID(ctx context.Context, q sqldb.Querier, ids []string) (map[string]Item, error) {
	list, err := listItems(ctx, q, (&sqldb.Where{}).In("a.id", ids), len(ids))
	items := make(map[string]Item, len(list))
	for _, item := range list {
		items[item.ID] = item
	}
	return items, err
}

func plain[T ~string](list []T) (texts []string) {
	for _, one := range list {
		texts = append(texts, string(one))
	}
	return texts
}

func listItems(ctx context.Context, q sqldb.Querier, where *sqldb.Where, limit int) ([]Item, error) {
	query, args := where.Apply(findItems, limit)
	return sqldb.List(ctx, q, func(row *sql.Rows) (i Item, err error) {
		return i, row.Scan(&i.ID, &i.EditionID, &i.Unit.ID, &i.Unit.Name, &i.Unit.NameEN, &i.Unit.Place.Region, &i.Unit.Place.Line, &i.Unit.Place.Tier, &i.Unit.Place.Kind,
			&i.GuestName, &i.Title, &i.MethodID, &i.Region, &i.State, &i.Draft, &i.Sessions, &i.First, &i.Last, &i.SavedAt)
	}, query, args...)
}

func countItems(ctx context.Context, q sqldb.Querier, where *sqldb.Where) (c Counts, err error) {
	type group struct {
		state State
		draft DraftState
		n     int
	}
	query, args := where.Apply(countItemsBy)
	groups, err := sqldb.List(ctx, q, func(row *sql.Rows) (g group, err error) { return g, row.Scan(&g.state, &g.draft, &g.n) }, query, args...)
	c = Counts{States: map[State]int{}, Drafts: map[DraftState]int{}}
	for _, g := range groups {
		c.Total, c.States[g.state], c.Drafts[g.draft] = c.Total+g.n, c.States[g.state]+g.n, c.Drafts[g.draft]+g.n
	}
	return c, err
}

// findNeighbours lists, by day, what a unit has entered in an edition for the same host on days on which
// an activity is held too.
const findNeighbours = `SELECT a.id, CASE WHEN a.state = 'unpublished' THEN d.title ELSE a.title END, a.state, d.state, s.starts_at
FROM activity a JOIN activity_draft d ON d.activity_id = a.id JOIN session s ON s.activity_id = a.id
WHERE a.unit_id = $1 AND a.edition_id = $2 AND a.id <> $3 AND coalesce(a.guest_host_id, '') = $4 AND a.state <> 'cancelled' AND d.state <> 'declined'
AND s.cancelled_at = 0 ORDER BY s.starts_at, a.id LIMIT 20000`

func listNeighbours(ctx context.Context, q sqldb.Querier, r row) (list []Double, err error) {
	own, err := listSessions(ctx, q, sessionsOf, r.ID)
	if err != nil {
		return nil, err
	}
	held := map[string]bool{}
	for _, one := range own {
		if !one.Cancelled() {
			held[string(one.Day())] = true
		}
	}
	all, err := sqldb.List(ctx, q, func(row *sql.Rows) (d Double, err error) {
		var s Session
		err = row.Scan(&d.ID, &d.Title, &d.State, &d.Draft, &s.Starts)
		d.Day = s.Day()
		return d, err
	}, findNeighbours, r.Unit.ID, r.EditionID, r.ID, r.Guest.ID)
	for _, d := range all {
		if held[string(d.Day)] {
			list = append(list, d)
		}
	}
	return list, err
}

const wordsOf = `SELECT CASE WHEN a.state = 'unpublished' THEN d.title ELSE a.title END, u.name FROM activity a JOIN activity_draft d ON d.activity_id = a.id JOIN unit u ON u.id = a.unit_id WHERE a.id = $1`

// oldestWaiting lists, for each unit, what has been open for its review since before an instant.
const oldestWaiting = `SELECT p.unit_id, p.id, p.opened_at, (SELECT count(*) FROM review_step x WHERE x.unit_id = p.unit_id AND x.state = 'open' AND x.subject_kind = 'activity' AND x.opened_at <= $1)
FROM review_step p WHERE p.state = 'open' AND p.subject_kind = 'activity' AND p.opened_at <= $1
AND NOT EXISTS (SELECT 1 FROM review_step b WHERE b.unit_id = p.unit_id AND b.state = 'open' AND b.subject_kind = 'activity' AND (b.opened_at, b.id) < (p.opened_at, p.id))
ORDER BY p.unit_id`
