package booking_test

import (
	"errors"
	"testing"

	"openweek/internal/sqldb"
)

func TestVerifyFindsLettersAndCallsThatBelongToNothing(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, _ *gateway) {
		halls := f.sessions(nil, 3, 3)
		f.claim(t, request(halls[0], 1, 2))
		f.moveOn(t, halls[0])
		f.post(t)
		must(t, f.Verify(ctx, f.db))
		undo := errors.New("undo")
		for _, statement := range []string{strayLetter, strayCall, strayOffer} {
			err := f.db.Write(ctx, func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
				if f.Verify(ctx, tx) == nil {
					t.Errorf("not found: %s", statement)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}
