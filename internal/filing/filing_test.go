package filing_test

import (
	"reflect"
	"sync"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// The whole way: a prefecture files a plan, is returned, corrects, is accepted.
func TestFilingIsReturnedCorrectedAndAccepted(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed := d.owed("长沙高职", form.WorkSummary)
		editor := d.editor("长沙高职")
		first := d.hand(editor, owed.ID, summary(t))
		if first.Late || first.Signed != 1 || first.Filing.State != filing.StateFiled || first.Filing.Duty.State != duty.StateFiled || len(first.Filing.Steps) != 1 {
			t.Fatalf("handed in: %+v", first)
		}
		v, _ := first.Filing.Latest()
		want := summary(t)
		want["counted_check_ins"] = form.Figure{Value: figure(t, "321").Value, Provenance: form.Counted}
		if !reflect.DeepEqual(v.Values, want) || v.N != 1 || v.Late() {
			t.Errorf("version %+v, want the values %+v", v, want)
		}
		office := d.reviewer("省教育厅")
		_, err := d.decide(office, first.Filing, review.Returned, review.Mark{Field: "nowhere", Words: "？"})
		refused(t, err, "filing.mark_unknown")
		step := d.open(first.Filing)
		_, err = d.Decide(ctx, office, step.ID, review.Decision{Outcome: review.Returned, ReadHash: v.Hash})
		refused(t, err, "review.comment_missing")
		d.clock.Set(day(9, 2, 9, 0, 0))
		d.must(d.decide(office, first.Filing, review.Returned, review.Mark{Field: "sessions", Words: "与附表不符"}))
		back := d.got("长沙高职", owed.ID)
		if back.State != filing.StateReturned || back.Duty.State != duty.StateReturned || back.Steps[0].Comment != "请核对数据" || back.Steps[0].Marks[0].Words != "与附表不符" {
			t.Errorf("returned: %+v", back)
		}
		better := summary(t)
		better["sessions"] = figure(t, "6")
		second := d.hand(editor, owed.ID, better)
		if second.Late || second.Signed != 0 {
			t.Errorf("a correction after the due day makes late what came in time: %+v", second)
		}
		v, _ = second.Filing.Latest()
		if v.N != 2 || !v.Late() || len(v.Changes) != 1 || v.Changes[0].Field.Code != "sessions" {
			t.Errorf("second version %+v", v)
		}
		d.must(d.decide(office, second.Filing, review.Accepted))
		done := d.got("长沙高职", owed.ID)
		if done.State != filing.StateAccepted || !done.Duty.OnTime() || done.Versions[0].Outcome != filing.Returned || done.Versions[1].Outcome != filing.Accepted {
			t.Errorf("accepted: %+v", done)
		}
		_, _, err = d.SaveDraft(ctx, editor, owed.ID, done.Draft.Version, summary(t))
		refused(t, err, "filing.state_accepted")
		keys := listTexts(t, d.db, listKeys)
		if want := []string{"filing.told_accepted", "filing.told_returned", "filing.told_submitted", "filing.told_submitted"}; !reflect.DeepEqual(keys, want) {
			t.Errorf("told %v, want %v", keys, want)
		}
	})
}

