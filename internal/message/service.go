package message

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/courier"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/jobs"
	"openweek/internal/sqldb"
)

// People knows whom to write to and where they are reached. It is asked when a letter is sent, so
// that no address is ever stored with a message.
type People interface {
	// Recipients gives the people of a unit who are written to when the unit is told something.
	Recipients(ctx context.Context, q sqldb.Querier, unitID string) (personIDs []string, err error)
	// Address gives where an open person is reached; errs.NotFound for anybody else.
	Address(ctx context.Context, personID string) (Address, error)
}

// Address is where a person is reached, in clear; "" for what they do not have.
type Address struct {
	Mail, Phone string
	Locale      string // a language tag, such as "zh-Hans"; "" for the product's own
}

// Renderer writes what leaves the product, in the words of a catalogue.
type Renderer interface {
	Render(ctx context.Context, l Letter) (Text, error)
}

// Letter is what is to be written: one message, or those of a day.
type Letter struct {
	Channel  Channel
	Locale   string    // see Address
	Digest   clock.Day // "" for a single message
	Messages []Told    // at least one, oldest first
}

// Text is a written letter. Body holds the links, for which the writer knows the product's address.
type Text struct{ Subject, Body string }

// Options are the ways out of the product.
type Options struct {
	// Carriers are the channels that are configured. Without any the inbox is all.
	Carriers map[Channel]courier.Carrier
	// Host is the right side of Message-IDs, such as "week.example.cn".
	Host string
	// Digest gives the first instant, not before another, at which a day's digest may leave, such as
	// half past eight on the next working day; nil takes half past eight of every day.
	Digest func(notBefore clock.Instant) clock.Instant
	// Log hears of letters that did not get through, by id and reason; nil is silent.
	Log *slog.Logger
}

// Service holds the use cases of messages. It is safe for concurrent use.
type Service struct {
	db       *sqldb.DB
	clock    clock.Clock
	log      *audit.Log
	people   People
	renderer Renderer
	o        Options

	outsiders Outsiders // nil where nobody outside of the register is written to
	pauses    pauses
}

// NewService makes the service.
func NewService(db *sqldb.DB, c clock.Clock, log *audit.Log, people People, renderer Renderer, o Options) *Service {
	if o.Digest == nil {
		o.Digest = everyMorning
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Host == "" {
		o.Host = "openweek.invalid"
	}
	return &Service{db: db, clock: c, log: log, people: people, renderer: renderer, o: o}
}

// everyMorning is half past eight in the morning, Asia/Shanghai.
func everyMorning(notBefore clock.Instant) clock.Instant {
	at := notBefore.Day().Start().Add(8*time.Hour + 30*time.Minute)
	if at < notBefore {
		at = notBefore.Day().AddDays(1).Start().Add(8*time.Hour + 30*time.Minute)
	}
	return at
}

// deliver is the job that sends one letter.
type deliver struct {
	DeliveryID string `json:"delivery_id"`
}

// Kind names the job for ever.
func (deliver) Kind() string { return "message.deliver" }

// sweep is the job that looks for what should have been sent.
type sweep struct{}

// Kind names the job for ever.
func (sweep) Kind() string { return "message.sweep" }

const sweepEvery = 5 * time.Minute

// Register tells a runner of the package's jobs: one for each letter at its time, and a sweep for
// those that a stopped or dead server has left.
func (s *Service) Register(r *jobs.Runner) {
	jobs.Handle(r, func(ctx context.Context, d deliver) error {
		_, err := s.deliver(ctx, d.DeliveryID)
		return err
	})
	jobs.Handle(r, func(ctx context.Context, _ sweep) error { return s.Sweep(ctx) })
	r.Every(sweepEvery, sweep{})
}

// TellTx tells something in the caller's transaction, once: where a message of the same Dedupe
// exists, it gives its id and told is false. An error is a mistake of the program, or the store's.
func (s *Service) TellTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, m Message) (messageID string, told bool, err error) {
	defer errs.Wrap(&err, "message.TellTx(%s)", m.Key)
	if err := m.check(); err != nil {
		return "", false, errs.Internal(err)
	}
	args, err := encodeArgs(m.Args)
	if err != nil {
		return "", false, err
	}
	now := s.clock.Now()
	due := max(now, m.Due)
	fromUnit := a.UnitID
	if a.Class == actor.System {
		fromUnit = m.FromUnit
	}
	messageID = id.New()
	changed, err := tx.Exec(ctx, insertMessage, messageID, m.Dedupe, m.ToPerson, m.ToUnit, a.PersonID, fromUnit, m.Key, args, m.Link, m.Urgent, now, due)
	if err != nil {
		return "", false, err
	}
	if changed == 0 {
		err = tx.QueryRow(ctx, idOfDedupe, m.Dedupe).Scan(&messageID)
		return messageID, false, err
	}
	if err := s.enqueueAllTx(ctx, tx, messageID, m, due); err != nil {
		return "", false, err
	}
	return messageID, true, s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "message.tell", Subject: "message", SubjectID: messageID, UnitID: m.ToUnit})
}

