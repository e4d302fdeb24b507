package audit

import (
	"context"
	"encoding/hex"
	"net/netip"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// Log records, finds, seals and verifies. It is safe for concurrent use.
type Log struct {
	db     *sqldb.DB
	ring   *seal.Ring
	clock  clock.Clock
	holder string // of the sealer's lease
}

// New makes the log of one process.
func New(db *sqldb.DB, ring *seal.Ring, c clock.Clock) *Log {
	return &Log{db: db, ring: ring, clock: c, holder: id.New()}
}

// RecordTx writes an entry in the transaction of the change it tells of: both stand or neither.
// An entry that could hold a personal value is refused, as a mistake of the program.
func (l *Log) RecordTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, e Entry) (err error) {
	defer errs.Wrap(&err, "audit.RecordTx(%s)", e.Action)
	if err := e.check(); err != nil {
		return errs.Internal(err)
	}
	unitID := e.UnitID
	if unitID == "" {
		unitID = a.UnitID
	}
	class := a.Class
	if class == "" {
		class = actor.Public // the zero Actor
	}
	requestID := a.RequestID
	if !requestShape.MatchString(requestID) {
		requestID = "" // it can come from a header; what a stranger writes there is not evidence
	}
	r, err := newRow(Record{
		ID: id.New(), At: l.clock.Now(), Class: class, PersonID: a.PersonID, UnitID: unitID,
		Addr: l.addr(class, a.Addr), Action: e.Action, Subject: e.Subject, SubjectID: e.SubjectID,
		Fields: e.Fields, Digests: e.Digests, Count: e.Count, RequestID: requestID,
	})
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertEntry, r.ID, r.At, r.Class, r.PersonID, r.UnitID, r.Addr, r.Action,
		r.Subject, r.SubjectID, r.fieldsText, r.digestsText, r.Count, r.RequestID); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertPending, r.ID)
	return err
}

// addr is what is kept of a network address. Staff act for their office and are told so; a
// resident's address is personal data (个人信息保护法 art. 4) and is kept as a digest, by which
// equal ones can be found.
func (l *Log) addr(class actor.Class, addr netip.Addr) string {
	if !addr.IsValid() {
		return ""
	}
	text := addr.Unmap().WithZone("").String()
	switch class {
	case actor.Staff, actor.System, actor.API:
		return text
	}
	return l.Digest("addr", text)
}

const digestSize = 16 // bytes: enough to tell values apart, and half of what the key made

// Digest gives a keyed digest of a value for Entry.Digests: equal values of a field have equal
// digests, and without the key nobody can try values. 32 hexadecimal digits.
func (l *Log) Digest(field, value string) string {
	return hex.EncodeToString(l.ring.Hash("audit."+field, value)[:digestSize])
}
