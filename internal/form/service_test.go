package form_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func staff(region string, tier actor.Tier, line actor.Line, roles ...actor.Role) actor.Actor {
	return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: id.New(), Roles: roles,
		Place: actor.Place{Region: region, Tier: tier, Line: line, Kind: actor.KindDepartment}}
}

var (
	province = staff("430000", actor.TierProvince, actor.LineEducation, actor.RoleEditor)
	changsha = staff("430100", actor.TierPrefecture, actor.LineEducation, actor.RoleHead)
)

func service(t *testing.T, db *sqldb.DB) *form.Service {
	t.Helper()
	file, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewManual(time.Date(2020, 7, 6, 9, 0, 0, 0, clock.Shanghai))
	s := form.NewService(db, c, audit.New(db, ring, c))
	if err := s.Install(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func both(t *testing.T, fn func(t *testing.T, db *sqldb.DB, s *form.Service)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) { fn(t, db, service(t, db)) }, form.Verify)
}

// titled makes a local theme form of another title.
func titled(t *testing.T, title string) form.Definition {
	t.Helper()
	return parse(t, strings.Replace(read(t, "shipped/local_theme.json"), `"zh": "地方宣传主题"`, `"zh": "`+title+`"`, 1))
}

func TestPublishedFormStandsBeforeTheShippedOneInItsTerritory(t *testing.T) {
	both(t, func(t *testing.T, db *sqldb.DB, s *form.Service) {
		old, err := s.Current(t.Context(), db, "430100", form.LocalTheme)
		if err != nil {
			t.Fatal(err)
		}
		if old.Territory != "" || old.Version != 1 || old.State != form.StateCurrent {
			t.Errorf("the shipped form is %+v", old.Summary)
		}
		own, err := s.Publish(t.Context(), province, "430000", titled(t, "湖南主题"))
		if err != nil {
			t.Fatal(err)
		}
		city, err := s.Publish(t.Context(), changsha, "430100", titled(t, "长沙主题"))
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Publish(t.Context(), province, "430000", titled(t, "湖南主题二"))
		if err != nil {
			t.Fatal(err)
		}
		if own.Version != 2 || city.Version != 2 || again.Version != 3 {
			t.Errorf("versions %d, %d, %d", own.Version, city.Version, again.Version)
		}
		for territory, want := range map[string]string{"430000": again.ID, "430200": again.ID, "430102": city.ID, "430100": city.ID, "440000": old.ID, "": old.ID} {
			if got, err := s.Current(t.Context(), db, territory, form.LocalTheme); err != nil || got.ID != want || got.Definition.Title != got.Title {
				t.Errorf("current in %q: %+v %v, want %s", territory, got.Summary, err, want)
			}
		}
		// What was filed in an earlier version stays readable in it.
		past, err := s.Get(t.Context(), db, own.ID)
		if err != nil || past.State != form.StatePast || past.Definition.Title.Zh != "湖南主题" || past.Definition.Version != 2 {
			t.Errorf("the earlier version: %+v %v", past.Summary, err)
		}
		if got, err := s.Version(t.Context(), db, "430200", form.LocalTheme, 2); err != nil || got.ID != own.ID {
			t.Errorf("version 2: %+v %v", got.Summary, err)
		}
		if got, err := s.Version(t.Context(), db, "430000", form.LocalTheme, 1); err != nil || got.ID != old.ID {
			t.Errorf("version 1: %+v %v", got.Summary, err)
		}
		list, err := s.Find(t.Context(), changsha, form.Filter{Territory: "430000", Code: form.LocalTheme})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, f := range list {
			ids = append(ids, f.ID)
		}
		if !slices.Equal(ids, []string{old.ID, again.ID, own.ID}) {
			t.Errorf("found %v", list)
		}
	})
}

