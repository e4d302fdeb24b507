package unit_test

import (
	"bytes"
	"io"
	"maps"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/unit"
)

func TestNamesAreOnesOwnInClear(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		_, a := h.person(t, "zhang", "长沙示例职业技术学院")
		before := len(h.actions(t))
		person, place, placeEN, err := h.Names(ctx, a)
		ok(t, err)
		if person != "张示例" || place != "长沙示例职业技术学院" || placeEN != "Changsha Sample College" {
			t.Errorf("got %s of %s (%s)", person, place, placeEN)
		}
		if n := len(h.actions(t)); n != before {
			t.Errorf("%d entries about one's own name", n-before)
		}
	})
}

func TestOnlyTheAuditorLearnsWhoseIdItIs(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		p, self := h.person(t, "zhang", "长沙示例职业技术学院")
		got, err := h.SignIns(ctx, admin(actor.Auditor), []string{p.ID, "0198a000-0000-7000-8000-000000000000", ""})
		ok(t, err)
		if want := map[string]string{p.ID: "zhang"}; !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		personID, err := h.PersonBySignIn(ctx, admin(actor.Auditor), "Zhang")
		ok(t, err)
		if personID != p.ID {
			t.Errorf("got %s, want %s", personID, p.ID)
		}
		for _, a := range []actor.Actor{self, admin(actor.SystemAdmin), admin(actor.SecurityAdmin), {}} {
			_, err := h.SignIns(ctx, a, []string{p.ID})
			refused(t, err, "person.forbidden")
			_, err = h.PersonBySignIn(ctx, a, "zhang")
			refused(t, err, "person.forbidden")
		}
	})
}

func TestRolelessAreThoseOpenPeopleWhoHoldNoRoleAtAll(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		h.person(t, "waits", "长沙示例职业技术学院")
		h.person(t, "works", "长沙示例职业技术学院", actor.RoleEditor)
		h.admin(t, "audits", actor.Auditor)
		h.admin(t, "secures", actor.SecurityAdmin)
		gone, _ := h.person(t, "gone", "长沙示例职业技术学院")
		ok(t, h.ClosePerson(ctx, sys, gone.ID, gone.Version))
		n, err := h.CountRoleless(ctx, admin(actor.SecurityAdmin))
		ok(t, err)
		list, err := h.FindRoleless(ctx, admin(actor.SecurityAdmin))
		ok(t, err)
		if n != 1 || len(list) != 1 || list[0].SignIn != "waits" || list[0].Name != "张*" {
			t.Errorf("got %d, %+v", n, list)
		}
		_, err = h.CountRoleless(ctx, admin(actor.SystemAdmin))
		refused(t, err, "person.forbidden")
		_, err = h.FindRoleless(ctx, h.staff(t, "长沙示例职业技术学院", actor.RoleHead))
		refused(t, err, "person.forbidden")
	})
}

func TestTemplatesAreReadAsFilesWithoutRows(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		a := admin(actor.SystemAdmin)
		for name, c := range map[string]struct {
			write func(io.Writer) error
			check func(io.Reader) (unit.Plan, error)
		}{
			"units":   {unit.WriteUnitTemplate, func(r io.Reader) (unit.Plan, error) { return h.CheckImport(ctx, a, r) }},
			"people":  {unit.WritePeopleTemplate, func(r io.Reader) (unit.Plan, error) { return h.CheckPeopleImport(ctx, a, r) }},
			"regions": {unit.WriteRegionTemplate, func(r io.Reader) (unit.Plan, error) { return h.CheckRegionImport(ctx, a, r) }},
		} {
			var file bytes.Buffer
			ok(t, c.write(&file))
			plan, err := c.check(&file)
			if err != nil || len(plan.Steps)+len(plan.Problems)+len(plan.Unknown) != 0 {
				t.Errorf("%s: %+v, %v", name, plan, err)
			}
		}
	})
}
