package activity

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Double is an activity that may be the same as another: shown, never refused.
type Double struct {
	ID, Title string
	State     State
	Draft     DraftState
	Day       clock.Day // the first on which both are held
	Near      int       // likeness of the titles in hundredths
}

// nearTitle is the likeness, in hundredths, from which titles count as near: 开放日活动 and 开放日 are
// (72), 开放校园 and 开放企业 are not (33).
const nearTitle = 60

// Doubles lists what the unit has entered in the edition with a near title, for the same host, on one
// of the same days; the nearest first. Cancelled activities are left out.
//
// Errors: activity.not_found.
func (s *Service) Doubles(ctx context.Context, a actor.Actor, activityID string) (list []Double, err error) {
	defer errs.Wrap(&err, "activity.Doubles(%s)", shorten(activityID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		r, err := activityByID(ctx, q, activityID)
		if err != nil {
			return err
		}
		if !own(a, r.Unit.ID) && a.Class != actor.System {
			return errNotFound()
		}
		d, err := s.openDraft(ctx, q, r)
		if err != nil {
			return err
		}
		list, err = doubles(ctx, q, r, d.Content.Title)
		return err
	})
	return list, err
}

// doubles finds those of an activity with a title. Drafts that were never handed in count too: the
// unit's own people and its reviewers are meant to find them before both are published.
func doubles(ctx context.Context, q sqldb.Querier, r row, title string) (list []Double, err error) {
	found, err := listNeighbours(ctx, q, r)
	if err != nil {
		return nil, err
	}
	for _, d := range found { // by day
		d.Near = likeness(title, d.Title)
		if d.Near >= nearTitle && !slices.ContainsFunc(list, func(has Double) bool { return has.ID == d.ID }) {
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(x, y Double) int { return y.Near - x.Near })
	return list, nil
}

// likeness is the Dice coefficient of the bigrams of two titles in hundredths, letters and digits only:
// twice what they share by what both have.
func likeness(x, y string) int {
	a, b := bigrams(x), bigrams(y)
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	count := map[string]int{}
	for _, pair := range a {
		count[pair]++
	}
	shared := 0
	for _, pair := range b {
		if count[pair] > 0 {
			count[pair]--
			shared++
		}
	}
	return 200 * shared / (len(a) + len(b))
}

func bigrams(s string) (pairs []string) {
	letters := []rune(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s)))
	if len(letters) == 1 {
		return []string{string(letters)}
	}
	for i := 1; i < len(letters); i++ {
		pairs = append(pairs, string(letters[i-1:i+1]))
	}
	return pairs
}
