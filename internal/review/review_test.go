package review_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/review"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestStepsFollowEachOtherToTheLast(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		s := filing(1)
		steps := h.open(s, h.chain()...)
		people := []actor.Actor{
			h.person("芙蓉区教育局", actor.RoleReviewer), h.person("长沙市教育局", actor.RoleReviewer), h.person("长沙市教育局", actor.RoleHead), h.person("湖南省教育厅", actor.RoleHead),
		}
		_, err := h.decide(people[1], steps[1].ID, accept(s))
		h.refused("out of order", err, "review.not_open")
		for i, step := range steps {
			h.clock.Advance(time.Hour)
			r, err := h.decide(people[i], step.ID, accept(s))
			h.must(err)
			if r.Done != (i == len(steps)-1) || r.Step.State != review.Accepted || r.Step.DecidedBy != people[i].PersonID {
				t.Errorf("step %d: %+v", i, r)
			}
		}
		history, err := h.History(t.Context(), h.db, s.Kind, s.ID)
		h.must(err)
		for i, step := range history {
			opened := clock.FromTime(begin).Add(time.Duration(i) * time.Hour)
			if step.Position != i+1 || step.OpenedAt != opened || step.DecidedAt != opened.Add(time.Hour) || step.Subject.Hash != s.Hash {
				t.Errorf("stored step %d: %+v", i, step)
			}
		}
		_, err = h.decide(h.person("湖南省教育厅", actor.RoleHead), steps[3].ID, accept(s))
		h.refused("once more", err, "review.decided")
	})
}

func TestReturnEndsTheReadingAndANewVersionBeginsAnother(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		s := filing(1)
		steps := h.open(s, h.chain()...)
		county := h.person("芙蓉区教育局", actor.RoleReviewer)
		d := review.Decision{Outcome: review.Returned, ReadHash: s.Hash, Comment: " 请补充经费。 ", Marks: []review.Mark{{Field: "funds", Words: "金额有误"}, {Field: "schedule.2.day", Words: "晚于活动周"}}}
		r, err := h.decide(county, steps[0].ID, d)
		h.must(err)
		if !r.Done {
			t.Error("a returned version is still read")
		}
		history, err := h.History(t.Context(), h.db, s.Kind, s.ID)
		h.must(err)
		if history[0].Comment != "请补充经费。" || !reflect.DeepEqual(history[0].Marks, d.Marks) {
			t.Errorf("the reviewer's words are %q %v", history[0].Comment, history[0].Marks)
		}
		next := s
		next.Version, next.Hash = 2, hashOf('b')
		again := h.open(next, h.chain()...)
		want := []review.State{review.Returned, review.Void, review.Void, review.Void, review.Open, review.Waiting, review.Waiting, review.Waiting}
		if got := h.states(s); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		// The person who returned the first version may read the second.
		_, err = h.decide(county, again[0].ID, accept(next))
		h.must(err)
	})
}

func TestDecisionIsBoundToWhatWasRead(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		s := filing(1)
		old := h.open(s, h.chain()[:1]...)
		county := h.person("芙蓉区教育局", actor.RoleReviewer)
		_, err := h.decide(county, old[0].ID, review.Decision{Outcome: review.Accepted, ReadHash: hashOf('b')})
		h.refused("another text", err, "review.changed_meanwhile")
		next := s
		next.Version, next.Hash = 2, hashOf('b')
		h.open(next, h.chain()[:1]...)
		_, err = h.decide(county, old[0].ID, accept(s))
		h.refused("a version that was replaced", err, "review.decided")
		if got, want := h.states(s), []review.State{review.Void, review.Open}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestWhoMayDecide(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		city := h.units["长沙市教育局"]
		author, helper := h.person("长沙市教育局", actor.RoleReviewer, actor.RoleHead), h.person("长沙市教育局", actor.RoleReviewer)
		s := filing(1)
		s.AuthorID, s.CoAuthorIDs = author.PersonID, []string{helper.PersonID}
		steps := h.open(s, review.Step{UnitID: city, Role: actor.RoleReviewer}, review.Step{UnitID: city, Role: actor.RoleHead})
		first := h.person("长沙市教育局", actor.RoleReviewer, actor.RoleHead)
		mustChange := first
		mustChange.MustChangePassword = true
		for name, c := range map[string]struct {
			a    actor.Actor
			want string
		}{
			"the author": {author, "review.own_work"}, "who wrote in it": {helper, "review.own_work"},
			"without the role": {h.person("长沙市教育局", actor.RoleEditor, actor.RoleHead), "review.forbidden"},
			"another city":     {h.person("株洲市教育局", actor.RoleReviewer), "review.not_found"}, "the province": {h.person("湖南省教育厅", actor.RoleReviewer), "review.not_found"},
			"the public": {actor.Actor{}, "review.not_found"}, "the system": {actor.TheSystem(), "review.not_found"}, "with an initial password": {mustChange, "review.not_found"},
		} {
			_, err := h.decide(c.a, steps[0].ID, accept(s))
			h.refused(name, err, c.want)
		}
		for _, stepID := range []string{"", "x", id.New()} {
			_, err := h.decide(first, stepID, accept(s))
			h.refused("no step", err, "review.not_found")
		}
		_, err := h.decide(first, steps[0].ID, accept(s))
		h.must(err)
		_, err = h.decide(first, steps[1].ID, accept(s))
		h.refused("the person of another step", err, "review.same_person")
		_, err = h.decide(h.person("长沙市教育局", actor.RoleHead), steps[1].ID, accept(s))
		h.must(err)
	})
}

