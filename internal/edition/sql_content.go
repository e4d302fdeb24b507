package edition

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const listItemsSQL = `SELECT id, kind, code, name, name_en, description, description_en, clause
FROM edition_item WHERE edition_id = $1 ORDER BY kind, position, id`

const insertItem = `INSERT INTO edition_item (id, edition_id, kind, code, name, name_en, description, description_en, clause, position)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (edition_id, kind, code) DO NOTHING`

const updateItem = `UPDATE edition_item SET code = $3, name = $4, name_en = $5, description = $6, description_en = $7, clause = $8
WHERE id = $1 AND edition_id = $2`

const deleteItem = `DELETE FROM edition_item WHERE id = $1 AND edition_id = $2`

const lastItem = `SELECT coalesce(max(position), -1) FROM edition_item WHERE edition_id = $1 AND kind = $2`

func listItems(ctx context.Context, q sqldb.Querier, editionID string) ([]Item, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (it Item, err error) {
		return it, row.Scan(&it.ID, &it.Kind, &it.Code, &it.Name, &it.NameEN, &it.Description, &it.DescriptionEN, &it.Clause)
	}, listItemsSQL, editionID)
}

// writeItem inserts an item and tells whether its code was free.
func writeItem(ctx context.Context, tx *sqldb.Tx, editionID string, it Item, position int64) (free bool, err error) {
	n, err := tx.Exec(ctx, insertItem, it.ID, editionID, it.Kind, it.Code, it.Name, it.NameEN, it.Description, it.DescriptionEN, it.Clause, position)
	return n == 1, err
}

const listGroupsSQL = `SELECT id, name, name_en FROM unit_group WHERE edition_id = $1 ORDER BY position, id`

const insertGroup = `INSERT INTO unit_group (id, edition_id, name, name_en, position) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (edition_id, name) DO NOTHING`

const lastGroup = `SELECT coalesce(max(position), -1) FROM unit_group WHERE edition_id = $1`

const listMembersSQL = `SELECT m.group_id, u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind
FROM unit_group_member m JOIN unit_group g ON g.id = m.group_id JOIN unit u ON u.id = m.unit_id
WHERE g.edition_id = $1 AND u.closed_at = 0 ORDER BY u.sort_key, u.id`

const insertMember = `INSERT INTO unit_group_member (group_id, unit_id) SELECT $1, id FROM unit WHERE id = $2 AND closed_at = 0
ON CONFLICT (group_id, unit_id) DO NOTHING`

const copyMembers = `INSERT INTO unit_group_member (group_id, unit_id)
SELECT $2, m.unit_id FROM unit_group_member m JOIN unit u ON u.id = m.unit_id WHERE m.group_id = $1 AND u.closed_at = 0`

const deleteMembers = `DELETE FROM unit_group_member WHERE group_id = $1`

type memberRow struct {
	group string
	Member
	place actor.Place
}

func listMembers(ctx context.Context, q sqldb.Querier, editionID string) ([]memberRow, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (m memberRow, err error) {
		return m, row.Scan(&m.group, &m.UnitID, &m.Name, &m.NameEN, &m.place.Region, &m.place.Line, &m.place.Tier, &m.place.Kind)
	}, listMembersSQL, editionID)
}

func listGroups(ctx context.Context, q sqldb.Querier, editionID string) ([]Group, error) {
	groups, err := sqldb.List(ctx, q, func(row *sql.Rows) (g Group, err error) { return g, row.Scan(&g.ID, &g.Name, &g.NameEN) }, listGroupsSQL, editionID)
	if err != nil || len(groups) == 0 {
		return groups, err
	}
	members, err := listMembers(ctx, q, editionID)
	for i := range groups {
		for _, m := range members {
			if m.group == groups[i].ID {
				groups[i].Members = append(groups[i].Members, m.Member)
			}
		}
	}
	return groups, err
}

const listPlaceCountsSQL = `SELECT region_code, line, tier, kind, count(*) FROM unit WHERE closed_at = 0
GROUP BY region_code, line, tier, kind`

const listPlacesSQL = `SELECT id, region_code, line, tier, kind FROM unit u WHERE u.closed_at = 0 AND /*where*/TRUE`

const listUnitNames = `SELECT u.name, u.id FROM unit u WHERE u.closed_at = 0 AND /*where*/TRUE`

const listObligedSQL = `SELECT u.id FROM unit u WHERE u.closed_at = 0 AND /*where*/TRUE ORDER BY u.region_code, u.sort_key, u.id`

