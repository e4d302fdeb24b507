package login

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// signedIn tells whether the actor has a login of its own, also before the initial password is changed.
func signedIn(a actor.Actor) bool { return a.Class == actor.Staff && a.PersonID != "" }

// SignOut ends the actor's present login. Ending what has ended is no error.
func (s *Service) SignOut(ctx context.Context, a actor.Actor) (err error) {
	defer errs.Wrap(&err, "login.SignOut")
	if !signedIn(a) {
		return errExpired()
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		ended, err := tx.Exec(ctx, deleteLogin, a.LoginID, a.PersonID)
		if err != nil || ended == 0 {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "login.sign_out", Subject: "login", SubjectID: a.LoginID})
	})
}

// Mine lists the actor's logins that stand, the one used last first.
func (s *Service) Mine(ctx context.Context, a actor.Actor) (list []Login, err error) {
	defer errs.Wrap(&err, "login.Mine")
	if !signedIn(a) {
		return nil, errExpired()
	}
	return s.loginsOf(ctx, a, a.PersonID)
}

func (s *Service) loginsOf(ctx context.Context, a actor.Actor, personID string) ([]Login, error) {
	now, here := s.clock.Now(), s.addressKey(a.Addr)
	return sqldb.List(ctx, s.db, func(r *sql.Rows) (Login, error) {
		one, addr, err := scanLogin(r)
		one.Current = one.ID == a.LoginID
		one.SameAddr = addr != "" && addr == here
		return one, err
	}, loginsOfPerson, personID, int64(now), int64(now.Add(-s.options.Idle)))
}

// SignOutOther ends one of the actor's own logins. Errors: login.no_login (NotFound).
func (s *Service) SignOutOther(ctx context.Context, a actor.Actor, loginID string) (err error) {
	defer errs.Wrap(&err, "login.SignOutOther(%s)", loginID)
	if !signedIn(a) {
		return errExpired()
	}
	if !id.Valid(loginID) {
		return errs.NotFound("login.no_login")
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		ended, err := tx.Exec(ctx, deleteLogin, loginID, a.PersonID)
		if err != nil {
			return err
		}
		if ended == 0 {
			return errs.NotFound("login.no_login")
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "login.sign_out", Subject: "login", SubjectID: loginID})
	})
}

// SignOutEverywhere ends all of the actor's logins, the present one too, and says how many.
func (s *Service) SignOutEverywhere(ctx context.Context, a actor.Actor) (ended int, err error) {
	defer errs.Wrap(&err, "login.SignOutEverywhere")
	if !signedIn(a) {
		return 0, errExpired()
	}
	return s.endAll(ctx, a, a.PersonID, "login.sign_out_everywhere")
}

func (s *Service) endAll(ctx context.Context, a actor.Actor, personID, action string) (ended int, err error) {
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, deleteLoginsBut, personID, "")
		if err != nil {
			return err
		}
		ended = int(n)
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: action, Subject: "person", SubjectID: personID, Count: ended})
	})
	return ended, err
}

// ChangePassword changes the actor's own password and ends its other logins. A wrong old one counts
// as a failed sign-in: a browser left open must not be a place to guess in.
//
// Errors: login.old_wrong (Invalid, field "old"), login.locked (Busy), those of [CheckPassword],
// login.password_same_as_before (Invalid, field "password"), login.changed_meanwhile (Conflict).
func (s *Service) ChangePassword(ctx context.Context, a actor.Actor, old, new string) (err error) {
	defer errs.Wrap(&err, "login.ChangePassword")
	if !signedIn(a) {
		return errExpired()
	}
	who, err := scanAccount(s.db.QueryRow(ctx, accountByID, a.PersonID))
	if errors.Is(err, sql.ErrNoRows) {
		return errExpired()
	}
	if err != nil {
		return err
	}
	now := s.clock.Now()
	if err := s.confirm(ctx, a, who, old, now); err != nil {
		return err
	}
	if err := CheckPassword(new, who.name); err != nil {
		return err
	}
	if err := s.refusePast(ctx, who, new); err != nil {
		return err
	}
	fresh, err := s.hasher.hash(ctx, new)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.replaceTx(ctx, tx, who, fresh, false, now); err != nil {
			return err
		}
		ended, err := tx.Exec(ctx, deleteLoginsBut, who.personID, a.LoginID)
		if err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{
			Action: "login.change_password", Subject: "person", SubjectID: who.personID,
			Fields: []string{"password"}, Count: int(ended),
		})
	})
}

// confirm holds the old password against the account, with the same counting as a sign-in.
func (s *Service) confirm(ctx context.Context, a actor.Actor, who account, old string, now clock.Instant) error {
	key := s.accountKey(who.name)
	tried, err := s.reserve(ctx, key, a.Addr, now)
	if err != nil {
		return err
	}
	if tried.refused {
		return errLocked(tried.until, now)
	}
	right := false
	if len(old) <= maxBytes && who.hash != "" {
		if right, _, err = s.hasher.matches(ctx, old, who.hash); err != nil {
			return err
		}
	}
	if !right {
		err := s.fail(ctx, a, who.name, who.personID, tried, now)
		if errs.Is(err, "login.wrong") {
			return errs.Invalid("login.old_wrong").On("old")
		}
		return err
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, deleteLock, byAccount, key)
		return err
	})
}

// refusePast refuses the present password and the ones before it.
func (s *Service) refusePast(ctx context.Context, who account, new string) error {
	past, err := sqldb.List(ctx, s.db, func(r *sql.Rows) (hash string, err error) { return hash, r.Scan(&hash) },
		pastOfPerson, who.personID, history-1)
	if err != nil {
		return err
	}
	for _, hash := range append([]string{who.hash}, past...) {
		used, _, err := s.hasher.matches(ctx, new, hash)
		if err != nil {
			return err
		}
		if used {
			return errs.Invalid("login.password_same_as_before", "last", history).On("password")
		}
	}
	return nil
}

// replaceTx puts a new hash in the place of the account's and keeps the old one among the past.
func (s *Service) replaceTx(ctx context.Context, tx *sqldb.Tx, who account, fresh string, mustChange bool, now clock.Instant) error {
	changed, err := tx.Exec(ctx, updatePassword, who.personID, who.version, fresh, mustChange, int64(now))
	if err != nil {
		return err
	}
	if changed == 0 {
		return errs.Conflict("login.changed_meanwhile")
	}
	if _, err := tx.Exec(ctx, insertPast, id.New(), who.personID, who.hash, int64(now)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, trimPast, who.personID, history-1)
	return err
}
