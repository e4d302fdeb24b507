package unit

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/errs"
)

// Departments lists the open departments that stand at the head of a region, for the public: who
// organises the week there. It gives names only; what else is known of a unit is for staff.
func (s *Service) Departments(ctx context.Context, region string) (list []Unit, err error) {
	defer errs.Wrap(&err, "unit.Departments(%s)", shorten(region))
	tier := map[int]actor.Tier{2: actor.TierProvince, 4: actor.TierPrefecture, 6: actor.TierCounty}[len(actor.RegionPrefix(region))]
	found, err := s.FindScope(ctx, s.db, actor.Scope{Regions: []string{region}, Tiers: []actor.Tier{tier}, Kinds: []actor.Kind{actor.KindDepartment}})
	if err != nil {
		return nil, err
	}
	for _, line := range actor.Lines { // the order in which the notice's issuers sign
		for _, u := range found {
			if u.Place.Line == line {
				list = append(list, Unit{ID: u.ID, Name: u.Name, NameEN: u.NameEN, Place: u.Place})
			}
		}
	}
	return list, nil
}
