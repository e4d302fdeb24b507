// Package id makes and checks the keys of rows: UUIDv7 as lower-case text, so that they sort
// by time and are the same in both engines.
package id

import "github.com/google/uuid"

// New makes a UUIDv7.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Valid tells whether s is a UUID in the canonical lower-case form. Everything that comes from
// outside is checked before it reaches a statement.
func Valid(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && len(s) == 36 && u.String() == s
}
