package activity

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/sqldb"
)

// Figure gives what the product knows for a figure of a unit's filing: what was held and who came. It is
// the port filing.Figure. Numbers of activities, sessions and hosts are counted; people are verified
// where the unit above has read every result that adds to them, else reported; who came is unknown while
// nothing was reported. A department's figures are those of the units in its region: an education
// bureau's of all, another line's of its own line.
func (s *Service) Figure(ctx context.Context, q sqldb.Querier, d duty.Duty, key string) (f form.Figure, known bool, err error) {
	defer errs.Wrap(&err, "activity.Figure(%s)", shorten(key))
	counted, ok := sumKeys[key]
	if !ok {
		return form.Figure{}, false, nil
	}
	t, err := sumOf(ctx, q, d.EditionID, s.deps.Clock.Now(), unitsOf(d.Unit))
	if err != nil {
		return form.Figure{}, false, err
	}
	f, known = counted(t)
	return f, known, nil
}

// sums is what was held by some units. Of people it says by how many results they were reported, and by
// how many of them the unit above has read.
type sums struct {
	activities, sessions, campuses, enterprises, community, study int64
	people, visitors                                              crowd
}

type crowd struct{ n, reported, verified int64 }

func (c crowd) figure() (form.Figure, bool) {
	v := ResultVersion{Verified: c.verified == c.reported}
	return form.Figure{Value: form.Int(c.n), Provenance: v.Provenance()}, c.reported > 0
}

func countedFigure(n int64) (form.Figure, bool) {
	return form.Figure{Value: form.Int(n), Provenance: form.Counted}, true
}

// sumKeys are the figures, as the forms name them.
var sumKeys = map[string]func(t sums) (form.Figure, bool){
	"activities":       func(t sums) (form.Figure, bool) { return countedFigure(t.activities) },
	"sessions":         func(t sums) (form.Figure, bool) { return countedFigure(t.sessions) },
	"open_campuses":    func(t sums) (form.Figure, bool) { return countedFigure(t.campuses) },
	"enterprises":      func(t sums) (form.Figure, bool) { return countedFigure(t.enterprises) },
	"community_visits": func(t sums) (form.Figure, bool) { return countedFigure(t.community) },
	"study_sessions":   func(t sums) (form.Figure, bool) { return countedFigure(t.study) },
	"participants":     func(t sums) (form.Figure, bool) { return t.people.figure() },
	"visitors":         func(t sums) (form.Figure, bool) { return t.visitors.figure() },
}

// unitsOf is the scope of the units that a unit speaks for in a filing.
func unitsOf(u duty.Unit) actor.Scope {
	switch {
	case u.Place.Kind != actor.KindDepartment:
		return actor.Scope{Units: []string{u.ID}}
	case u.Place.Line == actor.LineEducation:
		return actor.Scope{Regions: []string{u.Place.Region}}
	}
	return actor.Scope{Regions: []string{u.Place.Region}, Lines: []actor.Line{u.Place.Line}}
}
