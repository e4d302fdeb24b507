package audit

import (
	"encoding/binary"

	"openweek/internal/clock"
	"openweek/internal/seal"
)

// What the key signs; each use has a key of its own.
const (
	linkPurpose       = "audit.link"
	anchorPurpose     = "audit.anchor"
	checkpointPurpose = "audit.checkpoint"
)

// genesis is what stands before the first link.
var genesis = []byte{}

// link is one place in the chain: its mac covers its number, the mac before it and its entry.
type link struct {
	seq       int64
	entryID   string
	prev, mac []byte
	keyID     string
}

// parts is what a link signs of an entry: every column, as it is stored.
func (l link) parts(r row) [][]byte {
	return [][]byte{
		number(l.seq), l.prev, []byte(r.ID), number(int64(r.At)), []byte(r.Class), []byte(r.PersonID), []byte(r.UnitID),
		[]byte(r.Addr), []byte(r.Action), []byte(r.Subject), []byte(r.SubjectID), []byte(r.fieldsText), []byte(r.digestsText),
		number(int64(r.Count)), []byte(r.RequestID),
	}
}

func (l link) signed(ring *seal.Ring, r row) link {
	l.keyID, l.mac = ring.MAC(linkPurpose, l.parts(r)...)
	return l
}

func (l link) verify(ring *seal.Ring, r row) bool {
	return ring.VerifyMAC(linkPurpose, l.keyID, l.mac, l.parts(r)...)
}

// number writes an integer in a fixed form.
func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// Anchor is the head of the chain as it stood once on a day, signed. Kept outside of the database
// it shows that the chain up to Seq was neither cut nor rewritten, even by whoever rules the database.
type Anchor struct {
	Day   clock.Day     `json:"day"`
	At    clock.Instant `json:"at"` // µs since 1970 UTC
	Seq   int64         `json:"seq"`
	Head  []byte        `json:"head"` // mac of the link Seq
	MAC   []byte        `json:"mac"`
	KeyID string        `json:"key_id"`
}

func (a Anchor) parts() [][]byte {
	return [][]byte{[]byte(a.Day), number(int64(a.At)), number(a.Seq), a.Head}
}

func (a Anchor) signed(ring *seal.Ring) Anchor {
	a.KeyID, a.MAC = ring.MAC(anchorPurpose, a.parts()...)
	return a
}

func (a Anchor) verify(ring *seal.Ring) bool {
	return ring.VerifyMAC(anchorPurpose, a.KeyID, a.MAC, a.parts()...)
}

// checkpoint is where pruning cut the chain: the last link that is gone.
type checkpoint struct {
	seq     int64
	at      clock.Instant
	head    []byte
	removed int64 // entries
	mac     []byte
	keyID   string
}

func (c checkpoint) parts() [][]byte {
	return [][]byte{number(c.seq), number(int64(c.at)), c.head, number(c.removed)}
}

func (c checkpoint) signed(ring *seal.Ring) checkpoint {
	c.keyID, c.mac = ring.MAC(checkpointPurpose, c.parts()...)
	return c
}

func (c checkpoint) verify(ring *seal.Ring) bool {
	return ring.VerifyMAC(checkpointPurpose, c.keyID, c.mac, c.parts()...)
}
