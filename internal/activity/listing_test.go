package activity_test

import (
	"slices"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/search"
	"openweek/internal/sqldb"
)

// seen lists the titles that the public finds by a filter.
func (d *desk) seen(f activity.Filter) (titles []string) {
	d.t.Helper()
	for _, p := range d.all(f) {
		titles = append(titles, p.Title)
	}
	return titles
}

func TestThePublicFindsWhatWasPublishedAndNothingElse(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		act := d.submit(host, d.ready("芙蓉中职"))
		other := activity.NewService(activity.Deps{DB: d.db, Clock: d.clock, Forms: d.forms}) // another replica
		find := func(f activity.Filter) []string {
			t.Helper()
			page, err := other.FindPublic(ctx, d.e.ID, f)
			must(t, err)
			return idsOf(page.Items)
		}
		for _, f := range []activity.Filter{{}, {Text: "数控"}} {
			if got := find(f); len(got) != 0 {
				t.Fatalf("found before it was accepted: %v", got)
			}
		}
		_, err := d.GetPublic(ctx, act.ID)
		refused(t, err, "activity.not_found")
		d.acceptAll(act)
		for _, f := range []activity.Filter{{}, {Text: "数控"}, {From: day(7, 20), To: day(7, 20)}} {
			if got := find(f); !slices.Equal(got, []string{act.ID}) {
				t.Fatalf("%s: found %v after it was accepted", f.Query(), got)
			}
		}
		public, err := d.GetPublic(ctx, act.ID)
		must(t, err)
		if public.Content.Values["liaison"] != nil || len(public.Sessions) != 1 || public.Content.Title != "数控技术开放日" {
			t.Errorf("the public reads %+v", public)
		}

		act = d.got(host, act.ID)
		act = d.addSessions(host, act, run(day(7, 22), "14:00", 60, 10))
		if got := find(activity.Filter{From: day(7, 21)}); !slices.Equal(got, []string{act.ID}) {
			t.Errorf("found %v after a session was added", got)
		}
		if page, err := other.FindPublic(ctx, d.e.ID, activity.Filter{From: day(7, 21)}); err != nil || page.Items[0].Day != day(7, 22) {
			t.Errorf("it stands on %s (%v)", page.Items[0].Day, err)
		}
		if got := find(activity.Filter{From: day(7, 21), To: day(7, 21)}); len(got) != 0 {
			t.Errorf("found %v on a day between", got)
		}
		_, err = d.CancelSession(ctx, host, act.Sessions[1].ID, act.Sessions[1].Version, "场地检修")
		must(t, err)
		if got := find(activity.Filter{From: day(7, 21)}); len(got) != 0 {
			t.Errorf("found %v after the session was cancelled", got)
		}
		act = d.got(host, act.ID)
		_, err = d.Cancel(ctx, host, act.ID, act.Version, "防汛需要")
		must(t, err)
		for _, f := range []activity.Filter{{}, {Text: "数控"}} {
			if got := find(f); len(got) != 0 {
				t.Errorf("found %v after it was cancelled", got)
			}
		}
		if public, err := d.GetPublic(ctx, act.ID); err != nil || public.State != activity.Cancelled || public.Reason != "防汛需要" {
			t.Errorf("%s, %s (%v)", public.State, public.Reason, err)
		}
	})
}

func TestSeatsAreThoseOfTheMoment(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act := d.published("芙蓉中职")
		open := activity.Filter{HasSeats: true}
		if got := d.seen(open); len(got) != 1 {
			t.Fatalf("%v with all seats free", got)
		}
		take := func(n int64) {
			t.Helper()
			must(t, d.db.Write(ctx, func(tx *sqldb.Tx) error {
				_, err := d.TakeSeatsTx(ctx, tx, []activity.Claim{{SessionID: act.Sessions[0].ID, Take: n}})
				return err
			}))
		}
		take(40)
		if got := d.seen(open); len(got) != 0 {
			t.Errorf("%v with no seats free", got)
		}
		take(-1)
		if got := d.seen(open); len(got) != 1 {
			t.Errorf("%v with one seat free", got)
		}
		d.clock.Set(day(7, 20).Start().Time().AddDate(0, 0, 1))
		if got := d.seen(open); len(got) != 0 {
			t.Errorf("%v after it was held", got)
		}
	})
}

func TestRelistMakesAnewWhatIsLost(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.fill(60)
		want, text := d.seen(activity.Filter{}), d.seen(activity.Filter{Text: "开"})
		must(t, d.db.Write(ctx, func(tx *sqldb.Tx) error { return search.ClearTx(ctx, tx) }))
		if got := d.seen(activity.Filter{Text: "开"}); len(got) != 0 {
			t.Fatalf("%v without an index", got)
		}
		_, err := d.Relist(ctx, d.head("省教育厅"))
		refused(t, err, "activity.forbidden")
		n, err := d.Relist(ctx, sys)
		if err != nil || n != 60 {
			t.Fatalf("%d (%v)", n, err)
		}
		if got := d.seen(activity.Filter{}); !slices.Equal(got, want) || len(got) != 60 {
			t.Errorf("%d after it, %d before", len(got), len(want))
		}
		if got := d.seen(activity.Filter{Text: "开"}); !slices.Equal(got, text) || len(got) == 0 {
			t.Errorf("%d after it, %d before", len(got), len(text))
		}
	})
}

func TestRelatedOnes(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.fill(80)
		act := d.published("芙蓉中职")
		public, err := d.GetPublic(ctx, act.ID)
		must(t, err)
		list, err := d.Related(ctx, public, 5)
		if err != nil || len(list) != 5 {
			t.Fatalf("%d (%v)", len(list), err)
		}
		for _, p := range list {
			if p.ID == act.ID || p.MethodID != public.Content.MethodID {
				t.Errorf("%s of method %s", p.Title, p.MethodID)
			}
		}
	})
}
