package app

import (
	"bytes"
	"context"
	"database/sql"
	"errors"

	"openweek/internal/errs"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// The notes about a store.
const (
	noteKey    = "key"    // what the key file computes for a constant
	noteSample = "sample" // sample data was begun
	noteFilled = "filled" // sample data is complete
)

// note writes a note once; first is false where it was there already.
func note(ctx context.Context, db *sqldb.DB, name string, value []byte) (first bool, err error) {
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		changed, err := tx.Exec(ctx, putNote, name, value)
		first = changed == 1
		return err
	})
	return first, err
}

// noted reads a note; nil where there is none.
func noted(ctx context.Context, q sqldb.Querier, name string) (value []byte, err error) {
	err = q.QueryRow(ctx, getNote, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return value, err
}

func keyDigest(ring *seal.Ring) []byte { return ring.Hash("app.key_check", "openweek") }

// claimKeys binds the store to the ring's key file, or refuses a ring of another file. Two replicas
// that start on an empty store with key files of their own would otherwise both seal rows.
func claimKeys(ctx context.Context, db *sqldb.DB, ring *seal.Ring) error {
	if stored, err := noted(ctx, db, noteKey); err != nil {
		return err
	} else if stored == nil {
		if _, err := note(ctx, db, noteKey, keyDigest(ring)); err != nil {
			return err
		}
	}
	return checkKeys(ctx, db, ring)
}

// checkKeys tells whether the ring's key file belongs to the store ("app.other_key").
func checkKeys(ctx context.Context, q sqldb.Querier, ring *seal.Ring) error {
	stored, err := noted(ctx, q, noteKey)
	if err != nil {
		return err
	}
	if !bytes.Equal(stored, keyDigest(ring)) {
		return errs.Conflict("app.other_key")
	}
	return nil
}
