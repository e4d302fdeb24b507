package edition

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const editionColumns = `e.id, e.territory, e.year, e.name, e.name_en, e.status, e.theme, e.theme_en, e.start_on, e.end_on,
	e.accent, e.contact_released, coalesce(e.notice_id, ''), coalesce(e.copied_from, ''), e.read_hash,
	e.created_at, e.published_at, e.archived_at, e.version`

const getEdition = `SELECT ` + editionColumns + ` FROM edition e WHERE e.id = $1`

const findEditions = `SELECT ` + editionColumns + ` FROM edition e WHERE /*where*/TRUE
ORDER BY e.year DESC, e.start_on DESC, e.id DESC`

const insertEdition = `INSERT INTO edition (id, territory, year, name, name_en, status, theme, theme_en, start_on, end_on,
	accent, contact_released, notice_id, copied_from, read_hash, created_by, created_at, published_by, published_at, archived_at, version)
VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, $9, $10, $11, $12, $13, '', $14, $15, '', 0, 0, 1)
ON CONFLICT (notice_id) WHERE notice_id IS NOT NULL DO NOTHING`

// The row stays locked until the transaction ends, so that what follows is checked against a state
// that nobody else changes.
const bumpEdition = `UPDATE edition SET version = version + 1 WHERE id = $1 AND version = $2`

const lockEdition = `UPDATE edition SET status = status WHERE id = $1`

const updateEdition = `UPDATE edition SET year = $2, name = $3, name_en = $4, theme = $5, theme_en = $6, start_on = $7, end_on = $8,
	accent = $9, contact_released = $10 WHERE id = $1`

const publishEdition = `UPDATE edition SET status = 'published', read_hash = $2, published_by = $3, published_at = $4
WHERE id = $1 AND status = 'draft'`

const archiveEdition = `UPDATE edition SET status = 'archived', archived_at = $2 WHERE id = $1 AND status = 'published'`

const redateEdition = `UPDATE edition SET start_on = $2, end_on = $3 WHERE id = $1`

// A notice starts one edition: the row is changed only where no other edition has it. Two that take the
// same notice at once meet at its row, which lockNotice holds.
const attachNotice = `UPDATE edition SET notice_id = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM edition WHERE notice_id = $2)`

const lockNotice = `UPDATE notice SET kind = kind WHERE id = $1`

func scanEdition(row interface{ Scan(...any) error }) (e Summary, err error) {
	err = row.Scan(&e.ID, &e.Territory, &e.Year, &e.Name, &e.NameEN, &e.Status, &e.Theme, &e.ThemeEN, &e.Start, &e.End,
		&e.Accent, &e.ContactReleased, &e.NoticeID, &e.CopiedFrom, &e.ReadHash, &e.CreatedAt, &e.PublishedAt, &e.ArchivedAt, &e.Version)
	return e, err
}

