package duty

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Counted is something that stands behind a duty as evidence, such as an activity that was held.
type Counted struct {
	SubjectID string
	At        clock.Instant
}

// EvidenceTx follows that a unit has done something of one of kinds, words of the notice's hints such as
// "open_campus": the duties of an edition that the unit discharges by evidence of it, not by a filing
// (notice §三), are accepted as of at. The subject is kept as what they are discharged by, also where
// they were before. What the unit has filed itself stays with its reviewer. The same subject counts once.
// It gives how many duties are discharged by it that were not before.
func (s *Service) EvidenceTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, editionID, unitID string, kinds []string, subject string, at clock.Instant) (discharged int, err error) {
	defer errs.Wrap(&err, "duty.EvidenceTx(%s)", shorten(subject))
	list, err := listByEvidence(ctx, tx, editionID, unitID)
	if err != nil {
		return 0, err
	}
	for _, one := range list {
		if !slices.ContainsFunc(strings.Fields(one.hint), func(word string) bool { return slices.Contains(kinds, word) }) {
			continue
		}
		fresh, err := tx.Exec(ctx, insertEvidence, one.dutyID, subject, int64(at))
		if err != nil {
			return 0, err
		}
		if fresh == 0 {
			continue
		}
		n, err := tx.Exec(ctx, acceptByEvidence, one.dutyID, int64(at), int64(s.clock.Now()))
		if err != nil {
			return 0, err
		}
		if n == 0 {
			continue
		}
		d, err := dutyByID(ctx, tx, one.dutyID)
		if err != nil {
			return 0, err
		}
		if err := s.endRemindersTx(ctx, tx, a, d); err != nil {
			return 0, err
		}
		if err := s.record(ctx, tx, a, "duty.evidence", d); err != nil {
			return 0, err
		}
		discharged++
	}
	return discharged, nil
}

// Evidence lists what stands behind a duty, the first first. Errors: duty.not_found.
func (s *Service) Evidence(ctx context.Context, a actor.Actor, dutyID string) (list []Counted, err error) {
	defer errs.Wrap(&err, "duty.Evidence(%s)", shorten(dutyID))
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		if _, err := seen(ctx, q, a, dutyID); err != nil {
			return err
		}
		list, err = sqldb.List(ctx, q, func(row *sql.Rows) (c Counted, err error) { return c, row.Scan(&c.SubjectID, &c.At) }, findEvidence, dutyID)
		return err
	})
	return list, err
}
