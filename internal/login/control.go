package login

import (
	"context"
	"database/sql"
	"errors"
	"net/netip"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// ResetPassword gives a person a new initial password, which is shown once and serves for nothing
// but choosing another, ends all of the person's logins and lifts the lock-out.
//
// It needs actor.PersonManage over the person. Nobody resets their own: that would change a password
// without giving the old one.
//
// Errors: person.forbidden (Forbidden), person.not_found (NotFound), login.own_reset,
// login.person_closed, login.changed_meanwhile (Conflict).
func (s *Service) ResetPassword(ctx context.Context, a actor.Actor, personID string) (initial string, err error) {
	defer errs.Wrap(&err, "login.ResetPassword(%s)", personID)
	who, err := s.units.Authorize(ctx, s.db, a, actor.PersonManage, personID)
	if err != nil {
		return "", err
	}
	if a.PersonID == personID {
		return "", errs.Conflict("login.own_reset")
	}
	initial = newInitialPassword(who.SignIn)
	fresh, err := s.hasher.hash(ctx, initial)
	if err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		// Asked again inside: a role that was granted meanwhile changes the answer.
		if _, err := s.units.Authorize(ctx, tx, a, actor.PersonManage, personID); err != nil {
			return err
		}
		return s.resetTx(ctx, tx, a, who, fresh)
	})
	if err != nil {
		return "", err
	}
	return initial, nil
}

func (s *Service) resetTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, who unit.Person, fresh string) error {
	present, err := scanAccount(tx.QueryRow(ctx, accountByID, who.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return errs.Conflict("login.person_closed")
	}
	if err != nil {
		return err
	}
	now := s.clock.Now()
	if present.hash == "" {
		err = s.insertTx(ctx, tx, who.ID, fresh, true, now)
	} else {
		err = s.replaceTx(ctx, tx, present, fresh, true, now)
	}
	if err != nil {
		return err
	}
	ended, err := tx.Exec(ctx, deleteLoginsBut, who.ID, "")
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deleteLock, byAccount, s.accountKey(who.SignIn)); err != nil {
		return err
	}
	return s.log.RecordTx(ctx, tx, a, audit.Entry{
		Action: "login.reset_password", Subject: "person", SubjectID: who.ID, UnitID: who.UnitID,
		Fields: []string{"password"}, Count: int(ended),
	})
}

func (s *Service) insertTx(ctx context.Context, tx *sqldb.Tx, personID, hash string, mustChange bool, now clock.Instant) error {
	made, err := tx.Exec(ctx, insertPassword, personID, hash, mustChange, int64(now))
	if err != nil {
		return err
	}
	if made == 0 {
		return errs.Conflict("login.changed_meanwhile")
	}
	return nil
}

// NewHash hashes a password for [Service.SetPasswordTx], outside of a transaction.
func (s *Service) NewHash(ctx context.Context, password string) (h Hash, err error) {
	defer errs.Wrap(&err, "login.NewHash")
	text, err := s.hasher.hash(ctx, password)
	return Hash{text}, err
}

// SetPasswordTx gives a person who has none a first password, for the sample and for commands on the
// server: only the system may. The password's rules are the caller's business.
//
// Errors: login.forbidden, login.changed_meanwhile (Conflict) when there is a password.
func (s *Service) SetPasswordTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, personID string, h Hash, mustChange bool) (err error) {
	defer errs.Wrap(&err, "login.SetPasswordTx(%s)", personID)
	if a.Class != actor.System {
		return errForbidden()
	}
	return s.setFirstTx(ctx, tx, a, personID, h.text, mustChange)
}

var _ unit.Passwords = (*Service)(nil)

// firstPassword is an initial password that has been hashed and is nobody's yet.
type firstPassword struct {
	s          *Service
	text, hash string
}

// PrepareInitial makes an initial password for somebody who will sign in by this name, and hashes it:
// outside of a transaction, because that takes some 20 ms. Errors: login.busy (Busy).
func (s *Service) PrepareInitial(ctx context.Context, signIn string) (p unit.FirstPassword, err error) {
	defer errs.Wrap(&err, "login.PrepareInitial")
	made := firstPassword{s: s, text: newInitialPassword(signIn)}
	if made.hash, err = s.hasher.hash(ctx, made.text); err != nil {
		return nil, err
	}
	return made, nil
}

// Text is the password, to be shown once.
func (p firstPassword) Text() string { return p.text }

