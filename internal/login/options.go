package login

import "time"

// Options are the office's rules. The zero value of each takes the default.
type Options struct {
	// Idle ends a login that long after it was last used; default 30 minutes.
	Idle time.Duration
	// Absolute ends a login that long after the password was given; default 12 hours.
	Absolute time.Duration
	// MaxAge makes a password older than this be changed; 0 lets it stand.
	MaxAge time.Duration
	// AccountFailures within Window lock the account; default 5.
	AccountFailures int
	// AddressFailures within Window lock the address. An office often has one address for hundreds of
	// people; default 50.
	AddressFailures int
	// Window is how long failures are counted together; default 15 minutes.
	Window time.Duration
	// Cost is what a hash costs.
	Cost Cost
	// Hashers is how many hashes are computed at once; default one for each two processors.
	Hashers int
}

// Cost is the price of an argon2id hash. A password hashed at another price is hashed again at the
// next sign-in.
type Cost struct {
	MemoryKiB uint32 // default 19 MiB
	Passes    uint32 // default 2
}

// lockTimes are the lengths of an account's first, second, … lock-out; the last repeats. A day
// without failures forgives.
var lockTimes = [...]time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}

const forgivenAfter = 24 * time.Hour

func (o Options) withDefaults() Options {
	setDuration := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	setDuration(&o.Idle, 30*time.Minute)
	setDuration(&o.Absolute, 12*time.Hour)
	setDuration(&o.Window, 15*time.Minute)
	if o.AccountFailures <= 0 {
		o.AccountFailures = 5
	}
	if o.AddressFailures <= 0 {
		o.AddressFailures = 50
	}
	// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane.
	if o.Cost.MemoryKiB == 0 {
		o.Cost.MemoryKiB = 19 * 1024
	}
	if o.Cost.Passes == 0 {
		o.Cost.Passes = 2
	}
	return o
}
