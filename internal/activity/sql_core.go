package activity

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const activityColumns = `a.id, a.edition_id, a.state, a.published_version, a.published_at, a.changed_at, a.cancelled_at, a.cancel_reason, a.created_by, a.created_at, a.versions, a.version,
	e.territory, e.status, e.start_on, e.end_on,
	u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind,
	coalesce(g.id, ''), coalesce(g.name, ''), coalesce(g.name_en, ''),
	d.state, d.content, d.values_sealed, coalesce(d.form_id, ''), d.saved_by, d.saved_at, d.version`

const getActivity = `SELECT ` + activityColumns + ` FROM activity a JOIN edition e ON e.id = a.edition_id JOIN unit u ON u.id = a.unit_id
JOIN activity_draft d ON d.activity_id = a.id LEFT JOIN guest_host g ON g.id = a.guest_host_id WHERE a.id = $1`

const findAll = `SELECT ` + activityColumns + ` FROM activity a JOIN edition e ON e.id = a.edition_id JOIN unit u ON u.id = a.unit_id
JOIN activity_draft d ON d.activity_id = a.id LEFT JOIN guest_host g ON g.id = a.guest_host_id WHERE a.id > $1 ORDER BY a.id LIMIT $2`

// lockActivity takes the row, so that what follows is checked against a state that nobody else changes.
const lockActivity = `UPDATE activity SET version = version WHERE id = $1`

const insertActivity = `INSERT INTO activity (id, edition_id, unit_id, guest_host_id, state, title, title_en, summary, summary_en, description, description_en, form_code, values_open,
	mode, venue, address, lng, lat, link, contact_office, contact_phone, safety, directions, published_version, published_at, changed_at, cancelled_at, cancel_reason,
	created_by, created_at, versions, version)
VALUES ($1, $2, $3, $4, 'unpublished', '', '', '', '', '', '', '', '{}', '', '', '', 0, 0, '', '', '', '', '', 0, 0, 0, 0, '', $5, $6, 0, 1)`

const publishActivity = `UPDATE activity SET state = 'published', title = $2, title_en = $3, summary = $4, summary_en = $5, description = $6, description_en = $7,
	method_id = $8, form_id = $9, form_code = $10, values_open = $11, values_sealed = $12, mode = $13, region_code = $14, venue = $15, address = $16, lng = $17, lat = $18,
	link = $19, contact_office = $20, contact_phone = $21, safety = $22, directions = $23, published_version = $24,
	published_at = CASE WHEN published_at = 0 THEN CAST($25 AS BIGINT) ELSE published_at END, changed_at = $25, version = version + 1 WHERE id = $1`

const deleteTopics = `DELETE FROM activity_topic WHERE activity_id = $1`

const insertTopic = `INSERT INTO activity_topic (activity_id, topic_id) VALUES ($1, $2)`

const deleteAudiences = `DELETE FROM activity_audience WHERE activity_id = $1`

const insertAudience = `INSERT INTO activity_audience (activity_id, audience) VALUES ($1, $2)`

const deletePictures = `DELETE FROM activity_picture WHERE activity_id = $1`

const insertPicture = `INSERT INTO activity_picture (activity_id, position, file_id, alt, alt_en) VALUES ($1, $2, $3, $4, $5)`

const cancelActivity = `UPDATE activity SET state = 'cancelled', cancelled_at = $2, cancel_reason = $3, version = version + 1 WHERE id = $1`

const raiseVersion = `UPDATE activity SET version = version + 1 WHERE id = $1`

const setVersions = `UPDATE activity SET versions = $2 WHERE id = $1`

const deleteActivity = `DELETE FROM activity WHERE id = $1`

const insertDraft = `INSERT INTO activity_draft (activity_id, state, content, values_sealed, form_id, title, method_id, region_code, saved_by, saved_at, version)
VALUES ($1, 'editing', $2, $3, $4, $5, $6, $7, $8, $9, 1)`

const updateDraft = `UPDATE activity_draft SET state = $3, content = $4, values_sealed = $5, form_id = $6, title = $7, method_id = $8, region_code = $9, saved_by = $10, saved_at = $11,
	version = version + 1 WHERE activity_id = $1 AND version = $2`

const setDraft = `UPDATE activity_draft SET state = $2 WHERE activity_id = $1`

const deleteDraft = `DELETE FROM activity_draft WHERE activity_id = $1`

const insertWriter = `INSERT INTO activity_writer (activity_id, person_id) VALUES ($1, $2) ON CONFLICT (activity_id, person_id) DO NOTHING`

const listWriters = `SELECT person_id FROM activity_writer WHERE activity_id = $1 ORDER BY person_id`

const deleteWriters = `DELETE FROM activity_writer WHERE activity_id = $1`

