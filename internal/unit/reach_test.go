package unit_test

import (
	"slices"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/unit"
)

func TestRecipientsAreThoseWithARoleElseEverybodyOpen(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		unitID := h.ids["株洲市教育局"]
		ids := map[string]string{}
		for _, name := range []string{"editor", "other", "gone"} {
			p, err := h.CreatePerson(ctx, sys, unit.PersonDraft{UnitID: unitID, SignIn: "zz." + name, Name: "示例人", Phone: "13900000000", Email: name + "@example.cn"})
			if err != nil {
				t.Fatal(err)
			}
			ids[name] = p.ID
			if name == "gone" {
				if err := h.ClosePerson(ctx, sys, p.ID, p.Version); err != nil {
					t.Fatal(err)
				}
			}
		}
		want := func(names ...string) {
			t.Helper()
			got, err := h.Recipients(ctx, h.db, unitID)
			if err != nil {
				t.Fatal(err)
			}
			var list []string
			for _, n := range names {
				list = append(list, ids[n])
			}
			if !slices.Equal(got, list) {
				t.Errorf("recipients are %v, want %v", got, names)
			}
		}
		want("editor", "other")
		if err := h.Grant(ctx, sys, ids["other"], actor.RoleHead); err != nil {
			t.Fatal(err)
		}
		want("other")

		mail, phone, err := h.Reach(ctx, ids["other"])
		if err != nil || mail != "other@example.cn" || phone != "13900000000" {
			t.Errorf("reached at %q, %q, %v", mail, phone, err)
		}
		if _, _, err := h.Reach(ctx, ids["gone"]); !errs.Is(err, "person.not_found") {
			t.Errorf("who is gone is reached: %v", err)
		}
	})
}
