package portal

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
)

// maxFeed bounds what a feed holds: sessions of a calendar, activities of an Atom feed. A program that has
// subscribed asks for all of it again and again.
const maxFeed = 500

// feedQuery is a query of the edition of today as a feed gives it.
type feedQuery struct {
	present
	filter activity.Filter
}

// feedQuery reads the query of a feed, by the same rules as the list's. Without a first day it begins
// today: a feed is for what is to come, and what is over must not fill it.
func (p *Portal) feedQuery(r *httpx.Request) (q feedQuery, err error) {
	if q.present, err = p.present(r); err != nil {
		return feedQuery{}, err
	}
	in := r.Input()
	if err := in.Err(); err != nil {
		return feedQuery{}, err
	}
	choices, err := p.Activities.Choices(r.Context(), q.ID)
	if err != nil {
		return feedQuery{}, err
	}
	if q.filter, err = activity.ParseFilter(in.Values(), choices); err != nil {
		return feedQuery{}, err
	}
	q.filter.Order, q.filter.Cursor, q.filter.Limit = activity.ByTime, "", 0
	if q.filter.From == "" {
		q.filter.From = q.today()
		if q.filter.To != "" && q.filter.To < q.filter.From {
			q.filter.From = q.filter.To
		}
	}
	return q, nil
}

// chosen tells whether a session is held on one of the query's days.
func (q feedQuery) chosen(s activity.Session) bool {
	return (s.Ends-1).Day() >= q.filter.From && (q.filter.To == "" || s.Day() <= q.filter.To)
}

// errEnough ends a feed that is full.
var errEnough = errors.New("portal: the feed is full")

// items gives what the feed holds, and whether there would be more. enough ends it early.
func (p *Portal) items(r *httpx.Request, q feedQuery, enough func(activity.PublicItem) bool) (list []activity.PublicItem, more bool, err error) {
	more, err = p.Activities.EachPublic(r.Context(), q.ID, q.filter, maxFeed, func(item activity.PublicItem) error {
		if enough != nil && enough(item) {
			return errEnough
		}
		list = append(list, item)
		return nil
	})
	if errors.Is(err, errEnough) {
		return list, true, nil
	}
	return list, more, err
}

// runs gives the sessions that a calendar of the query holds, with those that were cancelled, by time, and
// whether there would be more.
func (p *Portal) runs(r *httpx.Request, q feedQuery) (list []event, more bool, err error) {
	count := 0
	items, more, err := p.items(r, q, func(item activity.PublicItem) bool {
		full := count >= maxFeed
		for _, s := range item.Sessions {
			if q.chosen(s) {
				count++
			}
		}
		return full
	})
	if err != nil {
		return nil, false, err
	}
	at := make(map[string]activity.PublicItem, len(items))
	ids := make([]string, len(items))
	for i, item := range items {
		at[item.ID], ids[i] = item, item.ID
		for _, s := range item.Sessions {
			if q.chosen(s) {
				list = append(list, q.event(item, s))
			}
		}
	}
	gone, err := p.Activities.CancelledRuns(r.Context(), ids)
	if err != nil {
		return nil, false, err
	}
	for _, s := range gone {
		if q.chosen(s) {
			list = append(list, q.event(at[s.ActivityID], s))
		}
	}
	slices.SortFunc(list, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.run.Starts, b.run.Starts), cmp.Compare(a.run.ID, b.run.ID))
	})
	if len(list) > maxFeed {
		list, more = list[:maxFeed], true
	}
	return list, more, nil
}

// title names a query for a list of subscriptions.
func (q feedQuery) title() string {
	name := q.pick(q.Name, q.NameEN)
	f := finding{present: q.present, filter: q.filter}
	if q.filter.From == q.today() && q.filter.To == "" {
		f.filter.From = "" // it was not asked for
	}
	f.filter.Near = activity.Point{}
	for _, c := range f.chosen() {
		name += " · " + picked(q.locale, c.Name)
	}
	return name
}

// described says what a feed holds, and that it does not hold all.
func (q feedQuery) described(more bool) string {
	if more {
		return i18n.T(q.locale, "feed.capped", "limit", maxFeed)
	}
	return i18n.T(q.locale, "feed.lead")
}

// newest is the last change among some moments.
func newest(moments ...clock.Instant) clock.Instant {
	last := clock.Instant(math.MinInt64)
	for _, m := range moments {
		last = max(last, m)
	}
	return last
}
