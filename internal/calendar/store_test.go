package calendar_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	var file bytes.Buffer
	err := sheet.Write(&file, sheet.Book{Sheets: []sheet.Sheet{{
		Name: "放假安排", Columns: []sheet.Head{{Title: "日期"}, {Title: "类型"}, {Title: "名称"}}, Rows: sheet.RowsOf(rows...),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// invented is an arrangement for a year that has none.
var invented = [][]any{
	{clock.Day("2090-01-01"), "放假", "元旦"}, {clock.Day("2090-05-01"), "放假", "劳动节"},
	{clock.Day("2090-10-01"), "放假", "国庆节"}, {clock.Day("2090-10-02"), "放假", "国庆节"}, {clock.Day("2090-10-03"), "Holiday", "国庆节"},
	{clock.Day("2090-10-07"), "上班", "国庆节"},
}

func TestUploadedTableStandsBeforeWhatTheProductKnows(t *testing.T) {
	t.Parallel()
	now := time.Date(2089, 11, 20, 9, 0, 0, 0, clock.Shanghai)
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		s := calendar.NewStore(clock.NewManual(now))
		replace := func(year int, marks []calendar.Mark) error {
			return db.Write(t.Context(), func(tx *sqldb.Tx) error { return s.ReplaceYearTx(t.Context(), tx, year, marks) })
		}
		marks, problems, err := calendar.ReadTable(bytes.NewReader(workbook(t, invented...)), 2090)
		if err != nil || problems != nil {
			t.Fatal(err, problems)
		}
		if err := replace(2090, marks); err != nil {
			t.Fatal(err)
		}
		c, err := s.Load(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Source(2090); got != calendar.Official || c.ReplacedAt(2090) != clock.FromTime(now) {
			t.Errorf("source %q, replaced at %s", got, c.ReplacedAt(2090))
		}
		if got := c.Marks(2090); !slices.Equal(got, marks) {
			t.Errorf("stored %v, want %v", got, marks)
		}
		if work, known := c.IsWorkday("2090-10-07"); !work || !known {
			t.Error("the worked Saturday is not one")
		}
		if work, known := c.IsWorkday("2090-10-03"); work || !known {
			t.Error("the holiday is not one")
		}
		if c.Source(2020) != calendar.BuiltIn || c.Source(2091) != calendar.Unknown {
			t.Error("other years have changed")
		}

		shorter := slices.DeleteFunc(slices.Clone(marks), func(m calendar.Mark) bool { return m.On == "2090-10-07" })
		if err := replace(2090, shorter); err != nil {
			t.Fatal(err)
		}
		if c, err = s.Load(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if work, known := c.IsWorkday("2090-10-07"); work || !known {
			t.Error("the earlier table was not replaced as a whole")
		}
		if err := replace(2090, shorter[1:]); !errs.Is(err, "calendar.holiday_missing") {
			t.Errorf("a part of a table was stored: %v", err)
		}
		if err := replace(1066, nil); !errs.Is(err, "calendar.year_impossible") {
			t.Errorf("got %v", err)
		}
	}, calendar.Verify)
}

func TestReadTableNamesEveryRowThatIsWrong(t *testing.T) {
	t.Parallel()
	rows := append(slices.Clone(invented),
		[]any{clock.Day("2090-10-01"), "放假", ""},
		[]any{clock.Day("2089-12-31"), "放假", ""},
		[]any{clock.Day("2090-06-01"), "也许", ""},
		[]any{"某天", "放假", ""},
	)
	marks, problems, err := calendar.ReadTable(bytes.NewReader(workbook(t, rows[1:]...)), 2090)
	if err != nil {
		t.Fatal(err)
	}
	if marks != nil {
		t.Error("a table with problems has marks")
	}
	type line struct {
		row int
		key string
	}
	var got []line
	for _, p := range problems {
		got = append(got, line{p.Row, p.Err.Key})
	}
	want := []line{
		{10, "sheet.bad_date"}, {9, "calendar.kind_unknown"}, {7, "calendar.day_twice"}, {8, "calendar.day_outside"}, {0, "calendar.holiday_missing"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, _, err := calendar.ReadTable(bytes.NewReader([]byte("no workbook")), 2090); !errs.Is(err, "sheet.not_excel") {
		t.Errorf("got %v", err)
	}
}
