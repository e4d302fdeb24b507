package form

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Service keeps the versions of forms. It is safe for concurrent use.
type Service struct {
	db    *sqldb.DB
	clock clock.Clock
	log   *audit.Log
}

// NewService makes the service.
func NewService(db *sqldb.DB, c clock.Clock, log *audit.Log) *Service {
	return &Service{db: db, clock: c, log: log}
}

// State tells which version is filled in now.
type State string

// The states.
const (
	StateCurrent State = "current"
	StatePast    State = "past"
)

// Summary is a version of a form in a list.
type Summary struct {
	ID        string // for what is filed in it to refer to
	Territory string // whose own form it is, "" where the product brings it along
	Code      string
	Version   int
	Title     Label
	State     State
	CreatedBy string // id of a person, "" for the product
	CreatedAt clock.Instant
}

// Form is a version of a form with its definition.
type Form struct {
	Summary
	Definition Definition
}

// Install adds the forms that the product brings along, and newer versions of them, to the store.
// Called at each start; what is there already stays as it is.
func (s *Service) Install(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "form.Install")
	definitions, err := shipped()
	if err != nil {
		return errs.Internal(err)
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, d := range definitions {
			latest, err := latestVersion(ctx, tx, d.Code, []string{""})
			if err != nil {
				return err
			}
			if latest >= d.Version {
				continue
			}
			// Where another replica is faster, it adds the same.
			if _, _, err := s.addTx(ctx, tx, "", d, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// addTx stores a version as the current one; free is false where somebody else was faster.
func (s *Service) addTx(ctx context.Context, tx *sqldb.Tx, territory string, d Definition, by string) (f Form, free bool, err error) {
	text, err := d.Export()
	if err != nil {
		return Form{}, false, err
	}
	f = Form{Definition: d, Summary: Summary{ID: id.New(), Territory: territory, Code: d.Code, Version: d.Version, Title: d.Title,
		State: StateCurrent, CreatedBy: by, CreatedAt: s.clock.Now()}}
	if _, err := tx.Exec(ctx, retireForm, territory, d.Code); err != nil {
		return Form{}, false, err
	}
	n, err := tx.Exec(ctx, insertForm, f.ID, territory, d.Code, d.Version, d.Title.Zh, d.Title.En, string(text), by, int64(f.CreatedAt))
	return f, n == 1, err
}

// Current gets the version that is filled in now in a territory (the region code of an edition's
// office): its own, else that of the region around it, else the one that the product brings along.
//
// Errors: form.not_found.
func (s *Service) Current(ctx context.Context, q sqldb.Querier, territory, code string) (f Form, err error) {
	defer errs.Wrap(&err, "form.Current(%s, %s)", cut(territory), cut(code))
	return nearest(ctx, q, territory, code, 0)
}

// Version gets a version by its number; where a territory's own and the product's have the same
// number, the nearer. What was filed refers to Summary.ID and uses Get. Errors: form.not_found.
func (s *Service) Version(ctx context.Context, q sqldb.Querier, territory, code string, version int) (f Form, err error) {
	defer errs.Wrap(&err, "form.Version(%s, %s, %d)", cut(territory), cut(code), version)
	if version < 1 {
		return Form{}, errNotFound()
	}
	return nearest(ctx, q, territory, code, version)
}

// Get gets a version by its id. Errors: form.not_found.
func (s *Service) Get(ctx context.Context, q sqldb.Querier, formID string) (f Form, err error) {
	defer errs.Wrap(&err, "form.Get(%s)", cut(formID))
	if !id.Valid(formID) {
		return Form{}, errNotFound()
	}
	return formByID(ctx, q, formID)
}

// lineage lists a territory and the regions around it, the nearest first, then "" for the product:
// 430102, 430100, 430000, "".
func lineage(territory string) []string {
	var list []string
	for prefix := actor.RegionPrefix(territory); len(prefix) >= 2; prefix = prefix[:len(prefix)-2] {
		list = append(list, (prefix + "0000")[:6])
	}
	return append(list, "")
}

// nearest gets the form of the nearest territory that has one; version 0 is the current one.
func nearest(ctx context.Context, q sqldb.Querier, territory, code string, version int) (Form, error) {
	if !codeShape.MatchString(code) || territory != "" && !isRegion(territory) {
		return Form{}, errNotFound()
	}
	around := lineage(territory)
	list, err := listSummaries(ctx, q, ofLineage(code, around, version))
	if err != nil {
		return Form{}, err
	}
	if len(list) == 0 {
		return Form{}, errNotFound()
	}
	best := slices.MinFunc(list, func(a, b Summary) int {
		return slices.Index(around, a.Territory) - slices.Index(around, b.Territory)
	})
	return formByID(ctx, q, best.ID)
}

func isRegion(code string) bool { return len(code) == 6 && isDigits(code) }

// Filter chooses versions of forms. An empty field does not restrict.
type Filter struct {
	Territory string // with those that hold there: of the regions around it and of the product
	Code      string
	State     State
}

// Find lists versions of forms by code, territory and version, the latest first. Everybody who is
// signed in may: whoever fills one in sees it anyway.
//
// Errors: form.forbidden.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (list []Summary, err error) {
	defer errs.Wrap(&err, "form.Find")
	if a.Class != actor.System && !a.IsStaff() {
		return nil, errForbidden()
	}
	if f.Territory != "" && !isRegion(f.Territory) || f.Code != "" && !codeShape.MatchString(f.Code) {
		return nil, nil
	}
	return listSummaries(ctx, s.db, f.where())
}

// Publish makes a definition the current version of its form in a territory. It gets the number after
// the highest that the territory has seen, whatever number it carries: an imported file carries the
// other house's. Only the office of the territory may.
//
// Errors: form.forbidden; form.unchanged (Conflict) where it is the current version already;
// form.changed_meanwhile (Conflict) where somebody else published the form at the same moment.
func (s *Service) Publish(ctx context.Context, a actor.Actor, territory string, d Definition) (f Form, err error) {
	defer errs.Wrap(&err, "form.Publish(%s, %s)", cut(territory), d.Code)
	if !isRegion(territory) || !actor.Can(a, actor.EditionDraft, actor.Office(territory)) {
		return Form{}, errForbidden()
	}
	if d.rules == nil {
		return Form{}, errs.Internal(errors.New("form: a definition that Parse has not checked"))
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		latest, err := latestVersion(ctx, tx, d.Code, []string{territory, ""})
		if err != nil {
			return err
		}
		current, err := nearest(ctx, tx, territory, d.Code, 0)
		switch {
		case errs.KindOf(err) == errs.KindNotFound: // a form of the territory's own making
		case err != nil:
			return err
		case same(current.Definition, d):
			return errs.Conflict("form.unchanged")
		}
		next := d
		next.Version = latest + 1
		added, free, err := s.addTx(ctx, tx, territory, next, a.PersonID)
		if err != nil {
			return err
		}
		if !free {
			return errs.Conflict("form.changed_meanwhile")
		}
		f = added
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "form.publish", Subject: "form", SubjectID: f.ID, Fields: []string{"definition"}})
	})
	if err != nil {
		return Form{}, err
	}
	return f, nil
}

// same tells whether two definitions differ in nothing but their number.
func same(a, b Definition) bool {
	a.Version = b.Version
	left, errLeft := a.Export()
	right, errRight := b.Export()
	return errLeft == nil && errRight == nil && string(left) == string(right)
}

// Verify looks for stored forms that cannot be read or are not what their row says.
func Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "form.Verify")
	list, err := listSummaries(ctx, q, &sqldb.Where{})
	if err != nil {
		return err
	}
	var found []error
	for i, s := range list {
		latest := i == 0 || list[i-1].Code != s.Code || list[i-1].Territory != s.Territory
		if latest != (s.State == StateCurrent) {
			found = append(found, fmt.Errorf("form %s: the latest version is not the current one", s.ID))
		}
		f, err := formByID(ctx, q, s.ID)
		switch {
		case err != nil:
			found = append(found, fmt.Errorf("form %s: %w", s.ID, err))
		case f.Definition.Code != s.Code || f.Definition.Version != s.Version || f.Definition.Title != s.Title:
			found = append(found, fmt.Errorf("form %s: its definition is of another form or version", s.ID))
		}
	}
	return errors.Join(found...)
}
