package filing_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/review"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// asked gives a school an obligation that goes through the tiers.
func (d *desk) asked(unitName, formCode string) duty.Duty {
	d.t.Helper()
	head := d.staff("省教育厅", actor.RoleHead)
	own, _, err := d.duties.AddObligation(ctx, head, d.e.ID, duty.Own{What: "报送", Form: formCode, Chain: duty.ChainTiers, Scopes: actor.Scopes{{Units: []string{d.ids[unitName]}}}})
	must(d.t, err)
	page, err := d.duties.Find(ctx, sys, duty.Filter{ObligationID: own.ID})
	must(d.t, err)
	return page.Items[0]
}

func evidence() form.Values {
	return form.Values{"what": text("校园开放日"), "start": form.Day("2020-07-20"), "end": form.Day("2020-07-20"), "form": text("onsite"), "place": text("校内"), "how": text("开放了实训基地。"),
		"links": form.Rows{{"title": text("报道"), "link": text("https://example.cn/1")}}}
}

// complete fills what a form needs beside the values given.
func (d *desk) complete(a actor.Actor, dutyID string, v form.Values) form.Values {
	d.t.Helper()
	f, err := d.Get(ctx, a, dutyID)
	must(d.t, err)
	for _, p := range problems(f.Form.Definition.Validate(v, form.Final)) {
		field, _ := f.Form.Definition.Field(p.Field)
		switch field.Kind {
		case form.KindNumber:
			if field.Provenance {
				v[p.Field] = figure(d.t, "1")
			} else {
				v[p.Field] = figure(d.t, "1").Value
			}
		case form.KindDate:
			v[p.Field] = form.Day("2020-07-20")
		case form.KindPerson:
			v[p.Field] = form.Person{Name: "李示例", Phone: "13900000000"}
		case form.KindChoice:
			v[p.Field] = text(field.Options[0].Code)
		case form.KindLink:
			v[p.Field] = text("https://example.cn/1")
		default:
			v[p.Field] = text("内容")
		}
	}
	must(d.t, f.Form.Definition.Validate(v, form.Final))
	return v
}

func TestReviewGoesUpTheTiers(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.asked("芙蓉中学", ""), d.editor("芙蓉中学")
		r := d.hand(editor, owed.ID, d.complete(editor, owed.ID, evidence()))
		if r.Filing.Form.Code != form.Evidence {
			t.Errorf("filed in the form %s", r.Filing.Form.Code)
		}
		if len(r.Filing.Steps) != 2 || r.Filing.Steps[0].UnitID != d.ids["芙蓉区教育局"] || r.Filing.Steps[1].UnitID != d.ids["省教育厅"] {
			t.Fatalf("steps %+v", r.Filing.Steps)
		}
		for _, c := range []struct {
			who  actor.Actor
			want string
		}{
			{d.reviewer("省教育厅"), "review.not_found"}, // not its turn: the step is the county's
			{d.reviewer("长沙市教育局"), "review.not_found"},
			{editor, "review.not_found"},
			{d.editor("芙蓉区教育局"), "review.forbidden"},
		} {
			_, err := d.decide(c.who, r.Filing, review.Accepted)
			refused(t, err, c.want)
		}
		county := d.reviewer("芙蓉区教育局")
		pending, err := d.Pending(ctx, county, 10)
		must(t, err)
		if len(pending) != 1 || pending[0].Duty.ID != owed.ID {
			t.Errorf("pending %+v", pending)
		}
		first, err := d.decide(county, r.Filing, review.Accepted)
		must(t, err)
		if f := d.got("芙蓉中学", owed.ID); first.Done || f.State != filing.StateFiled || f.Duty.State != duty.StateFiled {
			t.Errorf("after the county: done %v, %s", first.Done, f.State)
		}
		_, err = d.Withdraw(ctx, editor, owed.ID)
		refused(t, err, "filing.under_review")
		d.must(d.decide(d.reviewer("省教育厅"), d.got("芙蓉中学", owed.ID), review.Accepted))
		if f := d.got("芙蓉中学", owed.ID); f.State != filing.StateAccepted {
			t.Errorf("after the province: %s", f.State)
		}
	})
}

// A person who has moved to the unit that reviews does not review what they wrote in.
func TestNobodyReviewsTheirOwnFiling(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed := d.owed("长沙高职", form.WorkSummary)
		writer, author := d.editor("长沙高职"), d.staff("长沙高职", actor.RoleHead)
		d.save(writer, owed.ID, form.Values{"overview": text("初稿")})
		r := d.hand(author, owed.ID, summary(t))
		for _, who := range []actor.Actor{writer, author} {
			moved := d.reviewer("省教育厅")
			moved.PersonID = who.PersonID
			_, err := d.decide(moved, r.Filing, review.Accepted)
			refused(t, err, "review.own_work")
		}
	})
}