func (s *Service) enqueueAllTx(ctx context.Context, tx *sqldb.Tx, messageID string, m Message, due clock.Instant) error {
	if len(s.o.Carriers) == 0 {
		return nil
	}
	people := []string{m.ToPerson}
	if m.ToUnit != "" {
		var err error
		if people, err = s.people.Recipients(ctx, tx, m.ToUnit); err != nil {
			return err
		}
	}
	for _, channel := range m.channels() {
		if s.o.Carriers[channel] == nil {
			continue
		}
		to := people
		if channel == Robot {
			to = []string{""}
		}
		for _, personID := range to {
			var deliveryID string
			var err error
			if channel == Mail && !m.Urgent {
				deliveryID, err = s.digestTx(ctx, tx, personID, due)
			} else {
				deliveryID, err = s.enqueueTx(ctx, tx, channel, personID, "", due)
			}
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, insertItem, messageID, channel, personID, deliveryID); err != nil {
				return err
			}
		}
	}
	return nil
}

// enqueueTx makes a letter and its job; "" where that day's digest exists already.
func (s *Service) enqueueTx(ctx context.Context, tx *sqldb.Tx, channel Channel, personID string, day clock.Day, due clock.Instant) (deliveryID string, err error) {
	deliveryID = id.New()
	changed, err := tx.Exec(ctx, insertDelivery, deliveryID, channel, personID, string(day), s.clock.Now(), due, deliveryID+"@"+s.o.Host)
	if err != nil || changed == 0 {
		return "", err
	}
	return deliveryID, jobs.InsertAtTx(ctx, tx, deliver{deliveryID}, due)
}

// digestTx gives a person's next digest that has not left yet. There is one a day at most: a message
// that comes while today's is being sent waits for the next.
func (s *Service) digestTx(ctx context.Context, tx *sqldb.Tx, personID string, due clock.Instant) (deliveryID string, err error) {
	for range 30 {
		at := s.o.Digest(due)
		day := at.Day()
		if deliveryID, err = s.enqueueTx(ctx, tx, Mail, personID, day, at); err != nil || deliveryID != "" {
			return deliveryID, err
		}
		joined, err := sqldb.List(ctx, tx, scanIDs, joinDigest, Mail, personID, string(day))
		if err != nil {
			return "", err
		}
		if len(joined) == 1 {
			return joined[0], nil
		}
		due = day.End()
	}
	return "", errs.Internal(errors.New("message: a month of digests has left before its days"))
}

// WithdrawTx takes messages back in the caller's transaction whose matter is over, such as a reminder
// of what has been handed in meanwhile: they leave the inbox, and no letter that has not left yet
// holds them. What was sent was sent, and what was read stays where it was read.
func (s *Service) WithdrawTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, messageIDs ...string) (err error) {
	defer errs.Wrap(&err, "message.WithdrawTx")
	for _, messageID := range messageIDs {
		changed, err := tx.Exec(ctx, withdrawMessage, messageID, s.clock.Now())
		if err != nil {
			return err
		}
		if changed == 0 {
			continue // it was taken back or read before
		}
		if err := s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "message.withdraw", Subject: "message", SubjectID: messageID}); err != nil {
			return err
		}
	}
	return nil
}

// Resend sends a letter again that perhaps arrived, failed or was withheld, on the word of a person
// of the unit that told it, or of a system administrator.
//
// Errors: message.delivery_not_found, message.not_resendable (Conflict).
func (s *Service) Resend(ctx context.Context, a actor.Actor, deliveryID string) (err error) {
	defer errs.Wrap(&err, "message.Resend")
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		where, may := scope(a)
		if !may || !id.Valid(deliveryID) {
			return errs.NotFound("message.delivery_not_found")
		}
		ofDelivery(where, deliveryID)
		query, args := where.Apply(findDeliveries, 1)
		found, err := sqldb.List(ctx, tx, scanDelivery, query, args...)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return errs.NotFound("message.delivery_not_found")
		}
		now := s.clock.Now()
		changed, err := tx.Exec(ctx, resendDelivery, deliveryID, now)
		if err != nil {
			return err
		}
		if changed == 0 {
			return errs.Conflict("message.not_resendable")
		}
		if err := jobs.InsertAtTx(ctx, tx, deliver{deliveryID}, now); err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "message.resend", Subject: "delivery", SubjectID: deliveryID, Fields: []string{string(found[0].Channel)}})
	})
}

// scope is which letters an actor may see and send again: the system and its administrator all, the
// people of a unit with a role in it those that hold something their unit told.
func scope(a actor.Actor) (where *sqldb.Where, may bool) {
	where = &sqldb.Where{}
	switch {
	case a.Class == actor.System, a.IsStaff() && a.Platform == actor.SystemAdmin:
		return where, true
	case a.IsStaff() && a.UnitID != "" && a.Has(actor.UnitRoles...):
		sentFrom(where, a.UnitID)
		return where, true
	}
	return where, false
}
