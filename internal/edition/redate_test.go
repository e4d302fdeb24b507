package edition_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
)

func (o *office) summary(e edition.Edition) edition.Obligation {
	for _, ob := range e.Obligations {
		if ob.Due != "" {
			return ob
		}
	}
	o.t.Fatal("no obligation with a due day")
	return edition.Obligation{}
}

func TestRedateMovesTheWeekBesideTheUntouchedOriginal(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.publish(o.draft(small))
		n := o.upload(moving, edition.Amending)
		due := o.summary(e)
		r := edition.Redating{NoticeID: n.ID, Reason: "防汛需要", NewStart: "2020-08-03", NewEnd: "2020-08-09", NewDue: map[string]clock.Day{due.ID: "2020-09-14"}}
		preview, err := o.PreviewRedate(t.Context(), head, e.ID, r)
		o.must(err)
		move := edition.Move{OldStart: "2020-07-20", OldEnd: "2020-07-26", NewStart: "2020-08-03", NewEnd: "2020-08-09", Days: 14,
			Dues: []edition.DueMove{{ObligationID: due.ID, What: due.What, Old: "2020-08-31", New: "2020-09-14"}}}
		want := edition.Preview{Move: move, Proposed: move.Dues, Consequences: []edition.Consequence{
			{Key: "test.duties_move", Args: map[string]any{"count": len(e.Obligations), "days": 14}, Count: len(e.Obligations)},
		}}
		if !reflect.DeepEqual(preview, want) {
			t.Errorf("preview:\n got %+v\nwant %+v", preview, want)
		}
		unmoved, err := o.Get(t.Context(), head, e.ID)
		o.must(err)
		if unmoved.Start != e.Start || unmoved.Version != e.Version || len(o.recorder.moves) != 0 {
			t.Errorf("a preview changed something: %+v", unmoved.Summary)
		}
		moved, err := o.Redate(t.Context(), head, e.ID, e.Version, r)
		o.must(err)
		if moved.Start != "2020-08-03" || moved.End != "2020-08-09" || o.summary(moved).Due != "2020-09-14" {
			t.Errorf("moved to %s–%s, due %s", moved.Start, moved.End, o.summary(moved).Due)
		}
		if !reflect.DeepEqual(o.recorder.moves, []edition.Move{move}) {
			t.Errorf("followers heard %+v", o.recorder.moves)
		}
		p, err := o.PublicNotice(t.Context(), public, e.ID)
		o.must(err)
		if p.DocNumber != "湘教通〔2020〕900号" || !strings.Contains(p.Text, "7月20日-7月26日") || len(p.Amendments) != 1 {
			t.Fatalf("notice %q with %d amendments", p.DocNumber, len(p.Amendments))
		}
		if m := p.Amendments[0]; m.Number != "湘教通〔2020〕950号" || m.Reason != "防汛需要" || m.OldStart != "2020-07-20" || !strings.Contains(m.Text, "8月3日-8月9日") || len(m.Dues) != 1 {
			t.Errorf("amendment %+v", m)
		}
		_, err = o.Redate(t.Context(), head, e.ID, moved.Version, edition.Redating{NoticeID: n.ID, Reason: "x", NewStart: "2020-08-10", NewEnd: "2020-08-16"})
		wantKey(t, err, "edition.notice_used")
	})
}

