package door

import (
	"context"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// PaperPage is a part of a session's list, to enter what was ticked on paper.
type PaperPage struct {
	Lines   []PaperLine
	WalkIns int64  // as they were entered
	Next    string // continues the list, "" at its end
}

// PaperLine is a booking that is expected.
type PaperLine struct {
	BookingID string
	Code      string
	Name      string // 张*, "" without a contact
	Tail      string // the last four digits of the telephone
	Party     int64
	Came      int64         // people, 0 for nobody yet
	How       How           // of the check-in; "" for none
	At        clock.Instant // of the check-in
	Door      string        // the label of its link
}

// Ticked tells whether the line was entered from paper: it can be changed there.
func (l PaperLine) Ticked() bool { return l.How == Paper }

// Tick says how many came of a booking by a paper list; 0 that nobody was ticked.
type Tick struct {
	BookingID string
	People    int64
}

// paperBatch is how many lines a page has.
const paperBatch = 200

// GetPaper gets a part of a session's list, for who enters it.
//
// Errors: activity.session_not_found; door.forbidden (Forbidden).
func (s *Service) GetPaper(ctx context.Context, a actor.Actor, sessionID, after string) (page PaperPage, err error) {
	defer errs.Wrap(&err, "door.GetPaper")
	if _, err := s.hosting(ctx, a, sessionID); err != nil {
		return PaperPage{}, err
	}
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		page, err = s.paper(ctx, q, sessionID, after)
		return err
	})
	return page, err
}

func (s *Service) paper(ctx context.Context, q sqldb.Querier, sessionID, after string) (page PaperPage, err error) {
	if page.Lines, err = listPaper(ctx, q, sessionID, after, paperBatch+1); err != nil {
		return PaperPage{}, err
	}
	if len(page.Lines) > paperBatch {
		page.Lines = page.Lines[:paperBatch]
		page.Next = page.Lines[paperBatch-1].Code
	}
	ids := make([]string, len(page.Lines))
	for i, l := range page.Lines {
		ids[i] = l.BookingID
	}
	contacts, err := s.deps.Bookings.Contacts(ctx, q, ids)
	if err != nil {
		return PaperPage{}, err
	}
	for i, l := range page.Lines {
		c := contacts[l.BookingID]
		page.Lines[i].Name, page.Lines[i].Tail = unit.MaskName(c.Name), tail(c.Phone)
	}
	return page, q.QueryRow(ctx, paperWalkIns, sessionID).Scan(&page.WalkIns)
}

// EnterPaper enters what was ticked on a paper list, and how many walk-ins were counted on it; a negative
// number leaves those as they are. What is said is how the paper stands: entering it again changes
// nothing, another number corrects, and 0 takes back what was entered. Who was checked in by a telephone
// stays so, whatever the paper says.
//
// Errors: as GetPaper; door.paper_people on people.ID (Invalid) for more people than the booking has;
// door.session_off, door.too_early (Conflict).
func (s *Service) EnterPaper(ctx context.Context, a actor.Actor, sessionID string, ticks []Tick, walkIns int64) (entered int, err error) {
	defer errs.Wrap(&err, "door.EnterPaper(%d)", len(ticks))
	r, err := s.hosting(ctx, a, sessionID)
	now := s.deps.Clock.Now()
	switch {
	case err != nil:
		return 0, err
	case r.Session.Cancelled():
		return 0, errs.Conflict("door.session_off")
	case r.Session.Day().Start() > now:
		return 0, errs.Conflict("door.too_early")
	case walkIns > maxPeople*100:
		return 0, errs.Join(errs.Invalid("door.paper_people", "party", maxPeople*100).On("walk_ins"))
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		entered = 0
		var bad []*errs.Error
		for _, t := range ticks {
			changed, err := tickTx(ctx, tx, a, sessionID, t, now)
			if e := (*errs.Error)(nil); errors.As(err, &e) && e.Kind == errs.KindInvalid {
				bad = append(bad, e)
				continue
			}
			if err != nil {
				return err
			}
			if changed {
				entered++
			}
		}
		if err := errs.Join(bad...); err != nil {
			return err
		}
		changed, err := walkInsTx(ctx, tx, a, sessionID, walkIns, now)
		if err != nil {
			return err
		}
		if changed {
			entered++
		}
		if entered == 0 {
			return nil
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "door.paper", Subject: "session", SubjectID: sessionID, UnitID: r.Activity.Unit.ID, Count: entered})
	})
	if err != nil {
		return 0, err
	}
	return entered, nil
}

// paperRow is a check-in by staff.
func paperRow(a actor.Actor, sessionID string, people int64, now clock.Instant) row {
	return row{id: id.New(), sessionID: sessionID, people: people, how: Paper, enteredBy: entrant(a), cameAt: now, receivedAt: now}
}

func entrant(a actor.Actor) string {
	if a.PersonID == "" {
		return string(a.Class)
	}
	return a.PersonID
}

// tickTx brings the check-in of a booking to what the paper says.
func tickTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, sessionID string, t Tick, now clock.Instant) (changed bool, err error) {
	b, found, err := bookingByID(ctx, tx, t.BookingID)
	if err != nil || !found || b.sessionID != sessionID {
		return false, err
	}
	if t.People < 0 || t.People > b.party {
		return false, errs.Invalid("door.paper_people", "party", b.party).On("people." + b.id)
	}
	first, has, err := firstPaper(ctx, tx, b.id)
	switch {
	case err != nil, has && first.how != Paper, !has && t.People == 0, has && first.people == t.People:
		return false, err
	case has && t.People == 0:
		return true, undoTx(ctx, tx, first.id, now)
	case has:
		_, err := tx.Exec(ctx, setPeople, first.id, t.People)
		return err == nil, err
	}
	r := paperRow(a, sessionID, t.People, now)
	r.bookingID = b.id
	return insertTx(ctx, tx, r) // a telephone may have been faster
}

// walkInsTx brings the walk-ins of a paper list to a number.
func walkInsTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, sessionID string, people int64, now clock.Instant) (changed bool, err error) {
	var before int64
	if err := tx.QueryRow(ctx, paperWalkIns, sessionID).Scan(&before); err != nil || people < 0 || people == before {
		return false, err
	}
	switch {
	case people == 0:
		_, err = tx.Exec(ctx, dropPaperWalkIns, sessionID, int64(now))
	case before == 0:
		return insertTx(ctx, tx, paperRow(a, sessionID, people, now))
	default:
		_, err = tx.Exec(ctx, setPaperWalkIns, sessionID, people)
	}
	return err == nil, err
}
