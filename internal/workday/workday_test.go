package workday_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/workday"
)

var (
	ctx  = context.Background()
	noon = time.Date(2089, 11, 20, 12, 0, 0, 0, clock.Shanghai)
)

// table is the service with its log, in a store of its own.
type table struct {
	*workday.Service
	t     *testing.T
	db    *sqldb.DB
	clock *clock.Manual
	log   *audit.Log
}

func in(t *testing.T, fn func(t *testing.T, w *table)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		file, err := seal.Generate()
		must(t, err)
		ring, err := seal.Parse(file)
		must(t, err)
		c := clock.NewManual(noon)
		log := audit.New(db, ring, c)
		fn(t, &table{workday.NewService(db, c, log, calendar.NewStore(c)), t, db, c, log})
	}, calendar.Verify)
}

func staff(region string, tier actor.Tier, line actor.Line, roles ...actor.Role) actor.Actor {
	return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: id.New(), Roles: roles,
		Place: actor.Place{Region: region, Tier: tier, Line: line, Kind: actor.KindDepartment}}
}

var (
	office = staff("430000", actor.TierProvince, actor.LineEducation, actor.RoleHead)
	clerk  = staff("430100", actor.TierPrefecture, actor.LineEducation)
)

// arrangement is one for a year that the product does not know.
var arrangement = [][]any{
	{clock.Day("2090-01-01"), "放假", "元旦"}, {clock.Day("2090-05-01"), "放假", "劳动节"},
	{clock.Day("2090-10-01"), "放假", "国庆节"}, {clock.Day("2090-10-07"), "上班", "国庆节"},
}

func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	var file bytes.Buffer
	must(t, sheet.Write(&file, sheet.Book{Sheets: []sheet.Sheet{{
		Name: "放假安排", Columns: []sheet.Head{{Title: "日期"}, {Title: "类型"}, {Title: "名称"}}, Rows: sheet.RowsOf(rows...),
	}}}))
	return file.Bytes()
}

func (w *table) year(number int) workday.Year {
	w.t.Helper()
	y, err := w.Year(ctx, clerk, number)
	must(w.t, err)
	return y
}

func TestTheTableOfAYearIsReplacedAsAWhole(t *testing.T) {
	in(t, func(t *testing.T, w *table) {
		if y := w.year(2090); y.Source != calendar.Unknown || len(y.Marks) != 0 || y.ReplacedAt != 0 {
			t.Errorf("before: %+v", y)
		}
		file := workbook(t, arrangement...)
		marks, problems, err := w.Check(ctx, office, 2090, file)
		if err != nil || problems != nil || len(marks) != 4 {
			t.Fatalf("checked: %+v, %v, %v", marks, problems, err)
		}
		if y := w.year(2090); y.Source != calendar.Unknown {
			t.Error("checking has written")
		}
		n, err := w.Replace(ctx, office, 2090, file)
		must(t, err)
		y := w.year(2090)
		off, worked := y.Counts()
		if n != 4 || !slices.Equal(y.Marks, marks) || y.Source != calendar.Official || y.ReplacedAt != clock.FromTime(noon) || off != 3 || worked != 1 {
			t.Errorf("replaced %d: %+v", n, y)
		}
		c, err := w.Calendar(ctx, clerk)
		must(t, err)
		if work, known := c.IsWorkday("2090-10-07"); !work || !known {
			t.Error("reminders do not go by the new table")
		}
		w.clock.Advance(time.Hour)
		if _, err = w.Replace(ctx, office, 2090, workbook(t, arrangement[:3]...)); err != nil {
			t.Fatal(err)
		}
		if y := w.year(2090); len(y.Marks) != 3 || y.ReplacedAt != clock.FromTime(noon).Add(time.Hour) {
			t.Errorf("replaced again: %+v", y)
		}
		page, err := w.log.Find(ctx, actor.TheSystem(), audit.Filter{Action: "calendar.replace"})
		must(t, err)
		var told []string
		for _, r := range page.Records {
			told = append(told, fmt.Sprint(r.SubjectID, " ", r.Count, " ", r.PersonID == office.PersonID))
		}
		if want := []string{"2090 3 true", "2090 4 true"}; !slices.Equal(told, want) {
			t.Errorf("audited %q, want %q", told, want)
		}
	})
}

