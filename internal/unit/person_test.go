package unit_test

import (
	"bytes"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

func TestPersonalValuesAreSealedAtRestAndMaskedInLists(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		h.person(t, "zhang", "长沙示例职业技术学院")
		raw, err := sqldb.List(ctx, h.db, func(r *sql.Rows) (b []byte, err error) {
			err = r.Scan(&b)
			return b, err
		}, sealedValues)
		ok(t, err)
		for _, b := range raw {
			for _, clear := range []string{"张示例", "13800010000", "zhang@example.cn"} {
				if bytes.Contains(b, []byte(clear)) {
					t.Errorf("%s stands in clear", clear)
				}
			}
		}
		page, err := h.FindPeople(ctx, admin(actor.SystemAdmin), unit.PeopleFilter{})
		ok(t, err)
		if len(page.Items) != 1 {
			t.Fatalf("got %d people", len(page.Items))
		}
		if p := page.Items[0]; p.Name != "张*" || p.Phone != "138****0000" || p.Email != "z***@example.cn" || p.UnitName != "长沙示例职业技术学院" {
			t.Errorf("got %+v", p)
		}
	})
}

func TestRevealNeedsTheRightAndIsRecorded(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		p, self := h.person(t, "zhang", "长沙示例职业技术学院", actor.RoleEditor)
		for _, a := range []actor.Actor{self, h.staff(t, "长沙示例职业技术学院", actor.RoleHead), admin(actor.SecurityAdmin)} {
			before := len(h.actions(t))
			clear, err := h.RevealPerson(ctx, a, p.ID)
			ok(t, err)
			if clear.Name != "张示例" || clear.Phone != "13800010000" || clear.Email != "zhang@example.cn" {
				t.Errorf("got %+v", clear)
			}
			if after := h.actions(t); len(after) != before+1 || after[before] != "person.reveal" {
				t.Errorf("the log says %q", after[before:])
			}
		}
		before := len(h.actions(t))
		for _, a := range []actor.Actor{admin(actor.SystemAdmin), h.staff(t, "湖南省教育厅", actor.RoleHead), h.staff(t, "长沙示例职业技术学院", actor.RoleEditor)} {
			clear, err := h.RevealPerson(ctx, a, p.ID)
			refused(t, err, "person.forbidden")
			if clear.Name != "" {
				t.Error("a refusal gave the name")
			}
		}
		_, err := h.RevealPerson(ctx, h.staff(t, "株洲市教育局", actor.RoleHead), p.ID)
		refused(t, err, "person.not_found")
		if after := h.actions(t); len(after) != before {
			t.Errorf("the log says %q", after[before:])
		}
	})
}

func TestPeopleListsShowExactlyWhomTheActorMaySee(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		for signIn, at := range map[string]string{
			"sheng": "湖南省教育厅", "changsha": "长沙市教育局", "renshe": "长沙市人力资源和社会保障局", "furong": "芙蓉区教育局",
			"college": "长沙示例职业技术学院", "zhuzhou": "株洲市教育局", "school": "芙蓉示例中学",
		} {
			h.person(t, signIn, at)
		}
		founder, err := h.CreatePerson(ctx, sys, unit.PersonDraft{SignIn: "founder", Name: "李示例"}) // without a unit
		ok(t, err)
		for _, c := range []struct {
			who  actor.Actor
			want []string
		}{
			{admin(actor.SystemAdmin), []string{"changsha", "college", "founder", "furong", "renshe", "school", "sheng", "zhuzhou"}},
			{admin(actor.Auditor), nil},
			{h.staff(t, "湖南省教育厅", actor.RoleHead), []string{"changsha", "college", "furong", "school", "sheng", "zhuzhou"}},
			{h.staff(t, "长沙市教育局", actor.RoleHead), []string{"changsha", "furong", "school"}},
			{h.staff(t, "长沙市教育局", actor.RoleEditor), []string{"changsha"}},
			{h.staff(t, "长沙市人力资源和社会保障局", actor.RoleHead), []string{"renshe"}},
			{h.staff(t, "长沙示例职业技术学院"), []string{"college"}},
			{actor.Actor{}, nil},
		} {
			var got []string
			f := unit.PeopleFilter{Limit: 2}
			for {
				page, err := h.FindPeople(ctx, c.who, f)
				ok(t, err)
				for _, p := range page.Items {
					got = append(got, p.SignIn)
					if _, err := h.GetPerson(ctx, c.who, p.ID); err != nil {
						t.Errorf("%s is listed but not to be had: %v", p.SignIn, err)
					}
				}
				if f.After = page.Next; f.After == "" {
					break
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%+v %v sees %q, want %q", c.who.Place, c.who.Roles, got, c.want)
			}
		}
		_, err = h.GetPerson(ctx, h.staff(t, "湖南省教育厅", actor.RoleHead), founder.ID)
		refused(t, err, "person.not_found")
	})
}

