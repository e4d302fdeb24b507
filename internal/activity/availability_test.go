package activity

import (
	"testing"
	"time"

	"openweek/internal/clock"
)

func TestAvailabilityTellsWhatEndsTheMatterFirst(t *testing.T) {
	t.Parallel()
	now := clock.FromTime(time.Date(2026, 7, 21, 10, 0, 0, 0, clock.Shanghai))
	hours := func(n int) clock.Instant { return now.Add(time.Duration(n) * time.Hour) }
	session := func(starts, ends, opens, closes int, left int64) Session {
		return Session{
			SessionDraft: SessionDraft{Starts: hours(starts), Ends: hours(ends), Opens: hours(opens), Closes: hours(closes), Bookable: true, Capacity: 40},
			Seat:         Seat{Capacity: 40, Taken: 40 - left},
		}
	}
	with := func(s Session, change func(*Session)) Session {
		change(&s)
		return s
	}
	free := func(s *Session) { s.Bookable = false }
	cancelled := func(s *Session) { s.CancelledAt = now }
	for name, c := range map[string]struct {
		of   Session
		want Availability
		open bool
	}{
		"seats left":                  {session(2, 4, -24, 1, 3), Availability{Left: 3}, true},
		"full":                        {session(2, 4, -24, 1, 0), Availability{Reason: SeatsGone}, false},
		"full before it opens":        {session(2, 4, 1, 2, 0), Availability{Reason: SeatsGone}, false},
		"not yet open":                {session(5, 6, 1, 4, 9), Availability{Left: 9, Reason: NotYetOpen, Opens: hours(1)}, false},
		"closed":                      {session(2, 4, -24, 0, 9), Availability{Left: 9, Reason: WasClosed}, false},
		"over at its end":             {session(-4, 0, -24, -4, 9), Availability{Reason: IsOver}, false},
		"free entry":                  {with(session(-1, 1, 0, -1, 0), free), Availability{Reason: FreeEntry}, true},
		"free entry that is over":     {with(session(-4, 0, 0, -4, 0), free), Availability{Reason: IsOver}, false},
		"cancelled, whatever is left": {with(session(2, 4, -24, 1, 3), cancelled), Availability{Reason: CalledOff}, false},
	} {
		got := c.of.Availability(now)
		if got != c.want || got.Open() != c.open {
			t.Errorf("%s: %+v, open %v; want %+v, %v", name, got, got.Open(), c.want, c.open)
		}
	}
}
