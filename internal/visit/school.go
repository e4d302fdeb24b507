package visit

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// SchoolShow is which schools of a region are listed.
type SchoolShow string

// The parts of the list.
const (
	AllSchools    SchoolShow = ""
	WithoutVisit  SchoolShow = "without"
	WithVisit     SchoolShow = "with"
	WithClash     SchoolShow = "clash"
	Unregistered  SchoolShow = "unregistered" // visits of schools whose names were typed
	usualSchools             = 40
	mostOfSchools            = 2000 // visits that one page reads
)

// SchoolFilter chooses schools; empty fields do not restrict.
type SchoolFilter struct {
	EditionID string
	Region    string // inside of the actor's
	Text      string // part of the name
	Show      SchoolShow
	After     string // SchoolPage.Next of the page before
}

// SchoolRow is a school with its visits in an edition, those that do not take place left out.
type SchoolRow struct {
	School
	RegionName, RegionNameEN string
	Visits                   []Visit         // by time; without contacts, needs and codes
	Clashes                  map[string]bool // visits at overlapping times, by their ids; true where the class is the same
}

// SchoolPage is a part of the list. Next continues it and is "" at the end.
type SchoolPage struct {
	Items []SchoolRow
	Next  string
}

// SchoolCounts are the schools of a region.
type SchoolCounts struct{ All, Without, With, Clash, Unregistered int }

// scope is what somebody sees of the region's schools.
func (f SchoolFilter) scope(a actor.Actor) (*sqldb.Where, error) {
	if !Oversees(a) {
		return nil, errForbidden()
	}
	region := a.Place.Region
	if f.Region != "" {
		if !actor.RegionWithin(f.Region, region) {
			return nil, errs.Invalid("visit.filter_unknown").On("region")
		}
		region = f.Region
	}
	s := actor.Scope{Regions: []string{region}, Kinds: []actor.Kind{actor.KindSchool, actor.KindSecondaryVocational}}
	return named(s.SQL(actor.UnitColumns("u")), f.Text), nil
}

// FindSchoolVisits lists the schools of the actor's region with their visits: those without one first, in
// the order of their names. Clashes of times are told.
//
// Errors: visit.forbidden for anybody but the education departments; visit.filter_unknown,
// visit.page_malformed.
func (s *Service) FindSchoolVisits(ctx context.Context, a actor.Actor, f SchoolFilter) (page SchoolPage, err error) {
	defer errs.Wrap(&err, "visit.FindSchoolVisits")
	w, err := f.scope(a)
	if err != nil {
		return SchoolPage{}, err
	}
	switch f.Show {
	case AllSchools:
	case WithoutVisit:
		withVisits(w, false)
	case WithVisit:
		withVisits(w, true)
	case WithClash:
		clashing, err := s.clashing(ctx, a, f)
		if err != nil {
			return SchoolPage{}, err
		}
		unitsIn(w, clashing)
	default:
		return SchoolPage{}, errs.Invalid("visit.filter_unknown").On("show")
	}
	if f.After != "" {
		c, name, err := parseSchoolCursor(f.After)
		if err != nil {
			return SchoolPage{}, err
		}
		schoolsAfter(w, c, name)
	}
	list, err := listSchoolRows(ctx, s.deps.DB, w, f.EditionID, usualSchools+1)
	if err != nil {
		return SchoolPage{}, err
	}
	if len(list) > usualSchools {
		list = list[:usualSchools]
		last := list[usualSchools-1]
		page.Next = schoolCursor(last)
	}
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = one.ID
	}
	visits, err := s.ofSchools(ctx, f.EditionID, ofSchool(ids...))
	if err != nil {
		return SchoolPage{}, err
	}
	for _, one := range list {
		one.Visits = visits[one.ID]
		one.Clashes = clashes(one.Visits)
		page.Items = append(page.Items, one.SchoolRow)
	}
	return page, nil
}

// GetSchool gets one school of the actor's region with its visits in an edition.
//
// Errors: visit.forbidden; visit.school_not_found, also for one of another region.
func (s *Service) GetSchool(ctx context.Context, a actor.Actor, editionID, schoolID string) (r SchoolRow, err error) {
	defer errs.Wrap(&err, "visit.GetSchool")
	w, err := SchoolFilter{}.scope(a)
	if err != nil {
		return SchoolRow{}, err
	}
	list, err := listSchoolRows(ctx, s.deps.DB, unitIs(w, schoolID), editionID, 1)
	if err != nil {
		return SchoolRow{}, err
	}
	if len(list) == 0 {
		return SchoolRow{}, errs.NotFound("visit.school_not_found")
	}
	r = list[0].SchoolRow
	visits, err := s.ofSchools(ctx, editionID, ofSchool(schoolID))
	r.Visits = visits[schoolID]
	r.Clashes = clashes(r.Visits)
	return r, err
}

