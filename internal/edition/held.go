package edition

import (
	"context"
	"database/sql"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// HeldBlobs gives those of the hashes under which the file of a notice is kept, for whoever sweeps
// the blobs that nobody names.
func (s *Service) HeldBlobs(ctx context.Context, q sqldb.Querier, hashes []string) (held []string, err error) {
	defer errs.Wrap(&err, "edition.HeldBlobs")
	query, args := (&sqldb.Where{}).In("n.blob_hash", hashes).Apply(findHeldBlobs)
	return sqldb.List(ctx, q, func(row *sql.Rows) (hash string, err error) { return hash, row.Scan(&hash) }, query, args...)
}
