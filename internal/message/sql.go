package message

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

const insertMessage = `
INSERT INTO message (id, dedupe, to_person, to_unit, from_person, from_unit, key, args, link, urgent, created_at, due_at, read_at, read_by, withdrawn_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, '', 0)
ON CONFLICT (dedupe) DO NOTHING`

const idOfDedupe = `SELECT id FROM message WHERE dedupe = $1`

const messageColumns = `m.id, m.to_person, m.to_unit, m.from_person, m.from_unit, m.key, m.args, m.link, m.urgent, m.created_at, m.due_at, m.read_at, m.read_by`

const findMessages = `
SELECT ` + messageColumns + ` FROM message m
WHERE /*where*/TRUE
ORDER BY m.due_at DESC, m.id DESC LIMIT $1`

// countUnread counts as far as a number is shown.
const countUnread = `
SELECT count(*) FROM (SELECT 1 AS one FROM message m WHERE m.read_at = 0 AND /*where*/TRUE LIMIT $1) AS counted`

const countMine = `SELECT count(*) FROM message WHERE /*where*/TRUE`

const markRead = `UPDATE message SET read_at = $1, read_by = $2 WHERE read_at = 0 AND /*where*/TRUE`

const withdrawMessage = `UPDATE message SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at = 0 AND read_at = 0`

const messagesOfDelivery = `
SELECT ` + messageColumns + `
FROM delivery_message dm JOIN message m ON m.id = dm.message_id
WHERE dm.delivery_id = $1 AND m.withdrawn_at = 0
ORDER BY m.due_at, m.id`

func scanTold(rows *sql.Rows) (m Told, err error) {
	var args string
	if err := rows.Scan(&m.ID, &m.ToPerson, &m.ToUnit, &m.FromPerson, &m.FromUnit, &m.Key, &args, &m.Link, &m.Urgent,
		&m.Created, &m.Due, &m.Read, &m.ReadBy); err != nil {
		return Told{}, err
	}
	if err := json.Unmarshal([]byte(args), &m.Args); err != nil {
		return Told{}, fmt.Errorf("message %s: %w", m.ID, err)
	}
	return m, nil
}

// inbox is the condition of the messages that stand before an actor.
func inbox(a actor.Actor, box Box, now clock.Instant) *sqldb.Where {
	var to []*sqldb.Where
	if box != UnitBox && a.PersonID != "" {
		to = append(to, (&sqldb.Where{}).And("m.to_person = ?", a.PersonID))
	}
	if box != PersonBox && a.UnitID != "" {
		to = append(to, (&sqldb.Where{}).And("m.to_unit = ?", a.UnitID))
	}
	return (&sqldb.Where{}).And("m.withdrawn_at = 0 AND m.due_at <= ?", now).Any(to...)
}

func unreadOnly(w *sqldb.Where) { w.And("m.read_at = 0") }

func messagesAfter(w *sqldb.Where, at clock.Instant, messageID string) {
	w.And("(m.due_at, m.id) < (?, ?)", at, messageID)
}

// marked is the condition of an inbox for the statement that marks, which has no alias.
func marked(a actor.Actor, now clock.Instant, ids []string) *sqldb.Where {
	var to []*sqldb.Where
	if a.PersonID != "" {
		to = append(to, (&sqldb.Where{}).And("to_person = ?", a.PersonID))
	}
	if a.UnitID != "" {
		to = append(to, (&sqldb.Where{}).And("to_unit = ?", a.UnitID))
	}
	w := (&sqldb.Where{}).And("withdrawn_at = 0 AND due_at <= ?", now).Any(to...)
	if ids != nil {
		w.In("id", ids)
	}
	return w
}

func scanIDs(rows *sql.Rows) (one string, err error) {
	err = rows.Scan(&one)
	return one, err
}

const deliveryColumns = `d.id, d.channel, d.person_id, d.digest_on, d.state, d.attempts, d.queued_at, d.due_at, d.claimed_at, d.done_at, d.error, d.header_id, d.version`

const getDelivery = `SELECT ` + deliveryColumns + ` FROM delivery d WHERE d.id = $1`

const insertDelivery = `
INSERT INTO delivery (id, channel, person_id, digest_on, state, attempts, queued_at, due_at, claimed_at, done_at, header_id, error, version)
VALUES ($1, $2, $3, $4, 'queued', 0, $5, $6, 0, 0, $7, '', 1)
ON CONFLICT (channel, person_id, digest_on) WHERE digest_on <> '' DO NOTHING`