// CountSchools counts what FindSchoolVisits lists, by part.
//
// Errors: as FindSchoolVisits.
func (s *Service) CountSchools(ctx context.Context, a actor.Actor, f SchoolFilter) (c SchoolCounts, err error) {
	defer errs.Wrap(&err, "visit.CountSchools")
	w, err := f.scope(a)
	if err != nil {
		return SchoolCounts{}, err
	}
	query, args := w.Apply(countSchoolRows, f.EditionID)
	if err := s.deps.DB.QueryRow(ctx, query, args...).Scan(&c.All, &c.With); err != nil {
		return SchoolCounts{}, err
	}
	c.Without = c.All - c.With
	clashing, err := s.clashing(ctx, a, f)
	if err != nil {
		return SchoolCounts{}, err
	}
	c.Clash = len(clashing)
	typed, err := s.FindUnregistered(ctx, a, f)
	c.Unregistered = len(typed)
	return c, err
}

// FindUnregistered lists the visits to come of schools whose names were typed, in the actor's region, by
// time.
//
// Errors: as FindSchoolVisits.
func (s *Service) FindUnregistered(ctx context.Context, a actor.Actor, f SchoolFilter) (list []Visit, err error) {
	defer errs.Wrap(&err, "visit.FindUnregistered")
	if !Oversees(a) {
		return nil, errForbidden()
	}
	byKey, err := s.ofSchools(ctx, f.EditionID, ofTyped(a.Place.Region, f.Text))
	for _, some := range byKey {
		list = append(list, some...)
	}
	slices.SortFunc(list, func(x, y Visit) int { return cmp.Or(cmp.Compare(x.Starts, y.Starts), cmp.Compare(x.ID, y.ID)) })
	return list, err
}

// clashing gives the schools that have visits at overlapping times.
func (s *Service) clashing(ctx context.Context, a actor.Actor, f SchoolFilter) (ids []string, err error) {
	w, err := f.scope(a)
	if err != nil {
		return nil, err
	}
	query, args := w.Apply(clashingSchools, f.EditionID)
	return listTexts(ctx, s.deps.DB, query, args...)
}

// ofSchools gives the visits of an edition that take place, by school, each school's by time.
func (s *Service) ofSchools(ctx context.Context, editionID string, w *sqldb.Where) (map[string][]Visit, error) {
	list, err := listVisits(ctx, s.deps.DB, takingPlace(inEdition(w, editionID)), mostOfSchools)
	if err != nil {
		return nil, err
	}
	bySchool := map[string][]Visit{}
	slices.SortFunc(list, func(x, y row) int { return cmp.Or(cmp.Compare(x.Starts, y.Starts), cmp.Compare(x.ID, y.ID)) })
	for _, r := range list {
		r.Code = "" // admits
		bySchool[r.School.ID] = append(bySchool[r.School.ID], r.Visit)
	}
	return bySchool, nil
}

// clashes finds visits of one school whose times overlap: a school may send two classes at once, but one
// class cannot be at two places.
func clashes(list []Visit) map[string]bool {
	found := map[string]bool{}
	grade := func(v Visit) string { return strings.ToLower(strings.Join(strings.Fields(v.Grade), "")) }
	for i, one := range list {
		for _, other := range list[i+1:] {
			if other.Starts >= one.Ends {
				break // and all behind it
			}
			same := grade(one) != "" && grade(one) == grade(other)
			found[one.ID], found[other.ID] = found[one.ID] || same, found[other.ID] || same
		}
	}
	return found
}

// FindOwn lists the visits that the actor's own unit makes as a school in an edition, the latest asked
// first: those that wait for its answer, and those that do not take place, too.
//
// Errors: visit.forbidden for somebody without a unit, and for departments.
func (s *Service) FindOwn(ctx context.Context, a actor.Actor, editionID string) (list []Visit, err error) {
	defer errs.Wrap(&err, "visit.FindOwn")
	if !Belongs(a) {
		return nil, errForbidden()
	}
	rows, err := listVisits(ctx, s.deps.DB, inEdition(ofSchool(a.UnitID), editionID), mostRows)
	for _, r := range rows {
		r.Code = ""
		list = append(list, r.Visit)
	}
	return list, err
}

// schoolRow is a school with its place in the order of the list.
type schoolRow struct {
	SchoolRow
	sortKey string
	visits  int64
}

func schoolCursor(r schoolRow) string {
	return cursor{min(r.visits, 1), 0, r.ID}.String() + "." + encode(r.sortKey)
}

func parseSchoolCursor(s string) (c cursor, sortKey string, err error) {
	head, tail, ok := strings.Cut(s, ".")
	if c, err = parseCursor(head); err != nil {
		return cursor{}, "", err
	}
	if sortKey, err = decode(tail); err != nil || !ok {
		return cursor{}, "", errs.Invalid("visit.page_malformed")
	}
	return c, sortKey, nil
}

func listSchoolRows(ctx context.Context, q sqldb.Querier, w *sqldb.Where, editionID string, limit int) ([]schoolRow, error) {
	query, args := w.Apply(findSchoolRows, editionID, limit)
	return sqldb.List(ctx, q, func(row *sql.Rows) (r schoolRow, err error) {
		return r, row.Scan(&r.ID, &r.Name, &r.NameEN, &r.Region, &r.RegionName, &r.RegionNameEN, &r.sortKey, &r.visits)
	}, query, args...)
}
