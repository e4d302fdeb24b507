package activity

import (
	"context"
	"database/sql"
	"encoding/json"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const gridItems = `SELECT id, name, name_en FROM edition_item WHERE edition_id = $1 AND kind IN ('topic', 'method') ORDER BY kind, position, id`

const gridRegions = `SELECT code, name, name_en FROM region WHERE code >= $1 AND code < $2 AND level = 'prefecture' OR code = $3 ORDER BY code`

func listNamed(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]Named, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (n Named, err error) { return n, row.Scan(&n.ID, &n.Name, &n.NameEN) }, query, args...)
}

// What the public finds, in one pass over listing_grid: how many activities there are of each method, region
// and set of topics, and of how many something is still to come. Only what is published and takes place
// is shown, so the rest was held. Sessions are looked up in session_living.
const findCovered = `SELECT l.method_id, l.region_code, l.topics, count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM session s
	WHERE s.activity_id = l.activity_id AND s.cancelled_at = 0 AND s.ends_at > $2 AND NOT EXISTS (SELECT 1 FROM session_result r WHERE r.session_id = s.id)))
FROM listing l JOIN unit u ON u.id = l.unit_id WHERE l.edition_id = $1 AND l.shown AND /*where*/TRUE GROUP BY l.method_id, l.region_code, l.topics`

func listCovered(ctx context.Context, q sqldb.Querier, a actor.Actor, editionID string, now clock.Instant) ([]covered, error) {
	where := (&sqldb.Where{}).Any(actor.Sight(a).SQL(actor.UnitColumns("u")), ofHost(a))
	query, args := where.Apply(findCovered, editionID, int64(now))
	return sqldb.List(ctx, q, func(row *sql.Rows) (c covered, err error) {
		var topics string
		var all int
		err = row.Scan(&c.method, &c.region, &topics, &all, &c.Published)
		c.Held, c.topics = all-c.Published, members(topics)
		return c, err
	}, query, args...)
}

func ofHost(a actor.Actor) *sqldb.Where {
	if !a.IsStaff() || a.UnitID == "" {
		return (&sqldb.Where{}).Nothing()
	}
	return (&sqldb.Where{}).And("l.unit_id = ?", a.UnitID)
}

// What was handed in and is not public yet. The topics stand in the draft.
const findPlanned = `SELECT d.method_id, d.region_code, d.content FROM activity a JOIN activity_draft d ON d.activity_id = a.id JOIN unit u ON u.id = a.unit_id
WHERE a.edition_id = $1 AND a.state = 'unpublished' AND d.state <> 'declined' AND d.method_id <> '' AND /*where*/TRUE`

func listPlanned(ctx context.Context, q sqldb.Querier, a actor.Actor, editionID string) ([]covered, error) {
	seen := actor.Sight(a).SQL(actor.UnitColumns("u")).And("a.versions > 0")
	query, args := (&sqldb.Where{}).Any(seen, ofUnit(a)).Apply(findPlanned, editionID)
	return sqldb.List(ctx, q, func(row *sql.Rows) (c covered, err error) {
		var content string
		if err := row.Scan(&c.method, &c.region, &content); err != nil {
			return covered{}, err
		}
		var draft struct {
			Topics []string `json:"topics"`
		}
		err = json.Unmarshal([]byte(content), &draft)
		c.Planned, c.topics = 1, draft.Topics
		return c, err
	}, query, args...)
}

const insertAsk = `INSERT INTO grid_ask (id, edition_id, topic_id, method_id, region_code, words, to_unit, asked_by, asked_unit, asked_at, asked_on, message_ids)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '') ON CONFLICT (edition_id, topic_id, method_id, region_code, asked_on) DO NOTHING`

const setAskMessages = `UPDATE grid_ask SET message_ids = $2 WHERE id = $1`

const findAsks = `SELECT q.id, q.topic_id, q.method_id, q.region_code, q.words, q.asked_by, u.id, u.name, u.name_en, q.asked_at, q.message_ids
FROM grid_ask q JOIN unit u ON u.id = q.asked_unit WHERE q.edition_id = $1 ORDER BY q.asked_at DESC, q.id DESC`

// bureauOf is the education bureau of a prefecture, which leads the week there.
const bureauOf = `SELECT u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind FROM unit u
WHERE u.region_code = $1 AND u.line = 'education' AND u.tier = 'prefecture' AND u.kind = 'department' AND u.closed_at = 0 ORDER BY u.id LIMIT 1`

const headsOf = `SELECT p.id FROM person p JOIN person_role r ON r.person_id = p.id WHERE p.unit_id = $1 AND p.closed_at = 0 AND r.role = 'head' ORDER BY p.id`

const wordsOfAsk = `SELECT q.words, coalesce(t.name, ''), coalesce(m.name, ''), u.name FROM grid_ask q JOIN unit u ON u.id = q.asked_unit
LEFT JOIN edition_item t ON t.id = q.topic_id LEFT JOIN edition_item m ON m.id = q.method_id WHERE q.id = $1`
