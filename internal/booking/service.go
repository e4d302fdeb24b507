package booking

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"sync/atomic"
	"time"

	"openweek/internal/activity"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// Deps are what bookings are made with.
type Deps struct {
	DB         *sqldb.DB
	Ring       *seal.Ring
	Clock      clock.Clock
	Activities *activity.Service
	Audit      *audit.Log       // of what hosts do
	Messages   *message.Service // nil writes to no booker
	Log        *slog.Logger     // nil is silent
	// SMS and Mail tell whether bookers are reached that way.
	SMS, Mail bool
}

// Service holds the use cases of bookings. It is safe for concurrent use. Claims are admitted while Run
// runs.
type Service struct {
	deps     Deps
	queue    *queue
	orders   Orders
	resealed atomic.Pointer[string] // the key under which all is sealed that this process has found
}

// NewService makes the service.
func NewService(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{deps: d, queue: newQueue(queueSize)}
}

// keyLife is how long a request that is sent again has the same answer.
const keyLife = 24 * time.Hour

const (
	maxKey     = 200
	maxAnswers = 16 << 10
)

const (
	contactPurpose = "booking.contact"
	answersPurpose = "booking.answers"
)

func bindContact(bookingID string) string { return "booking:" + bookingID + ":contact" }

func bindAnswers(bookingID string) string { return "booking:" + bookingID + ":answers" }

// Claim claims seats of a session and waits until it is decided: a Receipt means that the booking is on
// the disk, Confirmed or Waitlisted. It needs no right.
//
// When ctx ends while the claim is still in the queue, the claim is withdrawn and nothing of it is
// written; once the writer has taken it up Claim waits for the decision, which may be a booking.
//
// Errors: a form of booking.party_size on party_size, booking.name_missing and name_malformed on
// contact.name, booking.phone_malformed on contact.phone, booking.mail_malformed on contact.mail,
// booking.key_malformed, booking.answers_malformed and answers_unknown on answers, as ReadAnswers (Invalid); booking.session_not_found;
// booking.key_reused (Invalid) for a key that came with another request; booking.not_yet_open, closed,
// session_cancelled, not_bookable, party_too_large, no_groups, group_size, contact_twice and day_limit
// (Conflict, each with reason); booking.busy (Busy) when the queue is full or the process stops; store.…
// (Busy) when the store is away: then a key tells whether the claim was admitted.
func (s *Service) Claim(ctx context.Context, r Request) (receipt Receipt, err error) {
	defer errs.Wrap(&err, "booking.Claim")
	c, err := s.prepare(r)
	if err != nil {
		return Receipt{}, err
	}
	if err := ctx.Err(); err != nil {
		return Receipt{}, err
	}
	if !s.queue.put(c) {
		return Receipt{}, errBusy()
	}
	select {
	case o := <-c.done:
		return s.receipt(o)
	case <-ctx.Done():
		if c.withdraw() {
			return Receipt{}, ctx.Err()
		}
		return s.receipt(<-c.done)
	}
}

// prepare does all that needs no store, in the caller's time and not in the writer's.
func (s *Service) prepare(r Request) (*claim, error) {
	ask := Ask{Party: r.Party, Group: r.Group, Host: r.Source == FromHost || r.Source == FromDoor}
	nobody := ask.Host && r.Contact == Contact{}
	var contact Contact
	var bad []*errs.Error
	if !nobody {
		contact, bad = r.Contact.tidy()
	}
	if r.Party < 1 {
		bad = append(bad, errs.Invalid("booking.party_size").On("party_size"))
	}
	for _, b := range []byte(r.Key) {
		if b <= ' ' || b > '~' || len(r.Key) > maxKey {
			bad = append(bad, errs.Invalid("booking.key_malformed", "limit", maxKey).On("Idempotency-Key"))
			break
		}
	}
	if r.Answers != nil && (len(r.Answers) > maxAnswers || !json.Valid(r.Answers)) {
		bad = append(bad, errs.Invalid("booking.answers_malformed").On("answers"))
	}
	if err := errs.Join(bad...); err != nil {
		return nil, err
	}
	if !id.Valid(r.SessionID) {
		return nil, errSessionNotFound()
	}
	c := &claim{
		id: id.New(), code: newCode(), sessionID: r.SessionID, ask: ask, hold: r.Hold, source: r.Source, locale: r.Locale,
		given: r.Answers, settled: r.settled, done: make(chan outcome, 1),
	}
	if !nobody {
		secret, err := json.Marshal(contact)
		if err != nil {
			return nil, err
		}
		c.contactHash = s.deps.Ring.Hash(contactPurpose, contact.Phone)
		c.contact = s.deps.Ring.Seal(contactPurpose, secret, bindContact(c.id))
		c.reachable = len(s.channels(contact)) > 0
	}
	if r.Answers != nil {
		c.answers = s.deps.Ring.Seal(answersPurpose, r.Answers, bindAnswers(c.id))
	}
	if r.Key != "" {
		digest := sha256.Sum256([]byte("claim\n" + r.SessionID + "\n" + r.Key))
		c.digest = hex.EncodeToString(digest[:])
		body, err := json.Marshal(struct {
			Party   int64
			Contact Contact
			Answers json.RawMessage
			Group   bool `json:",omitempty"`
		}{r.Party, contact, r.Answers, r.Group})
		if err != nil {
			return nil, err
		}
		c.bodyHash = s.deps.Ring.Hash("booking.request", string(body))
	}
	return c, nil
}

