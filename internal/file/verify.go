package file

import (
	"context"
	"errors"
	"fmt"
	"time"

	"openweek/internal/blob"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

const (
	compareBatch = 1000
	// staleFor is when a blob without a name shows that nobody sweeps.
	staleFor = 3 * orphanFor
)

// Comparison is what the rows and the blob store say of each other.
type Comparison struct {
	Files   int        // rows looked at
	Missing []string   // ids of files whose blob is not there
	Resized []string   // ids of files whose blob has another size
	Unnamed []blob.Ref // blobs that neither a file nor another holder names: an upload that was cut off, or removed files
}

// Compare goes through the rows and the blob store side by side, in the order of hashes.
func (s *Service) Compare(ctx context.Context, q sqldb.Querier) (c Comparison, err error) {
	defer errs.Wrap(&err, "file.Compare")
	rows := &rowsByHash{ctx: ctx, q: q}
	var candidates []blob.Ref
	err = s.blobs.List(ctx, func(ref blob.Ref) error {
		before, same, err := rows.upTo(ref.Hash)
		if err != nil {
			return err
		}
		c.Missing = append(c.Missing, before...)
		c.Files += len(before) + len(same)
		for _, row := range same {
			if row.bytes != ref.Size {
				c.Resized = append(c.Resized, row.fileID)
			}
		}
		if len(same) == 0 {
			candidates = append(candidates, ref)
		}
		return nil
	})
	if err != nil {
		return Comparison{}, err
	}
	rest, _, err := rows.upTo("~") // behind every hash
	if err != nil {
		return Comparison{}, err
	}
	c.Missing, c.Files = append(c.Missing, rest...), c.Files+len(rest)
	for begin := 0; begin < len(candidates); begin += compareBatch {
		part := candidates[begin:min(begin+compareBatch, len(candidates))]
		hashes := make([]string, len(part))
		for i, ref := range part {
			hashes[i] = ref.Hash
		}
		unnamed, err := s.unnamed(ctx, q, hashes)
		if err != nil {
			return Comparison{}, err
		}
		for _, ref := range part {
			if unnamed[ref.Hash] {
				c.Unnamed = append(c.Unnamed, ref)
			}
		}
	}
	return c, nil
}

// rowsByHash gives the rows of files in the order of their hashes.
type rowsByHash struct {
	ctx  context.Context
	q    sqldb.Querier
	rows []namedBlob // read and not yet given
	last namedBlob
	done bool
}

// upTo gives the ids of the rows before a hash, and the rows of that hash.
func (n *rowsByHash) upTo(hash string) (before []string, same []namedBlob, err error) {
	for {
		if len(n.rows) == 0 {
			if n.done {
				return before, same, nil
			}
			if n.rows, err = listNamed(n.ctx, n.q, n.last, compareBatch); err != nil {
				return nil, nil, err
			}
			if n.done = len(n.rows) < compareBatch; len(n.rows) == 0 {
				continue
			}
			n.last = n.rows[len(n.rows)-1]
		}
		switch row := n.rows[0]; {
		case row.hash < hash:
			before = append(before, row.fileID)
		case row.hash == hash:
			same = append(same, row)
		default:
			return before, same, nil
		}
		n.rows = n.rows[1:]
	}
}

// Verify joins what is wrong: files without their content, and blobs that have been without a name
// for so long that the sweep cannot be working. That a blob has the content of its hash is
// blob.Verify's to find.
func (s *Service) Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "file.Verify")
	c, err := s.Compare(ctx, q)
	if err != nil {
		return err
	}
	orphans, err := listOrphans(ctx, q)
	if err != nil {
		return err
	}
	var found []error
	for _, fileID := range c.Missing {
		found = append(found, fmt.Errorf("file %s: its content is missing from the blob store", fileID))
	}
	for _, fileID := range c.Resized {
		found = append(found, fmt.Errorf("file %s: its content has another size than it came in with", fileID))
	}
	for _, ref := range c.Unnamed {
		if o, ok := orphans[ref.Hash]; ok && s.clock.Now().Sub(o.since) > staleFor {
			found = append(found, fmt.Errorf("blob %s: nothing has named it for %d days, and no sweep has removed it", ref.Hash, s.clock.Now().Sub(o.since)/(24*time.Hour)))
		}
	}
	return errors.Join(found...)
}
