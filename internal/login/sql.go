package login

import (
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
)

// A person of a closed unit has no place to act from, like a closed person.
const personStands = `p.closed_at = 0 AND coalesce(u.closed_at, 0) = 0`

const selectAccount = `
SELECT p.id, p.sign_in, coalesce(w.hash, ''), coalesce(w.set_at, 0), coalesce(w.version, 0)
FROM person p LEFT JOIN unit u ON u.id = p.unit_id LEFT JOIN login_password w ON w.person_id = p.id
WHERE ` + personStands

const accountByName = selectAccount + ` AND p.sign_in = $1`

const accountByID = selectAccount + ` AND p.id = $1`

// actorByToken builds the whole actor from rows, in one statement that finds the login by its index.
const actorByToken = `
SELECT l.id, l.seen_at, l.ends_at, p.id, coalesce(p.unit_id, ''),
    coalesce(u.region_code, ''), coalesce(u.line, ''), coalesce(u.tier, ''), coalesce(u.kind, ''),
    coalesce((SELECT string_agg(r.role, ',') FROM person_role r WHERE r.person_id = p.id), ''),
    coalesce((SELECT o.role FROM platform_role o WHERE o.person_id = p.id), ''),
    w.must_change, w.set_at
FROM login l
JOIN person p ON p.id = l.person_id
JOIN login_password w ON w.person_id = p.id
LEFT JOIN unit u ON u.id = p.unit_id
WHERE l.token_hash = $1 AND ` + personStands

const insertLogin = `
INSERT INTO login (id, token_hash, person_id, created_at, seen_at, ends_at, addr, agent)
VALUES ($1, $2, $3, $4, $4, $5, $6, $7)`

const touchLogin = `UPDATE login SET seen_at = $2 WHERE id = $1 AND seen_at < $3`

const loginsOfPerson = `
SELECT id, created_at, seen_at, ends_at, addr, agent FROM login
WHERE person_id = $1 AND ends_at > $2 AND seen_at > $3
ORDER BY seen_at DESC, id DESC`

const deleteLogin = `DELETE FROM login WHERE id = $1 AND person_id = $2`

const deleteLoginsBut = `DELETE FROM login WHERE person_id = $1 AND id <> $2`

const deleteExpired = `DELETE FROM login WHERE ends_at <= $1 OR seen_at <= $2`

// sameVersion is 0 rows when the password has been changed since it was compared. Setting a column
// to itself locks the row on PostgreSQL, which a read would not.
const sameVersion = `UPDATE login_password SET version = version WHERE person_id = $1 AND version = $2`

const insertPassword = `
INSERT INTO login_password (person_id, hash, must_change, set_at, version) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (person_id) DO NOTHING`

const updatePassword = `
UPDATE login_password SET hash = $3, must_change = $4, set_at = $5, version = version + 1
WHERE person_id = $1 AND version = $2`

const rehashPassword = `UPDATE login_password SET hash = $3 WHERE person_id = $1 AND version = $2`

const insertPast = `INSERT INTO login_password_past (id, person_id, hash, until_at) VALUES ($1, $2, $3, $4)`

const pastOfPerson = `
SELECT hash FROM login_password_past WHERE person_id = $1 ORDER BY until_at DESC, id DESC LIMIT $2`

const trimPast = `
DELETE FROM login_password_past WHERE person_id = $1 AND id NOT IN (
    SELECT id FROM login_password_past WHERE person_id = $1 ORDER BY until_at DESC, id DESC LIMIT $2)`

