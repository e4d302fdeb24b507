package unit

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// Topic is what changes with every change of regions and units; see package change. Touching it first
// also makes changes of units wait for each other, so that a name or code that was free when looked
// at is free when written.
const Topic = "unit"

// Service holds the use cases of regions, units and people. It is safe for concurrent use.
type Service struct {
	db    *sqldb.DB
	ring  *seal.Ring
	clock clock.Clock
	log   *audit.Log
}

// NewService makes the service.
func NewService(db *sqldb.DB, ring *seal.Ring, c clock.Clock, log *audit.Log) *Service {
	return &Service{db: db, ring: ring, clock: c, log: log}
}

// Regions lists all regions by code, a region before those inside of it. They are public.
func (s *Service) Regions(ctx context.Context) (list []Region, err error) {
	defer errs.Wrap(&err, "unit.Regions")
	return listRegions(ctx, s.db)
}

// Region gets one region by its code. Errors: region.not_found.
func (s *Service) Region(ctx context.Context, code string) (r Region, err error) {
	defer errs.Wrap(&err, "unit.Region(%s)", shorten(code))
	found, err := regionOf(ctx, s.db, code)
	if err != nil {
		return Region{}, err
	}
	if found == nil {
		return Region{}, errs.NotFound("region.not_found")
	}
	return *found, nil
}

// regionOf gives nil for an unknown code, for checks of input.
func regionOf(ctx context.Context, q sqldb.Querier, code string) (*Region, error) {
	if !isRegionCode(code) {
		return nil, nil
	}
	r, err := scanRegion(q.QueryRow(ctx, getRegion, code))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// Find lists the units that the actor may see, in the order of their names' pinyin.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (page Page[Unit], err error) {
	defer errs.Wrap(&err, "unit.Find")
	where, err := f.within(actor.Sight(a))
	if err != nil {
		return page, err
	}
	if f.After != "" {
		key, unitID, err := parseCursor(f.After)
		if err != nil {
			return page, err
		}
		unitsAfter(where, key, unitID)
	}
	limit := limitOf(f.Limit)
	list, err := listUnits(ctx, s.db, where, findUnits, limit+1)
	if err != nil {
		return page, err
	}
	cut := pageOf(list, limit, func(u stored) (string, string) { return u.sortKey, u.ID })
	return Page[Unit]{Items: bare(cut.Items), Next: cut.Next}, nil
}

// within joins the whole filter to a scope.
func (f Filter) within(scope actor.Scope) (*sqldb.Where, error) {
	for _, code := range f.Regions {
		if !isRegionCode(code) {
			return nil, errs.Invalid("region.code_malformed", "code", shorten(code)).On("region")
		}
	}
	for _, unknown := range []bool{
		slices.ContainsFunc(f.Lines, func(l actor.Line) bool { return l != actor.LineNone && !slices.Contains(actor.Lines, l) }),
		slices.ContainsFunc(f.Tiers, func(t actor.Tier) bool { return !slices.Contains(actor.Tiers, t) }),
		slices.ContainsFunc(f.Kinds, func(k actor.Kind) bool { return !slices.Contains(actor.Kinds, k) }),
	} {
		if unknown {
			return nil, errs.Invalid("unit.filter_unknown")
		}
	}
	w := f.where(scope)
	return w.Any(f.dimensions().SQL(actor.UnitColumns("u"))), nil
}

// Counts counts what Find lists, under each value of each dimension as if that dimension were not
// filtered, so that a filter bar can show what another choice would give.
func (s *Service) Counts(ctx context.Context, a actor.Actor, f Filter) (counts Facets, err error) {
	defer errs.Wrap(&err, "unit.Counts")
	groups, err := listPlaceCounts(ctx, s.db, f.where(actor.Sight(a)))
	if err != nil {
		return Facets{}, err
	}
	return facets(groups, f.dimensions()), nil
}

// CountScope counts the open units in a scope, whoever asks: for audiences.
func (s *Service) CountScope(ctx context.Context, q sqldb.Querier, scope actor.Scope) (n int, err error) {
	defer errs.Wrap(&err, "unit.CountScope")
	query, args := Filter{}.where(scope).Apply(countUnits)
	err = q.QueryRow(ctx, query, args...).Scan(&n)
	return n, err
}