func TestPeopleAreFoundByWholeValuesOnly(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		h.person(t, "zhang.san", "长沙示例职业技术学院", actor.RoleEditor)
		for text, want := range map[string]int{
			"张示例": 1, "138 0001 0000": 1, "+86 138-0001-0000": 1, "Zhang.San@example.cn": 1, "ZHANG": 1, "zhang.": 1,
			"张": 0, "1380001": 0, "san": 0, "%": 0, "zhang_": 0, "a\x00": 0,
		} {
			page, err := h.FindPeople(ctx, sys, unit.PeopleFilter{Text: text})
			ok(t, err)
			if len(page.Items) != want {
				t.Errorf("%q: found %d, want %d", text, len(page.Items), want)
			}
		}
		for _, f := range []unit.PeopleFilter{{Role: actor.RoleHead}, {Platform: actor.Auditor}, {State: unit.Closed}, {UnitID: h.ids["芙蓉区教育局"]}} {
			page, err := h.FindPeople(ctx, sys, f)
			ok(t, err)
			if len(page.Items) != 0 {
				t.Errorf("%+v: found %d", f, len(page.Items))
			}
		}
	})
}

func TestCreatePersonNamesEveryProblemOnItsField(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		h.person(t, "taken", "湖南省教育厅")
		head := h.staff(t, "长沙示例职业技术学院", actor.RoleHead)
		for _, c := range []struct {
			d    unit.PersonDraft
			want []string
		}{
			{unit.PersonDraft{}, []string{"sign_in person.sign_in_malformed", "name unit.text_missing"}},
			{unit.PersonDraft{SignIn: "张三", Name: "a\nb\x00", Phone: "12345", Email: "x@"},
				[]string{"sign_in person.sign_in_malformed", "name unit.text_broken", "phone person.phone_malformed", "email person.email_malformed"}},
			{unit.PersonDraft{SignIn: " TAKEN ", Name: "王示例"}, []string{"sign_in person.sign_in_taken"}},
		} {
			c.d.UnitID = head.UnitID
			_, err := h.CreatePerson(ctx, head, c.d)
			if got := problemsOf(err); !slices.Equal(got, c.want) {
				t.Errorf("%+v: got %q, want %q", c.d, got, c.want)
			}
		}
		_, err := h.CreatePerson(ctx, head, unit.PersonDraft{UnitID: h.ids["株洲示例职业技术学院"], SignIn: "spy", Name: "王示例"})
		refused(t, err, "unit.not_found")
		_, err = h.CreatePerson(ctx, head, unit.PersonDraft{SignIn: "nowhere", Name: "王示例"})
		refused(t, err, "unit.not_found")
		_, err = h.CreatePerson(ctx, h.staff(t, "长沙示例职业技术学院", actor.RoleEditor), unit.PersonDraft{UnitID: head.UnitID, SignIn: "wang", Name: "王示例"})
		refused(t, err, "person.forbidden")
	})
}

func TestChangePersonLeavesWhatIsNotSaidAndTakesRolesOnMoving(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		p, _ := h.person(t, "zhang", "长沙示例职业技术学院", actor.RoleEditor, actor.RoleHead)
		phone, to := "0731-8521 0000", h.ids["芙蓉示例中学"]
		changed, err := h.ChangePerson(ctx, sys, p.ID, p.Version, unit.PersonChange{Phone: &phone})
		ok(t, err)
		clear, err := h.RevealPerson(ctx, sys, p.ID)
		ok(t, err)
		if clear.Phone != "0731-85210000" || clear.Name != "张示例" || clear.Email != "zhang@example.cn" || !slices.Equal(clear.Roles, []actor.Role{actor.RoleEditor, actor.RoleHead}) {
			t.Errorf("got %+v", clear)
		}
		_, err = h.ChangePerson(ctx, sys, p.ID, p.Version, unit.PersonChange{UnitID: &to})
		refused(t, err, "person.changed_meanwhile")
		_, err = h.ChangePerson(ctx, h.staff(t, "长沙示例职业技术学院", actor.RoleHead), p.ID, changed.Version, unit.PersonChange{UnitID: &to})
		refused(t, err, "unit.not_found")
		moved, err := h.ChangePerson(ctx, sys, p.ID, changed.Version, unit.PersonChange{UnitID: &to})
		ok(t, err)
		if moved.UnitID != to || len(moved.Roles) != 0 {
			t.Errorf("got %+v", moved)
		}
		if list := h.actions(t); !slices.Equal(list[len(list)-3:], []string{"role.withdraw", "role.withdraw", "person.change"}) {
			t.Errorf("the log ends with %v", list[len(list)-3:])
		}
	})
}

