package login

import (
	"context"
	"database/sql"
	"errors"
	"net/netip"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// Service is the use cases of signing in. It is safe for concurrent use.
type Service struct {
	db      *sqldb.DB
	ring    *seal.Ring
	clock   clock.Clock
	log     *audit.Log
	units   *unit.Service
	options Options
	hasher  *hasher

	// FirstRun makes the first three people of an empty store.
	FirstRun *FirstRun
}

// NewService makes the service.
func NewService(db *sqldb.DB, ring *seal.Ring, c clock.Clock, log *audit.Log, units *unit.Service, o Options) *Service {
	o = o.withDefaults()
	s := &Service{db: db, ring: ring, clock: c, log: log, units: units, options: o, hasher: newHasher(o)}
	s.FirstRun = &FirstRun{s}
	return s
}

// SignIn checks a name and a password and makes a login. The token goes into a cookie and nowhere
// else. An actor with MustChangePassword may only change the password.
//
// Errors: login.wrong (Unauthenticated), whichever of both was wrong; login.locked (Busy, "minutes");
// login.busy (Busy).
func (s *Service) SignIn(ctx context.Context, c Credentials) (token string, a actor.Actor, err error) {
	defer errs.Wrap(&err, "login.SignIn")
	now := s.clock.Now()
	key := s.accountKey(c.Name)
	tried, err := s.reserve(ctx, key, c.Addr, now)
	if err != nil {
		return "", actor.Actor{}, err
	}
	if tried.refused {
		return "", actor.Actor{}, errLocked(tried.until, now)
	}
	who, right, err := s.compare(ctx, c)
	if err != nil {
		return "", actor.Actor{}, err
	}
	if !right {
		return "", actor.Actor{}, s.fail(ctx, actor.Actor{Addr: c.Addr}, c.Name, who.personID, tried, now)
	}
	token, hash := newTokenWithHash()
	loginID := id.New()
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		same, err := tx.Exec(ctx, sameVersion, who.personID, who.version)
		if err != nil {
			return err
		}
		if same == 0 { // changed while it was compared
			return errWrong()
		}
		if _, err := tx.Exec(ctx, deleteLock, byAccount, key); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertLogin, loginID, hash, who.personID, int64(now), int64(now.Add(s.options.Absolute)),
			s.addressKey(c.Addr), agentOf(c.Agent)); err != nil {
			return err
		}
		found, err := scanStanding(tx.QueryRow(ctx, actorByToken, hash))
		if errors.Is(err, sql.ErrNoRows) { // closed while it was compared
			return errWrong()
		}
		if err != nil {
			return err
		}
		a = s.actorOf(found, c.Addr, now)
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "login.sign_in", Subject: "login", SubjectID: loginID})
	})
	if err != nil {
		return "", actor.Actor{}, err
	}
	return token, a, nil
}

func newTokenWithHash() (token string, hash []byte) {
	token = newToken()
	hash, _ = tokenHash(token) // it is one
	return token, hash
}

// reserve counts the attempt against the account before anything is compared, unless the account or
// the address is locked.
func (s *Service) reserve(ctx context.Context, key string, addr netip.Addr, now clock.Instant) (tried attempt, err error) {
	if where := s.addressKey(addr); where != "" {
		until, err := lockEnd(ctx, s.db, byAddress, where)
		if err != nil {
			return attempt{}, err
		}
		if until > now {
			return attempt{refused: true, until: until}, nil
		}
	}
	// A locked account is refused by reading: a flood of attempts must not become a flood of writes.
	until, err := lockEnd(ctx, s.db, byAccount, key)
	if err != nil {
		return attempt{}, err
	}
	if until > now {
		return attempt{refused: true, until: until}, nil
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		counted, err := s.countTx(ctx, tx, byAccount, key, now)
		tried = counted
		return err
	})
	return tried, err
}

// compare looks for the account and compares the password. It takes the same time whether or not
// there is such an account.
func (s *Service) compare(ctx context.Context, c Credentials) (who account, right bool, err error) {
	if name := normalName(c.Name); isName(name) {
		who, err = scanAccount(s.db.QueryRow(ctx, accountByName, name))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return account{}, false, err
		}
	}
	if len(c.Password) > maxBytes {
		c.Password = "" // nobody has such a long one; hashing it would be work for an attacker's pleasure
	}
	if who.hash == "" {
		return who, false, s.hasher.waste(ctx, c.Password)
	}
	right, stale, err := s.hasher.matches(ctx, c.Password, who.hash)
	if err != nil || !right || !stale {
		return who, right, err
	}
	fresh, err := s.hasher.hash(ctx, c.Password)
	if err != nil {
		return account{}, false, err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, rehashPassword, who.personID, who.version, fresh)
		return err
	})
	return who, right, err
}

// fail records a failed attempt, counts it against the address and gives what the user is told.
func (s *Service) fail(ctx context.Context, a actor.Actor, name, personID string, tried attempt, now clock.Instant) error {
	entry := audit.Entry{
		Action: "login.fail", Subject: "person", SubjectID: personID,
		Digests: map[string]string{"name": s.log.Digest("name", normalName(name))},
	}
	err := s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.log.RecordTx(ctx, tx, a, entry); err != nil {
			return err
		}
		if tried.until > now {
			lock := entry
			lock.Action = "login.lock"
			if err := s.log.RecordTx(ctx, tx, a, lock); err != nil {
				return err
			}
		}
		where := s.addressKey(a.Addr)
		if where == "" {
			return nil
		}
		counted, err := s.countTx(ctx, tx, byAddress, where, now)
		if err != nil || counted.refused || counted.until == 0 {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "login.lock_address"})
	})
	if err != nil {
		return err
	}
	if tried.until > now {
		return errLocked(tried.until, now)
	}
	return errWrong()
}

// seenEvery is how often a login in use is written: a write for each request would be a write for
// each click.
const seenEvery = time.Minute

// Authenticate gives the actor behind a login's token, as its person is now. addr is where the
// request came from. One read, and at most one write a minute.
//
// Errors: login.expired (Unauthenticated) for a login that has ended for whatever reason.
func (s *Service) Authenticate(ctx context.Context, token string, addr netip.Addr) (a actor.Actor, err error) {
	defer errs.Wrap(&err, "login.Authenticate")
	hash, ok := tokenHash(token)
	if !ok {
		return actor.Actor{}, errExpired()
	}
	found, err := scanStanding(s.db.QueryRow(ctx, actorByToken, hash))
	if errors.Is(err, sql.ErrNoRows) {
		return actor.Actor{}, errExpired()
	}
	if err != nil {
		return actor.Actor{}, err
	}
	now := s.clock.Now()
	if now >= found.endsAt || now >= found.seenAt.Add(s.options.Idle) {
		return actor.Actor{}, errExpired()
	}
	if now >= found.seenAt.Add(seenEvery) {
		// A store that cannot be written still answers readers, so this failure is nobody's error: the
		// login ends earlier for it.
		_ = s.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, touchLogin, found.actor.LoginID, int64(now), int64(now.Add(-seenEvery)+1))
			return err
		})
	}
	return s.actorOf(found, addr, now), nil
}

func (s *Service) actorOf(found standing, addr netip.Addr, now clock.Instant) actor.Actor {
	a := found.actor
	a.Addr = addr
	a.MustChangePassword = found.passwordMustChanged ||
		s.options.MaxAge > 0 && now >= found.passwordSetAt.Add(s.options.MaxAge)
	return a
}
