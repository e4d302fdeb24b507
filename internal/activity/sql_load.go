package activity

import (
	"context"

	"openweek/internal/sqldb"
)

const insertPublished = `INSERT INTO activity (id, edition_id, unit_id, guest_host_id, state, title, title_en, summary, summary_en, description, description_en, method_id, form_id, form_code,
	values_open, values_sealed, mode, region_code, venue, address, lng, lat, link, contact_office, contact_phone, safety, directions, published_version, published_at, changed_at,
	cancelled_at, cancel_reason, created_by, created_at, versions, version)
VALUES ($1, $2, $3, $4, 'published', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, 1, $27, $28, 0, '', $29, $30, 1, 1)`

const insertDraftDone = `INSERT INTO activity_draft (activity_id, state, content, values_sealed, form_id, title, method_id, region_code, saved_by, saved_at, version)
VALUES ($1, 'none', $2, $3, $4, $5, $6, $7, $8, $9, 1)`

const insertVersionDone = `INSERT INTO activity_version (activity_id, n, content, values_sealed, form_id, sessions, hash, draft_version, submitted_by, submitted_at, outcome, at_once)
VALUES ($1, 1, $2, $3, $4, $5, $6, 1, $7, $8, 'accepted', TRUE)`

const insertSeatBlocked = `INSERT INTO seat (session_id, capacity, taken, held, blocked) VALUES ($1, $2, 0, 0, $3)`

// loaded are the rows of activities that are written at once.
type loaded struct {
	activities, topics, audiences, drafts, versions, sessions, seats [][]any
}

func (l loaded) writeTx(ctx context.Context, tx *sqldb.Tx) error {
	for _, part := range []struct {
		query string
		rows  [][]any
	}{
		{insertPublished, l.activities}, {insertTopic, l.topics}, {insertAudience, l.audiences}, {insertDraftDone, l.drafts},
		{insertVersionDone, l.versions}, {insertSession, l.sessions}, {insertSeatBlocked, l.seats},
	} {
		if _, err := tx.InsertMany(ctx, part.query, part.rows); err != nil {
			return err
		}
	}
	return nil
}