func TestOnlyTheSecurityAdministratorGrantsAndNeverToThemselves(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		p, _ := h.person(t, "zhang", "长沙示例职业技术学院")
		sec, secActor := h.admin(t, "sec", actor.SecurityAdmin)
		for _, a := range []actor.Actor{admin(actor.SystemAdmin), h.staff(t, "湖南省教育厅", actor.RoleHead), h.staff(t, "长沙示例职业技术学院", actor.RoleHead)} {
			refused(t, h.Grant(ctx, a, p.ID, actor.RoleHead), "person.forbidden")
			refused(t, h.GrantPlatform(ctx, a, p.ID, actor.SecurityAdmin), "person.forbidden")
			refused(t, h.WithdrawPlatform(ctx, a, sec.ID), map[bool]string{true: "person.forbidden", false: "person.not_found"}[actor.Can(a, actor.PersonRead, sec.Target())])
		}
		refused(t, h.Grant(ctx, secActor, sec.ID, actor.RoleHead), "person.grant_self")
		refused(t, h.GrantPlatform(ctx, secActor, sec.ID, actor.Auditor), "person.grant_self")
		ok(t, h.Grant(ctx, secActor, p.ID, actor.RoleHead))
		ok(t, h.Grant(ctx, secActor, p.ID, actor.RoleHead))
		if a := h.actor(t, p.ID); !slices.Equal(a.Roles, []actor.Role{actor.RoleHead}) {
			t.Errorf("got %v", a.Roles)
		}
		ok(t, h.Withdraw(ctx, secActor, p.ID, actor.RoleHead))
		refused(t, h.Grant(ctx, secActor, p.ID, "boss"), "person.role_unknown")
		founder, err := h.CreatePerson(ctx, sys, unit.PersonDraft{SignIn: "founder", Name: "李示例"})
		ok(t, err)
		refused(t, h.Grant(ctx, secActor, founder.ID, actor.RoleHead), "person.without_unit")
	})
}

func TestPlatformRolesAreNeverCombined(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		h.admin(t, "sec", actor.SecurityAdmin)
		p, _ := h.admin(t, "sys1", actor.SystemAdmin)
		refused(t, h.GrantPlatform(ctx, sys, p.ID, actor.Auditor), "person.has_platform")
		err := h.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, secondRole, p.ID)
			return err
		})
		if err == nil {
			t.Error("the table takes a second platform role")
		}
	})
}

func TestSystemAdministratorCannotTakeOverAnotherAdministrator(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		sec, _ := h.admin(t, "sec", actor.SecurityAdmin)
		_, err := h.Authorize(ctx, h.db, admin(actor.SystemAdmin), actor.PersonManage, sec.ID)
		refused(t, err, "person.forbidden")
		refused(t, h.ClosePerson(ctx, admin(actor.SystemAdmin), sec.ID, sec.Version), "person.forbidden")
	})
}

func TestLastSecurityAdministratorStays(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		one, oneActor := h.admin(t, "sec.one", actor.SecurityAdmin)
		refused(t, h.WithdrawPlatform(ctx, oneActor, one.ID), "person.last_security_admin")
		two, twoActor := h.admin(t, "sec.two", actor.SecurityAdmin)
		ok(t, h.ClosePerson(ctx, twoActor, one.ID, one.Version))
		refused(t, h.ClosePerson(ctx, twoActor, two.ID, two.Version), "person.close_self")
		refused(t, h.WithdrawPlatform(ctx, twoActor, two.ID), "person.last_security_admin")
		if n := h.count(t, countSecAdm); n != 1 {
			t.Errorf("%d security administrators", n)
		}
	})
}

// Two administrators who withdraw each other's role at the same time both see the other one left.
func TestTwoSecurityAdministratorsCannotRemoveEachOther(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		one, oneActor := h.admin(t, "sec.one", actor.SecurityAdmin)
		two, twoActor := h.admin(t, "sec.two", actor.SecurityAdmin)
		for range 10 {
			var wg sync.WaitGroup
			var errOne, errTwo error
			wg.Go(func() { errTwo = h.WithdrawPlatform(ctx, oneActor, two.ID) })
			wg.Go(func() { errOne = h.WithdrawPlatform(ctx, twoActor, one.ID) })
			wg.Wait()
			if n := h.count(t, countSecAdm); n != 1 {
				t.Fatalf("%d security administrators are left", n)
			}
			for _, err := range []error{errOne, errTwo} {
				if err != nil {
					refused(t, err, "person.last_security_admin")
				}
			}
			ok(t, h.GrantPlatform(ctx, sys, one.ID, actor.SecurityAdmin))
			ok(t, h.GrantPlatform(ctx, sys, two.ID, actor.SecurityAdmin))
		}
	})
}

