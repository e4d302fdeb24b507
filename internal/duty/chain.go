package duty

import (
	"context"
	"database/sql"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// department is a unit that may review.
type department struct {
	id    string
	place actor.Place
}

// chain gives the units that review what a unit at place files, the first first, by the tiers of its
// line (for a unit without one, of education, which leads the week): school → county or prefecture →
// province; colleges directly to the province. A department at the territory's own tier answers to
// the office that leads the edition, and so does everybody whose line has no department above it.
func chain(place actor.Place, territory string, departments []department) []string {
	office := actor.Office(territory).Place
	line := place.Line
	if line == actor.LineNone {
		line = actor.LineEducation
	}
	find := func(region string, line actor.Line, tier actor.Tier) string {
		i := slices.IndexFunc(departments, func(d department) bool {
			return d.place.Region == region && d.place.Line == line && d.place.Tier == tier && d.place.Kind == actor.KindDepartment
		})
		if i < 0 {
			return ""
		}
		return departments[i].id
	}
	lead := find(territory, office.Line, office.Tier)
	top := find(territory, line, office.Tier)
	if top == "" || place.Kind == actor.KindDepartment && !place.Tier.Below(office.Tier) {
		top = lead
	}
	var steps []string
	for _, office := range review.Above(place, line, territory) {
		if office.Region == territory {
			break
		}
		if unitID := find(office.Region, line, office.Tier); unitID != "" {
			steps = append(steps, unitID)
			break
		}
	}
	if top != "" {
		steps = append(steps, top)
	}
	return steps
}

func prefectureOf(region string) string {
	if len(region) != 6 {
		return region
	}
	return region[:4] + "00"
}

// reviewers gives the units that review a duty, the first first.
func (o Obligation) reviewers(u Unit, territory string, departments []department) []string {
	steps := chain(u.Place, territory, departments)
	switch {
	case o.Chain == ChainOwner:
		return []string{o.OwnerID}
	case o.Chain == ChainUpper && len(steps) > 1:
		return steps[:1]
	case o.Chain == ChainOffice:
		office := actor.Office(territory).Place
		for _, d := range departments {
			if d.place == office {
				return []string{d.id}
			}
		}
	}
	return steps
}

// Reviewers lists the units that review what a duty's unit files, the first first. It is empty where
// the register has no department above the unit. Errors: duty.not_found.
func (s *Service) Reviewers(ctx context.Context, q sqldb.Querier, dutyID string) (unitIDs []string, err error) {
	defer errs.Wrap(&err, "duty.Reviewers(%s)", shorten(dutyID))
	d, err := dutyByID(ctx, q, dutyID)
	if err != nil {
		return nil, err
	}
	return reviewersOf(ctx, q, d)
}

func reviewersOf(ctx context.Context, q sqldb.Querier, d Duty) ([]string, error) {
	var territory string
	if err := q.QueryRow(ctx, territoryOfEdition, d.EditionID).Scan(&territory); err != nil {
		return nil, err
	}
	departments, err := departmentsAbove(ctx, q, d.Unit.Place.Region, territory)
	if err != nil {
		return nil, err
	}
	return d.Obligation.reviewers(d.Unit, territory, departments), nil
}

// departmentsAbove lists the departments of the regions in which a region lies.
func departmentsAbove(ctx context.Context, q sqldb.Querier, region, territory string) ([]department, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (d department, err error) {
		return d, row.Scan(&d.id, &d.place.Region, &d.place.Line, &d.place.Tier, &d.place.Kind)
	}, listDepartments, region, prefectureOf(region), territory)
}

// Territory gives the code of the region whose edition a duty is of.
func (s *Service) Territory(ctx context.Context, q sqldb.Querier, d Duty) (code string, err error) {
	defer errs.Wrap(&err, "duty.Territory(%s)", d.ID)
	err = q.QueryRow(ctx, territoryOfEdition, d.EditionID).Scan(&code)
	return code, err
}
