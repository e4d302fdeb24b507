package audit

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Fault is what verification can find.
type Fault string

// The faults.
const (
	Altered  Fault = "altered"  // an entry or a link is not what was sealed
	Removed  Fault = "removed"  // an entry or links are gone
	Order    Fault = "order"    // a link does not continue the one before it: rows were swapped or put in
	Cut      Fault = "cut"      // the chain ends before an anchor
	Forged   Fault = "forged"   // an anchor or a checkpoint is not signed with the key
	Diverged Fault = "diverged" // the chain is not the one that an anchor saw
	Unsealed Fault = "unsealed" // an entry has stayed unsealed for more than a minute
)

// Finding is one place at which the log is not what it was.
type Finding struct {
	Fault   Fault
	Seq     int64  // place in the chain; 0 where there is none
	EntryID string // "" where there is none
}

// String tells the finding to a log or a terminal.
func (f Finding) String() string {
	s := "audit: " + string(f.Fault)
	if f.Seq > 0 {
		s += fmt.Sprintf(" at %d", f.Seq)
	}
	if f.EntryID != "" {
		s += " entry " + f.EntryID
	}
	return s
}

const (
	maxFindings = 1000 // whoever has that many does not need more
	verifyPage  = 1000
	sealedAfter = time.Minute
)

// Verify goes through the whole log and gives what is wrong, at most a thousand findings; none means
// that nothing was altered, removed or put in. exported are anchors from outside of the database
// (see ReadAnchors): without them a chain whose tail was cut together with its anchors looks whole.
//
// q must be a snapshot (sqldb.DB.Snapshot), so that sealing beside it is no fault.
func (l *Log) Verify(ctx context.Context, q sqldb.Querier, exported ...Anchor) (found []Finding, err error) {
	defer errs.Wrap(&err, "audit.Verify")
	last, found, err := l.startOf(ctx, q)
	if err != nil {
		return nil, err
	}
	heads, forged, err := l.anchorsBySeq(ctx, q, exported)
	if err != nil {
		return nil, err
	}
	found = append(found, forged...)
	compare := func(at link) {
		for _, head := range heads[at.seq] {
			if !bytes.Equal(head, at.mac) {
				found = append(found, Finding{Diverged, at.seq, at.entryID})
			}
		}
	}
	compare(last) // the checkpoint
	for len(found) < maxFindings {
		places, err := sqldb.List(ctx, q, scanPlace, chainRows, last.seq, verifyPage)
		if err != nil {
			return nil, err
		}
		for _, p := range places {
			if fault := l.look(last, p); fault != "" {
				found = append(found, Finding{fault, p.seq, p.entryID})
			}
			compare(p.link)
			last = p.link
		}
		if len(places) < verifyPage {
			break
		}
	}
	for _, seq := range slices.Sorted(maps.Keys(heads)) {
		if seq > last.seq {
			found = append(found, Finding{Fault: Cut, Seq: seq})
		}
	}
	before := l.clock.Now().Add(-sealedAfter)
	unsealed, err := sqldb.List(ctx, q, func(r *sql.Rows) (Finding, error) {
		f := Finding{Fault: Unsealed}
		err := r.Scan(&f.EntryID)
		return f, err
	}, unsealedRows, int64(before), maxFindings)
	if err != nil {
		return nil, err
	}
	found = append(found, unsealed...)
	return found[:min(len(found), maxFindings)], nil
}

// look tells what is wrong at a place that follows last, "" for nothing.
func (l *Log) look(last link, p place) Fault {
	switch {
	case p.seq != last.seq+1, !p.there:
		return Removed
	case !p.verify(l.ring, p.entry):
		return Altered
	case !bytes.Equal(p.prev, last.mac):
		return Order
	}
	return ""
}

// startOf is where the chain begins: the newest checkpoint, or nothing before the first link.
func (l *Log) startOf(ctx context.Context, q sqldb.Querier) (start link, found []Finding, err error) {
	start = link{mac: genesis}
	list, err := sqldb.List(ctx, q, scanCheckpoint, checkpoints)
	if err != nil {
		return link{}, nil, err
	}
	for _, c := range list {
		if !c.verify(l.ring) {
			found = append(found, Finding{Fault: Forged, Seq: c.seq})
		}
		start = link{seq: c.seq, mac: c.head}
	}
	return start, found, nil
}

// anchorsBySeq gives what the anchors, those in the database and those from outside, say the heads were.
func (l *Log) anchorsBySeq(ctx context.Context, q sqldb.Querier, exported []Anchor) (heads map[int64][][]byte, forged []Finding, err error) {
	list, err := sqldb.List(ctx, q, scanAnchor, anchors)
	if err != nil {
		return nil, nil, err
	}
	heads = map[int64][][]byte{}
	for _, a := range append(list, exported...) {
		switch {
		case !a.verify(l.ring):
			forged = append(forged, Finding{Fault: Forged, Seq: a.Seq})
		case !slices.ContainsFunc(heads[a.Seq], func(h []byte) bool { return bytes.Equal(h, a.Head) }):
			heads[a.Seq] = append(heads[a.Seq], a.Head)
		}
	}
	return heads, forged, nil
}

// Check is Verify as one error, for tests that close a store and for the command verify. q must be a
// snapshot.
func (l *Log) Check(ctx context.Context, q sqldb.Querier) error {
	found, err := l.Verify(ctx, q)
	if err != nil {
		return err
	}
	var all []error
	for _, f := range found {
		all = append(all, errors.New(f.String()))
	}
	return errors.Join(all...)
}