// The control: without the lock, PostgreSQL lets both go.
func TestControlCountThenDeleteLosesBothSecurityAdministrators(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		if h.db.Engine() != sqldb.Postgres {
			t.Skip("SQLite has one writer: only PostgreSQL can show the race")
		}
		one, _ := h.admin(t, "sec.one", actor.SecurityAdmin)
		two, _ := h.admin(t, "sec.two", actor.SecurityAdmin)
		var counted, done sync.WaitGroup
		counted.Add(2)
		for _, personID := range []string{one.ID, two.ID} {
			done.Go(func() {
				err := h.db.Write(ctx, func(tx *sqldb.Tx) error {
					var n int
					err := tx.QueryRow(ctx, countSecAdm).Scan(&n)
					counted.Done()
					counted.Wait()
					if err != nil || n < 2 {
						return errors.Join(err, errors.New("no second one"))
					}
					_, err = tx.Exec(ctx, dropPlatform, personID)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		if n := h.count(t, countSecAdm); n != 0 {
			t.Errorf("%d left: the control no longer shows what the lock is for", n)
		}
	})
}

func TestActorIsBuiltFromTheStore(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		p, a := h.person(t, "zhang", "芙蓉区教育局", actor.RoleReviewer, actor.RoleEditor)
		want := actor.Place{Region: "430102", Line: actor.LineEducation, Tier: actor.TierCounty, Kind: actor.KindDepartment}
		if a.Class != actor.Staff || a.PersonID != p.ID || a.UnitID != h.ids["芙蓉区教育局"] || a.Place != want || !slices.Equal(a.Roles, []actor.Role{actor.RoleEditor, actor.RoleReviewer}) {
			t.Errorf("got %+v", a)
		}
		id, err := h.PersonOfSignIn(ctx, h.db, " ZHANG ")
		if err != nil || id != p.ID {
			t.Errorf("got %q, %v", id, err)
		}
		ok(t, h.ClosePerson(ctx, sys, p.ID, p.Version))
		_, err = h.Actor(ctx, h.db, p.ID)
		refused(t, err, "person.not_found")
	})
}

func TestVerifyFindsWhatContradictsItself(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(t *testing.T, h *house){
		"a sealed name that was moved": func(t *testing.T, h *house) { h.exec(t, swapNames, "zhang", "wang") },
		"a sort key of another name":   func(t *testing.T, h *house) { h.exec(t, breakSortKey, "湘音日报社") },
		"roles of a closed person":     func(t *testing.T, h *house) { h.exec(t, roleOfClosed, "zhang") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := alone(t)
			h.person(t, "zhang", "长沙示例职业技术学院", actor.RoleEditor)
			h.person(t, "wang", "长沙示例职业技术学院")
			ok(t, h.Verify(ctx, h.db))
			harm(t, h)
			if h.Verify(ctx, h.db) == nil {
				t.Error("nothing was found")
			}
		})
	}
}

func TestResealLeavesNothingUnderTheOldKey(t *testing.T) {
	t.Parallel()
	h := alone(t)
	p, _ := h.person(t, "zhang", "长沙示例职业技术学院")
	ok(t, h.ring.Rotate(h.keyFile))
	for _, want := range []int{1, 0} {
		if n, err := h.Reseal(ctx); err != nil || n != want {
			t.Errorf("resealed %d, %v, want %d", n, err, want)
		}
	}
	clear, err := h.RevealPerson(ctx, sys, p.ID)
	if err != nil || clear.Name != "张示例" {
		t.Errorf("got %+v, %v", clear, err)
	}
	ok(t, h.Verify(ctx, h.db))
}

func TestClearValuesAreNoErrorText(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		_, err := h.CreatePerson(ctx, sys, unit.PersonDraft{SignIn: "zhang", Name: "张示例", Phone: "1380001000x"})
		if text := errs.As(err).Error(); bytes.Contains([]byte(text), []byte("1380001")) {
			t.Errorf("the error holds the phone: %s", text)
		}
	})
}

func TestMasks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{unit.MaskName("张三丰"), "张*"},
		{unit.MaskName(""), ""},
		{unit.MaskPhone("13812340000"), "138****0000"},
		{unit.MaskPhone("0731-85210000"), "073****00"},
		{unit.MaskPhone("odd"), "****"},
		{unit.MaskPhone(""), ""},
		{unit.MaskEmail("name@example.cn"), "n***@example.cn"},
		{unit.MaskEmail("odd"), "****"},
		{unit.MaskEmail(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
