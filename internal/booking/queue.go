package booking

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"openweek/internal/errs"
)

const (
	queueSize = 4096 // claims that wait; whoever comes then is told to come again
	groupSize = 256  // claims of one commit
	// groupTime bounds a commit: when the store hangs, callers are told so.
	groupTime = 20 * time.Second
)

// claim is a request on its way.
type claim struct {
	id, code, sessionID  string
	ask                  Ask
	hold                 bool // until the host confirms
	source               Source
	locale               string
	reachable            bool
	contact, contactHash []byte          // nil for somebody at the door
	answers              []byte          // or nil
	given                json.RawMessage // the answers in clear, for the host's questions
	settled              bool            // the answers were accepted before, with another booking
	digest               string          // of its key, "" without
	bodyHash             []byte
	state                atomic.Int32
	done                 chan outcome // holds one: the writer never waits for a caller
}

// outcome is what has become of a claim.
type outcome struct {
	bookingID, code string
	status          Status
	position        int64
	err             error
}

// The states of a claim. Whoever moves it on from waiting decides what becomes of it.
const (
	claimWaiting int32 = iota
	claimTaken
	claimWithdrawn
)

// withdraw takes a claim back that the writer has not taken up.
func (c *claim) withdraw() bool { return c.state.CompareAndSwap(claimWaiting, claimWithdrawn) }

func (c *claim) take() bool { return c.state.CompareAndSwap(claimWaiting, claimTaken) }

// queue is where claims wait for the writer.
type queue struct {
	claims chan *claim
	lock   sync.RWMutex // held to put, so that nothing is put after close
	closed bool
}

func newQueue(size int) *queue { return &queue{claims: make(chan *claim, size)} }

// put is false where the queue is full or closed.
func (q *queue) put(c *claim) bool {
	q.lock.RLock()
	defer q.lock.RUnlock()
	if q.closed {
		return false
	}
	select {
	case q.claims <- c:
		return true
	default:
		return false
	}
}

func (q *queue) close() {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.closed = true
}

// group gives what is there after first, up to most claims, without those that were withdrawn.
func (q *queue) group(first *claim, most int) (list []*claim) {
	for c := first; ; {
		if c.take() {
			list = append(list, c)
		}
		if len(list) == most {
			return list
		}
		select {
		case c = <-q.claims:
		default:
			return list
		}
	}
}

// Run admits claims until ctx ends, then those that are in the queue, and refuses all later ones. It runs
// once; claims that come before it wait.
func (s *Service) Run(ctx context.Context) {
	hard := context.WithoutCancel(ctx)
	for {
		select {
		case <-ctx.Done():
			s.queue.close()
			for {
				select {
				case c := <-s.queue.claims:
					s.admitGroup(hard, s.queue.group(c, groupSize))
				default:
					return
				}
			}
		case c := <-s.queue.claims:
			s.admitGroup(hard, s.queue.group(c, groupSize))
		}
	}
}

// admitGroup decides claims in one commit and answers each. Where something of one of them fails the
// whole transaction in a way that nobody foresaw, each gets one of its own: a claim must not fail its
// neighbours.
func (s *Service) admitGroup(ctx context.Context, group []*claim) {
	if len(group) == 0 {
		return
	}
	outcomes, err := s.admit(ctx, group)
	if err == nil {
		for i, c := range group {
			c.done <- outcomes[i]
		}
		return
	}
	s.deps.Log.ErrorContext(ctx, "claims were not admitted", "claims", len(group), "err", err)
	for _, c := range group {
		one := outcome{err: err}
		if len(group) > 1 && errs.KindOf(err) == errs.KindInternal {
			if list, err := s.admit(ctx, []*claim{c}); err == nil {
				one = list[0]
			} else {
				one.err = err
			}
		}
		c.done <- one
	}
}
