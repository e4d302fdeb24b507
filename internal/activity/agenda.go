package activity

import (
	"cmp"
	"context"
	"slices"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// Hour is what begins in one hour of a day: activities at the first of their sessions on that day.
type Hour struct {
	Day   clock.Day
	Hour  int // 0–23 in Shanghai
	Count int
	Items []PublicItem // the first ones, each with Day as its Day
}

// Agenda gives what a filter finds on the days from first to last, hour by hour in the order of time,
// with the first each activities of every hour. An activity of several days stands on each of them. The
// filter's order, cursor, limit and HasSeats are not looked at.
//
// Errors: those of FindPublic.
func (s *Service) Agenda(ctx context.Context, editionID string, f Filter, first, last clock.Day, each int) (hours []Hour, err error) {
	defer errs.Wrap(&err, "activity.Agenda(%s)", shorten(editionID))
	f.Order, f.Cursor, f.HasSeats = "", "", false
	if f.From < first {
		f.From = first
	}
	if f.To == "" || f.To > last {
		f.To = last
	}
	if f.From > f.To {
		return nil, nil
	}
	l, err := s.look(ctx, editionID, f)
	if err != nil || l.none || len(l.board.places) == 0 {
		return nil, err
	}
	var chosen []candidate
	at := map[[2]int32]int{} // day and hour → in hours
	add := func(p place) {
		slot := [2]int32{p.day, int32(beginning(p.key).Time().Hour())}
		i, known := at[slot]
		if !known {
			i = len(hours)
			at[slot] = i
			hours = append(hours, Hour{Day: dayOf(p.day), Hour: int(slot[1])})
		}
		if hours[i].Count++; hours[i].Count <= each {
			chosen = append(chosen, candidate{p, -1})
		}
	}
	set := l.passing(nil)
	set.keep(l.begin, l.end)
	found, _, err := l.found(ctx, l.begin, l.end)
	if err != nil {
		return nil, err
	}
	if found != nil {
		set.and(found)
	}
	for i := set.next(0); i >= 0; i = set.next(i + 1) {
		add(l.board.places[i])
	}
	items, err := s.items(ctx, l, chosen)
	if err != nil {
		return nil, err
	}
	byPlace := map[[2]string]PublicItem{}
	for _, item := range items {
		byPlace[[2]string{item.ID, string(item.Day)}] = item
	}
	for _, c := range chosen {
		day := dayOf(c.day)
		if item, ok := byPlace[[2]string{l.board.acts[c.act].id, string(day)}]; ok {
			i := at[[2]int32{c.day, int32(beginning(c.key).Time().Hour())}]
			hours[i].Items = append(hours[i].Items, item)
		}
	}
	slices.SortStableFunc(hours, func(a, b Hour) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Hour, b.Hour)) })
	return hours, nil
}

// beginning is the minute that a key of a list stands for; see listKey.
func beginning(key int64) clock.Instant {
	return clock.Instant((key>>tailBits + keyZero) * 60_000_000)
}
