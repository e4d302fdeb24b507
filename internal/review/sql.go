package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"openweek/internal/actor"
	"openweek/internal/sqldb"
)

const stepColumns = `s.id, s.subject_kind, s.subject_id, s.subject_version, s.subject_hash, s.author_id, s.position, s.unit_id, s.role,
	s.state, s.opened_at, s.decided_by, s.decided_at, s.comment, s.marks`

const getStep = `SELECT ` + stepColumns + ` FROM review_step s WHERE s.id = $1`

const listStepsSQL = `SELECT ` + stepColumns + ` FROM review_step s WHERE s.subject_kind = $1 AND s.subject_id = $2
ORDER BY s.subject_version, s.position`

const findPending = `SELECT ` + stepColumns + ` FROM review_step s WHERE /*where*/TRUE ORDER BY s.opened_at, s.id LIMIT $1`

const countPendingSQL = `SELECT count(*) FROM review_step s WHERE /*where*/TRUE`

const insertStep = `INSERT INTO review_step (id, subject_kind, subject_id, subject_version, subject_hash, author_id, position, unit_id, role,
	state, opened_at, decided_by, decided_at, comment, marks, read_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 0, '', '[]', '') ON CONFLICT DO NOTHING`

const insertAuthor = `INSERT INTO review_author (subject_kind, subject_id, subject_version, person_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

// Everything that a decision depends on stands in the statement: whoever comes second changes nothing.
const decideStep = `UPDATE review_step SET state = $2, decided_by = $3, decided_at = $4, comment = $5, marks = $6, read_hash = $7
WHERE id = $1 AND state = 'open' AND subject_hash = $7
AND NOT EXISTS (SELECT 1 FROM review_author p WHERE p.subject_kind = review_step.subject_kind AND p.subject_id = review_step.subject_id
	AND p.subject_version = review_step.subject_version AND p.person_id = $3)
AND NOT EXISTS (SELECT 1 FROM review_step o WHERE o.subject_kind = review_step.subject_kind AND o.subject_id = review_step.subject_id
	AND o.subject_version = review_step.subject_version AND o.decided_by = $3)`

const openStep = `UPDATE review_step SET state = 'open', opened_at = $5
WHERE subject_kind = $1 AND subject_id = $2 AND subject_version = $3 AND position = $4 AND state = 'waiting'`

const voidSteps = `UPDATE review_step SET state = 'void' WHERE subject_kind = $1 AND subject_id = $2 AND state IN ('open', 'waiting')`

const isInvolved = `SELECT
	EXISTS (SELECT 1 FROM review_author p WHERE p.subject_kind = $1 AND p.subject_id = $2 AND p.subject_version = $3 AND p.person_id = $4),
	EXISTS (SELECT 1 FROM review_step o WHERE o.subject_kind = $1 AND o.subject_id = $2 AND o.subject_version = $3 AND o.decided_by = $4)`

// A step was reached only when all before it were accepted, and nobody decides what they wrote in.
const listBrokenSQL = `SELECT s.id FROM review_step s
WHERE s.state IN ('open', 'accepted', 'returned', 'declined') AND EXISTS (SELECT 1 FROM review_step o WHERE o.subject_kind = s.subject_kind
	AND o.subject_id = s.subject_id AND o.subject_version = s.subject_version AND o.position < s.position AND o.state <> 'accepted')
OR s.decided_by <> '' AND EXISTS (SELECT 1 FROM review_author p WHERE p.subject_kind = s.subject_kind AND p.subject_id = s.subject_id
	AND p.subject_version = s.subject_version AND p.person_id = s.decided_by)
ORDER BY s.id`

func scanStep(row interface{ Scan(...any) error }) (s Step, err error) {
	var marks string
	err = row.Scan(&s.ID, &s.Subject.Kind, &s.Subject.ID, &s.Subject.Version, &s.Subject.Hash, &s.Subject.AuthorID, &s.Position, &s.UnitID, &s.Role,
		&s.State, &s.OpenedAt, &s.DecidedBy, &s.DecidedAt, &s.Comment, &marks)
	if err != nil {
		return Step{}, err
	}
	if err := json.Unmarshal([]byte(marks), &s.Marks); err != nil {
		return Step{}, fmt.Errorf("review: marks of %s: %w", s.ID, err)
	}
	if len(s.Marks) == 0 {
		s.Marks = nil
	}
	return s, nil
}

func stepByID(ctx context.Context, q sqldb.Querier, stepID string) (Step, error) {
	s, err := scanStep(q.QueryRow(ctx, getStep, stepID))
	if errors.Is(err, sql.ErrNoRows) {
		return Step{}, errNotFound()
	}
	return s, err
}

func scanRow(row *sql.Rows) (Step, error) { return scanStep(row) }

func listSteps(ctx context.Context, q sqldb.Querier, kind, subjectID string) ([]Step, error) {
	return sqldb.List(ctx, q, scanRow, listStepsSQL, kind, subjectID)
}

func pendingFor(a actor.Actor) *sqldb.Where {
	w := (&sqldb.Where{}).And("s.state = 'open'")
	if !a.IsStaff() || a.UnitID == "" || a.PersonID == "" {
		return w.Nothing()
	}
	roles := make([]string, len(a.Roles))
	for i, r := range a.Roles {
		roles[i] = string(r)
	}
	return w.And("s.unit_id = ?", a.UnitID).In("s.role", roles).
		And(`NOT EXISTS (SELECT 1 FROM review_author p WHERE p.subject_kind = s.subject_kind AND p.subject_id = s.subject_id
			AND p.subject_version = s.subject_version AND p.person_id = ?)`, a.PersonID).
		And(`NOT EXISTS (SELECT 1 FROM review_step o WHERE o.subject_kind = s.subject_kind AND o.subject_id = s.subject_id
			AND o.subject_version = s.subject_version AND o.decided_by = ?)`, a.PersonID)
}

func listPending(ctx context.Context, q sqldb.Querier, a actor.Actor, limit int) ([]Step, error) {
	query, args := pendingFor(a).Apply(findPending, limit)
	return sqldb.List(ctx, q, scanRow, query, args...)
}

func countPending(ctx context.Context, q sqldb.Querier, a actor.Actor) (n int, err error) {
	query, args := pendingFor(a).Apply(countPendingSQL)
	err = q.QueryRow(ctx, query, args...).Scan(&n)
	return n, err
}

// involved tells whether a person wrote in a version, and whether they have decided a step of it.
func involved(ctx context.Context, q sqldb.Querier, s Subject, personID string) (author, decided bool, err error) {
	err = q.QueryRow(ctx, isInvolved, s.Kind, s.ID, s.Version, personID).Scan(&author, &decided)
	return author, decided, err
}

func listBroken(ctx context.Context, q sqldb.Querier) ([]string, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (stepID string, err error) {
		err = row.Scan(&stepID)
		return stepID, err
	}, listBrokenSQL)
}
