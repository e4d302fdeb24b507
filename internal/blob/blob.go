// Package blob keeps bytes under the hash of their content. The same content is
// stored once and never changes, so whoever has recorded a hash can prove what
// was kept.
//
// It does not know file names, types, owners or rights; package file does. It
// does not count references either: a blob is deleted by whoever knows that no
// row names it any more.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"openweek/internal/errs"
)

// Ref names a stored blob.
type Ref struct {
	Hash string // SHA-256 of the content, 64 lower-case hexadecimal digits
	Size int64  // bytes
}

// Store is what every place for blobs offers; a store of objects has no more than this.
type Store interface {
	// Put stores what r gives and says under which hash. More than limit bytes are errs.Invalid
	// blob.too_large, no room is errs.Busy blob.full; then, and when r fails, nothing is kept. When Put
	// returns a Ref, the content survives a power cut.
	Put(ctx context.Context, r io.Reader, limit int64) (Ref, error)
	// Open opens a blob for reading; an unknown or malformed hash is errs.NotFound blob.not_found.
	Open(ctx context.Context, hash string) (io.ReadSeekCloser, error)
	// Delete removes a blob. One that is not there is no error, so that a clean-up can be repeated.
	Delete(ctx context.Context, hash string) error
	// List calls do for every blob in the order of hashes until do fails, and returns do's error.
	List(ctx context.Context, do func(Ref) error) error
}

// ValidHash tells whether s has the form of a hash. A store refuses everything else before it
// becomes part of a path or an address.
func ValidHash(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Report is what Verify found.
type Report struct {
	Checked int   // blobs read
	Bytes   int64 // their size together
	Damaged []Ref // blobs whose content does not have their hash
}

// Verify reads every blob and compares it with its hash. Damage is in the report; an error means that
// the store could not be read to its end.
func Verify(ctx context.Context, store Store) (report Report, err error) {
	defer errs.Wrap(&err, "blob.Verify")
	err = store.List(ctx, func(ref Ref) error {
		got, err := digest(ctx, store, ref.Hash)
		if errs.Is(err, "blob.not_found") {
			return nil // deleted since it was listed
		}
		if err != nil {
			return err
		}
		report.Checked++
		report.Bytes += got.Size
		if got != ref {
			report.Damaged = append(report.Damaged, ref)
		}
		return nil
	})
	return report, err
}

func digest(ctx context.Context, store Store, hash string) (Ref, error) {
	r, err := store.Open(ctx, hash)
	if err != nil {
		return Ref{}, err
	}
	defer r.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, contextReader{ctx, r})
	if err != nil {
		return Ref{}, err
	}
	return Ref{Hash: hex.EncodeToString(sum.Sum(nil)), Size: n}, nil
}

// hashing copies what r gives, at most limit bytes, and says what it was.
func hashing(ctx context.Context, w io.Writer, r io.Reader, limit int64) (Ref, error) {
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), io.LimitReader(contextReader{ctx, r}, limit+1))
	if err == nil && n > limit {
		err = errs.Invalid("blob.too_large", "limit_mb", (limit+(1<<20)-1)>>20)
	}
	if err != nil {
		return Ref{}, err
	}
	return Ref{Hash: hex.EncodeToString(sum.Sum(nil)), Size: n}, nil
}

// contextReader ends a long copy when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

func notFound(hash string) error {
	if !ValidHash(hash) {
		return errs.NotFound("blob.not_found") // it may be anything, so it is not repeated
	}
	return errs.NotFound("blob.not_found", "hash", hash)
}
