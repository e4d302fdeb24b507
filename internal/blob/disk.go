package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"syscall"

	"openweek/internal/errs"
)

// Disk keeps blobs as files "ab/abcdef…" below one folder. A blob is written beside them in "tmp",
// synced, and renamed into place, so a reader sees all of it or none. It is safe for concurrent use,
// also by several processes.
type Disk struct {
	root *os.Root // no name, and no link inside, leads out of it
}

var _ Store = (*Disk)(nil)

const tmp = "tmp"

// OpenDisk opens the store below path and makes the folder, for its owner alone, where there is none.
func OpenDisk(path string) (d *Disk, err error) {
	defer errs.Wrap(&err, "blob.OpenDisk(%s)", path)
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, noRoom(err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	if err := root.Mkdir(tmp, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, errors.Join(noRoom(err), root.Close())
	}
	return &Disk{root: root}, nil
}

// Close releases the folder.
func (d *Disk) Close() error { return d.root.Close() }

// Put implements Store.
func (d *Disk) Put(ctx context.Context, r io.Reader, limit int64) (ref Ref, err error) {
	defer errs.Wrap(&err, "blob.Put")
	name := tmp + "/" + rand.Text()
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Ref{}, noRoom(err)
	}
	kept := false
	defer func() {
		if !kept {
			_ = d.root.Remove(name) // Sweep takes what could not be removed now
		}
	}()
	ref, err = writeAll(ctx, f, r, limit)
	if err != nil {
		return Ref{}, noRoom(err)
	}
	folder, path := place(ref.Hash)
	if info, err := d.root.Stat(path); err == nil && info.Size() == ref.Size {
		return ref, nil // it is there already
	}
	if err := d.root.Mkdir(folder, 0o700); err == nil {
		err = d.sync(".")
		if err != nil {
			return Ref{}, noRoom(err)
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return Ref{}, noRoom(err)
	}
	if err := d.root.Rename(name, path); err != nil {
		return Ref{}, noRoom(err)
	}
	kept = true
	if err := d.sync(folder); err != nil {
		return Ref{}, noRoom(err)
	}
	return ref, nil
}

// writeAll writes, syncs and closes f.
func writeAll(ctx context.Context, f *os.File, r io.Reader, limit int64) (Ref, error) {
	ref, err := hashing(ctx, f, r, limit)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return Ref{}, err
	}
	return ref, nil
}

// place spreads blobs over 256 folders, which every file system lists fast.
func place(hash string) (folder, path string) { return hash[:2], hash[:2] + "/" + hash }

// sync makes new names in a folder survive a power cut.
func (d *Disk) sync(folder string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be opened for syncing there
	}
	f, err := d.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// noRoom turns a full disk, a spent quota and a file-size limit into errs.Busy blob.full.
func noRoom(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return errs.Busy("blob.full").Because(err)
	}
	return err
}

// Open implements Store.
func (d *Disk) Open(ctx context.Context, hash string) (r io.ReadSeekCloser, err error) {
	defer errs.Wrap(&err, "blob.Open")
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !ValidHash(hash) {
		return nil, notFound(hash)
	}
	_, path := place(hash)
	f, err := d.root.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notFound(hash)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Delete implements Store.
func (d *Disk) Delete(ctx context.Context, hash string) (err error) {
	defer errs.Wrap(&err, "blob.Delete")
	if err := ctx.Err(); err != nil {
		return err
	}
	if !ValidHash(hash) {
		return notFound(hash)
	}
	_, path := place(hash)
	if err := d.root.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// List implements Store. Files that are no blobs are passed over.
func (d *Disk) List(ctx context.Context, do func(Ref) error) (err error) {
	defer errs.Wrap(&err, "blob.List")
	folders, err := fs.ReadDir(d.root.FS(), ".") // sorted by name
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if len(folder.Name()) != 2 || !folder.IsDir() {
			continue
		}
		files, err := fs.ReadDir(d.root.FS(), folder.Name())
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			hash := file.Name()
			if !ValidHash(hash) || hash[:2] != folder.Name() {
				continue
			}
			info, err := file.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue // deleted since the folder was read
			}
			if err != nil {
				return err
			}
			if !info.Mode().IsRegular() {
				continue
			}
			if err := do(Ref{Hash: hash, Size: info.Size()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Sweep removes what writers that were cut off have left in "tmp" and says how many files. Only the
// process that alone writes to the store may call it, before it begins.
func (d *Disk) Sweep() (removed int, err error) {
	defer errs.Wrap(&err, "blob.Sweep")
	left, err := fs.ReadDir(d.root.FS(), tmp)
	if err != nil {
		return 0, err
	}
	for _, file := range left {
		if err := d.root.Remove(tmp + "/" + file.Name()); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
