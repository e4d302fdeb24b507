package message

import (
	"time"

	"openweek/internal/clock"
	"openweek/internal/courier"
)

// State is how far a letter has come.
type State string

// The states.
const (
	Queued   State = "queued"   // waits for its time
	Claimed  State = "claimed"  // is being sent
	Sent     State = "sent"     // the server has taken it over
	Perhaps  State = "perhaps"  // may have arrived; only a person sends it again
	Failed   State = "failed"   // was refused, or nobody took it for a week
	Withheld State = "withheld" // there was no address, or nothing left to tell
)

// States lists the states.
var States = []State{Queued, Claimed, Sent, Perhaps, Failed, Withheld}

// Delivery is a letter to one person, or to the robot's room.
type Delivery struct {
	ID       string
	Channel  Channel
	PersonID string    // "" for a robot
	Digest   clock.Day // the day of a digest, "" for a letter with one message
	State    State
	Attempts int           // since it was queued last
	Queued   clock.Instant // since it was told, or sent again by a person
	Due      clock.Instant // of the next attempt while it is queued
	Claimed  clock.Instant // last attempt, 0 before the first
	Done     clock.Instant // 0 while it is queued or claimed
	// Reason is why it is not sent: "no_address", "closed", "read", "withdrawn", "off" (withheld), "gave_up",
	// "crash", or a class of package courier.
	Reason   string
	headerID string
	version  int64
}

const (
	// lapse is after how long a claim is taken for that of a dead process. Every attempt ends far
	// sooner: a carrier has its own limit below a minute.
	lapse = 15 * time.Minute
	// giveUp is how long a letter is tried.
	giveUp     = 7 * 24 * time.Hour
	backoffMin = time.Minute
	backoffMax = time.Hour
)

// backoff is how long to wait after the nth attempt failed.
func backoff(attempts int) time.Duration {
	wait := backoffMin
	for range attempts - 1 {
		if wait *= 2; wait >= backoffMax {
			return backoffMax
		}
	}
	return wait
}

// after gives the letter as an attempt at an instant leaves it.
func (d Delivery) after(outcome courier.Outcome, class string, now clock.Instant) Delivery {
	d.Reason, d.Done = class, now
	switch outcome {
	case courier.Taken:
		d.State, d.Reason = Sent, ""
	case courier.Refused:
		d.State = Failed
	case courier.Unsure:
		d.State = Perhaps
	case courier.Later:
		next := now.Add(backoff(d.Attempts))
		if next.Sub(d.Queued) > giveUp {
			d.State, d.Reason = Failed, "gave_up"
			return d
		}
		d.State, d.Due, d.Done = Queued, next, 0
	}
	return d
}

// withheld gives the letter as one that is not sent.
func (d Delivery) withheld(reason string, now clock.Instant) Delivery {
	d.State, d.Reason, d.Done = Withheld, reason, now
	return d
}
