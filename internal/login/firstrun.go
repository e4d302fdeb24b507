package login

import (
	"context"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// FirstRun turns an empty store into one that three people can sign in to, once. Whoever has the
// one-time token from the server's log may do it: that is the person who started the server.
type FirstRun struct{ s *Service }

// Founder is one of the first three people.
type Founder struct{ SignIn, Name, Phone, Email string }

// Setup are the first three people, one for each platform role (三员分立).
type Setup struct {
	SystemAdmin, SecurityAdmin, Auditor Founder
}

// Initials are the initial passwords of the people of a Setup. They are shown once and must be
// changed at the first sign-in.
type Initials struct{ SystemAdmin, SecurityAdmin, Auditor string }

const firstRunFor = 24 * time.Hour

// Needed tells whether there is nobody in the store yet.
func (f *FirstRun) Needed(ctx context.Context) (needed bool, err error) {
	defer errs.Wrap(&err, "login.FirstRun.Needed")
	return nobody(ctx, f.s.db)
}

func nobody(ctx context.Context, q sqldb.Querier) (bool, error) {
	var somebody bool
	err := q.QueryRow(ctx, anybodyThere).Scan(&somebody)
	return !somebody, err
}

// Token makes a token that serves for a day. Each process that starts makes its own, and the others'
// stay good. Errors: login.first_run_done (Conflict).
func (f *FirstRun) Token(ctx context.Context) (token string, err error) {
	defer errs.Wrap(&err, "login.FirstRun.Token")
	token, hash := newTokenWithHash()
	err = f.s.db.Write(ctx, func(tx *sqldb.Tx) error {
		empty, err := nobody(ctx, tx)
		if err != nil {
			return err
		}
		if !empty {
			return errs.Conflict("login.first_run_done")
		}
		_, err = tx.Exec(ctx, insertFirstRun, hash, int64(f.s.clock.Now().Add(firstRunFor)))
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// Check tells whether a token would serve, before somebody fills in a form. Errors:
// login.first_run_done (Conflict), login.first_run_token (Forbidden).
func (f *FirstRun) Check(ctx context.Context, token string) (err error) {
	defer errs.Wrap(&err, "login.FirstRun.Check")
	// One state of the store: the token goes in the transaction in which the people come.
	return f.s.db.Snapshot(ctx, func(q sqldb.Querier) error { return f.check(ctx, q, token) })
}

func (f *FirstRun) check(ctx context.Context, q sqldb.Querier, token string) error {
	empty, err := nobody(ctx, q)
	if err != nil {
		return err
	}
	if !empty {
		return errs.Conflict("login.first_run_done")
	}
	hash, ok := tokenHash(token)
	if ok {
		if err := q.QueryRow(ctx, firstRunValid, hash, int64(f.s.clock.Now())).Scan(&ok); err != nil {
			return err
		}
	}
	if !ok {
		return errs.Forbidden("login.first_run_token")
	}
	return nil
}

// Complete makes the three people with their roles and initial passwords, in one transaction and
// once, whatever number of processes try.
//
// Errors: login.first_run_done (Conflict), login.first_run_token (Forbidden), a form of person.*
// problems whose fields begin with the role, such as "auditor.phone".
func (f *FirstRun) Complete(ctx context.Context, token string, setup Setup) (initials Initials, err error) {
	defer errs.Wrap(&err, "login.FirstRun.Complete")
	if err := f.Check(ctx, token); err != nil { // before the work of hashing
		return Initials{}, err
	}
	people := []struct {
		role     actor.Platform
		founder  Founder
		password *string
		hash     Hash
	}{
		{role: actor.SystemAdmin, founder: setup.SystemAdmin, password: &initials.SystemAdmin},
		{role: actor.SecurityAdmin, founder: setup.SecurityAdmin, password: &initials.SecurityAdmin},
		{role: actor.Auditor, founder: setup.Auditor, password: &initials.Auditor},
	}
	for i := range people {
		p := &people[i]
		*p.password = newInitialPassword(p.founder.SignIn)
		if p.hash, err = f.s.NewHash(ctx, *p.password); err != nil {
			return Initials{}, err
		}
	}
	system := actor.TheSystem()
	err = f.s.db.Write(ctx, func(tx *sqldb.Tx) error {
		// The row first: a second process waits here until the first has committed, and then loses.
		won, err := tx.Exec(ctx, insertFounded, int64(f.s.clock.Now()))
		if err != nil {
			return err
		}
		if won == 0 {
			return errs.Conflict("login.first_run_done")
		}
		if err := f.check(ctx, tx, token); err != nil {
			return err
		}
		var problems []*errs.Error
		for _, p := range people {
			made, err := f.s.units.CreatePersonTx(ctx, tx, system, unit.PersonDraft{
				SignIn: p.founder.SignIn, Name: p.founder.Name, Phone: p.founder.Phone, Email: p.founder.Email,
			})
			if form := errs.As(err); err != nil && len(form.Problems) > 0 {
				for _, one := range form.Problems {
					problems = append(problems, one.On(string(p.role)+"."+one.Field))
				}
				continue
			}
			if err != nil {
				return err
			}
			if err := f.s.units.GrantPlatformTx(ctx, tx, system, made.ID, p.role); err != nil {
				return err
			}
			if err := f.s.SetPasswordTx(ctx, tx, system, made.ID, p.hash, true); err != nil {
				return err
			}
		}
		if err := errs.Join(problems...); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteFirstRun); err != nil {
			return err
		}
		return f.s.log.RecordTx(ctx, tx, system, audit.Entry{Action: "login.first_run", Count: len(people)})
	})
	if err != nil {
		return Initials{}, err
	}
	return initials, nil
}
