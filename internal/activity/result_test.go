package activity_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// counts counts check-ins.
type counts map[string]int64

func (c counts) CountedTx(context.Context, sqldb.Querier, []string) (map[string]int64, error) {
	return c, nil
}

func (d *desk) at(day clock.Day, hour int) {
	d.clock.Set(day.Start().Time().Add(time.Duration(hour) * time.Hour))
}

// held is an activity whose one session is over.
func (d *desk) held(unitName string) (act activity.Activity, sessionID string) {
	d.t.Helper()
	act = d.published(unitName)
	d.at("2020-07-20", 12)
	return act, act.Sessions[0].ID
}

func (d *desk) report(a actor.Actor, sessionID string, draft activity.ResultDraft) activity.Reported {
	d.t.Helper()
	r, err := d.Result(ctx, a, sessionID)
	must(d.t, err)
	done, err := d.Report(ctx, a, sessionID, r.Version, draft)
	must(d.t, err)
	return done
}

// verifyOver sets the attendance above which results are verified.
func (d *desk) verifyOver(n int) {
	d.t.Helper()
	r, err := d.Rule(ctx, d.e.ID)
	must(d.t, err)
	r.VerifyOver = n
	_, err = d.SetRule(ctx, d.head("省教育厅"), d.e.ID, r)
	must(d.t, err)
}

func (d *desk) verify(a actor.Actor, r activity.Result, outcome review.State, marks ...review.Mark) error {
	d.t.Helper()
	step := r.Steps[len(r.Steps)-1]
	read, err := d.ReadResult(ctx, a, step.ID)
	if err != nil {
		return err
	}
	_, err = d.DecideResult(ctx, a, step.ID, review.Decision{Outcome: outcome, ReadHash: read.Version.Hash, Comment: "请核对人数", Marks: marks})
	return err
}

func (d *desk) public(activityID string) (lines []string) {
	d.t.Helper()
	list, err := d.PublicResults(ctx, activityID)
	must(d.t, err)
	for _, r := range list {
		lines = append(lines, fmt.Sprintf("%d/%d %s %d %s %d", r.Attendance, r.Online, r.Provenance, r.Counted, r.Outcome, len(r.Photos)))
	}
	return lines
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestResultOfFewStandsAtOnceAsTheHostsWord(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act, sessionID := d.held("长沙高职")
		host := d.editor("长沙高职")
		equal(t, "before", d.public(act.ID), []string(nil))
		d.counts[sessionID] = 115
		done := d.report(host, sessionID, activity.ResultDraft{Attendance: 120, Online: 20, Outcome: " 反响热烈。\u0000 "})
		if !done.AtOnce || done.Before || done.Result.State != activity.ResultAccepted || done.Result.Version != 1 {
			t.Errorf("reported as %+v", done)
		}
		equal(t, "public", d.public(act.ID), []string{"120/20 reported 115 反响热烈。 0"})
	})
}

func TestReportRefusesWhatCannotBe(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act := d.published("长沙高职")
		host, sessionID := d.editor("长沙高职"), act.Sessions[0].ID
		report := func(a actor.Actor, draft activity.ResultDraft) error {
			_, err := d.Report(ctx, a, sessionID, 0, draft)
			return err
		}
		refused(t, report(host, activity.ResultDraft{}), "results.not_begun")
		d.at("2020-07-20", 10) // it has begun
		refused(t, report(d.editor("芙蓉中职"), activity.ResultDraft{}), "activity.session_not_found")
		refused(t, report(d.editor("省教育厅"), activity.ResultDraft{}), "activity.session_not_found")
		refused(t, report(d.staff("长沙高职"), activity.ResultDraft{}), "activity.forbidden")
		for key, draft := range map[string]activity.ResultDraft{
			"results.attendance":    {Attendance: -1, Online: -1},
			"results.online_many":   {Attendance: 5, Online: 6},
			"activity.text_long":    {Outcome: long(2001)},
			"activity.text_missing": {Photos: []activity.Photo{{FileID: "x"}}},
			"activity.file_unknown": {Photos: []activity.Photo{{FileID: d.picture(d.editor("芙蓉中职")), Alt: "现场"}}},
			"activity.list_long":    {Photos: make([]activity.Photo, 10)},
		} {
			refused(t, report(host, draft), key)
		}
		must(t, report(host, activity.ResultDraft{Attendance: 30}))
		refused(t, report(host, activity.ResultDraft{Attendance: 31}), "activity.changed_meanwhile")
		_, err := d.Result(ctx, d.editor("芙蓉中职"), sessionID)
		refused(t, err, "activity.session_not_found")
	})
}

