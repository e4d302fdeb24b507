package visit

import (
	"context"
	"strconv"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

// Room is a session to which a school can be allotted.
type Room struct {
	SessionID, ActivityID string
	Title, TitleEN        string
	Host                  Unit
	Venue                 string
	Region                string
	Starts, Ends          clock.Instant
	GroupMin, GroupMax    int64
	GroupUnit             activity.GroupUnit
	Left                  int64 // seats
}

// Most is how many people of a class fit in.
func (r Room) Most() int64 {
	if r.GroupUnit == activity.CountGroups {
		return r.GroupMax
	}
	return min(r.GroupMax, r.Left)
}

// RoomFilter chooses sessions; empty fields do not restrict.
type RoomFilter struct {
	EditionID string
	Text      string // part of the activity's title or the host's name
	Day       clock.Day
}

// mostRooms is how many sessions a bureau is offered at once; it narrows the list by day and text.
const mostRooms = 60

// FindRooms lists the sessions to come that have room for a class and are held in the prefecture of the
// bureau, by time.
//
// Errors: visit.forbidden for anybody but a bureau's staff who organise.
func (s *Service) FindRooms(ctx context.Context, a actor.Actor, f RoomFilter) (list []Room, err error) {
	defer errs.Wrap(&err, "visit.FindRooms")
	if !Organises(a) {
		return nil, errForbidden()
	}
	return listRooms(ctx, s.deps.DB, f.within(roomsWithin(a.Place.Region)), f.EditionID, s.deps.Clock.Now(), mostRooms)
}

// Allotting is an invitation to be sent.
type Allotting struct {
	SchoolID  string
	School    string // the name of one that is not registered, where SchoolID is ""
	SessionID string
	People    int64 // for whom seats are held
	Note      string
	Deadline  clock.Day // its last day; "" is a week from today, and never later than the eve of the session
}

const usualDeadline = 7 // days

// Allot invites a school of the bureau's region to a session: seats are held, and the school, where it has
// people in the product, is told. Whoever has the invitation's link answers it.
//
// Errors: visit.forbidden; visit.school_unknown on school, also for one of another region;
// visit.session_far on session for one outside of the prefecture; visit.people on people, visit.text_… on
// note, visit.deadline on deadline; visit.no_room (Conflict, with left) on people; visit.visits_max;
// otherwise as booking.Claim.
func (s *Service) Allot(ctx context.Context, a actor.Actor, d Allotting) (allotmentID string, err error) {
	defer errs.Wrap(&err, "visit.Allot")
	if !Organises(a) {
		return "", errForbidden()
	}
	var bad problems
	note := bad.text("note", d.Note, maxNote, false, true)
	if d.People < 1 || d.People > maxPeople {
		bad.add(errs.Invalid("visit.people_count", "least", 1, "limit", maxPeople).On("people"))
	}
	school, err := s.school(ctx, School{ID: d.SchoolID, Name: d.School, Region: a.Place.Region}, &bad)
	if err != nil {
		return "", err
	}
	if school.Region != "" && !actor.RegionWithin(school.Region, a.Place.Region) {
		bad.add(errs.Invalid("visit.school_unknown").On("school"))
	}
	o, err := s.Open(ctx, d.SessionID)
	if errs.Is(err, "booking.session_not_found") {
		return "", errs.Join(append(bad, errs.Invalid("visit.session_unknown").On("session"))...)
	}
	if err != nil {
		return "", err
	}
	now := s.deps.Clock.Now()
	deadline := o.Starts
	if eve := min(now.Day().AddDays(usualDeadline).End(), o.Starts.Day().Start()); eve > now {
		deadline = eve
	}
	if d.Deadline != "" {
		if deadline = d.Deadline.End(); d.Deadline < now.Day() || deadline > o.Starts.Day().End() {
			bad.add(errs.Invalid("visit.deadline").On("deadline"))
		}
		deadline = min(deadline, o.Starts)
	}
	if err := errs.Join(bad...); err != nil {
		return "", err
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		var edition string
		if err := tx.QueryRow(ctx, editionOf, o.ActivityID).Scan(&edition); err != nil {
			return err
		}
		rooms, err := listRooms(ctx, tx, roomIs(roomsWithin(a.Place.Region), d.SessionID), edition, now, 1)
		if err != nil {
			return err
		}
		if len(rooms) == 0 {
			return errs.Conflict("visit.session_unknown").On("session")
		}
		if _, err := s.countTx(ctx, tx, o.ActivityID, school); err != nil {
			return err
		}
		receipt, err := s.deps.Bookings.ClaimTx(ctx, tx, booking.Request{SessionID: d.SessionID, Party: d.People, Source: booking.FromHost, Group: true, Hold: true})
		if err != nil {
			return err
		}
		if receipt.Status != booking.Pending {
			return errs.Conflict("visit.no_room", "left", rooms[0].Left).On("people")
		}
		if err := s.insert(ctx, tx, receipt.BookingID, o.ActivityID, school, Class{Pupils: d.People}, 0, now); err != nil {
			return err
		}
		allotmentID = id.New()
		if _, err := tx.Exec(ctx, insertAllotment, allotmentID, receipt.BookingID, a.UnitID, a.Place.Region, note, d.People, int64(deadline), a.PersonID, int64(now)); err != nil {
			return err
		}
		if err := s.tellSchoolTx(ctx, tx, a, school.ID, o.ActivityID, allotmentID, "invited", "visit.told_invited"); err != nil {
			return err
		}
		if err := s.tellHostTx(ctx, tx, a, receipt.BookingID, o.UnitID, o.ActivityID, "held", "visit.told_held"); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.allot", Subject: "visit", SubjectID: receipt.BookingID, Count: int(d.People)})
	})
	if errs.Is(err, "booking.group_size") {
		errs.As(err).Field = "people"
	}
	if err != nil {
		return "", err
	}
	return allotmentID, nil
}