func TestPublishRefuses(t *testing.T) {
	both(t, func(t *testing.T, db *sqldb.DB, s *form.Service) {
		d := titled(t, "新主题")
		stranger := province
		stranger.Roles = nil
		for name, c := range map[string]struct {
			a         actor.Actor
			territory string
			d         form.Definition
			want      string
		}{
			"the public":              {actor.Actor{}, "430000", d, "form.forbidden"},
			"without a role":          {stranger, "430000", d, "form.forbidden"},
			"a city for its province": {changsha, "430000", d, "form.forbidden"},
			"a province for its city": {province, "430100", d, "form.forbidden"},
			"another line":            {staff("430000", actor.TierProvince, actor.LineIndustry, actor.RoleHead), "430000", d, "form.forbidden"},
			"no territory":            {province, "", d, "form.forbidden"},
			"the system for nobody":   {actor.TheSystem(), "43x", d, "form.forbidden"},
			"unchecked":               {province, "430000", form.Definition{Code: "x"}, "error.internal"},
			"what is current already": {province, "430000", parse(t, read(t, "shipped/local_theme.json")), "form.unchanged"},
		} {
			if _, err := s.Publish(t.Context(), c.a, c.territory, c.d); !errs.Is(err, c.want) {
				t.Errorf("%s: got %v, want %s", name, err, c.want)
			}
		}
		for _, err := range []error{
			second(s.Current(t.Context(), db, "430000", "nobody")), second(s.Current(t.Context(), db, "43'--", form.WorkPlan)), second(s.Version(t.Context(), db, "430000", form.WorkPlan, 0)),
			second(s.Version(t.Context(), db, "430000", form.WorkPlan, 2)), second(s.Get(t.Context(), db, "x")), second(s.Get(t.Context(), db, id.New())),
		} {
			if errs.KindOf(err) != errs.KindNotFound {
				t.Errorf("got %v", err)
			}
		}
		if _, err := s.Find(t.Context(), actor.Actor{}, form.Filter{}); !errs.Is(err, "form.forbidden") {
			t.Errorf("the public lists forms: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestPublishingAtOnceNeverLeavesTwoCurrentVersions(t *testing.T) {
	both(t, func(t *testing.T, db *sqldb.DB, s *form.Service) {
		const n = 6
		results := make([]error, n)
		definitions := make([]form.Definition, n)
		for i := range definitions {
			definitions[i] = titled(t, "主题"+strings.Repeat("一", i+1))
		}
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() { _, results[i] = s.Publish(t.Context(), province, "430000", definitions[i]) })
		}
		all.Wait()
		published := 0
		for _, err := range results {
			if err == nil {
				published++
			} else if !errs.Is(err, "form.changed_meanwhile") {
				t.Error(err)
			}
		}
		list, err := s.Find(t.Context(), province, form.Filter{Code: form.LocalTheme, Territory: "430000"})
		if err != nil {
			t.Fatal(err)
		}
		if published == 0 || len(list) != published+1 {
			t.Errorf("%d published, %d versions", published, len(list))
		}
		current, err := s.Find(t.Context(), province, form.Filter{Code: form.LocalTheme, State: form.StateCurrent})
		if err != nil || len(current) != 2 || current[1].Version != published+1 {
			t.Errorf("current are %v, %v", current, err)
		}
	})
}

func TestInstallAddsEachShippedVersionOnce(t *testing.T) {
	both(t, func(t *testing.T, db *sqldb.DB, s *form.Service) {
		var all sync.WaitGroup
		results := make([]error, 3)
		for i := range results {
			all.Go(func() { results[i] = s.Install(t.Context()) })
		}
		all.Wait()
		if err := errors.Join(results...); err != nil {
			t.Fatal(err)
		}
		list, err := s.Find(t.Context(), actor.TheSystem(), form.Filter{})
		if err != nil || len(list) != 16 {
			t.Errorf("%d forms, %v", len(list), err)
		}
	})
}

// harm writes what the service never would.
const (
	renumber = `UPDATE form SET version = 7 WHERE code = 'kickoff'`
	retire   = `UPDATE form SET state = 'past' WHERE code = 'evidence'`
)

// older makes a stored form one of a time that took other types of files.
const older = `UPDATE form SET definition = replace(definition, '"ofd"', '"wps"') WHERE code = 'local_theme'`

// What a form names today is taken today; a form of another time is read as it was, and not published anew.
func TestFormOfATimeThatTookOtherFilesStaysReadable(t *testing.T) {
	both(t, func(t *testing.T, db *sqldb.DB, s *form.Service) {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), older)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		old, err := s.Current(t.Context(), db, "430000", form.LocalTheme)
		if err != nil {
			t.Fatal(err)
		}
		text, err := old.Definition.Export()
		if err != nil || !strings.Contains(string(text), `"wps"`) {
			t.Fatalf("%v: %s", err, text)
		}
		_, err = form.Parse(text)
		same(t, "published anew", problemsOf(err), []string{"sections.0.fields.3.types.1 form.definition_type"})
	})
}

func TestVerifyFindsFormsThatAreNotWhatTheirRowSays(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		service(t, db)
		for _, harm := range []string{renumber, retire} {
			err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), harm)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := form.Verify(t.Context(), db)
		if n := strings.Count(fmt.Sprint(err), "form 0"); n != 2 {
			t.Errorf("found %d: %v", n, err)
		}
	})
}