func long(n int) string {
	runes := make([]rune, n)
	for i := range runes {
		runes[i] = '好'
	}
	return string(runes)
}

func TestReportOfACancelledSessionIsRefused(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act := d.published("长沙高职")
		one := act.Sessions[0]
		_, err := d.CancelSession(ctx, d.editor("长沙高职"), one.ID, one.Version, "停电")
		must(t, err)
		d.at("2020-07-20", 12)
		_, err = d.Report(ctx, d.editor("长沙高职"), one.ID, 0, activity.ResultDraft{Attendance: 3})
		refused(t, err, "activity.session_cancelled")
	})
}

func TestReportingTheSameTwiceIsReportingOnce(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		_, sessionID := d.held("长沙高职")
		host := d.editor("长沙高职")
		draft := activity.ResultDraft{Attendance: 120, Photos: []activity.Photo{{FileID: d.picture(host), Alt: "学生在实训楼", Consent: true}}}
		_, err := d.Report(ctx, host, sessionID, 0, draft)
		must(t, err)
		again, err := d.Report(ctx, host, sessionID, 0, draft)
		must(t, err)
		if !again.Before || again.Result.Version != 1 || len(again.Result.Versions) != 1 {
			t.Errorf("the second time gives %+v", again)
		}
	})
}

func TestOfTwoReportsAtOnceOneStands(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		_, sessionID := d.held("长沙高职")
		var wg sync.WaitGroup
		failed := make([]error, 6)
		for i := range failed {
			wg.Go(func() {
				_, failed[i] = d.Report(ctx, d.editor("长沙高职"), sessionID, 0, activity.ResultDraft{Attendance: int64(100 + i)})
			})
		}
		wg.Wait()
		stood := 0
		for _, err := range failed {
			if err == nil {
				stood++
				continue
			}
			refused(t, err, "activity.changed_meanwhile")
		}
		r, err := d.Result(ctx, d.editor("长沙高职"), sessionID)
		must(t, err)
		if stood != 1 || len(r.Versions) != 1 {
			t.Errorf("%d stood, %d versions", stood, len(r.Versions))
		}
	})
}

func TestResultOfManyIsVerifiedByTheUnitAbove(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.verifyOver(500)
		act, sessionID := d.held("长沙高职")
		host, above := d.editor("长沙高职"), d.reviewer("省教育厅")
		photo := activity.Photo{FileID: d.picture(host), Alt: "机床前的学生", Consent: true}
		hidden := activity.Photo{FileID: d.picture(host), Alt: "学生正面照"}
		first := d.report(host, sessionID, activity.ResultDraft{Attendance: 800, Photos: []activity.Photo{photo, hidden}})
		if first.AtOnce || first.Result.State != activity.ResultReview {
			t.Errorf("reported as %+v", first.Result)
		}
		equal(t, "public while it is read", d.public(act.ID), []string(nil))
		pending, err := d.PendingResults(ctx, above, 10)
		must(t, err)
		if len(pending) != 1 || pending[0].Attendance != 800 || pending[0].Activity.ID != act.ID {
			t.Errorf("pending %+v", pending)
		}
		refused(t, d.verify(above, first.Result, review.Declined), "results.decline")
		refused(t, d.verify(above, first.Result, review.Returned, review.Mark{Field: "title", Words: "错"}), "activity.mark_unknown")
		refused(t, d.verify(d.reviewer("芙蓉中职"), first.Result, review.Accepted), "review.not_found")
		must(t, d.verify(above, first.Result, review.Returned, review.Mark{Field: "attendance", Words: "与签到不符"}))
		second := d.report(host, sessionID, activity.ResultDraft{Attendance: 700, Photos: []activity.Photo{photo, hidden}})
		must(t, d.verify(above, second.Result, review.Accepted))
		refused(t, d.verify(above, second.Result, review.Accepted), "review.decided")
		equal(t, "public", d.public(act.ID), []string{"700/0 verified -1  1"})
		_, err = d.files.Get(ctx, actor.Actor{}, photo.FileID)
		must(t, err)
		_, err = d.files.Get(ctx, actor.Actor{}, hidden.FileID)
		refused(t, err, "file.not_found")
		_, err = d.files.Get(ctx, above, hidden.FileID)
		must(t, err)
		equal(t, "told", listTexts(t, d.db, listTold), []string{"results.told_accepted", "results.told_reported", "results.told_reported", "results.told_returned"})
	})
}

