package app

import (
	"context"
	"os"
	"path/filepath"

	"openweek/internal/config"
	"openweek/internal/errs"
	"openweek/internal/schema"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// openKeys loads the key file. It is made where the store is still empty, never for a store that
// has rows: what is sealed in them could not be opened with a new key.
func openKeys(ctx context.Context, c config.Store, db *sqldb.DB) (*seal.Ring, error) {
	ring, err := seal.Load(c.Keys())
	if !errs.Is(err, "seal.key_missing") {
		return ring, err
	}
	version, verr := schema.Version(ctx, db)
	if verr != nil {
		return nil, verr
	}
	if version != 0 {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(c.Keys()), 0o700); err != nil {
		return nil, errs.Invalid("seal.key_unwritable", "path", c.Keys()).Because(err)
	}
	return seal.Create(c.Keys())
}

// RotateKeys adds a key to the key file, makes it current and gives its id. A running server uses it
// within half a minute; what was sealed before stays readable.
func RotateKeys(c config.Store) (current string, err error) {
	defer errs.Wrap(&err, "app.RotateKeys")
	ring, err := seal.Load(c.Keys())
	if err != nil {
		return "", err
	}
	if err := ring.Rotate(c.Keys()); err != nil {
		return "", err
	}
	return ring.Current(), nil
}