func listPlaceCounts(ctx context.Context, q sqldb.Querier) ([]placeCount, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (p placeCount, err error) {
		return p, row.Scan(&p.place.Region, &p.place.Line, &p.place.Tier, &p.place.Kind, &p.n)
	}, listPlaceCountsSQL)
}

func listPlaces(ctx context.Context, q sqldb.Querier, ids []string) (map[string]actor.Place, error) {
	places := map[string]actor.Place{}
	if len(ids) == 0 {
		return places, nil
	}
	type placed struct {
		id string
		actor.Place
	}
	query, args := (&sqldb.Where{}).In("u.id", ids).Apply(listPlacesSQL)
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (p placed, err error) {
		return p, row.Scan(&p.id, &p.Region, &p.Line, &p.Tier, &p.Kind)
	}, query, args...)
	for _, p := range list {
		places[p.id] = p.Place
	}
	return places, err
}

// unitsNamed finds open units of the territory that bear one of the names.
func unitsNamed(ctx context.Context, q sqldb.Querier, territory string, names []string) (map[string]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	where := actor.Scope{Regions: []string{territory}}.SQL(actor.UnitColumns("u")).In("u.name", names)
	query, args := where.Apply(listUnitNames)
	found := map[string]string{}
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (pair [2]string, err error) { return pair, row.Scan(&pair[0], &pair[1]) }, query, args...)
	for _, pair := range list {
		found[pair[0]] = pair[1]
	}
	return found, err
}

// obligedWhere is the union of audiences as a condition on unit u.
func obligedWhere(audiences []Audience) *sqldb.Where {
	var any []*sqldb.Where
	for _, a := range audiences {
		if len(a.Scopes) > 0 {
			any = append(any, a.Scopes.SQL(actor.UnitColumns("u")))
		}
		if a.GroupID != "" {
			any = append(any, (&sqldb.Where{}).And("u.id IN (SELECT unit_id FROM unit_group_member WHERE group_id = ?)", a.GroupID))
		}
	}
	return (&sqldb.Where{}).Any(any...)
}

const obligationColumns = `id, clause, what, what_en, timing, due_on, due_time, submit_to, required, discharge, form_hint, span_start, span_end`

const listObligationsSQL = `SELECT ` + obligationColumns + ` FROM obligation WHERE edition_id = $1 ORDER BY position, id`

const insertObligation = `INSERT INTO obligation (id, edition_id, position, clause, what, what_en, timing, due_on, due_time, submit_to,
	required, discharge, form_hint, span_start, span_end)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

const updateObligation = `UPDATE obligation SET clause = $3, what = $4, what_en = $5, timing = $6, due_on = $7, due_time = $8, submit_to = $9,
	required = $10, discharge = $11, form_hint = $12 WHERE id = $1 AND edition_id = $2`

const forgetSpans = `UPDATE obligation SET span_start = 0, span_end = 0 WHERE edition_id = $1`

const deleteObligation = `DELETE FROM obligation WHERE id = $1 AND edition_id = $2`

const lastObligation = `SELECT coalesce(max(position), -1) FROM obligation WHERE edition_id = $1`

func listObligations(ctx context.Context, q sqldb.Querier, editionID string) ([]Obligation, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (o Obligation, err error) {
		return o, row.Scan(&o.ID, &o.Clause, &o.What, &o.WhatEN, &o.Timing, &o.Due, &o.DueTime, &o.SubmitTo, &o.Required, &o.Discharge, &o.FormHint, &o.Span.Start, &o.Span.End)
	}, listObligationsSQL, editionID)
}

func writeObligation(ctx context.Context, tx *sqldb.Tx, editionID string, o Obligation, position int64) error {
	_, err := tx.Exec(ctx, insertObligation, o.ID, editionID, position, o.Clause, o.What, o.WhatEN, o.Timing, string(o.Due), o.DueTime, o.SubmitTo,
		o.Required, o.Discharge, o.FormHint, o.Span.Start, o.Span.End)
	return err
}

const audienceColumns = `id, coalesce(obligation_id, ''), phrase, scopes, coalesce(group_id, ''), resolved, notes, suggestions, decided_by, decided_at`

const listAudiencesSQL = `SELECT ` + audienceColumns + ` FROM audience WHERE edition_id = $1 ORDER BY position, id`

const insertAudience = `INSERT INTO audience (id, edition_id, obligation_id, position, phrase, scopes, group_id, resolved, notes, suggestions, decided_by, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

const updateAudience = `UPDATE audience SET scopes = $3, group_id = $4, resolved = TRUE, decided_by = $5, decided_at = $6
WHERE id = $1 AND edition_id = $2`

const deleteAudience = `DELETE FROM audience WHERE id = $1 AND edition_id = $2`

const deleteAudiences = `DELETE FROM audience WHERE obligation_id = $1 AND edition_id = $2`

const lastAudience = `SELECT coalesce(max(position), -1) FROM audience WHERE edition_id = $1`

type audienceRow struct {
	obligation string
	Audience
}

func listAudiences(ctx context.Context, q sqldb.Querier, editionID string) ([]audienceRow, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (a audienceRow, err error) {
		var scopes, notes, suggestions string
		if err := row.Scan(&a.ID, &a.obligation, &a.Phrase, &scopes, &a.GroupID, &a.Resolved, &notes, &suggestions, &a.DecidedBy, &a.DecidedAt); err != nil {
			return a, err
		}
		var offered actor.Scopes
		for _, one := range []struct {
			text string
			into any
		}{{scopes, &a.Scopes}, {notes, &a.Notes}, {suggestions, &offered}} {
			if err := json.Unmarshal([]byte(one.text), one.into); err != nil {
				return a, fmt.Errorf("audience %s: %w", a.ID, err)
			}
		}
		for _, s := range offered {
			a.Suggestions = append(a.Suggestions, Suggestion{Scope: s})
		}
		return a, nil
	}, listAudiencesSQL, editionID)
}

