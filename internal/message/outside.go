package message

import (
	"context"
	"fmt"
	"slices"

	"openweek/internal/clock"
	"openweek/internal/courier"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Outside is a letter to somebody who is not in the register, such as whoever booked a session. It names
// what it is about and neither an address nor words: those are asked for when it is sent, so that they
// need not be erased here, and a letter that had to wait says what is true then.
type Outside struct {
	Delivery
	// Subject is the kind of thing that it is about, such as "booking", and SubjectID its id.
	Subject, SubjectID string
	// Ref tells several notes about one subject apart that stand beside each other, such as texts of a
	// host; "" for those of which a later one takes the place of an earlier one.
	Ref     string
	Key     string // what is told, a word of the package that knows the subject
	Created clock.Instant
	Until   clock.Instant // when it is too late to tell
}

// Outsiders knows who is written to about a subject and in which words.
type Outsiders interface {
	// WriteOutside gives where a letter goes and what it says as things stand now. An empty address means
	// that the channel does not reach them. errs.NotFound means that there is nobody or nothing to tell
	// any more.
	WriteOutside(ctx context.Context, l Outside) (to string, text Text, err error)
}

// Note is what somebody outside of the register is to be told.
type Note struct {
	Subject, SubjectID, Key string        // see Outside
	Ref                     string        // an id, or ""
	Channels                []Channel     // Mail, SMS; those that are not configured are left out
	Until                   clock.Instant // when it is too late to tell
}

// UseOutsiders says who knows the people outside of the register: before any letter to them is sent.
func (s *Service) UseOutsiders(o Outsiders) { s.outsiders = o }

// TellOutsideTx makes the letters of a note in the caller's transaction and tells how many. An earlier one
// about the same subject and ref that has not left yet is withheld: each letter says all that there is to
// say.
func (s *Service) TellOutsideTx(ctx context.Context, tx *sqldb.Tx, n Note) (letters int, err error) {
	defer errs.Wrap(&err, "message.TellOutsideTx(%s)", n.Key)
	if !nameShape.MatchString(n.Subject) || !id.Valid(n.SubjectID) || !nameShape.MatchString(n.Key) || n.Ref != "" && !id.Valid(n.Ref) {
		return 0, errs.Internal(fmt.Errorf("message: a note about nothing: %s %s", n.Subject, n.Key))
	}
	now := s.clock.Now()
	if _, err := tx.Exec(ctx, supersedeOutside, n.Subject, n.SubjectID, n.Ref, int64(now)); err != nil {
		return 0, err
	}
	for _, channel := range []Channel{Mail, SMS} {
		if s.o.Carriers[channel] == nil || !slices.Contains(n.Channels, channel) {
			continue
		}
		letterID := id.New()
		if _, err := tx.Exec(ctx, insertOutside, letterID, n.Subject, n.SubjectID, n.Ref, n.Key, string(channel), int64(now), int64(n.Until), letterID+"@"+s.o.Host); err != nil {
			return letters, err
		}
		letters++
	}
	return letters, nil
}

// OutsideEvidence gives what became of the letters about subjects, by their ids, oldest first.
func (s *Service) OutsideEvidence(ctx context.Context, q sqldb.Querier, subject string, subjectIDs []string) (found map[string][]Outside, err error) {
	defer errs.Wrap(&err, "message.OutsideEvidence")
	found = map[string][]Outside{}
	for part := range slices.Chunk(subjectIDs, evidenceBatch) {
		list, err := outsideAbout(ctx, q, subject, part)
		if err != nil {
			return nil, err
		}
		for _, l := range list {
			found[l.SubjectID] = append(found[l.SubjectID], l)
		}
	}
	return found, nil
}

// evidenceBatch is how many subjects one statement asks about.
const evidenceBatch = 500

// ResendOutsideTx sends the letters about a subject again that perhaps arrived or failed, of the newest
// note about it, on the word of a person whose right the caller has checked; until is when it is too late.
// It tells how many letters that are.
//
// Errors: message.not_resendable (Conflict) where there is none.
func (s *Service) ResendOutsideTx(ctx context.Context, tx *sqldb.Tx, subject, subjectID string, until clock.Instant) (letters int64, err error) {
	defer errs.Wrap(&err, "message.ResendOutsideTx")
	letters, err = tx.Exec(ctx, resendOutside, subject, subjectID, int64(s.clock.Now()), int64(until))
	if err == nil && letters == 0 {
		err = errs.Conflict("message.not_resendable")
	}
	if err != nil {
		return 0, err
	}
	return letters, nil
}

// after gives the letter as an attempt leaves it. It is not tried beyond the moment when it is of use.
func (l Outside) after(outcome courier.Outcome, class string, now clock.Instant) Outside {
	l.Delivery = l.Delivery.after(outcome, class, now)
	if l.State == Queued && l.Due >= l.Until {
		l.State, l.Reason, l.Done = Failed, "gave_up", now
	}
	return l
}
