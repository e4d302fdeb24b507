package activity_test

import (
	"slices"
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/errs"
	"openweek/internal/id"
)

func TestAShortLinkNamesAnActivityOrASession(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act, other := d.published("长沙高职"), d.ready("芙蓉中职")
		session := act.Sessions[0]
		for code, want := range map[string]activity.Address{
			id.Short(act.ID):                      {ActivityID: act.ID},
			strings.ToUpper(id.Short(act.ID)):     {ActivityID: act.ID},
			act.ID:                                {ActivityID: act.ID},
			id.Short(session.ID):                  {ActivityID: act.ID, SessionID: session.ID},
			id.Short(other.ID):                    {ActivityID: other.ID},
			id.Short(other.Sessions[0].ID) + "--": {ActivityID: other.ID, SessionID: other.Sessions[0].ID},
		} {
			got, err := d.Resolve(ctx, code)
			must(t, err)
			if got != want {
				t.Errorf("%s: %+v, want %+v", code, got, want)
			}
		}
		for _, code := range []string{"", "0", id.Short(id.New()), id.New(), strings.Repeat("z", 12), "' OR 1=1 --"} {
			if _, err := d.Resolve(ctx, code); !errs.Is(err, "activity.not_found") {
				t.Errorf("%s: %v", code, err)
			}
		}
	})
}

func TestEntriesAreThePublishedActivities(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		parts, err := d.EntryParts(ctx, d.e.ID)
		must(t, err)
		if len(parts) != 0 {
			t.Errorf("parts of nothing: %q", parts)
		}
		var want []string
		for range 3 {
			want = append(want, d.published("长沙高职").ID)
		}
		gone := d.published("芙蓉中职")
		_, err = d.Cancel(ctx, d.editorOf(gone), gone.ID, gone.Version, "因故取消")
		must(t, err)
		d.ready("长沙高职")
		slices.Sort(want)

		parts, err = d.EntryParts(ctx, d.e.ID)
		must(t, err)
		if !slices.Equal(parts, []string{""}) {
			t.Errorf("parts: %q", parts)
		}
		var got []string
		list, err := d.Entries(ctx, d.e.ID, "")
		must(t, err)
		for _, e := range list {
			got = append(got, e.ID)
			if e.ChangedAt.IsZero() {
				t.Errorf("%s was never changed", e.ID)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("entries %q, want %q", got, want)
		}
		rest, err := d.Entries(ctx, d.e.ID, want[1])
		must(t, err)
		if len(rest) != 1 || rest[0].ID != want[2] {
			t.Errorf("after the second: %v", rest)
		}
	})
}

func TestCancelledRunsAreThoseOfPublishedActivities(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act := d.published("长沙高职")
		act = d.addSessions(d.editor("长沙高职"), act, run(day(7, 21), "09:00", 90, 40))
		gone := act.Sessions[1]
		_, err := d.CancelSession(ctx, d.editor("长沙高职"), gone.ID, gone.Version, "设备检修")
		must(t, err)
		list, err := d.CancelledRuns(ctx, []string{act.ID, id.New()})
		must(t, err)
		if len(list) != 1 || list[0].ID != gone.ID || list[0].CancelReason != "设备检修" {
			t.Errorf("cancelled: %+v", list)
		}
		list, err = d.CancelledRuns(ctx, nil)
		must(t, err)
		if len(list) != 0 {
			t.Errorf("of no activity: %+v", list)
		}
	})
}
