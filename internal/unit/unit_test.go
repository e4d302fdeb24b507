package unit_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/unit"
)

func names(units []unit.Unit) (out []string) {
	for _, u := range units {
		out = append(out, u.Name)
	}
	return out
}

// problemsOf gives the problems of a form as "field key".
func problemsOf(err error) (out []string) {
	for _, p := range errs.As(err).Problems {
		out = append(out, p.Field+" "+p.Key)
	}
	return out
}

func TestCreateNamesEveryProblemOnItsField(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		good := draft("湘音新闻网", "430000", actor.LineNone, actor.TierProvince, actor.KindMedia)
		for _, c := range []struct {
			name   string
			change func(*unit.Draft)
			want   []string
		}{
			{"empty", func(d *unit.Draft) { *d = unit.Draft{} },
				[]string{"name unit.text_missing", "region unit.region_missing", "tier unit.tier_unknown", "kind unit.kind_unknown"}},
			{"region unknown", func(d *unit.Draft) { d.Place.Region = "990000" }, []string{"region unit.region_unknown"}},
			{"region is no code", func(d *unit.Draft) { d.Place.Region = "长沙'; --" }, []string{"region unit.region_unknown"}},
			{"department without a line", func(d *unit.Draft) { d.Place.Kind = actor.KindDepartment }, []string{"line unit.line_missing"}},
			{"department at the base", func(d *unit.Draft) {
				d.Place = actor.Place{Region: "430102", Line: actor.LineEducation, Tier: actor.TierBase, Kind: actor.KindDepartment}
			}, []string{"tier unit.tier_kind"}},
			{"county department of a city", func(d *unit.Draft) {
				d.Place = actor.Place{Region: "430100", Line: actor.LineEducation, Tier: actor.TierCounty, Kind: actor.KindDepartment}
			}, []string{"tier unit.tier_region"}},
			{"media under the farmers", func(d *unit.Draft) { d.Place.Line = actor.LineAgriculture }, []string{"line unit.line_kind"}},
			{"central community", func(d *unit.Draft) { d.Place.Kind, d.Place.Tier = actor.KindCommunity, actor.TierCentral }, []string{"tier unit.tier_kind"}},
			{"city media without a city", func(d *unit.Draft) { d.Place.Tier = actor.TierPrefecture }, []string{"tier unit.tier_region"}},
			{"unknown words", func(d *unit.Draft) { d.Place.Line, d.Place.Tier, d.Place.Kind = "x", "y", "z" },
				[]string{"line unit.line_unknown", "tier unit.tier_unknown", "kind unit.kind_unknown"}},
			{"name too long", func(d *unit.Draft) { d.Name = strings.Repeat("长", 101) }, []string{"name unit.text_long"}},
			{"control characters", func(d *unit.Draft) { d.Name, d.Short = "a\x00b", "\xff" }, []string{"name unit.text_broken", "short unit.text_broken"}},
			{"bad code and phone", func(d *unit.Draft) { d.Code, d.Phone = "甲-1", "电话" }, []string{"code unit.code_malformed", "phone unit.phone_malformed"}},
			{"name taken", func(d *unit.Draft) { d.Name = " 湘音日报社 " }, []string{"name unit.name_taken"}},
			{"code taken", func(d *unit.Draft) { d.Code = "4143000001" }, []string{"code unit.code_taken"}},
		} {
			d := good
			c.change(&d)
			_, err := h.Create(ctx, admin(actor.SystemAdmin), d)
			if got := problemsOf(err); !slices.Equal(got, c.want) {
				t.Errorf("%s: got %q, want %q", c.name, got, c.want)
			}
		}
		if n, err := h.CountScope(ctx, h.db, actor.Scope{}); err != nil || n != len(houseUnits) {
			t.Errorf("%d units, %v: something was written", n, err)
		}
	})
}

