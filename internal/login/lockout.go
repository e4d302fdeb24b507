package login

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

// What is locked.
const (
	byAccount = "account"
	byAddress = "address"
)

// addressLock is how long an address is locked, whichever time it is: it may be a whole office's.
const addressLock = 5 * time.Minute

// accountKey is the row's key of a name, whether somebody has it or not.
func (s *Service) accountKey(name string) string {
	return hex.EncodeToString(s.ring.Hash("login.account", normalName(name)))
}

// addressKey is "" where no address is known. An IPv6 host owns its /64, so that counts as one.
func (s *Service) addressKey(addr netip.Addr) string {
	if !addr.IsValid() {
		return ""
	}
	addr = addr.Unmap().WithZone("")
	text := addr.String()
	if addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			text = prefix.String()
		}
	}
	return hex.EncodeToString(s.ring.Hash("login.address", text))
}

// attempt is what counting an attempt gave.
type attempt struct {
	refused bool          // locked already: the password is not looked at
	until   clock.Instant // end of the lock that is there, or that this attempt has set if it fails; 0 for none
}

// countTx counts a failure of an account or an address.
func (s *Service) countTx(ctx context.Context, tx *sqldb.Tx, kind, key string, now clock.Instant) (attempt, error) {
	limit, ends := s.options.AccountFailures, [len(lockTimes)]clock.Instant{}
	for i, d := range lockTimes {
		ends[i] = now.Add(d)
	}
	if kind == byAddress {
		limit = s.options.AddressFailures
		for i := range ends {
			ends[i] = now.Add(addressLock)
		}
	}
	var until clock.Instant
	err := tx.QueryRow(ctx, reserve, kind, key, int64(now), int64(now.Add(-s.options.Window)), limit,
		int64(ends[0]), int64(ends[1]), int64(ends[2]), int64(ends[3])).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		until, err := lockEnd(ctx, tx, kind, key)
		return attempt{refused: true, until: until}, err
	}
	return attempt{until: until}, err
}

// lockEnd is when a lock ends; 0 where there is none.
func lockEnd(ctx context.Context, q sqldb.Querier, kind, key string) (until clock.Instant, err error) {
	err = q.QueryRow(ctx, lockedUntil, kind, key).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("lock of an %s: %w", kind, err)
	}
	return until, nil
}
