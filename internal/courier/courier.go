// Package courier hands letters to servers outside of the product: mail over SMTP, and robots and SMS
// gateways over HTTP.
//
// What matters about a letter that did not get through is whether it may have arrived all the same:
// a failure says so, and says nothing else that the server said, for servers like to repeat addresses.
//
// It knows nothing of messages, people and attempts: it tries once. Package message does the rest.
package courier

import (
	"context"
	"errors"
	"fmt"

	"openweek/internal/clock"
)

// Letter is what is handed over.
type Letter struct {
	// ID is the same at each attempt: the Message-ID of a mail, the Idempotency-Key of a request. It
	// has the form of the former without brackets, such as "0195…@week.example.cn".
	ID      string
	At      clock.Instant // the date of the mail
	To      string        // a mail address or a telephone number; "" for a robot, which has one room
	Subject string
	Text    string
}

// Carrier hands letters to one server. It is safe for concurrent use.
type Carrier interface {
	// Carry tries once. nil means that the server has taken the letter over; any error has an Outcome.
	Carry(ctx context.Context, l Letter) error
}

// Outcome is what is known of a letter after an attempt.
type Outcome string

// The outcomes.
const (
	Taken   Outcome = "taken"   // the server has it
	Refused Outcome = "refused" // the server will never take this letter
	Later   Outcome = "later"   // the server does not have it; another attempt may succeed
	Unsure  Outcome = "unsure"  // the server may have it or not
)

// Failure is why a letter was not taken, without anything of its content.
type Failure struct {
	Outcome Outcome
	Class   string // a word, such as "unreachable"
	Code    int    // of the server's answer, 0 without
}

// Error is for logs and for the row of the delivery.
func (f *Failure) Error() string {
	if f.Code > 0 {
		return fmt.Sprintf("courier: %s, %s (%d)", f.Outcome, f.Class, f.Code)
	}
	return fmt.Sprintf("courier: %s, %s", f.Outcome, f.Class)
}

// OutcomeOf gives the outcome of Carry's error. An error of unknown origin leaves it unsure.
func OutcomeOf(err error) (outcome Outcome, class string) {
	if err == nil {
		return Taken, ""
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Outcome, f.Class
	}
	return Unsure, "unknown"
}
