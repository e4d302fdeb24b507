package activity

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/sqldb"
)

const getRule = `SELECT depth, verify_over, small_fields, version FROM activity_rule WHERE edition_id = $1`

const insertRule = `INSERT INTO activity_rule (edition_id, depth, verify_over, small_fields, version) VALUES ($1, $2, $3, $4, 1) ON CONFLICT (edition_id) DO NOTHING`

const updateRule = `UPDATE activity_rule SET depth = $3, verify_over = $4, small_fields = $5, version = version + 1 WHERE edition_id = $1 AND version = $2`

const findKinds = `SELECT method_id, form_code FROM activity_kind WHERE edition_id = $1 ORDER BY method_id, position, form_code`

const deleteKinds = `DELETE FROM activity_kind WHERE method_id = $1`

const insertKind = `INSERT INTO activity_kind (edition_id, method_id, form_code, position) VALUES ($1, $2, $3, $4)`

func listKinds(ctx context.Context, q sqldb.Querier, editionID string) ([][2]string, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (k [2]string, err error) { return k, row.Scan(&k[0], &k[1]) }, findKinds, editionID)
}

const guestColumns = `g.id, g.edition_id, g.name, g.name_en, g.contact_sealed, g.vouched_by, g.vouched_at, g.version, u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind`

const getGuest = `SELECT ` + guestColumns + ` FROM guest_host g JOIN unit u ON u.id = g.unit_id WHERE g.id = $1`

const findGuests = `SELECT ` + guestColumns + ` FROM guest_host g JOIN unit u ON u.id = g.unit_id WHERE g.edition_id = $1 AND /*where*/TRUE ORDER BY u.region_code, g.name, g.id`

const insertGuest = `INSERT INTO guest_host (id, edition_id, unit_id, name, name_en, contact_sealed, vouched_by, vouched_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT (edition_id, name) DO NOTHING`

const countNamesakes = `SELECT count(*) FROM guest_host WHERE edition_id = $1 AND name = $2 AND id <> $3`

const updateGuest = `UPDATE guest_host SET name = $3, name_en = $4, contact_sealed = $5, vouched_by = $6, vouched_at = $7, version = version + 1 WHERE id = $1 AND version = $2`

// lockGuests takes the edition's rule, so that a name that was free when looked at is free when written.
const lockGuests = `UPDATE activity_rule SET version = version WHERE edition_id = $1`

const publishedOfGuest = `SELECT id FROM activity WHERE guest_host_id = $1 AND state = 'published' ORDER BY id`

type storedGuest struct {
	Guest
	sealed []byte
}

func scanGuest(from interface{ Scan(...any) error }) (g storedGuest, err error) {
	err = from.Scan(&g.ID, &g.EditionID, &g.Name, &g.NameEN, &g.sealed, &g.VouchedBy, &g.VouchedAt, &g.Version,
		&g.Unit.ID, &g.Unit.Name, &g.Unit.NameEN, &g.Unit.Place.Region, &g.Unit.Place.Line, &g.Unit.Place.Tier, &g.Unit.Place.Kind)
	return g, err
}

func guestByID(ctx context.Context, q sqldb.Querier, guestID string) (storedGuest, error) {
	g, err := scanGuest(q.QueryRow(ctx, getGuest, guestID))
	if errors.Is(err, sql.ErrNoRows) {
		return storedGuest{}, errGuestNotFound()
	}
	return g, err
}

func listGuests(ctx context.Context, q sqldb.Querier, editionID string, where *sqldb.Where) ([]storedGuest, error) {
	query, args := where.Apply(findGuests, editionID)
	return sqldb.List(ctx, q, func(row *sql.Rows) (storedGuest, error) { return scanGuest(row) }, query, args...)
}