func editionByID(ctx context.Context, q sqldb.Querier, id string) (Summary, error) {
	e, err := scanEdition(q.QueryRow(ctx, getEdition, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Summary{}, errNotFound()
	}
	return e, err
}

func listEditions(ctx context.Context, q sqldb.Querier, where *sqldb.Where) ([]Summary, error) {
	query, args := where.Apply(findEditions)
	return sqldb.List(ctx, q, func(row *sql.Rows) (Summary, error) { return scanEdition(row) }, query, args...)
}

// where shows drafts only to those who may read them.
func (f Filter) where(a actor.Actor) *sqldb.Where {
	where := (&sqldb.Where{}).Any((&sqldb.Where{}).And("e.status <> 'draft'"), readable(a, "e.territory"))
	if f.Territory != "" {
		where.And("e.territory = ?", f.Territory)
	}
	if f.Year != 0 {
		where.And("e.year = ?", f.Year)
	}
	if f.Status != "" {
		where.And("e.status = ?", string(f.Status))
	}
	return where
}

func listPublished(ctx context.Context, q sqldb.Querier) ([]Summary, error) {
	return listEditions(ctx, q, (&sqldb.Where{}).And("e.status = 'published'"))
}

// insertSummary writes a new draft and tells whether its notice was still free.
func insertSummary(ctx context.Context, tx *sqldb.Tx, e Summary, by string, at clock.Instant) (free bool, err error) {
	n, err := tx.Exec(ctx, insertEdition, e.ID, e.Territory, e.Year, e.Name, e.NameEN, e.Theme, e.ThemeEN, string(e.Start), string(e.End),
		e.Accent, e.ContactReleased, orNull(e.NoticeID), orNull(e.CopiedFrom), by, int64(at))
	return n == 1, err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

const listIssuersSQL = `SELECT name, name_en FROM edition_issuer WHERE edition_id = $1 ORDER BY position`

const insertIssuer = `INSERT INTO edition_issuer (edition_id, position, name, name_en) VALUES ($1, $2, $3, $4)`

const deleteIssuers = `DELETE FROM edition_issuer WHERE edition_id = $1`

const listThemes = `SELECT region_code, theme, theme_en, set_at, version FROM local_theme WHERE edition_id = $1 ORDER BY region_code`

const insertTheme = `INSERT INTO local_theme (edition_id, region_code, theme, theme_en, set_by, set_at, version)
VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (edition_id, region_code) DO NOTHING`

const updateTheme = `UPDATE local_theme SET theme = $4, theme_en = $5, set_by = $6, set_at = $7, version = version + 1
WHERE edition_id = $1 AND region_code = $2 AND version = $3`

const regionLevel = `SELECT level FROM region WHERE code = $1`

const listRegionNames = `SELECT name, short, code FROM region WHERE code >= $1 AND code < $2 AND level <> 'county'`

const listAmendments = `SELECT id, ordinal, notice_id, doc_number, reason, old_start_on, old_end_on, new_start_on, new_end_on, decided_by, decided_at
FROM amendment WHERE edition_id = $1 ORDER BY ordinal`

const listAmendmentDues = `SELECT d.amendment_id, d.obligation_id, o.what, d.old_due_on, d.new_due_on
FROM amendment_due d JOIN obligation o ON o.id = d.obligation_id WHERE o.edition_id = $1 ORDER BY o.position, o.id`

const insertAmendment = `INSERT INTO amendment (id, edition_id, ordinal, notice_id, doc_number, reason,
	old_start_on, old_end_on, new_start_on, new_end_on, decided_by, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (notice_id) DO NOTHING`

const insertAmendmentDue = `INSERT INTO amendment_due (amendment_id, obligation_id, old_due_on, new_due_on) VALUES ($1, $2, $3, $4)`

const setDue = `UPDATE obligation SET due_on = $2 WHERE id = $1`

func listIssuers(ctx context.Context, q sqldb.Querier, editionID string) ([]Issuer, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (i Issuer, err error) { return i, row.Scan(&i.Name, &i.NameEN) }, listIssuersSQL, editionID)
}

func writeIssuers(ctx context.Context, tx *sqldb.Tx, editionID string, list []Issuer) error {
	for i, one := range list {
		if _, err := tx.Exec(ctx, insertIssuer, editionID, i, one.Name, one.NameEN); err != nil {
			return err
		}
	}
	return nil
}

func listLocalThemes(ctx context.Context, q sqldb.Querier, editionID string) ([]LocalTheme, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (t LocalTheme, err error) {
		return t, row.Scan(&t.Region, &t.Theme, &t.ThemeEN, &t.SetAt, &t.Version)
	}, listThemes, editionID)
}

func amendmentsOf(ctx context.Context, q sqldb.Querier, editionID string) ([]Amendment, error) {
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (m Amendment, err error) {
		return m, row.Scan(&m.ID, &m.Ordinal, &m.NoticeID, &m.Number, &m.Reason, &m.OldStart, &m.OldEnd, &m.NewStart, &m.NewEnd, &m.DecidedBy, &m.DecidedAt)
	}, listAmendments, editionID)
	if err != nil || len(list) == 0 {
		return list, err
	}
	type due struct {
		amendment string
		DueMove
	}
	dues, err := sqldb.List(ctx, q, func(row *sql.Rows) (d due, err error) {
		return d, row.Scan(&d.amendment, &d.ObligationID, &d.What, &d.Old, &d.New)
	}, listAmendmentDues, editionID)
	for i := range list {
		for _, d := range dues {
			if d.amendment == list[i].ID {
				list[i].Dues = append(list[i].Dues, d.DueMove)
			}
		}
	}
	return list, err
}

// regionNames leads from the names of the territory's regions to their codes. Counties are left out:
// their short names are too often ordinary words.
func regionNames(ctx context.Context, q sqldb.Querier, low, high string) (map[string]string, error) {
	type named struct{ name, short, code string }
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (n named, err error) { return n, row.Scan(&n.name, &n.short, &n.code) }, listRegionNames, low, high)
	names := make(map[string]string, 2*len(list))
	for _, n := range list {
		names[n.name] = n.code
		if n.short != "" {
			names[n.short] = n.code
		}
	}
	return names, err
}
