package edition

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Service holds the use cases of notices and editions. It is safe for concurrent use.
type Service struct {
	db        *sqldb.DB
	clock     clock.Clock
	log       *audit.Log
	files     blob.Store
	followers []Follower
}

// NewService makes the service. The followers are called in the order given.
func NewService(db *sqldb.DB, c clock.Clock, log *audit.Log, files blob.Store, followers ...Follower) *Service {
	return &Service{db: db, clock: c, log: log, files: files, followers: followers}
}

// Topic is the change topic of everything that public pages show of editions.
const Topic = "edition"

// TopicOf is the change topic of one edition.
func TopicOf(editionID string) string { return Topic + ":" + editionID }

func touch(ctx context.Context, tx *sqldb.Tx, editionID string) error {
	return change.Touch(ctx, tx, Topic, TopicOf(editionID))
}

// Filter chooses editions. An empty field does not restrict.
type Filter struct {
	Territory string
	Year      int
	Status    Status
}

// Find lists editions, the latest year first: the published and archived ones for everybody, drafts
// for those who may read them.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (list []Summary, err error) {
	defer errs.Wrap(&err, "edition.Find")
	return listEditions(ctx, s.db, f.where(a))
}

// Get gets an edition with its contents and counts. Local themes that were taken back are listed
// with an empty theme, for their versions.
//
// Errors: edition.not_found, also for a draft that the actor may not know of.
func (s *Service) Get(ctx context.Context, a actor.Actor, editionID string) (e Edition, err error) {
	defer errs.Wrap(&err, "edition.Get(%s)", shorten(editionID))
	if !id.Valid(editionID) {
		return Edition{}, errNotFound()
	}
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		if _, err := seen(ctx, q, a, editionID); err != nil {
			return err
		}
		e, err = countedEdition(ctx, q, editionID)
		return err
	})
	return e, err
}

// Obligations lists an edition's obligations with their audiences and counts. Errors: see Get.
func (s *Service) Obligations(ctx context.Context, a actor.Actor, editionID string) (list []Obligation, err error) {
	defer errs.Wrap(&err, "edition.Obligations(%s)", shorten(editionID))
	e, err := s.Get(ctx, a, editionID)
	return e.Obligations, err
}

// Current gets the edition that the public sees today, by the rule of the package comment.
//
// Errors: edition.none_published (NotFound).
func (s *Service) Current(ctx context.Context) (e Summary, err error) {
	defer errs.Wrap(&err, "edition.Current")
	list, err := listPublished(ctx, s.db)
	if err != nil {
		return Summary{}, err
	}
	e, ok := choose(list, s.clock.Now().Day())
	if !ok {
		return Summary{}, errs.NotFound("edition.none_published")
	}
	return e, nil
}

// Obliged lists the ids of the open units that owe an obligation, by region and name, whoever asks:
// for what stands to the right of this package. An unknown obligation has none.
func Obliged(ctx context.Context, q sqldb.Querier, o Obligation) (ids []string, err error) {
	defer errs.Wrap(&err, "edition.Obliged(%s)", o.ID)
	query, args := obligedWhere(o.Audiences).Apply(listObligedSQL)
	return sqldb.List(ctx, q, func(row *sql.Rows) (unitID string, err error) { return unitID, row.Scan(&unitID) }, query, args...)
}

// OwedBy lists the obligations of an edition that a unit owes. Errors: see Get.
func (s *Service) OwedBy(ctx context.Context, a actor.Actor, editionID, unitID string) (list []Obligation, err error) {
	defer errs.Wrap(&err, "edition.OwedBy(%s, %s)", shorten(editionID), shorten(unitID))
	e, err := s.Get(ctx, a, editionID)
	if err != nil || !id.Valid(unitID) {
		return nil, err
	}
	places, err := listPlaces(ctx, s.db, []string{unitID})
	if err != nil {
		return nil, err
	}
	place, open := places[unitID]
	if !open {
		return nil, nil
	}
	in := map[string]bool{}
	for _, g := range e.Groups {
		for _, m := range g.Members {
			in[g.ID] = in[g.ID] || m.UnitID == unitID
		}
	}
	for _, o := range e.Obligations {
		for _, who := range o.Audiences {
			if who.Scopes.Covers(unitID, place) || in[who.GroupID] {
				list = append(list, o)
				break
			}
		}
	}
	return list, nil
}

// seen gets an edition that the actor may know of.
func seen(ctx context.Context, q sqldb.Querier, a actor.Actor, editionID string) (Summary, error) {
	if !id.Valid(editionID) {
		return Summary{}, errNotFound()
	}
	e, err := editionByID(ctx, q, editionID)
	if err == nil && e.Status == StatusDraft && !actor.Can(a, actor.EditionRead, actor.Office(e.Territory)) {
		return Summary{}, errNotFound()
	}
	return e, err
}

// editTx begins a change of an edition: it checks the right, takes the edition's row and raises its
// version, so that everything after it is checked against a state that stays.
func (s *Service) editTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, right actor.Right, editionID string, version int64) (Edition, error) {
	e, err := seen(ctx, tx, a, editionID)
	switch {
	case err != nil:
		return Edition{}, err
	case !actor.Can(a, right, actor.Office(e.Territory)):
		return Edition{}, errForbidden()
	}
	n, err := tx.Exec(ctx, bumpEdition, editionID, version)
	if err != nil {
		return Edition{}, err
	}
	if n == 0 {
		return Edition{}, errChanged()
	}
	full, err := loadEdition(ctx, tx, editionID)
	if err == nil && full.Status == StatusArchived {
		return Edition{}, errs.Conflict("edition.archived")
	}
	return full, err
}

// edit runs one change of an edition with its audit entry and gives the edition afterwards.
func (s *Service) edit(ctx context.Context, a actor.Actor, right actor.Right, editionID string, version int64,
	fn func(tx *sqldb.Tx, e Edition) (audit.Entry, error),
) (after Edition, err error) {
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		e, err := s.editTx(ctx, tx, a, right, editionID, version)
		if err != nil {
			return err
		}
		entry, err := fn(tx, e)
		if err != nil {
			return err
		}
		entry.Subject, entry.SubjectID = "edition", editionID
		if err := s.log.RecordTx(ctx, tx, a, entry); err != nil {
			return err
		}
		if err := touch(ctx, tx, editionID); err != nil {
			return err
		}
		after, err = countedEdition(ctx, tx, editionID)
		return err
	})
	if err != nil {
		return Edition{}, err
	}
	return after, nil
}

// territoryTx checks that a territory is a known region and gives its level.
func territoryTx(ctx context.Context, q sqldb.Querier, code string) (level string, err error) {
	if len(code) == 6 && !odd(code) {
		err = q.QueryRow(ctx, regionLevel, code).Scan(&level)
	}
	if level == "" && (err == nil || errors.Is(err, sql.ErrNoRows)) {
		return "", errs.Invalid("edition.territory_unknown").On("territory")
	}
	return level, err
}