const insertVersion = `INSERT INTO activity_version (activity_id, n, content, values_sealed, form_id, sessions, hash, draft_version, submitted_by, submitted_at, outcome, at_once)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

const setOutcome = `UPDATE activity_version SET outcome = $3 WHERE activity_id = $1 AND n = $2`

const findVersions = `SELECT n, content, values_sealed, form_id, sessions, hash, draft_version, submitted_by, submitted_at, outcome, at_once
FROM activity_version WHERE activity_id = $1 ORDER BY n`

// row is an activity with its draft as they are stored; what is in the values is opened by the service.
type row struct {
	Activity
	status       string // of the edition
	start, end   clock.Day
	published    int // version that the public reads, 0 for none
	versions     int
	content      string
	sealed       []byte
	formID       string
	draft        DraftState
	savedBy      string
	savedAt      clock.Instant
	draftVersion int64
}

func scanActivity(from interface{ Scan(...any) error }) (r row, err error) {
	err = from.Scan(&r.ID, &r.EditionID, &r.State, &r.published, &r.PublishedAt, &r.ChangedAt, &r.CancelledAt, &r.Reason, &r.CreatedBy, &r.CreatedAt, &r.versions, &r.Version,
		&r.Territory, &r.status, &r.start, &r.end,
		&r.Unit.ID, &r.Unit.Name, &r.Unit.NameEN, &r.Unit.Place.Region, &r.Unit.Place.Line, &r.Unit.Place.Tier, &r.Unit.Place.Kind,
		&r.Guest.ID, &r.Guest.Name, &r.Guest.NameEN,
		&r.draft, &r.content, &r.sealed, &r.formID, &r.savedBy, &r.savedAt, &r.draftVersion)
	return r, err
}

func activityByID(ctx context.Context, q sqldb.Querier, activityID string) (row, error) {
	r, err := scanActivity(q.QueryRow(ctx, getActivity, activityID))
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, errNotFound()
	}
	return r, err
}

// lock holds an activity and gives it as it stands then.
func lock(ctx context.Context, tx *sqldb.Tx, activityID string) (row, error) {
	n, err := tx.Exec(ctx, lockActivity, activityID)
	if err != nil {
		return row{}, err
	}
	if n == 0 {
		return row{}, errNotFound()
	}
	return activityByID(ctx, tx, activityID)
}

// storedVersion is a row of activity_version.
type storedVersion struct {
	Version
	content string
	sealed  []byte
	formID  string
}

func listVersions(ctx context.Context, q sqldb.Querier, activityID string) ([]storedVersion, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (v storedVersion, err error) {
		return v, row.Scan(&v.N, &v.content, &v.sealed, &v.formID, &v.sessions, &v.Hash, &v.draft, &v.By, &v.At, &v.Outcome, &v.AtOnce)
	}, findVersions, activityID)
}

func texts(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]string, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query, args...)
}

// orNil is NULL for "", for columns that refer to other tables.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

const getEdition = `SELECT territory, status, start_on, end_on FROM edition WHERE id = $1`

const itemsOf = `SELECT id, kind, code, name FROM edition_item WHERE edition_id = $1 AND kind IN ('method', 'topic') ORDER BY kind, position, id`

const regionsOf = `SELECT code FROM region WHERE code >= $1 AND code < $2`

const getUnit = `SELECT u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind FROM unit u WHERE u.id = $1 AND u.closed_at = 0`

func unitByID(ctx context.Context, q sqldb.Querier, unitID string) (u Unit, err error) {
	err = q.QueryRow(ctx, getUnit, unitID).Scan(&u.ID, &u.Name, &u.NameEN, &u.Place.Region, &u.Place.Line, &u.Place.Tier, &u.Place.Kind)
	if errors.Is(err, sql.ErrNoRows) {
		return Unit{}, errForbidden()
	}
	return u, err
}

// listDepartments are the departments that may review, of the regions in which one lies.
const listDepartments = `SELECT u.id, u.region_code, u.line, u.tier, u.kind FROM unit u
WHERE u.closed_at = 0 AND u.kind = 'department' AND u.region_code IN ($1, $2, $3) ORDER BY u.id`

// hasReader tells whether a unit has somebody with a role who has not written in the activity.
const hasReader = `SELECT EXISTS (SELECT 1 FROM person p JOIN person_role r ON r.person_id = p.id WHERE p.unit_id = $1 AND p.closed_at = 0 AND r.role = $2
AND p.id <> $4 AND NOT EXISTS (SELECT 1 FROM activity_writer w WHERE w.activity_id = $3 AND w.person_id = p.id))`

// department is a unit that may review.
type department struct {
	id    string
	place actor.Place
}

func departmentsAbove(ctx context.Context, q sqldb.Querier, region, territory string) ([]department, error) {
	prefecture := region
	if len(region) == 6 {
		prefecture = region[:4] + "00"
	}
	return sqldb.List(ctx, q, func(row *sql.Rows) (d department, err error) {
		return d, row.Scan(&d.id, &d.place.Region, &d.place.Line, &d.place.Tier, &d.place.Kind)
	}, listDepartments, region, prefecture, territory)
}

func listActivities(ctx context.Context, q sqldb.Querier, after string, limit int) ([]row, error) {
	return sqldb.List(ctx, q, func(rows *sql.Rows) (row, error) { return scanActivity(rows) }, findAll, after, limit)
}

const topicsOf = `SELECT topic_id FROM activity_topic WHERE activity_id = $1 ORDER BY topic_id`

const audiencesOf = `SELECT audience FROM activity_audience WHERE activity_id = $1 ORDER BY audience`

const picturesOf = `SELECT file_id, alt, alt_en FROM activity_picture WHERE activity_id = $1 ORDER BY position`

func listPictures(ctx context.Context, q sqldb.Querier, activityID string) ([]Picture, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (p Picture, err error) { return p, row.Scan(&p.FileID, &p.Alt, &p.AltEN) }, picturesOf, activityID)
}

const namesOfRegions = `SELECT code, name FROM region WHERE code >= $1 AND code < $2 ORDER BY code`

// regionNames leads from codes and names of the territory's regions to codes; a name that several have
// leads nowhere.
func regionNames(ctx context.Context, q sqldb.Querier, f facts) (map[string]string, error) {
	prefix := actor.RegionPrefix(f.territory)
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (r [2]string, err error) { return r, row.Scan(&r[0], &r[1]) }, namesOfRegions, prefix, prefix+":")
	names := map[string]string{}
	for _, r := range list {
		names[r[0]] = r[0]
		if _, twice := names[r[1]]; twice {
			names[r[1]] = ""
		} else {
			names[r[1]] = r[0]
		}
	}
	return names, err
}