func (s *Service) receipt(o outcome) (Receipt, error) {
	if o.err != nil {
		return Receipt{}, o.err
	}
	return Receipt{BookingID: o.bookingID, Code: o.code, Status: o.status, Position: o.position, ManageToken: s.Token(o.bookingID)}, nil
}

// GetSession gets a session with what a booker can have of it now. It needs no right.
//
// Errors: booking.session_not_found, also for one that the public does not see.
func (s *Service) GetSession(ctx context.Context, sessionID string) (session activity.Session, a Availability, err error) {
	defer errs.Wrap(&err, "booking.GetSession")
	o, err := s.deps.Activities.GetOffer(ctx, sessionID)
	if errs.Is(err, "activity.session_not_found") {
		err = errSessionNotFound()
	}
	if err != nil {
		return activity.Session{}, Availability{}, err
	}
	return o.Session, Available(o.Session, 1, s.deps.Clock.Now()), nil
}

// Get gets the booking with a code for the holder of its manage token.
//
// Errors: booking.token_refused (Forbidden) for a token that is forged or another booking's, whether there
// is one with the code or not; booking.not_found.
func (s *Service) Get(ctx context.Context, code, token string) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.Get")
	bookingID, err := s.BookingOf(token)
	if err != nil {
		return Booking{}, err
	}
	return s.read(ctx, s.deps.DB, bookingID, code)
}

// read reads a booking by its id, which must have the code.
func (s *Service) read(ctx context.Context, q sqldb.Querier, bookingID, code string) (Booking, error) {
	b, err := s.GetTx(ctx, q, bookingID)
	if err == nil && b.Code != tidyCode(code) {
		err = errToken()
	}
	if err != nil {
		return Booking{}, err
	}
	return b, nil
}

// GetTx gets a booking with its contact in clear. It checks no right: that is the caller's.
//
// Errors: booking.not_found.
func (s *Service) GetTx(ctx context.Context, q sqldb.Querier, bookingID string) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.GetTx(%s)", bookingID)
	r, err := bookingByID(ctx, q, bookingID)
	if err != nil {
		return Booking{}, err
	}
	return s.opened(r)
}

// opened gives a row with its contact in clear.
func (s *Service) opened(r row) (Booking, error) {
	if r.contact == nil {
		return r.Booking, nil
	}
	var err error
	r.Contact, err = s.openContact(r.ID, r.contact)
	return r.Booking, err
}

// SweepKeys removes the keys of requests that are older than a day, and gives how many.
func (s *Service) SweepKeys(ctx context.Context) (swept int64, err error) {
	defer errs.Wrap(&err, "booking.SweepKeys")
	before := s.deps.Clock.Now().Add(-keyLife)
	for {
		var some int64
		err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
			some, err = tx.Exec(ctx, sweepKeys, int64(before), sweepBatch)
			return err
		})
		swept += some
		if err != nil || some < sweepBatch {
			return swept, err
		}
	}
}

// sweepBatch keeps the store free for others between two statements.
const sweepBatch = 1000
