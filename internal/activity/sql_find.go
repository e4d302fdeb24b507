package activity

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// findSeats tells of activities what is left of the sessions that overlap a time and are not over. A run
// with free entry counts no seats.
const findSeats = `SELECT s.activity_id, CAST(sum(CASE WHEN s.bookable AND s.closes_at > $1 THEN c.capacity - c.taken - c.held - c.blocked ELSE 0 END) AS BIGINT),
	max(CASE WHEN s.bookable THEN 0 ELSE 1 END)
FROM session s JOIN seat c ON c.session_id = s.id
WHERE s.cancelled_at = 0 AND s.ends_at > $1 AND s.ends_at > $2 AND s.starts_at < $3 AND /*where*/TRUE GROUP BY s.activity_id`

// room is what is left of an activity.
type room struct {
	left int64
	free bool // some run needs no booking
}

func (r room) open() bool { return r.left > 0 || r.free }

func listRooms(ctx context.Context, q sqldb.Querier, ids []string, now, from, to clock.Instant) (map[string]room, error) {
	query, args := (&sqldb.Where{}).In("s.activity_id", ids).Apply(findSeats, int64(now), int64(from), int64(to))
	type line struct {
		id string
		room
	}
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (l line, err error) {
		var free int
		err = row.Scan(&l.id, &l.left, &free)
		l.free = free == 1
		return l, err
	}, query, args...)
	rooms := make(map[string]room, len(list))
	for _, l := range list {
		rooms[l.id] = l.room
	}
	return rooms, err
}

const findPublic = `SELECT a.id, a.title, a.title_en, a.summary, a.summary_en, a.method_id, a.mode, a.region_code, a.venue, a.address, a.lng, a.lat, a.published_at, a.changed_at,
	u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind, coalesce(g.id, ''), coalesce(g.name, ''), coalesce(g.name_en, ''),
	coalesce(p.file_id, ''), coalesce(p.alt, ''), coalesce(p.alt_en, '')
FROM activity a JOIN unit u ON u.id = a.unit_id LEFT JOIN guest_host g ON g.id = a.guest_host_id LEFT JOIN activity_picture p ON p.activity_id = a.id AND p.position = 0
WHERE a.state = 'published' AND /*where*/TRUE`

func listPublic(ctx context.Context, q sqldb.Querier, ids []string) ([]PublicItem, error) {
	query, args := (&sqldb.Where{}).In("a.id", ids).Apply(findPublic)
	return sqldb.List(ctx, q, func(row *sql.Rows) (p PublicItem, err error) {
		return p, row.Scan(&p.ID, &p.Title, &p.TitleEN, &p.Summary, &p.SummaryEN, &p.MethodID, &p.Mode, &p.Venue.Region, &p.Venue.Name, &p.Venue.Address, &p.Venue.Point.Lng, &p.Venue.Point.Lat,
			&p.PublishedAt, &p.ChangedAt, &p.Unit.ID, &p.Unit.Name, &p.Unit.NameEN, &p.Unit.Place.Region, &p.Unit.Place.Line, &p.Unit.Place.Tier, &p.Unit.Place.Kind,
			&p.Guest.ID, &p.Guest.Name, &p.Guest.NameEN, &p.Picture.FileID, &p.Picture.Alt, &p.Picture.AltEN)
	}, query, args...)
}

const findPublicSessions = `SELECT ` + sessionColumns + ` FROM session s JOIN seat c ON c.session_id = s.id WHERE s.cancelled_at = 0 AND /*where*/TRUE ORDER BY s.activity_id, s.starts_at, s.id`

func listPublicSessions(ctx context.Context, q sqldb.Querier, ids []string) ([]Session, error) {
	query, args := (&sqldb.Where{}).In("s.activity_id", ids).Apply(findPublicSessions)
	return listSessions(ctx, q, query, args...)
}