func TestNameIsFreeInAnotherRegionAndAfterClosing(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		d := draft("芙蓉示例中学", "430202", actor.LineNone, actor.TierBase, actor.KindSchool)
		if _, err := h.Create(ctx, admin(actor.SystemAdmin), d); err != nil {
			t.Error(err)
		}
		ok(t, h.Close(ctx, admin(actor.SystemAdmin), h.ids["芙蓉示例中学"], 1))
		d.Place.Region = "430102"
		if _, err := h.Create(ctx, admin(actor.SystemAdmin), d); err != nil {
			t.Error(err)
		}
		refused(t, h.Close(ctx, admin(actor.SystemAdmin), h.ids["芙蓉示例中学"], 2), "unit.closed")
	})
}

func TestManagingStaysWithinCommand(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		city := h.staff(t, "长沙市教育局", actor.RoleHead)
		school := draft("芙蓉新苗小学", "430102", actor.LineNone, actor.TierBase, actor.KindSchool)
		made, err := h.Create(ctx, city, school)
		ok(t, err)
		school.Name, school.Place.Region = "荷塘新苗小学", "430202"
		_, err = h.Create(ctx, city, school)
		refused(t, err, "unit.place_outside")
		_, err = h.Change(ctx, city, made.ID, made.Version, school) // nor moved to where the head has no say
		refused(t, err, "unit.place_outside")
		_, err = h.Create(ctx, h.staff(t, "长沙市教育局", actor.RoleEditor), school)
		refused(t, err, "unit.forbidden")
		_, err = h.Change(ctx, city, h.ids["长沙示例职业技术学院"], 1, houseUnits[8]) // the province's
		refused(t, err, "unit.forbidden")
		_, err = h.Change(ctx, city, h.ids["株洲示例职业技术学院"], 1, houseUnits[9]) // out of sight: not even that it exists
		refused(t, err, "unit.not_found")
		if _, err := h.Change(ctx, h.staff(t, "湖南省教育厅", actor.RoleHead), h.ids["长沙示例职业技术学院"], 1, houseUnits[8]); err != nil {
			t.Error(err)
		}
		refused(t, h.Close(ctx, h.staff(t, "湖南省教育厅", actor.RoleHead), h.ids["湖南省教育厅"], 1), "unit.forbidden")
	})
}

func TestChangeRefusesStaleVersion(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		d := houseUnits[8]
		d.Phone = "0731-85220000"
		u, err := h.Change(ctx, admin(actor.SystemAdmin), h.ids[d.Name], 1, d)
		ok(t, err)
		if u.Version != 2 || u.Phone != d.Phone || u.Draft() != d {
			t.Errorf("got %+v", u)
		}
		d.Phone = "0731-85230000"
		_, err = h.Change(ctx, admin(actor.SystemAdmin), u.ID, 1, d)
		refused(t, err, "unit.changed_meanwhile")
	})
}

func TestOneOfManyCreatesWinsTheName(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		const clients = 8
		results := make([]error, clients)
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() {
				d := draft("湘音新闻网", "430000", actor.LineNone, actor.TierProvince, actor.KindMedia)
				d.Code = fmt.Sprintf("M%d", i)
				_, results[i] = h.Create(ctx, admin(actor.SystemAdmin), d)
			})
		}
		wg.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else {
				refused(t, err, "unit.name_taken")
			}
		}
		if won != 1 {
			t.Errorf("%d units of one name", won)
		}
	})
}

func TestCloseWaitsForThePeople(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		p, _ := h.person(t, "zhang", "芙蓉示例中学", actor.RoleEditor)
		refused(t, h.Close(ctx, sys, h.ids["芙蓉示例中学"], 1), "unit.has_people")
		ok(t, h.ClosePerson(ctx, sys, p.ID, p.Version))
		ok(t, h.Close(ctx, sys, h.ids["芙蓉示例中学"], 1))
		_, err := h.CreatePerson(ctx, sys, unit.PersonDraft{UnitID: h.ids["芙蓉示例中学"], SignIn: "wang", Name: "王示例"})
		refused(t, err, "unit.closed")
	})
}