// Where a unit has no reviewer its head reviews.
func TestHeadReviewsWhereThereIsNoReviewer(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.asked("芙蓉中职", ""), d.editor("芙蓉中职")
		r := d.hand(editor, owed.ID, d.complete(editor, owed.ID, evidence()))
		if roles := []actor.Role{r.Filing.Steps[0].Role, r.Filing.Steps[1].Role}; !slices.Equal(roles, []actor.Role{actor.RoleHead, actor.RoleReviewer}) {
			t.Errorf("roles %v", roles)
		}
		d.must(d.decide(d.staff("长沙市教育局", actor.RoleHead), r.Filing, review.Accepted))
	})
}

func TestAnotherUnitsFilingDoesNotExist(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职")
		saved := d.save(editor, owed.ID, summary(t))
		for _, a := range []actor.Actor{d.editor("株洲高职"), d.staff("株洲市教育局", actor.RoleHead), {}, {Class: actor.Staff}} {
			_, err := d.Get(ctx, a, owed.ID)
			refused(t, err, "duty.not_found")
			_, _, err = d.SaveDraft(ctx, a, owed.ID, saved.Version, summary(t))
			refused(t, err, "duty.not_found")
			_, err = d.Submit(ctx, a, owed.ID, saved.Version)
			refused(t, err, "duty.not_found")
			_, err = d.Withdraw(ctx, a, owed.ID)
			refused(t, err, "duty.not_found")
		}
		// Those in sight see that it is a draft, and not what is in it, nor may they write.
		office := d.editor("省教育厅")
		seen, err := d.Get(ctx, office, owed.ID)
		must(t, err)
		if seen.Draft.Values != nil || seen.ID != "" || seen.Duty.State != duty.StateDraft {
			t.Errorf("the office sees %+v", seen)
		}
		_, _, err = d.SaveDraft(ctx, office, owed.ID, saved.Version, summary(t))
		refused(t, err, "duty.not_found")
		_, _, err = d.SaveDraft(ctx, d.reviewer("长沙高职"), owed.ID, saved.Version, summary(t))
		refused(t, err, "filing.forbidden")
		_, err = d.Submit(ctx, editor, id.New(), 1)
		refused(t, err, "duty.not_found")
		_, err = d.Read(ctx, office, id.New())
		refused(t, err, "review.not_found")
	})
}

func TestPersonalValuesAreSealedAndMasked(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职")
		r := d.hand(editor, owed.ID, summary(t))
		for _, stored := range listTexts(t, d.db, listOpenValues) {
			if strings.Contains(stored, "张三丰") || strings.Contains(stored, "13800010000") {
				t.Errorf("in clear: %s", stored)
			}
		}
		full, masked := form.Person{Name: "张三丰", Phone: "13800010000"}, form.Person{Name: "张**", Phone: "138******00"}
		for name, want := range map[string]form.Person{"长沙高职": full, "省教育厅": full, "长沙市教育局": masked} {
			f, err := d.Get(ctx, d.editor(name), owed.ID)
			must(t, err)
			v, _ := f.Latest()
			if v.Values["liaison"] != form.Value(want) || v.Hash != r.Filing.Versions[0].Hash {
				t.Errorf("%s reads %v", name, v.Values["liaison"])
			}
		}
	})
}

func TestFilesOfADraftAreTheUnitsAndOfAFilingTheReaders(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor, office := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职"), d.reviewer("省教育厅")
		pdf, dropped := d.upload(editor, "总结.pdf", "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), d.upload(editor, "旧稿.txt", "旧稿")
		foreign := d.upload(d.editor("株洲高职"), "别人的.txt", "x")
		_, _, err := d.SaveDraft(ctx, editor, owed.ID, 0, form.Values{"attachments": form.Files{foreign}})
		refused(t, err, "filing.file_unknown")
		v := summary(t)
		v["attachments"] = form.Files{pdf, dropped}
		saved := d.save(editor, owed.ID, v)
		_, err = d.files.Get(ctx, office, pdf)
		refused(t, err, "file.not_found")
		_, err = d.files.Get(ctx, editor, pdf)
		must(t, err)
		_, err = d.Submit(ctx, editor, owed.ID, saved.Version)
		refused(t, err, "filing.file_type")
		v = summary(t)
		v["attachments"] = form.Files{pdf}
		r := d.hand(editor, owed.ID, v)
		for _, a := range []actor.Actor{office, editor, d.editor("长沙市教育局")} {
			_, err = d.files.Get(ctx, a, pdf)
			must(t, err)
		}
		for _, a := range []actor.Actor{d.editor("株洲高职"), {}} {
			_, err = d.files.Get(ctx, a, pdf)
			refused(t, err, "file.not_found")
		}
		if f, err := d.files.Get(ctx, editor, dropped); err != nil || f.Subject.Kind != "" {
			t.Errorf("the file that was taken out is attached: %+v, %v", f, err)
		}
		// After a return the file that was handed in stays readable, also if the correction has it no more.
		d.must(d.decide(office, r.Filing, review.Returned))
		d.hand(editor, owed.ID, summary(t))
		_, err = d.files.Get(ctx, office, pdf)
		must(t, err)
	})
}

