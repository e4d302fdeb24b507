package unit

import (
	"context"
	"database/sql"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

const findRegions = `SELECT code, name, name_en, short, level, coalesce(parent_code, ''), tile_x, tile_y FROM region ORDER BY code`

const getRegion = `SELECT code, name, name_en, short, level, coalesce(parent_code, ''), tile_x, tile_y FROM region WHERE code = $1`

const putRegion = `INSERT INTO region (code, name, name_en, short, level, parent_code, tile_x, tile_y)
VALUES ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, short = excluded.short,
    level = excluded.level, parent_code = excluded.parent_code, tile_x = excluded.tile_x, tile_y = excluded.tile_y`

const findUnits = `SELECT u.id, u.code, u.name, u.name_en, u.short, u.region_code, u.line, u.tier, u.kind, u.address, u.phone,
    r.name, r.name_en, u.closed_at, u.version, u.sort_key
FROM unit u JOIN region r ON r.code = u.region_code
WHERE /*where*/TRUE ORDER BY u.sort_key, u.id LIMIT $1`

const scanUnits = `SELECT u.id, u.code, u.name, u.name_en, u.short, u.region_code, u.line, u.tier, u.kind, u.address, u.phone,
    r.name, r.name_en, u.closed_at, u.version, u.sort_key
FROM unit u JOIN region r ON r.code = u.region_code
WHERE /*where*/TRUE ORDER BY u.region_code, u.sort_key, u.id`

const getUnit = `SELECT u.id, u.code, u.name, u.name_en, u.short, u.region_code, u.line, u.tier, u.kind, u.address, u.phone,
    r.name, r.name_en, u.closed_at, u.version, u.sort_key
FROM unit u JOIN region r ON r.code = u.region_code WHERE u.id = $1`

const countUnits = `SELECT count(*) FROM unit u WHERE /*where*/TRUE`

const countPlaces = `SELECT u.region_code, u.line, u.tier, u.kind, count(*) FROM unit u
WHERE /*where*/TRUE GROUP BY u.region_code, u.line, u.tier, u.kind`

const nameTaken = `SELECT EXISTS (SELECT 1 FROM unit WHERE region_code = $1 AND name = $2 AND closed_at = 0 AND id <> $3)`

const codeTaken = `SELECT EXISTS (SELECT 1 FROM unit WHERE code = $1 AND id <> $2)`

const insertUnit = `INSERT INTO unit (id, code, name, name_en, short, region_code, line, tier, kind, address, phone,
    sort_key, search_key, created_at, changed_at, closed_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, 0, 1)`

const updateUnit = `UPDATE unit SET code = $3, name = $4, name_en = $5, short = $6, region_code = $7, line = $8, tier = $9, kind = $10,
    address = $11, phone = $12, sort_key = $13, search_key = $14, changed_at = $15, version = version + 1
WHERE id = $1 AND version = $2 AND closed_at = 0`

const closeUnit = `UPDATE unit SET closed_at = $3, changed_at = $3, version = version + 1 WHERE id = $1 AND version = $2 AND closed_at = 0`

const countOpenPeople = `SELECT count(*) FROM person WHERE unit_id = $1 AND closed_at = 0`

// row is anything that scans like a row of a result.
type row interface{ Scan(dest ...any) error }

func scanRegion(r row) (x Region, err error) {
	err = r.Scan(&x.Code, &x.Name, &x.NameEN, &x.Short, &x.Level, &x.Parent, &x.TileX, &x.TileY)
	return x, err
}

// stored is a unit with its place in the order of a list.
type stored struct {
	Unit
	sortKey string
}

func scanUnit(r row) (u stored, err error) {
	var closedAt clock.Instant
	err = r.Scan(&u.ID, &u.Code, &u.Name, &u.NameEN, &u.Short, &u.Place.Region, &u.Place.Line, &u.Place.Tier, &u.Place.Kind,
		&u.Address, &u.Phone, &u.RegionName, &u.RegionNameEN, &closedAt, &u.Version, &u.sortKey)
	u.Closed = !closedAt.IsZero()
	return u, err
}

func listRegions(ctx context.Context, q sqldb.Querier) ([]Region, error) {
	return sqldb.List(ctx, q, func(r *sql.Rows) (Region, error) { return scanRegion(r) }, findRegions)
}

func listUnits(ctx context.Context, q sqldb.Querier, where *sqldb.Where, statement string, fixed ...any) ([]stored, error) {
	query, args := where.Apply(statement, fixed...)
	return sqldb.List(ctx, q, func(r *sql.Rows) (stored, error) { return scanUnit(r) }, query, args...)
}

func bare(list []stored) []Unit {
	out := make([]Unit, len(list))
	for i, u := range list {
		out[i] = u.Unit
	}
	return out
}

// where is the part of the filter that is not counted by value: text and state, within the scope.
func (f Filter) where(scope actor.Scope) *sqldb.Where {
	w := scope.SQL(actor.UnitColumns("u"))
	switch f.State {
	case Open:
		w.And("u.closed_at = 0")
	case Closed:
		w.And("u.closed_at <> 0")
	}
	for _, word := range words(f.Text) {
		w.And("u.search_key LIKE ? ESCAPE '!'", sqldb.LikePart(word))
	}
	return w
}

// dimensions is the part of the filter that is counted by value.
func (f Filter) dimensions() actor.Scope {
	return actor.Scope{Regions: f.Regions, Lines: f.Lines, Tiers: f.Tiers, Kinds: f.Kinds}
}

// unitsAfter continues a list behind a unit, in the order of findUnits.
func unitsAfter(w *sqldb.Where, sortKey, unitID string) {
	w.And("(u.sort_key, u.id) > (?, ?)", sortKey, unitID)
}

type placeCount struct {
	place actor.Place
	n     int
}

func listPlaceCounts(ctx context.Context, q sqldb.Querier, where *sqldb.Where) ([]placeCount, error) {
	query, args := where.Apply(countPlaces)
	return sqldb.List(ctx, q, func(r *sql.Rows) (c placeCount, err error) {
		err = r.Scan(&c.place.Region, &c.place.Line, &c.place.Tier, &c.place.Kind, &c.n)
		return c, err
	}, query, args...)
}

func insert(ctx context.Context, tx *sqldb.Tx, d Draft, now clock.Instant) (unitID string, err error) {
	unitID = id.New()
	p := d.Place
	_, err = tx.Exec(ctx, insertUnit, unitID, d.Code, d.Name, d.NameEN, d.Short, p.Region, string(p.Line), string(p.Tier), string(p.Kind),
		d.Address, d.Phone, sortKey(d.Name), searchKey(d), int64(now))
	return unitID, err
}

func update(ctx context.Context, tx *sqldb.Tx, unitID string, version int64, d Draft, now clock.Instant) (changed int64, err error) {
	p := d.Place
	return tx.Exec(ctx, updateUnit, unitID, version, d.Code, d.Name, d.NameEN, d.Short, p.Region, string(p.Line), string(p.Tier),
		string(p.Kind), d.Address, d.Phone, sortKey(d.Name), searchKey(d), int64(now))
}

func writeRegion(ctx context.Context, tx *sqldb.Tx, r Region) error {
	_, err := tx.Exec(ctx, putRegion, r.Code, r.Name, r.NameEN, r.Short, r.Level, r.Parent, r.TileX, r.TileY)
	return err
}
