package duty

import (
	"context"
	"encoding/base64"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

// Service holds the use cases of dispatches and duties. It is safe for concurrent use.
type Service struct {
	db       *sqldb.DB
	clock    clock.Clock
	log      *audit.Log
	calendar *calendar.Store
	messages *message.Service
}

// NewService makes the service.
func NewService(db *sqldb.DB, c clock.Clock, log *audit.Log, days *calendar.Store, messages *message.Service) *Service {
	return &Service{db: db, clock: c, log: log, calendar: days, messages: messages}
}

// Filter chooses duties. An empty field does not restrict.
type Filter struct {
	EditionID    string
	UnitID       string
	ObligationID string
	States       []State
	Late         bool // only what is late now
	Asked        bool // only those whose unit waits for a decision
	After        string
	Limit        int // at most 200; 0 takes 200
}

// Page is a part of a list. Next continues it and is "" at the end.
type Page struct {
	Items []Duty
	Next  string
}

// Find lists the duties that the actor may see, of the latest edition first, by obligation, region and
// name. Errors: duty.page_malformed, duty.filter_unknown.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (page Page, err error) {
	defer errs.Wrap(&err, "duty.Find")
	for _, one := range []string{f.EditionID, f.UnitID, f.ObligationID} {
		if one != "" && !id.Valid(one) {
			return Page{}, nil
		}
	}
	for _, state := range f.States {
		if !known(state, States) {
			return Page{}, errs.Invalid("duty.filter_unknown")
		}
	}
	now := s.clock.Now()
	where := f.where(a, now)
	if f.After != "" {
		if err := after(where, f.After); err != nil {
			return Page{}, err
		}
	}
	limit := limitOf(f.Limit)
	list, err := listDuties(ctx, s.db, where, limit+1)
	if err != nil {
		return Page{}, err
	}
	if len(list) > limit {
		list = list[:limit]
		page.Next = cursorOf(list[limit-1])
	}
	for i := range list {
		list[i].Late = list[i].Cell.Late(now)
	}
	page.Items = list
	return page, nil
}

// A cursor is not signed: whoever forges one only starts the list elsewhere, within the same sight.
func cursorOf(d Duty) string { return base64.RawURLEncoding.EncodeToString([]byte(d.ID)) }

func after(where *sqldb.Where, cursor string) error {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || !id.Valid(string(raw)) {
		return errs.Invalid("duty.page_malformed")
	}
	behind(where, string(raw))
	return nil
}

// Get gets a duty of the actor's own unit or of one in sight. Errors: duty.not_found.
func (s *Service) Get(ctx context.Context, a actor.Actor, dutyID string) (d Duty, err error) {
	defer errs.Wrap(&err, "duty.Get(%s)", shorten(dutyID))
	d, err = seen(ctx, s.db, a, dutyID)
	d.Late = d.Cell.Late(s.clock.Now())
	return d, err
}

// GetTx is Get within a transaction or snapshot.
func (s *Service) GetTx(ctx context.Context, q sqldb.Querier, a actor.Actor, dutyID string) (d Duty, err error) {
	defer errs.Wrap(&err, "duty.GetTx(%s)", shorten(dutyID))
	return seen(ctx, q, a, dutyID)
}

func seen(ctx context.Context, q sqldb.Querier, a actor.Actor, dutyID string) (Duty, error) {
	if !id.Valid(dutyID) {
		return Duty{}, errNotFound()
	}
	list, err := listDuties(ctx, q, byID((&sqldb.Where{}).Any(sightOf(a)), dutyID), 1)
	if err != nil {
		return Duty{}, err
	}
	if len(list) == 0 {
		return Duty{}, errNotFound()
	}
	return list[0], nil
}

// Obligations lists the columns of an edition's ledger that the actor may see: those of the notice,
// those that its unit or a unit in sight added, and those that its unit owes.
//
// Errors: duty.edition_not_found.
func (s *Service) Obligations(ctx context.Context, a actor.Actor, editionID string) (list []Obligation, err error) {
	defer errs.Wrap(&err, "duty.Obligations(%s)", shorten(editionID))
	if !id.Valid(editionID) {
		return nil, errEdition()
	}
	return listRules(ctx, s.db, rulesSeen(a, editionID))
}

// record writes an audit entry about a duty.
func (s *Service) record(ctx context.Context, tx *sqldb.Tx, a actor.Actor, action string, d Duty, fields ...string) error {
	return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: action, Subject: "duty", SubjectID: d.ID, UnitID: d.Unit.ID, Fields: fields})
}