// TestListsShowExactlyWhatIsInSight would fail with any list that is filtered after paging or not at all.
func TestListsShowExactlyWhatIsInSight(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		for _, c := range []struct {
			who  actor.Actor
			want []string
		}{
			{admin(actor.Auditor), names(all(t, h))},
			{h.staff(t, "湖南省教育厅"), names(all(t, h))},
			{h.staff(t, "湖南省工业和信息化厅"), []string{"湖南省工业和信息化厅", "湘音日报社", "神州报社驻湘站", "长沙示例职业技术学院", "株洲示例职业技术学院", "芙蓉示例中学"}},
			{h.staff(t, "长沙市教育局", actor.RoleHead), []string{"长沙市教育局", "长沙市人力资源和社会保障局", "长沙示例职业技术学院", "芙蓉区教育局", "芙蓉示例中学"}},
			{h.staff(t, "长沙市人力资源和社会保障局"), []string{"长沙市人力资源和社会保障局", "长沙示例职业技术学院", "芙蓉示例中学"}},
			{h.staff(t, "芙蓉区教育局"), []string{"芙蓉区教育局", "芙蓉示例中学"}},
			{h.staff(t, "长沙示例职业技术学院", actor.RoleHead), []string{"长沙示例职业技术学院"}},
			{actor.Actor{}, nil},
			{actor.Actor{Class: actor.Staff, UnitID: h.ids["湖南省教育厅"], Place: h.hold["湖南省教育厅"], MustChangePassword: true}, nil},
		} {
			var got []string
			f := unit.Filter{Limit: 2}
			for {
				page, err := h.Find(ctx, c.who, f)
				ok(t, err)
				got = append(got, names(page.Items)...)
				if f.After = page.Next; f.After == "" {
					break
				}
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%+v sees %q, want %q", c.who.Place, got, c.want)
			}
			counts, err := h.Counts(ctx, c.who, unit.Filter{})
			ok(t, err)
			if counts.Total != len(c.want) {
				t.Errorf("%+v counts %d, want %d", c.who.Place, counts.Total, len(c.want))
			}
			for name, id := range h.ids {
				_, err := h.Get(ctx, c.who, id)
				if visible := slices.Contains(c.want, name); (err == nil) != visible {
					t.Errorf("%+v gets %s: %v", c.who.Place, name, err)
				}
			}
		}
	})
}

func all(t *testing.T, h *house) []unit.Unit {
	t.Helper()
	list, err := h.FindScope(ctx, h.db, actor.Scope{})
	ok(t, err)
	return list
}

func TestFindOrdersByPinyin(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		page, err := h.Find(ctx, sys, unit.Filter{})
		ok(t, err)
		want := []string{"长沙市教育局", "长沙示例职业技术学院", "长沙市人力资源和社会保障局", "芙蓉区教育局", "芙蓉示例中学", "荷塘区教育局",
			"湖南省工业和信息化厅", "湖南省教育厅", "神州报社驻湘站", "湘音日报社", "株洲市教育局", "株洲示例职业技术学院", "株洲市人力资源和社会保障局"}
		if got := names(page.Items); !slices.Equal(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
	})
}

func TestSearchForgives(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		college := []string{"长沙示例职业技术学院"}
		for text, want := range map[string][]string{
			"长沙示例": college, "changsha shili": college, "csslzyjsxy": college, "ＣＨＡＮＧＳＨＡ sample": college,
			"4143000001": college, "学院 长沙": college, "  长 沙 示 例 ": college,
			"%": nil, "_": nil, "!": nil, "没有": nil, "\x00": names(all(t, h)), "\xff长沙示例": college,
		} {
			page, err := h.Find(ctx, sys, unit.Filter{Text: text})
			ok(t, err)
			got := names(page.Items)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%q: got %q, want %q", text, got, want)
			}
		}
	})
}