func TestRedateRefuses(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		draft := o.draft(small)
		n := o.upload(moving, edition.Amending)
		good := edition.Redating{NoticeID: n.ID, Reason: "防汛", NewStart: "2020-08-03", NewEnd: "2020-08-09"}
		_, err := o.Redate(t.Context(), head, draft.ID, draft.Version, good)
		wantKey(t, err, "edition.not_published")
		e := o.publish(draft)
		for _, c := range []struct {
			key  string
			edit func(*edition.Redating)
		}{
			{"edition.text_missing", func(r *edition.Redating) { r.Reason = " " }},
			{"edition.number_other", func(r *edition.Redating) { r.Number = "湘教通〔2020〕1号" }},
			{"edition.notice_not_found", func(r *edition.Redating) { r.NoticeID = "" }},
			{"edition.notice_original", func(r *edition.Redating) { r.NoticeID = e.NoticeID }},
			{"edition.end_before_start", func(r *edition.Redating) { r.NewEnd = "2020-08-01" }},
			{"edition.day_impossible", func(r *edition.Redating) { r.NewEnd = "2020-08-32" }},
			{"edition.week_long", func(r *edition.Redating) { r.NewEnd = "2020-12-09" }},
			{"edition.day_missing", func(r *edition.Redating) { r.NewStart = "" }},
			{"edition.redate_nothing", func(r *edition.Redating) { r.NewStart, r.NewEnd = e.Start, e.End }},
			{"edition.due_none", func(r *edition.Redating) { r.NewDue = map[string]clock.Day{e.Obligations[0].ID: "2020-09-01"} }},
			{"edition.obligation_not_found", func(r *edition.Redating) { r.NewDue = map[string]clock.Day{"x": "2020-09-01"} }},
			{"edition.day_impossible", func(r *edition.Redating) { r.NewDue = map[string]clock.Day{o.summary(e).ID: "soon"} }},
		} {
			r := good
			c.edit(&r)
			if _, err := o.Redate(t.Context(), head, e.ID, e.Version, r); !errs.Is(err, c.key) {
				t.Errorf("%+v: %v, want %s", r, err, c.key)
			}
		}
		for _, a := range []actor.Actor{editor, reader, prefecture, public} {
			_, err := o.Redate(t.Context(), a, e.ID, e.Version, good)
			wantKey(t, err, "edition.forbidden")
			_, err = o.PreviewRedate(t.Context(), a, e.ID, good)
			wantKey(t, err, "edition.forbidden")
		}
		no := errors.New("no")
		o.recorder.refuse = no
		if _, err := o.Redate(t.Context(), head, e.ID, e.Version, good); !errors.Is(err, no) {
			t.Errorf("got %v, want the follower's error", err)
		}
		o.recorder.refuse = nil
		results := race(6, func() error { _, err := o.Redate(t.Context(), head, e.ID, e.Version, good); return err })
		if results[""] != 1 || results["edition.changed_meanwhile"] != 5 {
			t.Errorf("six at once: %v", results)
		}
	})
}

func TestCopyToYearBeginsADraftWithoutNoticeAndLocalThemes(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(small)
		e, err := o.FillGroup(t.Context(), editor, e.ID, e.Version, e.Groups[0].ID, []string{o.ids["企业1"]})
		o.must(err)
		e = o.publish(e)
		_, err = o.SetLocalTheme(t.Context(), prefecture, e.ID, "430100", 0, edition.ThemeText{Theme: "长沙工匠"})
		o.must(err)
		c, err := o.CopyToYear(t.Context(), head, e.ID, edition.Copying{Year: 2021})
		o.must(err)
		if got, want := fmt.Sprint(c.Year, c.Name, c.Status, c.Start, c.End, o.summary(c).Due, c.NoticeID, c.CopiedFrom == e.ID, len(c.LocalThemes)),
			"20212021年湖南省职业教育宣传活动周draft2021-07-202021-07-262021-08-31true0"; strings.ReplaceAll(got, " ", "") != want {
			t.Errorf("copy %s, want %s", got, want)
		}
		same(t, "addressees", counted(c.Addressees), counted(e.Addressees))
		same(t, "topics", codes(c.Topics), codes(e.Topics))
		if len(c.Groups) != 1 || len(c.Groups[0].Members) != 1 || c.Groups[0].ID == e.Groups[0].ID {
			t.Errorf("groups %+v", c.Groups)
		}
		shifted, err := o.CopyToYear(t.Context(), head, e.ID, edition.Copying{Year: 2022, Start: "2022-05-08", DuesWithWeek: true, Name: "二二年"})
		o.must(err)
		if shifted.End != "2022-05-14" || o.summary(shifted).Due != "2022-06-19" || shifted.Name != "二二年" {
			t.Errorf("shifted to %s, due %s", shifted.End, o.summary(shifted).Due)
		}
		for _, bad := range []edition.Copying{{Year: 2021, Start: "2021-02-30"}, {Year: 3000}} {
			_, err := o.CopyToYear(t.Context(), head, e.ID, bad)
			wantKey(t, err, "error.form")
		}
		_, err = o.CopyToYear(t.Context(), editor, e.ID, edition.Copying{Year: 2021})
		wantKey(t, err, "edition.forbidden")

		p, err := o.PublicNotice(t.Context(), head, c.ID)
		o.must(err)
		if !p.Inherited || p.NoticeID != e.NoticeID {
			t.Errorf("the copy shows %s (inherited %v)", p.NoticeID, p.Inherited)
		}
		n := o.upload(strings.NewReplacer("2020", "2021", "900", "7").Replace(small), edition.Original)
		c, err = o.AttachNotice(t.Context(), editor, c.ID, c.Version, n.ID)
		o.must(err)
		if c.NoticeID != n.ID || !c.Obligations[0].Span.Empty() {
			t.Errorf("attached %s with span %v", c.NoticeID, c.Obligations[0].Span)
		}
		_, err = o.AttachNotice(t.Context(), editor, shifted.ID, shifted.Version, n.ID)
		wantKey(t, err, "edition.notice_used")
	})
}