// A table with a mistake replaces nothing: half of one would remind everybody on a holiday.
func TestATableWithProblemsReplacesNothing(t *testing.T) {
	in(t, func(t *testing.T, w *table) {
		_, err := w.Replace(ctx, office, 2090, workbook(t, arrangement...))
		must(t, err)
		for name, file := range map[string][]byte{
			"a part":         workbook(t, arrangement[1:]...),
			"another year's": workbook(t, append(slices.Clone(arrangement), []any{clock.Day("2091-01-01"), "放假", "元旦"})...),
			"an odd word":    workbook(t, append(slices.Clone(arrangement), []any{clock.Day("2090-06-01"), "也许", ""})...),
		} {
			marks, problems, err := w.Check(ctx, office, 2090, file)
			if err != nil || marks != nil || len(problems) != 1 {
				t.Errorf("%s: %v, %v, %v", name, marks, problems, err)
			}
			_, err = w.Replace(ctx, office, 2090, file)
			if e := errs.As(err); e == nil || e.Key != "workday.has_problems" || e.Field != "file" {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = w.Replace(ctx, office, 2090, []byte("no workbook"))
		refused(t, err, "sheet.not_excel")
		_, err = w.Replace(ctx, office, 1066, workbook(t, arrangement...))
		refused(t, err, "calendar.year_impossible")
		if y := w.year(2090); len(y.Marks) != 4 {
			t.Errorf("it is %+v", y)
		}
	})
}

func TestStaffSeeTheYearsAroundThisOne(t *testing.T) {
	in(t, func(t *testing.T, w *table) {
		w.clock.Set(time.Date(2021, 12, 31, 23, 59, 59, 0, clock.Shanghai))
		years := func() (list []int) {
			all, err := w.Years(ctx, clerk)
			must(t, err)
			for _, y := range all {
				list = append(list, y.Number)
			}
			return list
		}
		if got, want := years(), []int{2022, 2021, 2020, 2019}; !slices.Equal(got, want) {
			t.Errorf("years %v, want %v", got, want)
		}
		w.clock.Advance(time.Second) // the year turns in Shanghai, not in Greenwich
		if got, want := years(), []int{2023, 2022, 2021, 2020}; !slices.Equal(got, want) {
			t.Errorf("years %v, want %v", got, want)
		}
		if y := w.year(2020); y.Source != calendar.BuiltIn || len(y.Marks) == 0 {
			t.Errorf("2020 is %+v", y)
		}
	})
}

func TestWhoMayReplaceTheTable(t *testing.T) {
	in(t, func(t *testing.T, w *table) {
		admin := staff("430100", actor.TierPrefecture, actor.LineEducation)
		admin.Platform = actor.SystemAdmin
		auditor := admin
		auditor.Platform = actor.Auditor
		locked := office
		locked.MustChangePassword = true
		file := workbook(t, arrangement...)
		for name, c := range map[string]struct {
			who      actor.Actor
			sees     bool
			replaces bool
		}{
			"the office's head":        {office, true, true},
			"the office's reviewer":    {staff("430000", actor.TierProvince, actor.LineEducation, actor.RoleReviewer), true, false},
			"another line's head":      {staff("430000", actor.TierProvince, actor.LineTradeUnion, actor.RoleHead), true, false},
			"a prefecture's head":      {staff("430100", actor.TierPrefecture, actor.LineEducation, actor.RoleHead), true, false},
			"a system administrator":   {admin, true, true},
			"an auditor":               {auditor, true, false},
			"who must change password": {locked, false, false},
			"the public":               {actor.Actor{}, false, false},
			"a link":                   {actor.Actor{Class: actor.Link, Roles: []actor.Role{actor.RoleHead}, Place: office.Place}, false, false},
		} {
			if got := workday.MayReplace(c.who); got != c.replaces {
				t.Errorf("%s: may replace: %v", name, got)
			}
			_, err := w.Replace(ctx, c.who, 2090, file)
			if got := !errs.Is(err, "workday.forbidden"); got != c.replaces {
				t.Errorf("%s: replacing gives %v", name, err)
			}
			_, _, err = w.Check(ctx, c.who, 2090, file)
			if got := !errs.Is(err, "workday.forbidden"); got != c.replaces {
				t.Errorf("%s: checking gives %v", name, err)
			}
			_, seen := w.Years(ctx, c.who)
			_, one := w.Year(ctx, c.who, 2090)
			_, whole := w.Calendar(ctx, c.who)
			for _, err := range []error{seen, one, whole} {
				if got := !errs.Is(err, "workday.forbidden"); got != c.sees {
					t.Errorf("%s: seeing gives %v", name, err)
				}
			}
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, err error, key string) {
	t.Helper()
	if !errs.Is(err, key) {
		t.Errorf("got %v, want %s", err, key)
	}
}
