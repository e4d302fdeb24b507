package activity

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// facts are what an edition lets its activities choose from.
type facts struct {
	territory  string
	status     edition.Status
	start, end clock.Day
	methods    map[string]string   // code by id
	topics     map[string]bool     // by id
	kinds      map[string][]string // codes of the forms of a method, by id, the usual one first
	regions    map[string]bool     // codes within the territory
	names      map[string]string   // of methods and topics, by id
	order      []string            // ids of methods and topics in the edition's order
}

func readFacts(ctx context.Context, q sqldb.Querier, editionID string) (f facts, err error) {
	f = facts{methods: map[string]string{}, topics: map[string]bool{}, kinds: map[string][]string{}, regions: map[string]bool{}, names: map[string]string{}}
	err = q.QueryRow(ctx, getEdition, editionID).Scan(&f.territory, &f.status, &f.start, &f.end)
	if errors.Is(err, sql.ErrNoRows) {
		return facts{}, errs.NotFound("activity.edition_not_found")
	}
	if err != nil {
		return facts{}, err
	}
	type item struct{ id, kind, code, name string }
	items, err := sqldb.List(ctx, q, func(row *sql.Rows) (i item, err error) { return i, row.Scan(&i.id, &i.kind, &i.code, &i.name) }, itemsOf, editionID)
	if err != nil {
		return facts{}, err
	}
	for _, i := range items {
		f.names[i.id], f.order = i.name, append(f.order, i.id)
		if i.kind == string(edition.ItemTopic) {
			f.topics[i.id] = true
			continue
		}
		f.methods[i.id], f.kinds[i.id] = i.code, usualKinds(i.code)
	}
	set, err := readKinds(ctx, q, editionID)
	if err != nil {
		return facts{}, err
	}
	for methodID, codes := range set {
		f.kinds[methodID] = codes
	}
	prefix := actor.RegionPrefix(f.territory)
	codes, err := texts(ctx, q, regionsOf, prefix, prefix+":") // ':' follows '9'
	for _, code := range codes {
		f.regions[code] = true
	}
	return f, err
}

// open refuses an edition in which nothing is entered or changed any more, or not yet.
func (f facts) open() error {
	if f.status != edition.StatusPublished {
		return errs.Conflict("activity.edition_closed")
	}
	return nil
}
