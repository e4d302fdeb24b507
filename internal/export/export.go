package export

import (
	"context"
	"io"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
)

// State is how far an export has come.
type State string

// The states.
const (
	Queued  State = "queued"
	Running State = "running"
	Ready   State = "ready"
	Failed  State = "failed"
	Expired State = "expired" // the content is gone; it can be asked for anew
)

// Waiting tells whether it is still to be made.
func (s State) Waiting() bool { return s == Queued || s == Running }

// How long content can be fetched, and how long its row tells of it.
const (
	Lasts  = 24 * time.Hour
	Listed = 30 * 24 * time.Hour
)

// MaxBytes bounds an export.
const MaxBytes = 500 << 20

// maxAttempts is how often an export is tried before its owner is told that it failed.
const maxAttempts = 3

// Request asks for an export.
type Request struct {
	Kind      string // of its Maker, such as "filings"
	SubjectID string // what is exported
	Locale    string // language of the words in it
	Name      string // of the file
}

// Export is a file that was asked for.
type Export struct {
	ID string
	Request
	PersonID    string
	State       State
	Done, Total int // rows; Total 0 until it is known
	Bytes       int64
	AskedAt     clock.Instant
	FinishedAt  clock.Instant // 0 while it waits
	ExpiresAt   clock.Instant // 0 unless it was ready

	hash     string
	attempts int
}

// Maker writes the exports of a kind.
type Maker interface {
	// Make writes the content for an actor. It calls progress now and then, which fails when it is
	// time to stop.
	Make(ctx context.Context, a actor.Actor, r Request, w io.Writer, progress func(done, total int) error) error
}