func TestDecisionNamesEveryProblem(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		s := filing(1)
		steps := h.open(s, h.chain()[:1]...)
		county := h.person("芙蓉区教育局", actor.RoleReviewer)
		for name, c := range map[string]struct {
			d    review.Decision
			want []string
		}{
			"no outcome":              {review.Decision{Comment: "好"}, []string{"outcome review.outcome_unknown"}},
			"an outcome that is none": {review.Decision{Outcome: review.Void, Comment: "好"}, []string{"outcome review.outcome_unknown"}},
			"returned without a word": {review.Decision{Outcome: review.Returned, Comment: " \n"}, []string{"comment review.comment_missing"}},
			"declined without a word": {review.Decision{Outcome: review.Declined}, []string{"comment review.comment_missing"}},
			"broken and long": {review.Decision{Outcome: review.Returned, Comment: "a\x00", Marks: []review.Mark{{Field: "a", Words: strings.Repeat("长", 501)}, {Field: "b", Words: ""}, {Field: "'; --", Words: "x"}}},
				[]string{"comment review.text_broken", "marks.a review.text_long", "marks.b review.mark_empty", "marks review.mark_field"}},
			"a long comment": {review.Decision{Outcome: review.Accepted, Comment: strings.Repeat("长", 2001)}, []string{"comment review.text_long"}},
			"many marks":     {review.Decision{Outcome: review.Accepted, Marks: make([]review.Mark, 201)}, []string{"marks review.marks_many"}},
		} {
			c.d.ReadHash = s.Hash
			_, err := h.decide(county, steps[0].ID, c.d)
			var got []string
			for _, p := range errs.As(err).Problems {
				got = append(got, p.Field+" "+p.Key)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %q, want %q", name, got, c.want)
			}
		}
		if got, want := h.states(s), []review.State{review.Open}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestPendingIsWhatTheActorCouldDecide(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		city := h.units["长沙市教育局"]
		reviewer, head, none := h.person("长沙市教育局", actor.RoleReviewer), h.person("长沙市教育局", actor.RoleHead), h.person("长沙市教育局")
		two := h.person("长沙市教育局", actor.RoleReviewer, actor.RoleHead)
		first := filing(1)
		steps := h.open(first, review.Step{UnitID: city, Role: actor.RoleReviewer}, review.Step{UnitID: city, Role: actor.RoleHead})
		h.clock.Advance(time.Hour)
		own := filing(1)
		own.CoAuthorIDs = []string{two.PersonID}
		h.open(own, review.Step{UnitID: city, Role: actor.RoleReviewer})
		h.clock.Advance(24 * time.Hour)
		elsewhere := filing(1)
		h.open(elsewhere, review.Step{UnitID: h.units["株洲市教育局"], Role: actor.RoleReviewer})

		waits := func(a actor.Actor) (list []string) {
			t.Helper()
			pending, err := h.Pending(t.Context(), h.db, a, 100)
			h.must(err)
			n, err := h.CountPending(t.Context(), h.db, a)
			h.must(err)
			if n != len(pending) {
				t.Errorf("%d are counted, %d listed", n, len(pending))
			}
			for _, p := range pending {
				list = append(list, p.Subject.ID)
			}
			return list
		}
		same := func(what string, got []string, want ...string) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", what, got, want)
			}
		}
		same("reviewer", waits(reviewer), first.ID, own.ID)
		same("with both roles, but co-author of one", waits(two), first.ID)
		same("head before the step", waits(head))
		same("without a role", waits(none))
		same("another unit", waits(h.person("湖南省教育厅", actor.RoleReviewer)))
		same("the public", waits(actor.Actor{}))
		same("the system", waits(actor.TheSystem()))
		pending, err := h.Pending(t.Context(), h.db, reviewer, 1)
		h.must(err)
		if len(pending) != 1 || pending[0].Age != 25*time.Hour || pending[0].ID != steps[0].ID {
			t.Errorf("the oldest is %+v", pending)
		}
		_, err = h.decide(two, steps[0].ID, accept(first))
		h.must(err)
		same("who read an earlier step", waits(two))
		same("head at the step", waits(head), first.ID)
	})
}

