package unit_test

import (
	"slices"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/unit"
)

func TestPeopleAreMovedOnlyBetweenUnitsThatOneManages(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		hosts := func(a actor.Actor, text string) []string {
			list, err := h.FindHosts(ctx, a, text, 50)
			ok(t, err)
			return names(list)
		}
		changsha := h.staff(t, "长沙市教育局", actor.RoleHead)
		if got, want := hosts(changsha, ""), []string{"长沙市教育局", "芙蓉区教育局", "芙蓉示例中学"}; !slices.Equal(sorted(got), sorted(want)) {
			t.Errorf("the city's bureau brings people into %q, want %q", got, want)
		}
		if got, want := hosts(changsha, "芙蓉示例"), []string{"芙蓉示例中学"}; !slices.Equal(got, want) {
			t.Errorf("found %q, want %q", got, want)
		}
		if got, want := hosts(h.staff(t, "长沙示例职业技术学院", actor.RoleHead), ""), []string{"长沙示例职业技术学院"}; !slices.Equal(got, want) {
			t.Errorf("a college brings people into %q, want %q", got, want)
		}
		for _, a := range []actor.Actor{h.staff(t, "长沙市教育局", actor.RoleEditor), admin(actor.SecurityAdmin), admin(actor.Auditor)} {
			if got := hosts(a, ""); len(got) != 0 {
				t.Errorf("%v brings people into %q", a, got)
			}
		}
		if got := hosts(admin(actor.SystemAdmin), ""); len(got) != len(houseUnits) {
			t.Errorf("the system administrator brings people into %d units, want %d", len(got), len(houseUnits))
		}
		p, _ := h.person(t, "zhang", "芙蓉区教育局", actor.RoleEditor)
		away := h.ids["荷塘区教育局"]
		_, err := h.ChangePerson(ctx, changsha, p.ID, p.Version, unit.PersonChange{UnitID: &away})
		refused(t, err, "unit.not_found")
		college := h.ids["长沙示例职业技术学院"] // in sight, but it answers to the province
		_, err = h.ChangePerson(ctx, changsha, p.ID, p.Version, unit.PersonChange{UnitID: &college})
		refused(t, err, "person.forbidden")
		school := h.ids["芙蓉示例中学"]
		moved, err := h.ChangePerson(ctx, changsha, p.ID, p.Version, unit.PersonChange{UnitID: &school})
		ok(t, err)
		if moved.UnitID != school {
			t.Errorf("got %+v", moved)
		}
	})
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