// reserve counts one attempt and gives no row while locked. It is one statement, so that attempts at
// once, in whatever process, take turns on the row: each sees what the one before has left.
// $3 now, $4 start of the window, $5 limit, $6…$9 when a lock of the first, second, … round ends.
const reserve = `
INSERT INTO login_lock (kind, key, failures, since_at, last_at, rounds, until_at) VALUES ($1, $2, 1, $3, $3, 0, 0)
ON CONFLICT (kind, key) DO UPDATE SET
    last_at = excluded.last_at,
    since_at = CASE WHEN login_lock.since_at <= CAST($4 AS BIGINT) THEN excluded.since_at ELSE login_lock.since_at END,
    failures = CASE
        WHEN login_lock.since_at <= CAST($4 AS BIGINT) THEN 1
        WHEN login_lock.failures + 1 >= CAST($5 AS BIGINT) THEN 0
        ELSE login_lock.failures + 1 END,
    rounds = CASE
        WHEN login_lock.since_at <= CAST($4 AS BIGINT) OR login_lock.failures + 1 < CAST($5 AS BIGINT) THEN login_lock.rounds
        ELSE login_lock.rounds + 1 END,
    until_at = CASE
        WHEN login_lock.since_at <= CAST($4 AS BIGINT) OR login_lock.failures + 1 < CAST($5 AS BIGINT) THEN 0
        ELSE CASE login_lock.rounds
            WHEN 0 THEN CAST($6 AS BIGINT) WHEN 1 THEN CAST($7 AS BIGINT) WHEN 2 THEN CAST($8 AS BIGINT)
            ELSE CAST($9 AS BIGINT) END END
WHERE login_lock.until_at <= excluded.last_at
RETURNING until_at`

const lockedUntil = `SELECT until_at FROM login_lock WHERE kind = $1 AND key = $2`

const deleteLock = `DELETE FROM login_lock WHERE kind = $1 AND key = $2`

const deleteForgiven = `DELETE FROM login_lock WHERE last_at <= $1 AND until_at <= $2`

const insertFirstRun = `INSERT INTO login_first_run (token_hash, expires_at) VALUES ($1, $2)`

const firstRunValid = `SELECT EXISTS (SELECT 1 FROM login_first_run WHERE token_hash = $1 AND expires_at > $2)`

const deleteFirstRun = `DELETE FROM login_first_run`

const insertFounded = `INSERT INTO login_founded (id, at) VALUES ('founded', $1) ON CONFLICT (id) DO NOTHING`

const anybodyThere = `SELECT EXISTS (SELECT 1 FROM person)`

// row is anything that scans like a row of a result.
type row interface{ Scan(dest ...any) error }

// contradictions are rows that no use case writes.
const contradictions = `
SELECT 'login ' || id || ' ends before it begins' FROM login WHERE ends_at <= created_at OR seen_at < created_at
UNION ALL SELECT 'login ' || l.id || ' is of a person without a password' FROM login l
    WHERE NOT EXISTS (SELECT 1 FROM login_password w WHERE w.person_id = l.person_id)
UNION ALL SELECT 'person ' || person_id || ' has too many past passwords' FROM login_password_past
    GROUP BY person_id HAVING count(*) > $1
UNION ALL SELECT 'a token for the first run outlives it' FROM login_first_run WHERE EXISTS (SELECT 1 FROM login_founded)
LIMIT 100`

// account is a person as one who signs in.
type account struct {
	personID, name, hash string // hash is "" without a password
	setAt                clock.Instant
	version              int64
}

func scanAccount(r row) (x account, err error) {
	err = r.Scan(&x.personID, &x.name, &x.hash, &x.setAt, &x.version)
	return x, err
}

// standing is a login with the actor that its person is now.
type standing struct {
	actor               actor.Actor
	seenAt, endsAt      clock.Instant
	passwordSetAt       clock.Instant
	passwordMustChanged bool
}

func scanStanding(r row) (x standing, err error) {
	a, roles := &x.actor, ""
	err = r.Scan(&a.LoginID, &x.seenAt, &x.endsAt, &a.PersonID, &a.UnitID,
		&a.Place.Region, &a.Place.Line, &a.Place.Tier, &a.Place.Kind, &roles, &a.Platform,
		&x.passwordMustChanged, &x.passwordSetAt)
	held := strings.Split(roles, ",") // in any order
	for _, role := range actor.UnitRoles {
		if slices.Contains(held, string(role)) {
			a.Roles = append(a.Roles, role)
		}
	}
	a.Class = actor.Staff
	return x, err
}

func scanLogin(r row) (x Login, addr string, err error) {
	err = r.Scan(&x.ID, &x.CreatedAt, &x.SeenAt, &x.EndsAt, &addr, &x.Agent)
	return x, addr, err
}