func writeAudience(ctx context.Context, tx *sqldb.Tx, editionID, obligationID string, a Audience, position int64) error {
	offered := make(actor.Scopes, len(a.Suggestions))
	for i, s := range a.Suggestions {
		offered[i] = s.Scope
	}
	scopes, err := asJSON(a.Scopes)
	if err != nil {
		return err
	}
	notes, err := asJSON(a.Notes)
	if err != nil {
		return err
	}
	suggestions, err := asJSON(offered)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertAudience, a.ID, editionID, orNull(obligationID), position, a.Phrase, scopes, orNull(a.GroupID), a.Resolved,
		notes, suggestions, a.DecidedBy, int64(a.DecidedAt))
	return err
}

func decideAudience(ctx context.Context, tx *sqldb.Tx, editionID string, a Audience, by string, at clock.Instant) (int64, error) {
	scopes, err := asJSON(a.Scopes)
	if err != nil {
		return 0, err
	}
	return tx.Exec(ctx, updateAudience, a.ID, editionID, scopes, orNull(a.GroupID), by, int64(at))
}

// asJSON writes a list; an empty one is [] and not null.
func asJSON[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

func last(ctx context.Context, q sqldb.Querier, query string, args ...any) (n int64, err error) {
	return n, q.QueryRow(ctx, query, args...).Scan(&n)
}

// loadEdition reads an edition with its contents, without counts.
func loadEdition(ctx context.Context, q sqldb.Querier, id string) (e Edition, err error) {
	if e.Summary, err = editionByID(ctx, q, id); err != nil {
		return Edition{}, err
	}
	if e.Issuers, err = listIssuers(ctx, q, id); err != nil {
		return Edition{}, err
	}
	items, err := listItems(ctx, q, id)
	if err != nil {
		return Edition{}, err
	}
	for _, it := range items {
		list := map[ItemKind]*[]Item{ItemTopic: &e.Topics, ItemMethod: &e.Methods, ItemGenre: &e.Genres, ItemChannel: &e.Channels}[it.Kind]
		*list = append(*list, it)
	}
	if e.Groups, err = listGroups(ctx, q, id); err != nil {
		return Edition{}, err
	}
	if e.Obligations, err = listObligations(ctx, q, id); err != nil {
		return Edition{}, err
	}
	audiences, err := listAudiences(ctx, q, id)
	if err != nil {
		return Edition{}, err
	}
	index := make(map[string]int, len(e.Obligations))
	for i, o := range e.Obligations {
		index[o.ID] = i
	}
	for _, a := range audiences {
		if a.obligation == "" {
			e.Addressees = append(e.Addressees, a.Audience)
			continue
		}
		o := &e.Obligations[index[a.obligation]]
		o.Audiences = append(o.Audiences, a.Audience)
	}
	if e.Amendments, err = amendmentsOf(ctx, q, id); err != nil {
		return Edition{}, err
	}
	e.LocalThemes, err = listLocalThemes(ctx, q, id)
	return e, err
}

// countedEdition is loadEdition with counts.
func countedEdition(ctx context.Context, q sqldb.Querier, id string) (Edition, error) {
	e, err := loadEdition(ctx, q, id)
	if err != nil {
		return Edition{}, err
	}
	c, err := takeCensus(ctx, q, id, e.everyAudience())
	if err != nil {
		return Edition{}, err
	}
	c.fill(&e)
	return e, nil
}
