package door

import (
	"time"

	"openweek/internal/clock"
)

// Link lets a telephone check people in.
type Link struct {
	ID         string
	ActivityID string
	UnitID     string
	SessionID  string    // "" for a place
	Day        clock.Day // of a place; "" for a session
	Label      string    // where it is used: 东门
	MadeBy     string    // person
	MadeAt     clock.Instant
	EndedAt    clock.Instant // 0 unless it was taken back
	Expires    clock.Instant // check-ins end then; 0 where the place has no session any more
	Token      string        // stands in the link's address

	salt []byte
}

// Phase is what a link is good for at a moment.
type Phase string

// The phases. A link that is Late takes only what came before it expired, from a telephone that had no
// network until then.
const (
	Open    Phase = "open"
	Late    Phase = "late"
	Expired Phase = "expired"
	Ended   Phase = "ended" // taken back: nothing is taken any more
)

const (
	afterEnd = 2 * time.Hour      // people still come while others leave
	handIn   = 7 * 24 * time.Hour // a telephone is found in a drawer
)

// Phase gives the link's phase at a moment.
func (l Link) Phase(now clock.Instant) Phase {
	switch {
	case l.EndedAt != 0:
		return Ended
	case now <= l.Expires:
		return Open
	case now <= l.Expires.Add(handIn):
		return Late
	}
	return Expired
}

// Session is a session as its door sees it.
type Session struct {
	ID           string
	Starts, Ends clock.Instant
	Bookable     bool
	Capacity     int64
	Left         int64 // seats that nobody has
	Cancelled    bool
}

// Day is the local day on which it begins.
func (s Session) Day() clock.Day { return s.Starts.Day() }

// on tells whether people come to it at a moment: from the morning of its day, which who sets a door up
// needs, until some time after its end.
func (s Session) on(at clock.Instant) bool {
	return s.Day().Start() <= at && at <= s.Ends.Add(afterEnd)
}

// expires is when check-ins at sessions end.
func expires(sessions []Session) (at clock.Instant) {
	for _, s := range sessions {
		at = max(at, s.Ends.Add(afterEnd))
	}
	return at
}

const linkPurpose = "door.link"

// Token gives the token of a link.
func (s *Service) Token(linkID string) string { return s.deps.Ring.Token(linkPurpose, linkID) }

// linkOf gives the id that a token was made for.
func (s *Service) linkOf(token string) (linkID string, err error) {
	linkID, ok := s.deps.Ring.TokenID(linkPurpose, token)
	if !ok {
		return "", errLink()
	}
	return linkID, nil
}