// joinDigest takes the digest's row, so that nobody claims it while a message joins it.
const joinDigest = `
UPDATE delivery SET version = version + 1
WHERE channel = $1 AND person_id = $2 AND digest_on = $3 AND digest_on <> '' AND state = 'queued'
RETURNING id`

const insertItem = `
INSERT INTO delivery_message (message_id, channel, person_id, delivery_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (message_id, channel, person_id) DO NOTHING`

const claimDelivery = `
UPDATE delivery SET state = 'claimed', claimed_at = $2, attempts = attempts + 1, version = version + 1
WHERE id = $1 AND state = 'queued' AND due_at <= $2`

// settleDelivery writes what became of an attempt, also over a claim that was taken for a dead
// process's meanwhile: what is known is better than "perhaps".
const settleDelivery = `
UPDATE delivery SET state = $3, due_at = $4, done_at = $5, error = $6, version = version + 1
WHERE id = $1 AND (state = 'claimed' AND version = $2 OR state = 'perhaps' AND error = 'crash' AND version = $2 + 1)`

const lapseClaims = `
UPDATE delivery SET state = 'perhaps', error = 'crash', done_at = $2, version = version + 1
WHERE state = 'claimed' AND claimed_at < $1
RETURNING id`

const resendDelivery = `
UPDATE delivery SET state = 'queued', attempts = 0, queued_at = $2, due_at = $2, done_at = 0, version = version + 1
WHERE id = $1 AND state IN ('perhaps', 'failed', 'withheld')`

const dueDeliveries = `
SELECT id FROM delivery WHERE state = 'queued' AND due_at <= $1 ORDER BY due_at, id LIMIT $2`

const findDeliveries = `
SELECT ` + deliveryColumns + ` FROM delivery d
WHERE /*where*/TRUE
ORDER BY d.id DESC LIMIT $1`

const deliveriesOfMessages = `
SELECT ` + deliveryColumns + `, dm.message_id
FROM delivery_message dm JOIN delivery d ON d.id = dm.delivery_id
WHERE /*where*/TRUE
ORDER BY d.id`

const deliveriesWithoutMessage = `
SELECT d.id FROM delivery d
WHERE NOT EXISTS (SELECT 1 FROM delivery_message dm WHERE dm.delivery_id = d.id)`

const claimsBefore = `SELECT id FROM delivery WHERE state = 'claimed' AND claimed_at < $1`

const strayItems = `
SELECT dm.message_id FROM delivery_message dm JOIN delivery d ON d.id = dm.delivery_id
WHERE dm.channel <> d.channel OR dm.person_id <> d.person_id`

func (d *Delivery) columns() []any {
	return []any{&d.ID, &d.Channel, &d.PersonID, &d.Digest, &d.State, &d.Attempts, &d.Queued, &d.Due, &d.Claimed, &d.Done, &d.Reason, &d.headerID, &d.version}
}

func scanDelivery(rows *sql.Rows) (d Delivery, err error) {
	err = rows.Scan(d.columns()...)
	return d, err
}

// evidence is a letter of a message.
type evidence struct {
	Delivery
	messageID string
}

func scanEvidence(rows *sql.Rows) (e evidence, err error) {
	err = rows.Scan(append(e.columns(), &e.messageID)...)
	return e, err
}

func deliveryByID(ctx context.Context, q sqldb.Querier, deliveryID string) (d Delivery, err error) {
	if !id.Valid(deliveryID) {
		return Delivery{}, errs.NotFound("message.delivery_not_found")
	}
	err = q.QueryRow(ctx, getDelivery, deliveryID).Scan(d.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Delivery{}, errs.NotFound("message.delivery_not_found")
	}
	return d, err
}

// sentFrom restricts deliveries to those with a message that a unit has told.
func sentFrom(w *sqldb.Where, unitID string) {
	w.And("EXISTS (SELECT 1 FROM delivery_message dm JOIN message m ON m.id = dm.message_id WHERE dm.delivery_id = d.id AND m.from_unit = ?)", unitID)
}

func ofState(w *sqldb.Where, states []State) {
	texts := make([]string, len(states))
	for i, s := range states {
		texts[i] = string(s)
	}
	w.In("d.state", texts)
}

func ofDelivery(w *sqldb.Where, deliveryID string) { w.And("d.id = ?", deliveryID) }

func deliveriesAfter(w *sqldb.Where, deliveryID string) { w.And("d.id < ?", deliveryID) }

func ofMessages(messageIDs []string) *sqldb.Where {
	return (&sqldb.Where{}).In("dm.message_id", messageIDs)
}