// SetTx gives it to a person who has none; it must be changed at the first sign-in.
//
// Errors: person.forbidden without actor.PersonManage over the person, person.not_found,
// login.changed_meanwhile (Conflict) when there is a password.
func (p firstPassword) SetTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, personID string) (err error) {
	defer errs.Wrap(&err, "login.SetTx(%s)", personID)
	if _, err := p.s.units.Authorize(ctx, tx, a, actor.PersonManage, personID); err != nil {
		return err
	}
	return p.s.setFirstTx(ctx, tx, a, personID, p.hash, true)
}

func (s *Service) setFirstTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, personID, hash string, mustChange bool) error {
	if err := s.insertTx(ctx, tx, personID, hash, mustChange, s.clock.Now()); err != nil {
		return err
	}
	return s.log.RecordTx(ctx, tx, a, audit.Entry{
		Action: "login.set_password", Subject: "person", SubjectID: personID, Fields: []string{"password"},
	})
}

// Of lists the logins of a person for the security administrator. Errors: person.forbidden without
// actor.LoginControl, person.not_found.
func (s *Service) Of(ctx context.Context, a actor.Actor, personID string) (list []Login, err error) {
	defer errs.Wrap(&err, "login.Of(%s)", personID)
	if _, err := s.units.Authorize(ctx, s.db, a, actor.LoginControl, personID); err != nil {
		return nil, err
	}
	return s.loginsOf(ctx, a, personID)
}

// LockedUntil tells until when a person's account is locked; 0 where it is not. Errors:
// person.forbidden without actor.LoginControl, person.not_found.
func (s *Service) LockedUntil(ctx context.Context, a actor.Actor, personID string) (until clock.Instant, err error) {
	defer errs.Wrap(&err, "login.LockedUntil(%s)", personID)
	who, err := s.units.Authorize(ctx, s.db, a, actor.LoginControl, personID)
	if err != nil {
		return 0, err
	}
	until, err = lockEnd(ctx, s.db, byAccount, s.accountKey(who.SignIn))
	if until <= s.clock.Now() {
		until = 0
	}
	return until, err
}

// Unlock lifts the lock-out of a person's account and forgives its failures. Errors: person.forbidden
// without actor.LoginControl, person.not_found, login.not_locked (Conflict).
func (s *Service) Unlock(ctx context.Context, a actor.Actor, personID string) (err error) {
	defer errs.Wrap(&err, "login.Unlock(%s)", personID)
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		who, err := s.units.Authorize(ctx, tx, a, actor.LoginControl, personID)
		if err != nil {
			return err
		}
		return s.unlockTx(ctx, tx, a, byAccount, s.accountKey(who.SignIn), audit.Entry{
			Action: "login.unlock", Subject: "person", SubjectID: personID, UnitID: who.UnitID,
		})
	})
}

// UnlockAddress lifts the lock-out of a network address, for an office that has one for all. Errors:
// login.forbidden without actor.LoginControl, login.not_locked (Conflict).
func (s *Service) UnlockAddress(ctx context.Context, a actor.Actor, addr netip.Addr) (err error) {
	defer errs.Wrap(&err, "login.UnlockAddress")
	if !actor.Can(a, actor.LoginControl, actor.Target{}) {
		return errForbidden()
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		return s.unlockTx(ctx, tx, a, byAddress, s.addressKey(addr), audit.Entry{Action: "login.unlock_address"})
	})
}

func (s *Service) unlockTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, kind, key string, e audit.Entry) error {
	lifted, err := tx.Exec(ctx, deleteLock, kind, key)
	if err != nil {
		return err
	}
	if lifted == 0 {
		return errs.Conflict("login.not_locked")
	}
	return s.log.RecordTx(ctx, tx, a, e)
}

// SignOutPerson ends all logins of a person and says how many. Errors: person.forbidden without
// actor.LoginControl, person.not_found.
func (s *Service) SignOutPerson(ctx context.Context, a actor.Actor, personID string) (ended int, err error) {
	defer errs.Wrap(&err, "login.SignOutPerson(%s)", personID)
	if _, err := s.units.Authorize(ctx, s.db, a, actor.LoginControl, personID); err != nil {
		return 0, err
	}
	return s.endAll(ctx, a, personID, "login.sign_out_person")
}

// Sweep removes logins that have ended and failures that are forgiven, and says how many logins. It
// is run now and then; nothing depends on it but the size of the tables and the length of lock-outs
// after a quiet day.
func (s *Service) Sweep(ctx context.Context) (ended int, err error) {
	defer errs.Wrap(&err, "login.Sweep")
	now := s.clock.Now()
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, deleteExpired, int64(now), int64(now.Add(-s.options.Idle)))
		if err != nil {
			return err
		}
		ended = int(n)
		_, err = tx.Exec(ctx, deleteForgiven, int64(now.Add(-forgivenAfter)), int64(now))
		return err
	})
	return ended, err
}
