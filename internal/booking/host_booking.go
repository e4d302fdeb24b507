package booking

import (
	"context"
	"encoding/json"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// BookingFilter chooses bookings of a session. An empty field does not restrict.
type BookingFilter struct {
	Status Status // Pending includes offers; "" takes all that were not cancelled
	All    bool   // with Status "": cancelled ones, too
	Text   string // a code, its end, or a telephone number
	After  int64  // BookingPage.Next of the page before
	Limit  int    // at most 200; 0 takes 50
}

// HostBooking is a booking as its host sees it.
type HostBooking struct {
	Booking   // its Contact is masked unless it was revealed
	Turn      int64
	ChangedAt clock.Instant
	By        By // who cancelled it, or ""
	Untold    Untold
	Reachable bool            // its booker can be written to
	Named     bool            // it has a contact
	Answers   json.RawMessage // to the host's questions, or nil
}

// Tail is the end of the code, by which a booking is found on a printed list.
func (b HostBooking) Tail() string { return b.Code[len(b.Code)-tailLength:] }

const tailLength = 4

// BookingPage is a part of a list of bookings.
type BookingPage struct {
	Items []HostBooking
	Next  int64 // 0 at the end
}

// FindBookings lists the bookings of a session in the order in which they came, for the people of the unit
// that receives them: contacts are masked.
//
// Errors: host.session_not_found; host.forbidden for an office above the unit; host.search_unreadable.
func (s *Service) FindBookings(ctx context.Context, a actor.Actor, sessionID string, f BookingFilter) (page BookingPage, err error) {
	defer errs.Wrap(&err, "booking.FindBookings")
	h, err := s.ownSession(ctx, a, sessionID)
	if err != nil {
		return BookingPage{}, err
	}
	page, err = s.bookings(ctx, h.ID, f)
	for i := range page.Items {
		page.Items[i].Contact = page.Items[i].Contact.Masked()
	}
	return page, err
}

// Reveal is FindBookings with the contacts in clear, for editors and heads of the unit. The log says who
// has seen how many of which session.
//
// Errors: as FindBookings.
func (s *Service) Reveal(ctx context.Context, a actor.Actor, sessionID string, f BookingFilter) (page BookingPage, err error) {
	defer errs.Wrap(&err, "booking.Reveal")
	h, err := s.hosted(ctx, a, sessionID)
	if err != nil {
		return BookingPage{}, err
	}
	if page, err = s.bookings(ctx, h.ID, f); err != nil {
		return BookingPage{}, err
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		return s.deps.Audit.RecordTx(ctx, tx, a, audit.Entry{Action: "booking.reveal", Subject: "session", SubjectID: h.ID, UnitID: h.Unit.ID,
			Fields: []string{"contact", "answers"}, Count: len(page.Items)})
	})
	if err != nil {
		return BookingPage{}, err // nothing is shown that the log does not tell of
	}
	return page, nil
}

// bookings reads a page with its contacts in clear.
func (s *Service) bookings(ctx context.Context, sessionID string, f BookingFilter) (page BookingPage, err error) {
	chosen, err := s.choice(f)
	if err != nil {
		return BookingPage{}, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = hostPage
	}
	limit = min(limit, maxHostPage)
	rows, err := listHostRows(ctx, s.deps.DB, sessionID, f.After, chosen, limit+1)
	if err != nil {
		return BookingPage{}, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = rows[limit-1].Turn
	}
	position := int64(-1)
	for _, r := range rows {
		b, err := s.openHostRow(r)
		if err != nil {
			return BookingPage{}, err
		}
		if b.Status == Waitlisted {
			if position < 0 || f.Text != "" {
				if err := s.deps.DB.QueryRow(ctx, waitingBefore, sessionID, b.Turn).Scan(&position); err != nil {
					return BookingPage{}, err
				}
			}
			position++
			b.Position = position
		}
		page.Items = append(page.Items, b)
	}
	return page, nil
}

// choice reads what a filter searches for.
func (s *Service) choice(f BookingFilter) (c bookingChoice, err error) {
	c.status, c.active = f.Status, f.Status == "" && !f.All
	text := strings.TrimSpace(f.Text)
	if text == "" {
		return c, nil
	}
	if phone, err := ParsePhone(text); err == nil {
		c.contact = s.deps.Ring.Hash(contactPurpose, phone)
		return c, nil
	}
	code := tidyCode(text)
	strange := strings.ContainsFunc(code, func(r rune) bool { return !strings.ContainsRune(codeLetters, r) })
	if strange || len(code) < leastTail || len(code) > codeLength {
		return bookingChoice{}, errs.Invalid("host.search_unreadable").On("q")
	}
	c.tail = code
	return c, nil
}

// leastTail is how much of a code is searched for: less would be guessing.
const leastTail = 3

func (s *Service) openHostRow(r hostRow) (b HostBooking, err error) {
	b = r.HostBooking
	if r.contact != nil {
		b.Named = true
		secret, err := s.deps.Ring.Open(contactPurpose, r.contact, bindContact(b.ID))
		if err != nil {
			return HostBooking{}, err
		}
		if err := json.Unmarshal(secret, &b.Contact); err != nil {
			return HostBooking{}, err
		}
	}
	if r.answers != nil {
		if b.Answers, err = s.deps.Ring.Open(answersPurpose, r.answers, bindAnswers(b.ID)); err != nil {
			return HostBooking{}, err
		}
	}
	return b, nil
}

// Masked hides what identifies: 张*, 138****0000.
func (c Contact) Masked() Contact {
	phone, extension, more := strings.Cut(c.Phone, "x")
	c.Name, c.Phone, c.Mail = unit.MaskName(c.Name), unit.MaskPhone(phone), unit.MaskEmail(c.Mail)
	if more && extension != "" {
		c.Phone += "x**"
	}
	return c
}
