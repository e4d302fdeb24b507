package booking

import (
	"context"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// KeepDays is how many days after its session a booking keeps who made it, where the office of an edition
// says nothing else: as long as somebody may still ask who was there (个人信息保护法 article 19: the
// shortest time that the purpose needs).
const KeepDays = 30

// maxKeepDays is the longest that an office can set.
const maxKeepDays = 365

// KeepUntil is the last day on which it is known who booked a session: so many days after the one on which
// the session ends.
func KeepUntil(session activity.Session, keepDays int64) clock.Day {
	return session.Ends.Day().AddDays(int(keepDays))
}

// Policy is how the bookings of an edition are kept.
type Policy struct {
	EditionID string
	KeepDays  int64 // from 1 to 365
	Version   int64 // 0 while nobody has set another than the usual
}

// Policy gives how the bookings of an edition are kept. It needs no right: tickets say it.
//
// Errors: edition.not_found.
func (s *Service) Policy(ctx context.Context, editionID string) (p Policy, err error) {
	defer errs.Wrap(&err, "booking.Policy")
	if _, err := territoryOf(ctx, s.deps.DB, editionID); err != nil {
		return Policy{}, err
	}
	return policyOf(ctx, s.deps.DB, editionID)
}

// SetPolicy writes over the policy of an edition that stands at p.Version. The head of the edition's office
// may. What has expired already stays so; what a shorter time lets expire is erased within the hour.
//
// Errors: edition.not_found, edition.forbidden; booking.keep_days (Invalid, on keep_days);
// booking.changed_meanwhile (Conflict).
func (s *Service) SetPolicy(ctx context.Context, a actor.Actor, p Policy) (after Policy, err error) {
	defer errs.Wrap(&err, "booking.SetPolicy")
	if p.KeepDays < 1 || p.KeepDays > maxKeepDays {
		return Policy{}, errs.Join(errs.Invalid("booking.keep_days", "limit", maxKeepDays).On("keep_days"))
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		territory, err := territoryOf(ctx, tx, p.EditionID)
		switch {
		case err != nil:
			return err
		case !actor.Can(a, actor.EditionPublish, actor.Office(territory)):
			return errs.Forbidden("edition.forbidden")
		}
		query := updatePolicy
		if p.Version == 0 {
			query = insertPolicy
		}
		changed, err := tx.Exec(ctx, query, p.EditionID, p.KeepDays, p.Version)
		if err != nil {
			return err
		}
		if changed == 0 {
			return errs.Conflict("booking.changed_meanwhile")
		}
		if after, err = policyOf(ctx, tx, p.EditionID); err != nil {
			return err
		}
		return s.deps.Audit.RecordTx(ctx, tx, a, audit.Entry{Action: "booking.policy_set", Subject: "edition", SubjectID: p.EditionID, Fields: []string{"keep_days"}})
	})
	if err != nil {
		return Policy{}, err
	}
	return after, nil
}

const expireBatch = 500

// Expire forgets who has booked sessions that have been over for longer than their edition's policy says:
// contact, answers, language, the counts of contacts by day; of cancelled sessions and bookings, too. What
// was booked stays as numbers. It gives how many bookings that concerned; the log keeps that number.
func (s *Service) Expire(ctx context.Context) (expired int, err error) {
	defer errs.Wrap(&err, "booking.Expire")
	today := s.deps.Clock.Now().Day()
	for {
		list, err := listExpired(ctx, s.deps.DB, today, expireBatch)
		if err != nil {
			return expired, err
		}
		if len(list) > 0 {
			if err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error { return s.expireTx(ctx, tx, list, today) }); err != nil {
				return expired, err
			}
		}
		expired += len(list)
		if len(list) < expireBatch {
			return expired, s.sweepDays(ctx, today)
		}
	}
}

// expiredRow is a booking whose booker is to be forgotten.
type expiredRow struct {
	id, activityID string
	day            clock.Day
	hash           []byte
}

func (s *Service) expireTx(ctx context.Context, tx *sqldb.Tx, list []expiredRow, today clock.Day) error {
	now := s.deps.Clock.Now()
	for _, r := range list {
		if _, err := tx.Exec(ctx, eraseOne, r.id, int64(now)); err != nil {
			return err
		}
		if r.hash == nil {
			continue
		}
		if _, err := tx.Exec(ctx, forgetDay, r.activityID, string(r.day), r.hash); err != nil {
			return err
		}
	}
	return s.deps.Audit.RecordTx(ctx, tx, actor.TheSystem(), audit.Entry{Action: "booking.expire", Subject: "booking", SubjectID: string(today), Count: len(list)})
}

// sweepDays removes counts that no booking stands for any more, such as of a session that was moved to
// another day, once no policy can keep their booking.
func (s *Service) sweepDays(ctx context.Context, today clock.Day) error {
	before := today.AddDays(-maxKeepDays - 32)
	var old int64
	if err := s.deps.DB.QueryRow(ctx, countOldDays, string(before)).Scan(&old); err != nil || old == 0 {
		return err // asked before writing: an idle server should not write
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, dropOldDays, string(before))
		return err
	})
}
