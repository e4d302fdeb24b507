package door

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// Counts tell how a door goes.
type Counts struct {
	Arrived  int64 // people, walk-ins among them
	Tickets  int64 // bookings of which somebody came
	WalkIns  int64 // people
	Twice    int64 // tickets that came again
	Expected int64 // people of confirmed bookings
	Bookings int64 // confirmed ones
}

// List is what a telephone holds to recognise codes without a network: nothing in it names anybody.
type List struct {
	Link     Link
	Phase    Phase
	Title    string // of the activity
	TitleEN  string
	Venue    string
	Now      clock.Instant
	Salt     string // hexadecimal
	Sessions []Session
	Bookings []Listed
	Counts   Counts
}

// Listed is a booking in a list.
type Listed struct {
	Hash    string // of its code, with the list's salt
	Session int    // index into Sessions
	Party   int64
	Status  booking.Status
	Came    int64 // people, 0 for nobody yet
}

// hashBytes is how much of a hash a list holds. A code has 40 random bits: of 32 bits of its hash some 256
// codes are the origin, so that who takes a telephone apart cannot tell which of them is on the ticket;
// and that a code that somebody invents is on a list of a thousand has a chance of one in four million,
// which the server finds out.
const hashBytes = 4

// Hash gives what a list holds of a code.
func Hash(salt []byte, code string) string {
	sum := sha256.Sum256(append(slices.Clone(salt), code...))
	return hex.EncodeToString(sum[:hashBytes])
}

// GetList gets the list for the telephones of a link.
//
// Errors: door.link_refused, link_ended, link_expired (Forbidden).
func (s *Service) GetList(ctx context.Context, token string) (list List, err error) {
	defer errs.Wrap(&err, "door.GetList")
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		list, err = s.list(ctx, q, token)
		return err
	})
	return list, err
}

func (s *Service) list(ctx context.Context, q sqldb.Querier, token string) (list List, err error) {
	list = List{Now: s.deps.Clock.Now()}
	if list.Link, list.Sessions, err = s.enter(ctx, q, token, list.Now); err != nil {
		return List{}, err
	}
	list.Phase, list.Salt = list.Link.Phase(list.Now), hex.EncodeToString(list.Link.salt)
	if err := q.QueryRow(ctx, titleOfActivity, list.Link.ActivityID).Scan(&list.Title, &list.TitleEN, &list.Venue); err != nil {
		return List{}, err
	}
	ids, index := idsOf(list.Sessions)
	rows, err := listBookings(ctx, q, ids)
	if err != nil {
		return List{}, err
	}
	for _, r := range rows {
		list.Bookings = append(list.Bookings, Listed{Hash(list.Link.salt, r.code), index[r.sessionID], r.party, r.status, r.came})
	}
	// By their hashes: the order of the ids would tell in which order people have booked.
	slices.SortFunc(list.Bookings, func(a, b Listed) int { return strings.Compare(a.Hash, b.Hash) })
	list.Counts, err = counts(ctx, q, ids)
	return list, err
}

func idsOf(sessions []Session) (ids []string, index map[string]int) {
	index = map[string]int{}
	for i, s := range sessions {
		ids = append(ids, s.ID)
		index[s.ID] = i
	}
	return ids, index
}

// Face gets what the page of a link shows before it has a list.
//
// Errors: as GetList.
func (s *Service) Face(ctx context.Context, token string) (l Link, sessions []Session, err error) {
	defer errs.Wrap(&err, "door.Face")
	return s.enter(ctx, s.deps.DB, token, s.deps.Clock.Now())
}

// Guest is somebody who is expected, masked.
type Guest struct {
	BookingID string
	SessionID string
	Name      string // 张*
	Tail      string // the last four digits of the telephone
	Party     int64
	Came      int64
}

// maxGuests is how many are shown of those who fit.
const maxGuests = 20

// FindGuests finds those who are expected by the beginning of their name or the end of their telephone's
// number, four digits of it: for who has forgotten the ticket. It never lists all.
//
// Errors: as GetList; door.find_short (Invalid).
func (s *Service) FindGuests(ctx context.Context, token, text string) (found []Guest, err error) {
	defer errs.Wrap(&err, "door.FindGuests")
	text = tidy(text)
	digits := strings.Trim(text, "0123456789") == ""
	if text == "" || digits && len(text) < 4 || len(text) > 100 {
		return nil, errs.Join(errs.Invalid("door.find_short").On("q"))
	}
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		found = nil
		_, sessions, err := s.enter(ctx, q, token, s.deps.Clock.Now())
		if err != nil {
			return err
		}
		ids, _ := idsOf(sessions)
		rows, err := listBookings(ctx, q, ids)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r listRow) bool { return r.status != booking.Confirmed })
		for part := range slices.Chunk(rows, contactBatch) {
			contacts, err := s.deps.Bookings.Contacts(ctx, q, bookingIDs(part))
			if err != nil {
				return err
			}
			for _, r := range part {
				c, known := contacts[r.id]
				if !known || digits && !strings.HasSuffix(c.Phone, text) || !digits && !strings.HasPrefix(c.Name, text) {
					continue
				}
				found = append(found, Guest{r.id, r.sessionID, unit.MaskName(c.Name), tail(c.Phone), r.party, r.came})
				if len(found) == maxGuests {
					return nil
				}
			}
		}
		return nil
	})
	return found, err
}

// contactBatch is how many contacts one statement reads.
const contactBatch = 500

func bookingIDs(rows []listRow) (ids []string) {
	for _, r := range rows {
		ids = append(ids, r.id)
	}
	return ids
}

func tail(phone string) string { return phone[max(0, len(phone)-4):] }
