package activity

import (
	"context"
	"database/sql"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const findListed = `SELECT activity_id, shown, unit_id, guest_host_id, region_code, method_id, mode, topics, audience, lng, lat
FROM listing WHERE edition_id = $1 AND rev > $2 ORDER BY activity_id`

const findListedDays = `SELECT d.key, d.activity_id, d.held_on FROM listing l JOIN listing_day d ON d.activity_id = l.activity_id
WHERE l.edition_id = $1 AND l.rev > $2 AND l.shown ORDER BY d.activity_id, d.held_on`

// listed is a row of listing.
type listed struct {
	activityID, editionID, unitID, guestID, region, methodID, mode, topics, audience string
	rev                                                                              int64
	shown                                                                            bool
	point                                                                            Point
}

// listedDay is a row of listing_day.
type listedDay struct {
	key        int64
	activityID string
	on         clock.Day
}

func listListed(ctx context.Context, q sqldb.Querier, editionID string, since int64) ([]listed, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (l listed, err error) {
		return l, row.Scan(&l.activityID, &l.shown, &l.unitID, &l.guestID, &l.region, &l.methodID, &l.mode, &l.topics, &l.audience, &l.point.Lng, &l.point.Lat)
	}, findListed, editionID, since)
}

func listDays(ctx context.Context, q sqldb.Querier, editionID string, since int64) ([]listedDay, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (d listedDay, err error) {
		return d, row.Scan(&d.key, &d.activityID, &d.on)
	}, findListedDays, editionID, since)
}

const upsertListing = `INSERT INTO listing (activity_id, edition_id, rev, shown, unit_id, guest_host_id, region_code, method_id, mode, topics, audience, lng, lat)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (activity_id) DO UPDATE SET rev = excluded.rev, shown = excluded.shown, unit_id = excluded.unit_id, guest_host_id = excluded.guest_host_id,
	region_code = excluded.region_code, method_id = excluded.method_id, mode = excluded.mode, topics = excluded.topics, audience = excluded.audience,
	lng = excluded.lng, lat = excluded.lat`

const deleteDays = `DELETE FROM listing_day WHERE /*where*/TRUE`

const insertDay = `INSERT INTO listing_day (key, activity_id, held_on) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`

// What a listing is made of: the published content of some activities.
const findListable = `SELECT a.id, a.edition_id, a.state, a.unit_id, coalesce(a.guest_host_id, ''), coalesce(a.region_code, ''), coalesce(a.method_id, ''), a.mode, a.lng, a.lat,
	a.title, a.title_en, a.summary, a.summary_en, a.description, a.venue, a.address, u.name, coalesce(g.name, ''), coalesce(m.name, ''), coalesce(r.name, ''), coalesce(p.name, '')
FROM activity a JOIN unit u ON u.id = a.unit_id LEFT JOIN guest_host g ON g.id = a.guest_host_id LEFT JOIN edition_item m ON m.id = a.method_id
LEFT JOIN region r ON r.code = a.region_code LEFT JOIN region p ON p.code = r.parent_code
WHERE /*where*/TRUE ORDER BY a.id`

const findListableTopics = `SELECT t.activity_id, t.topic_id, i.name FROM activity_topic t JOIN edition_item i ON i.id = t.topic_id WHERE /*where*/TRUE ORDER BY t.activity_id, i.position, i.id`

const findListableAudiences = `SELECT activity_id, audience FROM activity_audience WHERE /*where*/TRUE ORDER BY activity_id, audience`

const findListableSessions = `SELECT activity_id, starts_at, ends_at FROM session WHERE /*where*/TRUE AND cancelled_at = 0 ORDER BY activity_id, starts_at, id`

const findShown = `SELECT a.id FROM activity a WHERE a.edition_id = $1 AND a.state = 'published' AND a.id > $2 ORDER BY a.id LIMIT $3`

const findEditions = `SELECT DISTINCT edition_id FROM activity ORDER BY edition_id`

const hideListings = `UPDATE listing SET shown = FALSE, rev = $2 WHERE edition_id = $1`

const deleteDaysOfEdition = `DELETE FROM listing_day WHERE activity_id IN (SELECT activity_id FROM listing WHERE edition_id = $1)`

// listable is an activity with all that its listing is made of.
type listable struct {
	listed
	state                                                           State
	title, titleEN, summary, summaryEN, description, venue, address string
	unitName, guestName, methodName, regionName, aroundName         string
	topicNames                                                      []string
	times                                                           [][2]clock.Instant
	held                                                            []heldDay // made of times
}

func listListable(ctx context.Context, q sqldb.Querier, ids []string) ([]listable, error) {
	query, args := (&sqldb.Where{}).In("a.id", ids).Apply(findListable)
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (l listable, err error) {
		return l, row.Scan(&l.activityID, &l.editionID, &l.state, &l.unitID, &l.guestID, &l.region, &l.methodID, &l.mode, &l.point.Lng, &l.point.Lat,
			&l.title, &l.titleEN, &l.summary, &l.summaryEN, &l.description, &l.venue, &l.address, &l.unitName, &l.guestName, &l.methodName, &l.regionName, &l.aroundName)
	}, query, args...)
	if err != nil {
		return nil, err
	}
	at := make(map[string]*listable, len(list))
	for i := range list {
		at[list[i].activityID] = &list[i]
	}
	query, args = (&sqldb.Where{}).In("t.activity_id", ids).Apply(findListableTopics)
	type pair struct{ id, one, name string }
	topics, err := sqldb.List(ctx, q, func(row *sql.Rows) (p pair, err error) { return p, row.Scan(&p.id, &p.one, &p.name) }, query, args...)
	if err != nil {
		return nil, err
	}
	for _, t := range topics {
		l := at[t.id]
		l.topics, l.topicNames = strings.TrimPrefix(l.topics+" "+t.one, " "), append(l.topicNames, t.name)
	}
	query, args = (&sqldb.Where{}).In("activity_id", ids).Apply(findListableAudiences)
	audiences, err := sqldb.List(ctx, q, func(row *sql.Rows) (p pair, err error) { return p, row.Scan(&p.id, &p.one) }, query, args...)
	if err != nil {
		return nil, err
	}
	for _, a := range audiences {
		l := at[a.id]
		l.audience = strings.TrimPrefix(l.audience+" "+a.one, " ")
	}
	query, args = (&sqldb.Where{}).In("activity_id", ids).Apply(findListableSessions)
	type run struct {
		id    string
		times [2]clock.Instant
	}
	runs, err := sqldb.List(ctx, q, func(row *sql.Rows) (r run, err error) { return r, row.Scan(&r.id, &r.times[0], &r.times[1]) }, query, args...)
	for _, r := range runs {
		at[r.id].times = append(at[r.id].times, r.times)
	}
	return list, err
}

func writeListingsTx(ctx context.Context, tx *sqldb.Tx, list []listable) error {
	if len(list) == 0 {
		return nil
	}
	ids, rows := make([]string, len(list)), make([][]any, len(list))
	for i, l := range list {
		ids[i] = l.activityID
		rows[i] = []any{l.activityID, l.editionID, l.rev, l.shown, l.unitID, l.guestID, l.region, l.methodID, l.mode, l.topics, l.audience, l.point.Lng, l.point.Lat}
	}
	if _, err := tx.InsertMany(ctx, upsertListing, rows); err != nil {
		return err
	}
	query, args := (&sqldb.Where{}).In("activity_id", ids).Apply(deleteDays)
	_, err := tx.Exec(ctx, query, args...)
	return err
}