func TestAcceptedLocalThemeIsThePrefectures(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor, office := d.owed("长沙市教育局", form.LocalTheme), d.editor("长沙市教育局"), d.reviewer("省教育厅")
		themes := func() []string { return listTexts(t, d.db, listThemes) }
		r := d.hand(editor, owed.ID, form.Values{"theme": text("匠心长沙"), "theme_en": text("Craft in Changsha"), "reason": text("结合本地产业")})
		if got := themes(); got != nil {
			t.Errorf("before it was accepted: %v", got)
		}
		d.must(d.decide(office, r.Filing, review.Accepted))
		if got := themes(); !reflect.DeepEqual(got, []string{"430100 匠心长沙 1"}) {
			t.Errorf("accepted: %v", got)
		}
	})
}

func TestKickoffDecisionIsRecorded(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.owed("株洲市教育局", form.Kickoff), d.editor("株洲市教育局")
		v := d.complete(editor, owed.ID, form.Values{"held": text("not_held"), "reason": text("防汛")})
		r := d.hand(editor, owed.ID, v)
		d.must(d.decide(d.reviewer("省教育厅"), r.Filing, review.Accepted))
		list, next, err := d.Filed(ctx, d.staff("省教育厅"), owed.Obligation.ID, "", 0)
		must(t, err)
		if len(list) != 1 || next != "" || list[0].Version.Values["held"] != form.Value(text("not_held")) || list[0].Duty.ID != owed.ID {
			t.Errorf("decisions %+v", list)
		}
		none, _, err := d.Filed(ctx, d.staff("长沙市教育局"), owed.Obligation.ID, "", 0)
		must(t, err)
		if len(none) != 0 {
			t.Errorf("a neighbour reads %+v", none)
		}
	})
}

func TestDeclinedFilingIsKeptAndAnotherBegins(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职")
		r := d.hand(editor, owed.ID, summary(t))
		d.must(d.decide(d.reviewer("省教育厅"), r.Filing, review.Declined))
		fresh := d.got("长沙高职", owed.ID)
		if fresh.ID != "" || fresh.Declined != 1 || fresh.Duty.State != duty.StateOpen {
			t.Errorf("afterwards %+v", fresh)
		}
		past, err := d.Past(ctx, editor, owed.ID)
		must(t, err)
		if len(past) != 1 || past[0].State != filing.StateDeclined || past[0].Steps[0].Comment != "请核对数据" {
			t.Errorf("past %+v", past)
		}
		d.hand(editor, owed.ID, summary(t))
	})
}

func TestWithdrawnFilingIsTheUnitsOwnAgain(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor, office := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职"), d.reviewer("省教育厅")
		r := d.hand(editor, owed.ID, summary(t))
		step := d.open(r.Filing)
		back, err := d.Withdraw(ctx, editor, owed.ID)
		must(t, err)
		if back.State != filing.StateDraft || back.Versions[0].Outcome != filing.Withdrawn || back.Duty.Filed != 0 {
			t.Errorf("withdrawn: %+v", back)
		}
		_, err = d.Decide(ctx, office, step.ID, review.Decision{Outcome: review.Accepted, ReadHash: step.Subject.Hash})
		refused(t, err, "review.decided")
		seen, err := d.Get(ctx, office, owed.ID)
		must(t, err)
		if len(seen.Versions) != 0 || seen.ID != "" {
			t.Errorf("the office still sees %+v", seen)
		}
		_, err = d.Withdraw(ctx, editor, owed.ID)
		refused(t, err, "filing.state_draft")
		again := d.hand(editor, owed.ID, summary(t))
		if v, _ := again.Filing.Latest(); v.N != 2 {
			t.Errorf("handed in again as version %d", v.N)
		}
	})
}

func TestFormFollowsTheHintAndWhatWasSet(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		for _, c := range []struct{ unit, want string }{
			{"长沙市总工会", form.WorkPlan}, {"省报", form.NewsEntryList}, {"长沙高职", form.WorkSummary}, {"长沙高职", form.Evidence},
		} {
			if got := d.got(c.unit, d.owed(c.unit, c.want).ID).Form.Code; got != c.want {
				t.Errorf("%s files in %s, want %s", c.unit, got, c.want)
			}
		}
		o := d.owed("长沙市总工会", form.WorkPlan).Obligation
		_, err := d.duties.SetRule(ctx, d.staff("省教育厅", actor.RoleHead), o.ID, o.Version, duty.Rule{Form: form.Evidence, Chain: duty.ChainTiers})
		must(t, err)
		if got := d.got("长沙市总工会", d.owed("长沙市总工会", form.WorkPlan).ID).Form.Code; got != form.Evidence {
			t.Errorf("after it was set: %s", got)
		}
	})
}

func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	for _, harm := range tampering {
		t.Run(harm, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite)))
			owed, editor := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职")
			d.must(d.decide(d.reviewer("省教育厅"), d.hand(editor, owed.ID, summary(t)).Filing, review.Accepted))
			must(t, d.Verify(ctx, d.db))
			must(t, edition.Verify(ctx, d.db))
			err := d.db.Write(ctx, func(tx *sqldb.Tx) error {
				_, err := tx.Exec(ctx, harm)
				return err
			})
			if err == nil && d.Verify(ctx, d.db) == nil {
				t.Error("was not found")
			}
		})
	}
}