// GetAllotment gets an invitation for its school, its bureau and the education departments above.
//
// Errors: visit.invitation_not_found, also for one out of sight.
func (s *Service) GetAllotment(ctx context.Context, a actor.Actor, allotmentID string) (l Allotment, err error) {
	defer errs.Wrap(&err, "visit.GetAllotment")
	if l, err = allotmentByID(ctx, s.deps.DB, allotmentID); err == nil && !l.maySee(a) {
		err = errs.NotFound("visit.invitation_not_found")
	}
	if err != nil {
		return Allotment{}, err
	}
	return l, nil
}

// AllotmentByToken gets an invitation for the holder of its link. Errors: visit.invitation_refused
// (Forbidden).
func (s *Service) AllotmentByToken(ctx context.Context, token string) (l Allotment, err error) {
	defer errs.Wrap(&err, "visit.AllotmentByToken")
	allotmentID, err := s.allotmentOf(token)
	if err != nil {
		return Allotment{}, err
	}
	return allotmentByID(ctx, s.deps.DB, allotmentID)
}

// Withdraw takes an invitation back that was not booked yet, for the bureau that has sent it; the seats
// are free again.
//
// Errors: as GetAllotment; visit.forbidden; visit.invitation_over (Conflict).
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, allotmentID string) (err error) {
	defer errs.Wrap(&err, "visit.Withdraw")
	l, err := s.GetAllotment(ctx, a, allotmentID)
	if err != nil {
		return err
	}
	if !l.Withdraws(a) {
		return errForbidden()
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.endTx(ctx, tx, l, AllotmentWithdrawn, ""); err != nil {
			return err
		}
		if err := s.tellSchoolTx(ctx, tx, a, l.Visit.School.ID, l.Visit.ActivityID, l.ID, "withdrawn", "visit.told_withdrawn"); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.withdraw", Subject: "visit", SubjectID: l.Visit.ID})
	})
}

// endTx ends an invitation that is open and gives its seats back.
func (s *Service) endTx(ctx context.Context, tx *sqldb.Tx, l Allotment, to AllotmentState, reason string) error {
	now := s.deps.Clock.Now()
	ended, err := tx.Exec(ctx, answerAllotment, l.ID, string(to), reason, int64(now), string(AllotmentInvited), string(AllotmentAccepted))
	if err != nil {
		return err
	}
	if ended == 0 {
		return errInvitation()
	}
	_, err = s.deps.Bookings.CancelTx(ctx, tx, l.Visit.ID, booking.ByHost, booking.NothingUntold)
	if errs.Is(err, "booking.over") { // the session is over: there are no seats to give back
		return nil
	}
	return err
}

// lapseBatch is how many invitations are ended at once at most.
const lapseBatch = 100

// LapseInvitations ends the invitations whose deadline is over and gives their seats back; the bureau is
// told. It gives how many it ended.
func (s *Service) LapseInvitations(ctx context.Context) (lapsed int, err error) {
	defer errs.Wrap(&err, "visit.LapseInvitations")
	due, err := listTexts(ctx, s.deps.DB, dueAllotments, int64(s.deps.Clock.Now()), lapseBatch)
	if err != nil {
		return 0, err
	}
	for _, allotmentID := range due {
		err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
			l, err := allotmentByID(ctx, tx, allotmentID)
			if err != nil {
				return err
			}
			if err := s.endTx(ctx, tx, l, AllotmentLapsed, ""); err != nil {
				return err
			}
			return s.tellBureauTx(ctx, tx, actor.TheSystem(), l, "lapsed", "visit.told_lapsed")
		})
		switch {
		case errs.Is(err, "visit.invitation_over"): // answered in the meantime
		case err != nil:
			return lapsed, err
		default:
			lapsed++
		}
	}
	return lapsed, nil
}

// tellSchoolTx tells a registered school of its invitation; another has its link only.
func (s *Service) tellSchoolTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, schoolID, activityID, allotmentID, once, key string) error {
	if schoolID == "" {
		return nil
	}
	_, _, err := s.deps.Messages.TellTx(ctx, tx, a, message.Message{
		Dedupe: "visit:" + once + ":" + allotmentID, ToUnit: schoolID, Key: key, Args: map[string]string{"activity": activityID}, Link: "/desk/allotments/" + allotmentID, Urgent: true,
	})
	return err
}

// tellBureauTx tells the bureau what has become of an invitation.
func (s *Service) tellBureauTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, l Allotment, once, key string) error {
	_, _, err := s.deps.Messages.TellTx(ctx, tx, a, message.Message{
		Dedupe: "visit:" + once + ":" + l.ID, ToUnit: l.Bureau.ID, Key: key,
		Args: map[string]string{"activity": l.Visit.ActivityID, "people": strconv.FormatInt(l.Seats, 10)}, Link: "/desk/allotments/" + l.ID,
	})
	return err
}
