package app

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"os"
	"path"

	"openweek/internal/blob"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// A backup is a tar file: the database, then files/HASH for each uploaded file.
const packedFiles = "files/"

// pack writes a backup to target.
func pack(ctx context.Context, target, database string, files blob.Store) (err error) {
	out, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := tar.NewWriter(out)
	db, err := os.Open(database)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // only read
	info, err := db.Stat()
	if err != nil {
		return err
	}
	if err := packOne(w, sqldb.File, info.Size(), db); err != nil {
		return err
	}
	err = files.List(ctx, func(ref blob.Ref) error {
		r, err := files.Open(ctx, ref.Hash)
		if errs.Is(err, "blob.not_found") {
			return nil // deleted since it was listed
		}
		if err != nil {
			return err
		}
		return errors.Join(packOne(w, packedFiles+ref.Hash, ref.Size, r), r.Close())
	})
	return errors.Join(err, w.Close(), out.Sync())
}

func packOne(w *tar.Writer, name string, size int64, r io.Reader) error {
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600}); err != nil {
		return err
	}
	_, err := io.Copy(w, r)
	return err
}

// unpack calls do for each entry of a backup.
func unpack(backup string, do func(name string, size int64, r io.Reader) error) error {
	in, err := os.Open(backup)
	if err != nil {
		return errs.Invalid("app.not_backup", "path", backup).Because(err)
	}
	defer in.Close() //nolint:errcheck // only read
	r := tar.NewReader(in)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errs.Invalid("app.not_backup", "path", backup).Because(err)
		}
		if err := do(h.Name, h.Size, r); err != nil {
			return err
		}
	}
}

// unpackDatabase writes a backup's database to target.
func unpackDatabase(backup, target string) error {
	found := false
	err := unpack(backup, func(name string, _ int64, r io.Reader) error {
		if name != sqldb.File {
			return nil
		}
		found = true
		out, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, r)
		return errors.Join(err, out.Close())
	})
	if err == nil && !found {
		err = errs.Invalid("app.not_backup", "path", backup)
	}
	return err
}

// unpackFiles puts a backup's files into a store and refuses one that is not what its name says.
func unpackFiles(ctx context.Context, backup string, files blob.Store) error {
	return unpack(backup, func(name string, size int64, r io.Reader) error {
		folder, hash := path.Split(name)
		if folder != packedFiles {
			return nil
		}
		ref, err := files.Put(ctx, r, size)
		if err == nil && ref.Hash != hash {
			err = errors.Join(errs.Invalid("app.not_backup", "path", backup), files.Delete(ctx, ref.Hash))
		}
		return err
	})
}