// On time, late, twice, after return, after exemption, as the server's clock says to the second.
func TestWhenAFilingCounts(t *testing.T) {
	last, midnight := day(8, 31, 23, 59, 59), day(9, 1, 0, 0, 0)
	type deed struct {
		at   time.Time
		verb string
		err  string
	}
	for name, c := range map[string]struct {
		deeds        []deed
		state        duty.State
		filed        time.Time
		late, onTime bool
	}{
		"in the last second":              {[]deed{{last, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, last, false, true},
		"at midnight":                     {[]deed{{midnight, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, midnight, true, false},
		"not decided yet":                 {[]deed{{last, "submit", ""}}, duty.StateFiled, last, false, false},
		"twice":                           {[]deed{{last, "submit", ""}, {midnight, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, last, false, true},
		"again after acceptance":          {[]deed{{last, "submit", ""}, {last, "accept", ""}, {midnight, "submit", "filing.state_accepted"}}, duty.StateAccepted, last, false, true},
		"after a return":                  {[]deed{{last, "submit", ""}, {last, "return", ""}, {midnight, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, last, false, true},
		"late, returned, corrected":       {[]deed{{midnight, "submit", ""}, {midnight, "return", ""}, {midnight, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, midnight, true, false},
		"declined, another too late":      {[]deed{{last, "submit", ""}, {last, "decline", ""}, {midnight, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, midnight, true, false},
		"withdrawn, again too late":       {[]deed{{last, "submit", ""}, {last, "withdraw", ""}, {midnight, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, midnight, true, false},
		"withdrawn after a decision":      {[]deed{{last, "submit", ""}, {last, "accept", ""}, {midnight, "withdraw", "filing.state_accepted"}}, duty.StateAccepted, last, false, true},
		"after an exemption":              {[]deed{{last, "exempt", ""}, {midnight, "submit", "duty.state_exempt"}}, duty.StateExempt, time.Time{}, false, false},
		"after an exemption was lifted":   {[]deed{{last, "exempt", ""}, {last, "lift", ""}, {last, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, last, false, true},
		"after a nil return":              {[]deed{{last, "nil", ""}, {midnight, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, midnight, true, false},
		"nil in time":                     {[]deed{{last, "nil", ""}}, duty.StateNil, last, false, true},
		"within an extension":             {[]deed{{last, "extend", ""}, {midnight, "submit", ""}, {midnight, "accept", ""}}, duty.StateAccepted, midnight, false, true},
		"extended after it was filed":     {[]deed{{midnight, "submit", ""}, {midnight, "extend", ""}, {midnight, "accept", ""}}, duty.StateAccepted, midnight, false, true},
		"exempt while under review":       {[]deed{{last, "submit", ""}, {last, "exempt", "duty.state_filed"}}, duty.StateFiled, last, false, false},
		"returned, and a nil return then": {[]deed{{last, "submit", ""}, {last, "return", ""}, {midnight, "nil", ""}}, duty.StateNil, last, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(t *testing.T, d *desk) {
				owed, editor, office := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职"), d.reviewer("省教育厅")
				d.save(editor, owed.ID, summary(t))
				give := func(l duty.Leave, until clock.Day) error {
					_, err := d.duties.Give(ctx, office, owed.ID, duty.Plea{Kind: l, Until: until, Reason: "汛情"})
					return err
				}
				decide := func(outcome review.State) error {
					_, err := d.decide(office, d.got("长沙高职", owed.ID), outcome)
					return err
				}
				verbs := map[string]func() error{
					"submit": func() error {
						if f := d.got("长沙高职", owed.ID); f.ID == "" {
							d.save(editor, owed.ID, summary(t))
						}
						_, err := d.Submit(ctx, editor, owed.ID, d.got("长沙高职", owed.ID).Draft.Version)
						return err
					},
					"withdraw": func() error { _, err := d.Withdraw(ctx, editor, owed.ID); return err },
					"accept":   func() error { return decide(review.Accepted) },
					"return":   func() error { return decide(review.Returned) },
					"decline":  func() error { return decide(review.Declined) },
					"exempt":   func() error { return give(duty.Exemption, "") },
					"nil":      func() error { return give(duty.NilReturn, "") },
					"lift":     func() error { return give(duty.Lift, "") },
					"extend":   func() error { return give(duty.Extension, "2020-09-10") },
				}
				for _, deed := range c.deeds {
					d.clock.Set(deed.at)
					if err := verbs[deed.verb](); deed.err == "" {
						must(t, err)
					} else {
						refused(t, err, deed.err)
					}
				}
				d.clock.Set(midnight)
				got, err := d.duties.Get(ctx, editor, owed.ID)
				must(t, err)
				filed := clock.Instant(0)
				if !c.filed.IsZero() {
					filed = clock.FromTime(c.filed)
				}
				if got.State != c.state || got.Filed != filed || got.Late != c.late || got.OnTime() != c.onTime {
					t.Errorf("%s filed %s, late %v, on time %v; want %s filed %s, %v, %v", got.State, got.Filed, got.Late, got.OnTime(), c.state, filed, c.late, c.onTime)
				}
			})
		})
	}
}

func TestSubmitShowsEveryProblemAtOnce(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职")
		_, err := d.Submit(ctx, editor, owed.ID, 0)
		refused(t, err, "filing.empty")
		saved := d.save(editor, owed.ID, form.Values{"overview": text("总体情况"), "activities": figure(t, "9"), "sessions": figure(t, "5"), "participants": figure(t, "10")})
		_, err = d.Submit(ctx, editor, owed.ID, saved.Version)
		got := map[string]string{}
		for _, p := range problems(err) {
			got[p.Field] = p.Key
		}
		want := map[string]string{"practices": "form.required", "results": "form.required", "media_pieces": "form.required", "liaison": "form.required", "sessions": "form.check"}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("problems %v, want %v", got, want)
		}
		if f := d.got("长沙高职", owed.ID); f.State != filing.StateDraft || f.Duty.State != duty.StateDraft || len(f.Versions) != 0 {
			t.Errorf("a refused submit has left %+v", f)
		}
	})
}

func TestDoubleSubmitIsOne(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职")
		saved := d.save(editor, owed.ID, summary(t))
		results := make(chan error, 6)
		before := make(chan bool, 6)
		for range 6 {
			go func() {
				r, err := d.Submit(ctx, editor, owed.ID, saved.Version)
				before <- r.Before
				results <- err
			}()
		}
		again := 0
		for range 6 {
			must(t, <-results)
			if <-before {
				again++
			}
		}
		if f := d.got("长沙高职", owed.ID); again != 5 || len(f.Versions) != 1 || len(f.Steps) != 1 {
			t.Errorf("%d of six were repetitions, %d versions, %d steps", again, len(f.Versions), len(f.Steps))
		}
	})
}

func TestTwoPeopleOfAUnitDoNotOverwriteEachOther(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed := d.owed("长沙高职", form.WorkSummary)
		first, second := d.editor("长沙高职"), d.staff("长沙高职", actor.RoleHead)
		base := d.save(first, owed.ID, form.Values{"overview": text("初稿")})
		mine := form.Values{"overview": text("初稿"), "results": text("第二人写的成效")}
		theirs := d.save(first, owed.ID, form.Values{"overview": text("改过的总体情况")})
		_, clash, err := d.SaveDraft(ctx, second, owed.ID, base.Version, mine)
		refused(t, err, "filing.changed_meanwhile")
		if clash == nil || clash.Current.Version != theirs.Version || clash.Current.By != first.PersonID || len(clash.Changes) != 2 ||
			clash.Changes[0].Field.Code != "overview" || clash.Changes[0].Old != form.Value(text("改过的总体情况")) || clash.Changes[1].New != form.Value(text("第二人写的成效")) {
			t.Fatalf("clash %+v", clash)
		}
		saved, _, err := d.SaveDraft(ctx, second, owed.ID, clash.Current.Version, form.Values{"overview": text("改过的总体情况"), "results": text("第二人写的成效")})
		must(t, err)
		if saved.Version != theirs.Version+1 || saved.By != second.PersonID {
			t.Errorf("saved %+v", saved)
		}
		same, _, err := d.SaveDraft(ctx, first, owed.ID, saved.Version, saved.Values)
		must(t, err)
		if same.Version != saved.Version {
			t.Errorf("saving what stands there made version %d", same.Version)
		}
		_, err = d.Submit(ctx, first, owed.ID, base.Version)
		refused(t, err, "filing.changed_meanwhile")
	})
}

// bell rings when somebody has looked at the clock for the first time.
type bell struct {
	clock.Clock
	once sync.Once
	rung chan struct{}
}

func (b *bell) Now() clock.Instant {
	now := b.Clock.Now()
	b.once.Do(func() { close(b.rung) })
	return now
}

// Who submits in the last second is in time, though the store is busy until the next day.
func TestSubmitIsJudgedByWhenItCameNotByWhenTheStoreWasFree(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职")
		saved := d.save(editor, owed.ID, summary(t))
		d.clock.Set(day(8, 31, 23, 59, 59))
		held, release := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := d.db.Write(ctx, func(tx *sqldb.Tx) error {
				if _, err := d.duties.LockTx(ctx, tx, sys, owed.ID); err != nil {
					return err
				}
				close(held)
				<-release
				return nil
			}); err != nil {
				t.Error(err)
			}
		})
		<-held
		watch := &bell{Clock: d.clock, rung: make(chan struct{})}
		var r filing.Receipt
		var err error
		wg.Go(func() { r, err = d.At(watch).Submit(ctx, editor, owed.ID, saved.Version) })
		<-watch.rung
		d.clock.Set(day(9, 1, 0, 0, 1))
		close(release)
		wg.Wait()
		must(t, err)
		if r.Late || r.Filing.Duty.Filed != clock.FromTime(day(8, 31, 23, 59, 59)) || r.Filing.Versions[0].Late() {
			t.Errorf("filed at %s, late %v", r.Filing.Duty.Filed, r.Late)
		}
	})
}
