package workday

import (
	"bytes"
	"context"
	"strconv"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
)

// Service holds the use cases of the table of working days. It is safe for concurrent use.
type Service struct {
	db    *sqldb.DB
	clock clock.Clock
	log   *audit.Log
	days  *calendar.Store
}

// NewService makes the service.
func NewService(db *sqldb.DB, c clock.Clock, log *audit.Log, days *calendar.Store) *Service {
	return &Service{db: db, clock: c, log: log, days: days}
}

// Year is what is known of a year's arrangement.
type Year struct {
	Number     int
	Source     calendar.Source
	ReplacedAt clock.Instant   // when an official table was uploaded; 0 for none
	Marks      []calendar.Mark // days off and days worked, in order
}

// Counts tells how many weekdays are off and how many days are worked by the arrangement.
func (y Year) Counts() (off, worked int) {
	for _, m := range y.Marks {
		if m.Work {
			worked++
		} else {
			off++
		}
	}
	return off, worked
}

// firstShown is how many years back Years begins.
const firstShown = 2

// Years lists the arrangements from two years ago to the next year. Everybody who is signed in may see
// them: reminders go by them.
//
// Errors: workday.forbidden.
func (s *Service) Years(ctx context.Context, a actor.Actor) (list []Year, err error) {
	defer errs.Wrap(&err, "workday.Years")
	if !a.IsStaff() {
		return nil, errs.Forbidden("workday.forbidden")
	}
	c, err := s.days.Load(ctx, s.db)
	if err != nil {
		return nil, err
	}
	this, err := strconv.Atoi(string(s.clock.Now().Day()[:4]))
	if err != nil {
		return nil, err
	}
	for number := this + 1; number >= this-firstShown; number-- {
		list = append(list, yearOf(c, number))
	}
	return list, nil
}

// Year gives the arrangement of one year. Errors: workday.forbidden.
func (s *Service) Year(ctx context.Context, a actor.Actor, number int) (y Year, err error) {
	defer errs.Wrap(&err, "workday.Year(%d)", number)
	if !a.IsStaff() {
		return Year{}, errs.Forbidden("workday.forbidden")
	}
	c, err := s.days.Load(ctx, s.db)
	return yearOf(c, number), err
}

func yearOf(c calendar.Calendar, number int) Year {
	return Year{Number: number, Source: c.Source(number), ReplacedAt: c.ReplacedAt(number), Marks: c.Marks(number)}
}

// Calendar gives the calendar that reminders go by, for pages that tell dates in advance. Errors:
// workday.forbidden.
func (s *Service) Calendar(ctx context.Context, a actor.Actor) (c calendar.Calendar, err error) {
	defer errs.Wrap(&err, "workday.Calendar")
	if !a.IsStaff() {
		return c, errs.Forbidden("workday.forbidden")
	}
	return s.days.Load(ctx, s.db)
}

// MayReplace tells whether an actor may replace a year's table: the head of the office that leads the
// week in a province, by whose calendar everybody is reminded, and system administrators.
func MayReplace(a actor.Actor) bool {
	switch {
	case a.Class == actor.System, a.IsStaff() && a.Platform == actor.SystemAdmin:
		return true
	case !a.IsStaff() || !a.Has(actor.RoleHead):
		return false
	}
	return a.Place.Tier == actor.TierProvince && a.Place == actor.Office(a.Place.Region).Place
}

// Check reads a year's official table from an Excel file and writes nothing.
//
// Errors: workday.forbidden; those of calendar.ReadTable, whose problems are given, too.
func (s *Service) Check(ctx context.Context, a actor.Actor, number int, file []byte) (marks []calendar.Mark, problems []sheet.Problem, err error) {
	defer errs.Wrap(&err, "workday.Check(%d)", number)
	if !MayReplace(a) {
		return nil, nil, errs.Forbidden("workday.forbidden")
	}
	return calendar.ReadTable(bytes.NewReader(file), number)
}

// Replace stores a year's official table instead of the one there was.
//
// Errors: workday.forbidden; workday.has_problems for a file that Check finds problems in; those of
// calendar.ReadTable and calendar.ReplaceYearTx.
func (s *Service) Replace(ctx context.Context, a actor.Actor, number int, file []byte) (stored int, err error) {
	defer errs.Wrap(&err, "workday.Replace(%d)", number)
	marks, problems, err := s.Check(ctx, a, number, file)
	if err != nil {
		return 0, err
	}
	if len(problems) > 0 {
		return 0, errs.Invalid("workday.has_problems", "count", len(problems)).On("file")
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.days.ReplaceYearTx(ctx, tx, number, marks); err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{
			Action: "calendar.replace", Subject: "calendar", SubjectID: strconv.Itoa(number), Fields: []string{"days"}, Count: len(marks),
		})
	})
	if err != nil {
		return 0, err
	}
	return len(marks), nil
}
