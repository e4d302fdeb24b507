package activity

import (
	"context"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Entered chooses activities for the people of units. An empty field does not restrict.
type Entered struct {
	EditionID string
	UnitID    string
	Own       bool   // of the actor's own unit only
	Region    string // where it takes place, with all regions inside of it; the unit's where a draft has none yet
	MethodID  string
	TopicID   string
	States    []State
	Drafts    []DraftState
	Text      string // part of the title
	After     string // Page.Next of the page before
	Limit     int    // at most 200; 0 takes 50
}

// Page is a part of a list. Next continues it and is "" at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// Item is an activity in a list for staff. Title, method and region are the draft's where nothing is
// published yet.
type Item struct {
	ID, EditionID string
	Unit          Unit
	GuestName     string // "" where the unit itself is the host
	Title         string
	MethodID      string
	Region        string
	State         State
	Draft         DraftState
	Sessions      int           // not cancelled
	First, Last   clock.Instant // beginning of the first and of the last such session, 0 for none
	SavedAt       clock.Instant // of the draft
}

// Counts counts activities by the state of the draft and by that of the activity.
type Counts struct {
	Total  int
	States map[State]int
	Drafts map[DraftState]int
}

const (
	usualPage = 50
	maxPage   = 200
)

// FindEntered lists activities of the actor's unit and, once they were handed in, of units in sight,
// whatever their state; those written in last first.
//
// Errors: activity.page_malformed.
func (s *Service) FindEntered(ctx context.Context, a actor.Actor, f Entered) (page Page[Item], err error) {
	defer errs.Wrap(&err, "activity.FindEntered")
	where, err := f.where(a, true)
	if err != nil {
		return Page[Item]{}, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = usualPage
	}
	limit = min(limit, maxPage)
	list, err := listItems(ctx, s.deps.DB, where, limit+1)
	if err != nil {
		return Page[Item]{}, err
	}
	if len(list) > limit {
		list = list[:limit]
		page.Next = list[limit-1].ID
	}
	page.Items = list
	return page, nil
}

// CountEntered counts what FindEntered lists, under each state as if neither States nor Drafts were
// given.
func (s *Service) CountEntered(ctx context.Context, a actor.Actor, f Entered) (c Counts, err error) {
	defer errs.Wrap(&err, "activity.CountEntered")
	f.After = ""
	where, err := f.where(a, false)
	if err != nil {
		return Counts{}, err
	}
	return countItems(ctx, s.deps.DB, where)
}

// Reviewable is an activity that waits for a reviewer.
type Reviewable struct {
	Item
	StepID   string
	N        int // version
	OpenedAt clock.Instant
	Age      time.Duration // since it could first be decided
	Change   bool          // of a published activity
}

// Pending lists the activities that wait for the actor's review, the oldest first; limit is at most 500.
func (s *Service) Pending(ctx context.Context, a actor.Actor, limit int) (list []Reviewable, err error) {
	defer errs.Wrap(&err, "activity.Pending")
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		steps, err := s.deps.Reviews.Pending(ctx, q, a, limit)
		if err != nil {
			return err
		}
		var ids []string
		for _, step := range steps {
			if step.Subject.Kind == Kind {
				ids = append(ids, step.Subject.ID)
			}
		}
		items, err := itemsByID(ctx, q, ids)
		if err != nil {
			return err
		}
		list = nil
		for _, step := range steps {
			if item, ok := items[step.Subject.ID]; ok {
				list = append(list, Reviewable{Item: item, StepID: step.ID, N: int(step.Subject.Version), OpenedAt: step.OpenedAt, Age: step.Age, Change: item.State == Published})
			}
		}
		return nil
	})
	return list, err
}

// DaySession is a session of a day with the name of its activity.
type DaySession struct {
	Session
	Title, TitleEN string
}

// maxDaySessions bounds what a unit sees of one of its days.
const maxDaySessions = 100

// SessionsOn lists the sessions that the published activities of the actor's own unit have on a day, in the
// order of time, the first hundred; cancelled ones are among them. Nobody without a unit has any.
func (s *Service) SessionsOn(ctx context.Context, a actor.Actor, editionID string, day clock.Day) (list []DaySession, err error) {
	defer errs.Wrap(&err, "activity.SessionsOn(%s)", day)
	if !a.IsStaff() || a.UnitID == "" {
		return nil, nil
	}
	return listSessionsOn(ctx, s.deps.DB, editionID, a.UnitID, day)
}
