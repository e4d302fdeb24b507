package login

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/alexedwards/argon2id"

	"openweek/internal/errs"
)

// Hash is a hashed password in argon2's usual text form. It is made by [Service.NewHash].
type Hash struct{ text string }

// String keeps the hash out of logs.
func (Hash) String() string { return "login.Hash" }

// hasher bounds how many hashes are computed at once: each takes 19 MiB and a processor, and a
// flood of sign-ins must leave both to the rest of the house.
type hasher struct {
	params  *argon2id.Params
	slots   chan struct{}
	waiting atomic.Int64
	dummy   string // of a random password: what names that nobody has are compared with
}

// maxWaiting is the queue before a hash is refused: about two seconds of work.
const maxWaiting = 100

func newHasher(o Options) *hasher {
	slots := o.Hashers
	if slots <= 0 {
		slots = max(1, runtime.GOMAXPROCS(0)/2)
	}
	h := &hasher{
		params: &argon2id.Params{
			Memory: o.Cost.MemoryKiB, Iterations: o.Cost.Passes, Parallelism: 1, SaltLength: 16, KeyLength: 32,
		},
		slots: make(chan struct{}, slots),
	}
	dummy, err := argon2id.CreateHash(newToken(), h.params)
	if err != nil {
		panic(err) // impossible: only the random source could fail, and it ends the program instead
	}
	h.dummy = dummy
	return h
}

func (h *hasher) enter(ctx context.Context) error {
	if h.waiting.Add(1) > maxWaiting {
		h.waiting.Add(-1)
		return errs.Busy("login.busy")
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting to hash: %w", context.Cause(ctx))
	}
}

func (h *hasher) leave() { <-h.slots }

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return argon2id.CreateHash(password, h.params)
}

// matches compares; stale tells that the hash was made at another cost than today's.
func (h *hasher) matches(ctx context.Context, password, hash string) (ok, stale bool, err error) {
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	ok, made, err := argon2id.CheckHash(password, hash)
	if err != nil {
		return false, false, errs.Internal(errors.Join(errors.New("login: a stored hash cannot be read"), err))
	}
	return ok, *made != *h.params, nil
}

// waste spends the time of a comparison, for names that nobody has: the answer's time must not tell.
func (h *hasher) waste(ctx context.Context, password string) error {
	_, _, err := h.matches(ctx, password, h.dummy)
	return err
}