// FindScope lists the open units in a scope by region and name, whoever asks: for audiences.
func (s *Service) FindScope(ctx context.Context, q sqldb.Querier, scope actor.Scope) (list []Unit, err error) {
	defer errs.Wrap(&err, "unit.FindScope")
	found, err := listUnits(ctx, q, Filter{}.where(scope), scanUnits)
	return bare(found), err
}

// Get gets a unit that the actor may see. Errors: unit.not_found, also for one out of sight.
func (s *Service) Get(ctx context.Context, a actor.Actor, unitID string) (u Unit, err error) {
	defer errs.Wrap(&err, "unit.Get(%s)", shorten(unitID))
	return seen(ctx, s.db, a, unitID)
}

func seen(ctx context.Context, q sqldb.Querier, a actor.Actor, unitID string) (Unit, error) {
	u, err := unitByID(ctx, q, unitID)
	if err == nil && !actor.Can(a, actor.UnitRead, u.Target()) {
		return Unit{}, errs.NotFound("unit.not_found")
	}
	return u, err
}

func unitByID(ctx context.Context, q sqldb.Querier, unitID string) (Unit, error) {
	if !id.Valid(unitID) {
		return Unit{}, errs.NotFound("unit.not_found")
	}
	u, err := scanUnit(q.QueryRow(ctx, getUnit, unitID))
	if errors.Is(err, sql.ErrNoRows) {
		return Unit{}, errs.NotFound("unit.not_found")
	}
	return u.Unit, err
}

// managesAny tells whether there is any place in which the actor may manage units.
func managesAny(a actor.Actor) bool {
	return actor.Can(a, actor.UnitManage, actor.Target{}) || a.Has(actor.RoleHead) && len(actor.Command(a)) > 0
}

// Create makes a unit.
//
// Errors: unit.forbidden; a form of unit.* problems, each on its field; unit.place_outside where the
// actor may not manage units in that place.
func (s *Service) Create(ctx context.Context, a actor.Actor, d Draft) (u Unit, err error) {
	defer errs.Wrap(&err, "unit.Create")
	if !managesAny(a) {
		return Unit{}, errs.Forbidden("unit.forbidden")
	}
	d = d.tidy()
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.checkTx(ctx, tx, a, "", d); err != nil {
			return err
		}
		unitID, err := insert(ctx, tx, d, s.clock.Now())
		if err != nil {
			return err
		}
		if err := s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "unit.create", Subject: "unit", SubjectID: unitID, UnitID: unitID}); err != nil {
			return err
		}
		u, err = unitByID(ctx, tx, unitID)
		return err
	})
	return u, err
}

// checkTx checks a draft against the store and the actor's rights, and keeps the answer true until
// the transaction ends.
func (s *Service) checkTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, unitID string, d Draft) error {
	if err := change.Touch(ctx, tx, Topic); err != nil {
		return err
	}
	region, err := regionOf(ctx, tx, d.Place.Region)
	if err != nil {
		return err
	}
	bad := problems(d.check(region))
	if len(bad) == 0 {
		var name, code bool
		if err := tx.QueryRow(ctx, nameTaken, d.Place.Region, d.Name, unitID).Scan(&name); err != nil {
			return err
		}
		if name {
			bad.add(errs.Invalid("unit.name_taken", "name", d.Name).On("name"))
		}
		if d.Code != "" {
			if err := tx.QueryRow(ctx, codeTaken, d.Code, unitID).Scan(&code); err != nil {
				return err
			}
		}
		if code {
			bad.add(errs.Invalid("unit.code_taken", "code", d.Code).On("code"))
		}
	}
	if err := errs.Join(bad...); err != nil {
		return err
	}
	if !actor.Can(a, actor.UnitManage, actor.Target{UnitID: unitID, Place: d.Place}) {
		return errs.Forbidden("unit.place_outside")
	}
	return nil
}

// Change writes a draft over a unit that stands at version.
//
// Errors: unit.not_found, unit.forbidden, a form of problems as Create, unit.place_outside,
// unit.closed, unit.changed_meanwhile.
func (s *Service) Change(ctx context.Context, a actor.Actor, unitID string, version int64, d Draft) (u Unit, err error) {
	defer errs.Wrap(&err, "unit.Change(%s)", shorten(unitID))
	d = d.tidy()
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		old, err := seen(ctx, tx, a, unitID)
		if err != nil {
			return err
		}
		if !actor.Can(a, actor.UnitManage, old.Target()) {
			return errs.Forbidden("unit.forbidden")
		}
		if err := s.checkTx(ctx, tx, a, unitID, d); err != nil {
			return err
		}
		fields := d.changed(old.Draft())
		if len(fields) == 0 && !old.Closed && old.Version == version {
			u = old
			return nil
		}
		if err := s.changeTx(ctx, tx, a, unitID, version, d, fields); err != nil {
			return err
		}
		u, err = unitByID(ctx, tx, unitID)
		return err
	})
	return u, err
}

