package activity_test

import (
	"bytes"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/form"
	"openweek/internal/sheet"
)

// workbook writes rows under the template's titles that are named.
func workbook(t *testing.T, titles []string, rows ...[]any) []byte {
	t.Helper()
	heads := make([]sheet.Head, len(titles))
	for i, title := range titles {
		heads[i] = sheet.Head{Title: title}
	}
	var out bytes.Buffer
	must(t, sheet.Write(&out, sheet.Book{Sheets: []sheet.Sheet{{Name: "活动", Columns: heads, Rows: sheet.RowsOf(rows...)}}}))
	return out.Bytes()
}

var sheetTitles = []string{"活动名称", "活动方式", "宣传内容", "面向对象", "活动形式", "所在地区", "日期", "开始时间", "结束时间", "席位数", "咨询电话"}

func TestImportMakesWhatTheDryRunHasShown(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		topic, method := d.e.Topics[0].Name, d.e.Methods[0].Name
		file := workbook(t, sheetTitles,
			[]any{"开放日", method, topic, "中小学生；家长", "现场", "芙蓉区", "2020-07-20", "9:00", "11:00", 40, "0731-84710000"},
			[]any{"开放日", method, topic, "", "", "", "2020-07-21", "14：00", "16:00", 30, ""},
			[]any{"线上讲座", "open_campus", "", "public", "online", "430102", nil, "", "", nil, ""},
			[]any{"自由参观", method, topic, "", "线下", "", "2020/7/22", "09:00:00", "17:00", nil, ""})
		plan, err := d.CheckImport(ctx, host, d.e.ID, bytes.NewReader(file))
		must(t, err)
		if len(plan.Problems) != 0 || plan.Activities != 3 || plan.Sessions != 3 {
			t.Fatalf("%+v", plan)
		}
		if page, err := d.FindEntered(ctx, host, activity.Entered{}); err != nil || len(page.Items) != 0 {
			t.Errorf("the dry run wrote %d, %v", len(page.Items), err)
		}
		_, err = d.Import(ctx, host, d.e.ID, bytes.NewReader(file), "another")
		refused(t, err, "activity.import_changed")
		_, err = d.Import(ctx, host, d.e.ID, bytes.NewReader(file), plan.Token)
		must(t, err)
		page, err := d.FindEntered(ctx, host, activity.Entered{})
		must(t, err)
		got := map[string]activity.Activity{}
		for _, item := range page.Items {
			got[item.Title] = d.got(host, item.ID)
		}
		open, free := got["开放日"], got["自由参观"]
		if len(open.Sessions) != 2 || open.Sessions[0].Capacity != 40 || open.Sessions[1].Starts != run(day(7, 21), "14:00", 1, 1).Starts || len(free.Sessions) != 1 || free.Sessions[0].Bookable {
			t.Errorf("%+v %+v", open.Sessions, free.Sessions)
		}
		c := open.Draft.Content
		same(t, "audience", c.Audience, "pupils", "parents")
		if c.Mode != activity.OnSite || c.Venue.Region != "430102" || c.Kind != form.OpenCampus || c.MethodID != d.method("open_campus") || c.TopicIDs[0] != d.e.Topics[0].ID {
			t.Errorf("%+v", c)
		}
		if got["线上讲座"].Draft.Content.Mode != activity.Online || len(got["线上讲座"].Sessions) != 0 {
			t.Errorf("%+v", got["线上讲座"])
		}
	})
}

func TestDryRunTellsEveryProblemOfEveryRow(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		method := d.e.Methods[0].Name
		file := workbook(t, sheetTitles,
			[]any{"一", method, "没有的主题", "火星人", "心灵感应", "广州市", "2020-07-20", "11:00", "9:00", 0, "打我"},
			[]any{"二", "没有的方式", "", "", "", "", "2020-07-20", "25:00", "", 10, ""},
			[]any{"", method, "", "", "", "", "2020-02-31", "9:00", "10:00", 1.5, ""})
		plan, err := d.CheckImport(ctx, host, d.e.ID, bytes.NewReader(file))
		must(t, err)
		type said struct {
			row         int
			column, key string
		}
		var got []said
		for _, p := range plan.Problems {
			got = append(got, said{p.Row, p.Column, p.Err.Key})
		}
		want := []said{
			{2, "结束时间", "activity.session_backwards"}, {2, "席位数", "activity.session_capacity"}, {2, "宣传内容", "activity.word_unknown"}, {2, "面向对象", "activity.word_unknown"},
			{2, "活动形式", "activity.word_unknown"}, {2, "所在地区", "activity.word_unknown"},
			{3, "开始时间", "activity.time_unreadable"}, {3, "结束时间", "activity.time_unreadable"}, {3, "活动方式", "activity.word_unknown"},
			{4, "活动名称", "sheet.empty_cell"}, {4, "日期", "sheet.bad_date"},
		}
		for _, one := range want {
			found := false
			for _, p := range got {
				found = found || p == one
			}
			if !found {
				t.Errorf("%+v is not told", one)
			}
		}
		t.Logf("told: %+v", got)
		_, err = d.Import(ctx, host, d.e.ID, bytes.NewReader(file), plan.Token)
		refused(t, err, "activity.import_problems")
		_, err = d.CheckImport(ctx, d.reviewer("芙蓉中职"), d.e.ID, bytes.NewReader(file))
		refused(t, err, "activity.forbidden")
		_, err = d.CheckImport(ctx, host, d.e.ID, bytes.NewReader([]byte("not a workbook")))
		refused(t, err, "sheet.not_excel")
	})
}

func TestExportComesInAgainAsItWas(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		act := d.published("芙蓉中学")
		d.addSessions(host, act, activity.SessionDraft{Starts: run(day(7, 23), "09:00", 1, 1).Starts, Ends: run(day(7, 23), "17:00", 1, 1).Starts})
		var out bytes.Buffer
		must(t, d.Export(ctx, host, activity.Entered{EditionID: d.e.ID}, &out))
		plan, err := d.CheckImport(ctx, host, d.e.ID, bytes.NewReader(out.Bytes()))
		must(t, err)
		if len(plan.Problems) != 0 || plan.Activities != 1 || plan.Sessions != 2 {
			t.Fatalf("%+v", plan)
		}
		_, err = d.Import(ctx, host, d.e.ID, bytes.NewReader(out.Bytes()), plan.Token)
		must(t, err)
		page, err := d.FindEntered(ctx, host, activity.Entered{States: []activity.State{activity.Unpublished}})
		must(t, err)
		again := d.got(host, page.Items[0].ID)
		want := act.Content
		want.Values, want.Contact.Confirmed, want.Venue.Point = nil, false, activity.Point{} // what the file cannot say
		got := again.Draft.Content
		if got.Title != want.Title || got.Summary != want.Summary || got.Description != want.Description || got.Venue != want.Venue || got.Contact != want.Contact || got.Kind != want.Kind {
			t.Errorf("%+v, want %+v", got, want)
		}
		if len(again.Sessions) != 2 || again.Sessions[0].SessionDraft != act.Sessions[0].SessionDraft || again.Sessions[1].Bookable {
			t.Errorf("%+v", again.Sessions)
		}
		var empty bytes.Buffer
		must(t, activity.WriteTemplate(&empty))
		plan, err = d.CheckImport(ctx, host, d.e.ID, bytes.NewReader(empty.Bytes()))
		if err != nil || plan.Activities != 0 {
			t.Errorf("the template: %+v, %v", plan, err)
		}
	})
}
