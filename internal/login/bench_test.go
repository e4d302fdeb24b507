package login_test

import (
	"testing"

	"openweek/internal/login"
	"openweek/internal/sqldb/sqldbtest"
)

// BenchmarkAuthenticate is what every request of a signed-in person pays.
func BenchmarkAuthenticate(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			db := sqldbtest.Open(b, sqldbtest.New(b, engine))
			o := newOffice(b, db, login.Options{})
			token, _ := o.in("head")
			for b.Loop() {
				_, err := o.Authenticate(b.Context(), token, here)
				o.must(err)
			}
		})
	}
}

// BenchmarkSignIn is a sign-in at the product's price of a hash.
func BenchmarkSignIn(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			db := sqldbtest.Open(b, sqldbtest.New(b, engine))
			o := newOffice(b, db, login.Options{Cost: login.Cost{MemoryKiB: 19 * 1024, Passes: 2}})
			for b.Loop() {
				o.in("head")
			}
		})
	}
}