func (s *Service) changeTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, unitID string, version int64, d Draft, fields []string) error {
	n, err := update(ctx, tx, unitID, version, d, s.clock.Now())
	if err != nil {
		return err
	}
	if n == 0 {
		return lost(ctx, tx, unitID)
	}
	return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "unit.change", Subject: "unit", SubjectID: unitID, UnitID: unitID, Fields: fields})
}

// lost tells why a compare-and-set found nothing to change.
func lost(ctx context.Context, q sqldb.Querier, unitID string) error {
	u, err := unitByID(ctx, q, unitID)
	switch {
	case err != nil:
		return err
	case u.Closed:
		return errs.Conflict("unit.closed")
	}
	return errs.Conflict("unit.changed_meanwhile")
}

// changed names the fields in which d differs from old.
func (d Draft) changed(old Draft) (fields []string) {
	for _, f := range []struct {
		name     string
		now, was string
	}{
		{"code", d.Code, old.Code}, {"name", d.Name, old.Name}, {"name_en", d.NameEN, old.NameEN}, {"short", d.Short, old.Short},
		{"region", d.Place.Region, old.Place.Region}, {"line", string(d.Place.Line), string(old.Place.Line)},
		{"tier", string(d.Place.Tier), string(old.Place.Tier)}, {"kind", string(d.Place.Kind), string(old.Place.Kind)},
		{"address", d.Address, old.Address}, {"phone", d.Phone, old.Phone},
	} {
		if f.now != f.was {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Close ends a unit. It stays in lists of the past; its name becomes free.
//
// Errors: unit.not_found, unit.forbidden, unit.close_own, unit.has_people, unit.closed, unit.changed_meanwhile.
func (s *Service) Close(ctx context.Context, a actor.Actor, unitID string, version int64) (err error) {
	defer errs.Wrap(&err, "unit.Close(%s)", shorten(unitID))
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		u, err := seen(ctx, tx, a, unitID)
		if err != nil {
			return err
		}
		if !actor.Can(a, actor.UnitManage, u.Target()) {
			return errs.Forbidden("unit.forbidden")
		}
		if unitID == a.UnitID {
			return errs.Conflict("unit.close_own")
		}
		if err := change.Touch(ctx, tx, Topic); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, closeUnit, unitID, version, int64(s.clock.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			return lost(ctx, tx, unitID)
		}
		// After the update: it holds the row, so nobody joins the unit any more (CreatePerson takes it too).
		var people int
		if err := tx.QueryRow(ctx, countOpenPeople, unitID).Scan(&people); err != nil {
			return err
		}
		if people > 0 {
			return errs.Conflict("unit.has_people", "count", people)
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "unit.close", Subject: "unit", SubjectID: unitID, UnitID: unitID})
	})
}

// Load writes regions and units that the product itself brings along, in one transaction with one
// audit entry, and gives the units' ids in order. Only the system may.
func (s *Service) Load(ctx context.Context, a actor.Actor, regions []Region, units []Draft) (ids []string, err error) {
	defer errs.Wrap(&err, "unit.Load")
	if a.Class != actor.System {
		return nil, errs.Forbidden("unit.forbidden")
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := change.Touch(ctx, tx, Topic); err != nil {
			return err
		}
		for _, r := range regions {
			if err := errs.Join(r.check()...); err != nil {
				return err
			}
			if err := writeRegion(ctx, tx, r); err != nil {
				return err
			}
		}
		stored, err := listRegions(ctx, tx)
		if err != nil {
			return err
		}
		byCode := make(map[string]*Region, len(stored))
		for i := range stored {
			byCode[stored[i].Code] = &stored[i]
		}
		made := make([]string, len(units))
		for i, d := range units {
			d = d.tidy()
			if err := errs.Join(d.check(byCode[d.Place.Region])...); err != nil {
				return err
			}
			if made[i], err = insert(ctx, tx, d, s.clock.Now()); err != nil {
				return err
			}
		}
		ids = made
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "unit.load", Subject: "unit", Count: len(regions) + len(units)})
	})
	return ids, err
}