const getPublic = `SELECT a.edition_id, a.state, a.title, a.title_en, a.summary, a.summary_en, a.description, a.description_en, a.method_id, a.form_id, a.form_code, a.values_open, a.mode,
	a.region_code, a.venue, a.address, a.lng, a.lat, a.link, a.contact_office, a.contact_phone, a.safety, a.directions, a.published_at, a.changed_at, a.cancelled_at, a.cancel_reason,
	u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind, coalesce(g.id, ''), coalesce(g.name, ''), coalesce(g.name_en, '')
FROM activity a JOIN edition e ON e.id = a.edition_id JOIN unit u ON u.id = a.unit_id LEFT JOIN guest_host g ON g.id = a.guest_host_id
WHERE a.id = $1 AND a.state <> 'unpublished' AND e.status <> 'draft'`

const publicTopicsOf = `SELECT t.topic_id FROM activity_topic t JOIN edition_item i ON i.id = t.topic_id WHERE t.activity_id = $1 ORDER BY i.position, i.id`

// publicByID reads what the public sees of an activity; formID and values are of the kind's form.
func publicByID(ctx context.Context, q sqldb.Querier, activityID string) (p PublicActivity, formID, values string, err error) {
	p.ID = activityID
	c := &p.Content
	err = q.QueryRow(ctx, getPublic, activityID).Scan(&p.EditionID, &p.State, &c.Title, &c.TitleEN, &c.Summary, &c.SummaryEN, &c.Description, &c.DescriptionEN,
		&c.MethodID, &formID, &c.Kind, &values, &c.Mode, &c.Venue.Region, &c.Venue.Name, &c.Venue.Address, &c.Venue.Point.Lng, &c.Venue.Point.Lat, &c.Link,
		&c.Contact.Office, &c.Contact.Phone, &c.Safety, &c.Access, &p.PublishedAt, &p.ChangedAt, &p.CancelledAt, &p.Reason,
		&p.Unit.ID, &p.Unit.Name, &p.Unit.NameEN, &p.Unit.Place.Region, &p.Unit.Place.Line, &p.Unit.Place.Tier, &p.Unit.Place.Kind, &p.Guest.ID, &p.Guest.Name, &p.Guest.NameEN)
	if errors.Is(err, sql.ErrNoRows) {
		return PublicActivity{}, "", "", errNotFound()
	}
	if err != nil {
		return PublicActivity{}, "", "", err
	}
	c.Contact.Confirmed = c.Contact != Contact{}
	if c.TopicIDs, err = texts(ctx, q, publicTopicsOf, activityID); err != nil {
		return PublicActivity{}, "", "", err
	}
	audiences, err := texts(ctx, q, audiencesOf, activityID)
	if err != nil {
		return PublicActivity{}, "", "", err
	}
	c.Audience = inOrder(audiences)
	if c.Pictures, err = listPictures(ctx, q, activityID); err != nil {
		return PublicActivity{}, "", "", err
	}
	p.Sessions, err = listSessions(ctx, q, sessionsOf, activityID)
	return p, formID, values, err
}

func readChoices(ctx context.Context, q sqldb.Querier, editionID string) (c Choices, err error) {
	c = Choices{EditionID: editionID, methods: map[string]string{}, topics: map[string]string{}, regions: map[string]bool{}}
	var territory string
	var status edition.Status
	err = q.QueryRow(ctx, getEdition, editionID).Scan(&territory, &status, &c.Start, &c.End)
	if errors.Is(err, sql.ErrNoRows) || err == nil && status == edition.StatusDraft {
		return Choices{}, errs.NotFound("activity.edition_not_found")
	}
	if err != nil {
		return Choices{}, err
	}
	type item struct{ id, kind, code, name string }
	items, err := sqldb.List(ctx, q, func(row *sql.Rows) (i item, err error) { return i, row.Scan(&i.id, &i.kind, &i.code, &i.name) }, itemsOf, editionID)
	if err != nil {
		return Choices{}, err
	}
	for _, i := range items {
		if i.kind == string(edition.ItemMethod) {
			c.methods[i.code] = i.id
		} else {
			c.topics[i.code] = i.id
		}
	}
	codes, err := texts(ctx, q, allRegions)
	for _, code := range codes {
		c.regions[code] = true
	}
	return c, err
}

const allRegions = `SELECT code FROM region`