func TestCorrectionLeavesWhatStandsButHidesPhotosAtOnce(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.verifyOver(500)
		act, sessionID := d.held("长沙高职")
		host := d.editor("长沙高职")
		photo := activity.Photo{FileID: d.picture(host), Alt: "合影", Consent: true}
		d.report(host, sessionID, activity.ResultDraft{Attendance: 400, Photos: []activity.Photo{photo}})
		equal(t, "public", d.public(act.ID), []string{"400/0 reported -1  1"})
		photo.Consent = false
		r := d.report(host, sessionID, activity.ResultDraft{Attendance: 600, Photos: []activity.Photo{photo}})
		equal(t, "public while the correction is read", d.public(act.ID), []string{"400/0 reported -1  0"})
		replaced := d.report(host, sessionID, activity.ResultDraft{Attendance: 610})
		refused(t, d.verify(d.reviewer("省教育厅"), r.Result, review.Accepted), "review.decided")
		must(t, d.verify(d.reviewer("省教育厅"), replaced.Result, review.Accepted))
		equal(t, "public", d.public(act.ID), []string{"610/0 verified -1  0"})
		got, err := d.Result(ctx, host, sessionID)
		must(t, err)
		var states []activity.ResultState
		for _, v := range got.Versions {
			states = append(states, v.State)
		}
		equal(t, "versions", states, []activity.ResultState{activity.ResultAccepted, activity.ResultReplaced, activity.ResultAccepted})
	})
}

func TestOfTwoWhoDecideAResultOneDoes(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.verifyOver(0)
		act, sessionID := d.held("长沙高职")
		r := d.report(d.editor("长沙高职"), sessionID, activity.ResultDraft{Attendance: 1}).Result
		above := d.reviewer("省教育厅")
		read, err := d.ReadResult(ctx, above, r.Steps[0].ID)
		must(t, err)
		outcomes := []review.State{review.Accepted, review.Returned}
		failed := make([]error, 2)
		var wg sync.WaitGroup
		for i, outcome := range outcomes {
			wg.Go(func() {
				_, failed[i] = d.DecideResult(ctx, above, r.Steps[0].ID, review.Decision{Outcome: outcome, ReadHash: read.Version.Hash, Comment: "请核对"})
			})
		}
		wg.Wait()
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Fatalf("both or none decided: %v", failed)
		}
		if failed[0] == nil {
			equal(t, "public", d.public(act.ID), []string{"1/0 verified -1  0"})
			refused(t, failed[1], "review.decided")
		} else {
			refused(t, failed[0], "review.decided")
		}
	})
}

func TestCertificateNeedsAllResults(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act, sessionID := d.held("长沙高职")
		host := d.editor("长沙高职")
		act = d.addSessions(host, d.got(host, act.ID), run(day(7, 21), "09:00", 60, 20))
		d.report(host, sessionID, activity.ResultDraft{Attendance: 40, Online: 10})
		_, err := d.Certificate(ctx, host, act.ID)
		refused(t, err, "results.certificate_early")
		d.at("2020-07-21", 12)
		d.report(host, act.Sessions[1].ID, activity.ResultDraft{Attendance: 25})
		c, err := d.Certificate(ctx, host, act.ID)
		must(t, err)
		equal(t, "certificate", fmt.Sprint(c.Title, c.Issuer, c.First, c.Last, c.Sessions, c.Attendance, c.Online, c.On),
			fmt.Sprint("数控技术开放日", "湖南省教育厅", "2020-07-20", "2020-07-21", 2, form.Figure{Value: form.Int(65), Provenance: form.Reported}, form.Figure{Value: form.Int(10), Provenance: form.Reported}, "2020-07-21"))
		_, err = d.Certificate(ctx, d.editor("芙蓉中职"), act.ID)
		refused(t, err, "activity.not_found")
	})
}
