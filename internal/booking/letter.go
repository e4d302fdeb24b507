package booking

import (
	"context"
	"encoding/json"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

// LetterSubject is what letters to bookers are about, for package message. The reference of one with a
// host's text is the text's.
const LetterSubject = "booking"

// UntoldNotice is a text of the host, for which there is no mark in the booking.
const UntoldNotice Untold = "notice"

const (
	tellBatch = 100
	// tellTurn is how many letters one call makes at most: its caller's lease is renewed between calls.
	tellTurn = 2000
)

// TellBookers turns what bookers must still be told into letters, and gives how many marks that were. Who
// has no channel gets none; what they did not do themselves puts them on their host's call list all the
// same. Several processes may do so at a time: a mark is taken by one.
func (s *Service) TellBookers(ctx context.Context) (told int, err error) {
	defer errs.Wrap(&err, "booking.TellBookers")
	for _, list := range []func(context.Context, sqldb.Querier, int) ([]mark, error){listMarks, listNoticeLetters} {
		some, err := s.tellAll(ctx, list)
		if told += some; err != nil {
			return told, err
		}
	}
	return told, nil
}

func (s *Service) tellAll(ctx context.Context, list func(context.Context, sqldb.Querier, int) ([]mark, error)) (told int, err error) {
	for told < tellTurn && ctx.Err() == nil {
		marks, err := list(ctx, s.deps.DB, tellBatch)
		if err != nil || len(marks) == 0 {
			return told, err
		}
		took := 0
		err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
			took = 0
			for _, m := range marks {
				did, err := s.tellTx(ctx, tx, m)
				if err != nil {
					return err
				}
				if did {
					took++
				}
			}
			return nil
		})
		if err != nil {
			return told, err
		}
		if told += took; took == 0 { // another process has them
			return told, nil
		}
	}
	return told, nil
}

// mark is something that a booker must still be told.
type mark struct {
	bookingID, sessionID string
	tell                 Untold
	noticeID             string // of a host's text
	contact              []byte
	until                clock.Instant // when it is too late
}

// tellTx takes one mark, if nobody else has, and makes its letters.
func (s *Service) tellTx(ctx context.Context, tx *sqldb.Tx, m mark) (did bool, err error) {
	if did, err = m.takeTx(ctx, tx, s.deps.Clock.Now()); err != nil || !did {
		return false, err
	}
	if s.deps.Messages == nil || m.contact == nil {
		return true, nil
	}
	contact, err := s.openContact(m.bookingID, m.contact)
	if err != nil {
		return false, err
	}
	_, err = s.deps.Messages.TellOutsideTx(ctx, tx, message.Note{
		Subject: LetterSubject, SubjectID: m.bookingID, Ref: m.noticeID, Key: string(m.tell), Channels: s.channels(contact), Until: m.until,
	})
	return true, err
}

// takeTx takes a mark away and keeps who must be called where no letter reaches them.
func (m mark) takeTx(ctx context.Context, tx *sqldb.Tx, now clock.Instant) (did bool, err error) {
	var taken int64
	if m.noticeID != "" {
		taken, err = tx.Exec(ctx, takeNoticeMark, m.noticeID, m.bookingID)
		return taken == 1, err
	}
	if taken, err = tx.Exec(ctx, takeMark, m.bookingID, string(m.tell)); err != nil || taken == 0 {
		return false, err
	}
	if m.tell.calls() {
		_, err = tx.Exec(ctx, putCall, m.bookingID, m.sessionID, string(m.tell), int64(now))
	} else {
		_, err = tx.Exec(ctx, dropCall, m.bookingID) // the booker has been at it since
	}
	return true, err
}

// calls tells whether somebody is called whom no letter reaches: of what they did not do themselves, and
// what decides whether and when they come.
func (u Untold) calls() bool {
	return slices.Contains([]Untold{UntoldConfirmed, UntoldMoved, UntoldCancelled, UntoldDeclined, UntoldWaits, UntoldAfar, UntoldOnsite}, u)
}

// channels are those on which a contact is reached: a landline takes no SMS.
func (s *Service) channels(c Contact) (list []message.Channel) {
	if s.deps.Mail && c.Mail != "" {
		list = append(list, message.Mail)
	}
	if s.deps.SMS && mobile.MatchString(c.Phone) {
		list = append(list, message.SMS)
	}
	return list
}

// heardTx tells whether an offer has reached its reader, as far as is known: a letter was sent, or perhaps.
// Where nobody is written to nothing tells that it did not.
func (s *Service) heardTx(ctx context.Context, tx *sqldb.Tx, r row) (bool, error) {
	if s.deps.Messages == nil {
		return true, nil
	}
	letters, err := s.deps.Messages.OutsideEvidence(ctx, tx, LetterSubject, []string{r.ID})
	return slices.ContainsFunc(letters[r.ID], func(l message.Outside) bool {
		return l.Key == string(UntoldOffered) && (l.State == message.Sent || l.State == message.Perhaps)
	}), err
}

func (s *Service) openContact(bookingID string, sealed []byte) (c Contact, err error) {
	secret, err := s.deps.Ring.Open(contactPurpose, sealed, bindContact(bookingID))
	if err != nil {
		return Contact{}, err
	}
	return c, json.Unmarshal(secret, &c)
}

// Letter is what a booker is told, with all that there is to say.
type Letter struct {
	Booking
	Tell     Untold // why it is written
	Notice   string // the host's text, of UntoldNotice
	Locale   string // "" for the product's own
	Token    string // of the manage link
	Session  activity.Session
	Afar     bool // the session is held from afar by the order of an office
	Activity activity.PublicActivity
}

// GetLetter gives what a booker is to be told, as things stand now; noticeID is that of a host's text, or
// "". It checks no right: it is for whoever writes the letter.
//
// Errors: booking.not_found (NotFound) also where there is nobody or nothing to tell any more: who booked
// is not known, or another letter follows that says what is true.
func (s *Service) GetLetter(ctx context.Context, bookingID string, tell Untold, noticeID string) (l Letter, err error) {
	defer errs.Wrap(&err, "booking.GetLetter(%s)", bookingID)
	l = Letter{Tell: tell, Token: s.Token(bookingID)}
	if l.Booking, err = s.GetTx(ctx, s.deps.DB, bookingID); err != nil {
		return Letter{}, err
	}
	if l.Contact == (Contact{}) || !l.stands() {
		return Letter{}, errNotFound()
	}
	own, err := ownRow(ctx, s.deps.DB, bookingID)
	if err != nil {
		return Letter{}, err
	}
	l.Locale = own.locale
	if noticeID != "" {
		n, err := s.notice(ctx, noticeID)
		if err != nil {
			return Letter{}, err
		}
		l.Notice = n.Text
	}
	offer, err := s.deps.Activities.GetOffer(ctx, l.SessionID)
	if err != nil {
		return Letter{}, err
	}
	l.Session = offer.Session
	if l.Afar, err = s.afar(ctx, l.SessionID); err != nil {
		return Letter{}, err
	}
	l.Activity, err = s.deps.Activities.GetPublic(ctx, l.Session.ActivityID)
	return l, err
}

// stands tells whether a letter that waited still says something true.
func (l Letter) stands() bool {
	switch l.Tell {
	case UntoldCancelled, UntoldDeclined:
		return l.Status == Cancelled
	case UntoldLapsed:
		return l.Lapsed()
	case UntoldOffered:
		return l.Offered()
	}
	return l.Status != Cancelled
}