func TestWithdrawEndsTheReading(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		s := filing(1)
		steps := h.open(s, h.chain()[:2]...)
		withdraw := func() (done bool) {
			t.Helper()
			h.must(h.db.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
				done, err = h.WithdrawTx(t.Context(), tx, s.Kind, s.ID)
				return err
			}))
			return done
		}
		if !withdraw() || withdraw() {
			t.Error("a reading is withdrawn once")
		}
		_, err := h.decide(h.person("芙蓉区教育局", actor.RoleReviewer), steps[0].ID, accept(s))
		h.refused("withdrawn", err, "review.decided")
	})
}

func TestOpenRefusesWhatIsMalformedOrOpenAlready(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		sound := filing(1)
		h.open(sound, h.chain()...)
		for name, c := range map[string]struct {
			change func(*review.Subject)
			chain  []review.Step
			want   string
		}{
			"the same version":    {func(*review.Subject) {}, h.chain(), "review.changed_meanwhile"},
			"no chain":            {func(s *review.Subject) { s.Version = 2 }, nil, "error.internal"},
			"a role that is none": {func(s *review.Subject) { s.Version = 2 }, []review.Step{{UnitID: h.units["芙蓉区教育局"], Role: actor.RoleEditor}}, "error.internal"},
			"no author":           {func(s *review.Subject) { s.Version, s.AuthorID = 2, "" }, h.chain(), "error.internal"},
			"no hash":             {func(s *review.Subject) { s.Version, s.Hash = 2, "" }, h.chain(), "error.internal"},
			"no kind":             {func(s *review.Subject) { s.Version, s.Kind = 2, "Filing!" }, h.chain(), "error.internal"},
		} {
			s := sound
			c.change(&s)
			err := h.db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := h.OpenTx(t.Context(), tx, s, c.chain)
				return err
			})
			h.refused(name, err, c.want)
		}
		if got, want := h.states(sound), []review.State{review.Open, review.Waiting, review.Waiting, review.Waiting}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestAboveFollowsTheTiers(t *testing.T) {
	t.Parallel()
	place := func(region string, tier actor.Tier, kind actor.Kind) actor.Place {
		return actor.Place{Region: region, Tier: tier, Kind: kind}
	}
	for _, c := range []struct {
		name      string
		unit      actor.Place
		territory string
		want      []string
	}{
		{"a school", place("430102", actor.TierBase, actor.KindSchool), "430000", []string{"430102", "430100", "430000"}},
		{"a school of the city", place("430100", actor.TierPrefecture, actor.KindSecondaryVocational), "430000", []string{"430100", "430000"}},
		{"a college of the province in a city", place("430100", actor.TierProvince, actor.KindHigherVocational), "430000", []string{"430000"}},
		{"a county's bureau", place("430102", actor.TierCounty, actor.KindDepartment), "430000", []string{"430100", "430000"}},
		{"a city's bureau", place("430100", actor.TierPrefecture, actor.KindDepartment), "430000", []string{"430000"}},
		{"the province's department", place("430000", actor.TierProvince, actor.KindDepartment), "430000", nil},
		{"central media", place("430100", actor.TierCentral, actor.KindMedia), "430000", []string{"430000"}},
		{"a school in a city's own week", place("430102", actor.TierBase, actor.KindSchool), "430100", []string{"430102", "430100"}},
		{"out of the territory", place("440100", actor.TierPrefecture, actor.KindDepartment), "430000", nil},
	} {
		var got []string
		for _, office := range review.Above(c.unit, actor.LineIndustry, c.territory) {
			if office.Line != actor.LineIndustry || office.Kind != actor.KindDepartment {
				t.Errorf("%s: %+v", c.name, office)
			}
			got = append(got, office.Region)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// harm makes the person who decided an author.
const harm = `INSERT INTO review_author (subject_kind, subject_id, subject_version, person_id)
SELECT subject_kind, subject_id, subject_version, decided_by FROM review_step WHERE decided_by <> ''`

func TestVerifyFindsADecisionByAnAuthor(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHall(t, db)
		s := filing(1)
		steps := h.open(s, h.chain()...)
		_, err := h.decide(h.person("芙蓉区教育局", actor.RoleReviewer), steps[0].ID, accept(s))
		h.must(err)
		h.must(review.Verify(t.Context(), db))
		h.must(db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), harm)
			return err
		}))
		if err := review.Verify(t.Context(), db); fmt.Sprint(err) != "review.Verify: review step "+steps[0].ID+": it was decided out of order or by an author" {
			t.Errorf("got %v", err)
		}
	})
}