func TestCountsTellWhatAnotherChoiceWouldGive(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		f := unit.Filter{Regions: []string{"430100"}, Kinds: []actor.Kind{actor.KindDepartment}}
		counts, err := h.Counts(ctx, sys, f)
		ok(t, err)
		if counts.Total != 3 {
			t.Errorf("total %d, want 3", counts.Total)
		}
		for code, n := range counts.Regions {
			other := f
			other.Regions = []string{code}
			page, err := h.Find(ctx, sys, other)
			ok(t, err)
			if len(page.Items) != n {
				t.Errorf("region %s: counted %d, found %d", code, n, len(page.Items))
			}
		}
		for kind, n := range counts.Kinds {
			other := f
			other.Kinds = []actor.Kind{kind}
			page, err := h.Find(ctx, sys, other)
			ok(t, err)
			if len(page.Items) != n {
				t.Errorf("kind %s: counted %d, found %d", kind, n, len(page.Items))
			}
		}
		if counts.Regions["430200"] != 3 || counts.Kinds[actor.KindSchool] != 1 || counts.Lines[actor.LineEducation] != 2 || counts.Tiers[actor.TierCounty] != 1 {
			t.Errorf("got %+v", counts)
		}
	})
}

func TestFindRefusesWhatNoFilterBarSends(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		for key, f := range map[string]unit.Filter{
			"region.code_malformed": {Regions: []string{"43\x00"}},
			"unit.filter_unknown":   {Kinds: []actor.Kind{"\xff"}},
			"unit.page_malformed":   {After: "!!"},
		} {
			_, err := h.Find(ctx, sys, f)
			refused(t, err, key)
		}
		_, err := h.Get(ctx, sys, "' OR 1=1")
		refused(t, err, "unit.not_found")
	})
}

func TestTheOwnHeadChangesTheContactAndNothingElse(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		const mine = "长沙示例职业技术学院"
		old, err := h.Get(ctx, sys, h.ids[mine])
		ok(t, err)
		head := h.staff(t, mine, actor.RoleHead)
		to := unit.Contact{Address: " 长沙市示例路  2 号", Phone: "0731-85220000"}
		got, err := h.ChangeContact(ctx, head, old.ID, old.Version, to)
		ok(t, err)
		want := old
		want.Address, want.Phone, want.Version = "长沙市示例路 2 号", "0731-85220000", old.Version+1
		if got != want {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
		if list := h.actions(t); list[len(list)-1] != "unit.change" {
			t.Errorf("the log ends with %s", list[len(list)-1])
		}
		_, err = h.ChangeContact(ctx, head, old.ID, old.Version, unit.Contact{})
		refused(t, err, "unit.changed_meanwhile")
		_, err = h.ChangeContact(ctx, head, old.ID, got.Version, unit.Contact{Phone: "call me"})
		if refused(t, err, "unit.phone_malformed"); errs.As(err).Problems[0].Field != "phone" {
			t.Errorf("got %v", err)
		}
		_, err = h.ChangeContact(ctx, h.staff(t, mine, actor.RoleEditor), old.ID, got.Version, to)
		refused(t, err, "unit.forbidden")
		_, err = h.ChangeContact(ctx, h.staff(t, "株洲示例职业技术学院", actor.RoleHead), old.ID, got.Version, to)
		refused(t, err, "unit.not_found")
		_, err = h.ChangeContact(ctx, h.staff(t, "长沙市教育局", actor.RoleHead), old.ID, got.Version, to)
		refused(t, err, "unit.forbidden") // sees the college, which answers to the province
		_, err = h.ChangeContact(ctx, h.staff(t, "湖南省教育厅", actor.RoleHead), old.ID, got.Version, to)
		ok(t, err) // the same words change nothing
	})
}
