package seal

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"openweek/internal/errs"
)

const (
	keySize    = 32
	maxFile    = 1 << 20 // a key file of a thousand rotations is still far smaller
	formatLine = "openweek-keys 1"
)

const fileHead = `# Keys of openweek. Whoever has this file and the database can read every
# identifying column; whoever has lost it cannot read any. Keep a copy apart
# from the database's backups. Mode 0600. Do not edit; use "openweek keys".
`

// Generate gives the contents of a fresh key file with one key.
func Generate() ([]byte, error) {
	set := &keyset{lookup: freshKey(), keys: []*key{freshKey()}}
	return set.encode(), nil
}

// freshKey draws a key. crypto/rand.Read never fails: it ends the program instead.
func freshKey() *key {
	secret := make([]byte, keySize)
	rand.Read(secret)
	return newKey(secret)
}

// Create makes a new key file of mode 0600 at path and loads it. It never
// overwrites: a file that is there already is errs.Conflict seal.key_exists.
func Create(path string) (ring *Ring, err error) {
	defer errs.Wrap(&err, "seal.Create(%s)", path)
	data, err := Generate()
	if err != nil {
		return nil, err
	}
	if err := writeNew(path, data); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, errs.Conflict("seal.key_exists", "path", path).Because(err)
		}
		return nil, errs.Invalid("seal.key_unwritable", "path", path).Because(err)
	}
	if err := syncDir(path); err != nil {
		return nil, errs.Invalid("seal.key_unwritable", "path", path).Because(err)
	}
	return Load(path)
}

// Load reads the key file at path. A missing file is errs.NotFound
// seal.key_missing; one that group or others may read is errs.Invalid
// seal.key_readable; a damaged one is errs.Invalid seal.key_malformed. The ring
// keeps the path and reads the file again when it meets a key id that it does
// not know, so a server goes on while another process rotates.
func Load(path string) (ring *Ring, err error) {
	defer errs.Wrap(&err, "seal.Load(%s)", path)
	set, err := readFile(path)
	if err != nil {
		return nil, err
	}
	ring = &Ring{path: path}
	ring.set.Store(set)
	return ring, nil
}

// Parse reads the contents of a key file; a damaged one is errs.Invalid
// seal.key_malformed with the line.
func Parse(data []byte) (ring *Ring, err error) {
	defer errs.Wrap(&err, "seal.Parse")
	set, err := decode(data)
	if err != nil {
		return nil, err
	}
	ring = &Ring{}
	ring.set.Store(set)
	return ring, nil
}

// Rotate appends a new key to the file at path, makes it current there and in
// r, and leaves the old keys to read with. The file is replaced at once or not
// at all. A file of another ring is errs.Conflict seal.key_other; a rotation
// that is under way, or was cut off, is errs.Conflict seal.rotating.
func (r *Ring) Rotate(path string) (err error) {
	defer errs.Wrap(&err, "seal.Rotate(%s)", path)
	// The new contents are written beside the file. Made exclusively, they are also the lock
	// that keeps two rotations from losing each other's key.
	next := path + ".new"
	lock, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return errs.Conflict("seal.rotating", "path", next).Because(err)
	}
	if err != nil {
		return errs.Invalid("seal.key_unwritable", "path", path).Because(err)
	}
	renamed := false
	defer func() {
		if !renamed {
			_ = lock.Close() // closed twice on some paths, which does no harm
			_ = os.Remove(next)
		}
	}()

	set, err := readFile(path)
	if err != nil {
		return err
	}
	if !set.lookup.equal(r.set.Load().lookup) {
		return errs.Conflict("seal.key_other", "path", path)
	}
	grown := &keyset{lookup: set.lookup, keys: append(append([]*key(nil), set.keys...), freshKey())}
	if err := writeAll(lock, grown.encode()); err != nil {
		return errs.Invalid("seal.key_unwritable", "path", path).Because(err)
	}
	if err := os.Rename(next, path); err != nil {
		return errs.Invalid("seal.key_unwritable", "path", path).Because(err)
	}
	renamed = true
	grown.info, _ = os.Stat(path) // without it an unknown id only costs one reading more
	r.set.Store(grown)
	if err := syncDir(path); err != nil {
		return errs.Invalid("seal.key_unwritable", "path", path).Because(err)
	}
	return nil
}

// Reload reads the ring's file again, as after a rotation by another process.
// A ring that was made by Parse has no file and stays as it is. On an error
// the ring keeps the keys it has.
func (r *Ring) Reload() (err error) {
	defer errs.Wrap(&err, "seal.Reload(%s)", r.path)
	if r.path == "" {
		return nil
	}
	set, err := readFile(r.path)
	if err != nil {
		return err
	}
	if !set.lookup.equal(r.set.Load().lookup) {
		return errs.Conflict("seal.key_other", "path", r.path)
	}
	r.set.Store(set)
	return nil
}

func readFile(path string) (*keyset, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.NotFound("seal.key_missing", "path", path).Because(err)
	}
	if err != nil {
		return nil, errs.Invalid("seal.key_unreadable", "path", path).Because(err)
	}
	defer f.Close()
	// The open file is asked, not the path: what is checked is what is read.
	info, err := f.Stat()
	if err != nil {
		return nil, errs.Invalid("seal.key_unreadable", "path", path).Because(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errs.Invalid("seal.key_unreadable", "path", path).Because(fmt.Errorf("not a regular file: %s", info.Mode()))
	}
	// Windows has no such bits; there the folder's access list must do it.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, errs.Invalid("seal.key_readable", "path", path, "mode", fmt.Sprintf("%04o", info.Mode().Perm()))
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, errs.Invalid("seal.key_unreadable", "path", path).Because(err)
	}
	set, err := decode(data)
	if err != nil {
		return nil, err
	}
	set.info = info
	return set, nil
}

func malformed(line int, why string) error {
	return errs.Invalid("seal.key_malformed", "line", line).Because(errors.New(why))
}

// decode never quotes a line in its errors: they are logged, and lines are keys.
func decode(data []byte) (*keyset, error) {
	if len(data) > maxFile {
		return nil, malformed(1, "the file is too large")
	}
	set := &keyset{}
	line, formatSeen := 0, false
	scan := bufio.NewScanner(bytes.NewReader(data))
	for scan.Scan() {
		line++
		text := strings.TrimSpace(scan.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if !formatSeen {
			if text != formatLine {
				return nil, malformed(line, "unknown format")
			}
			formatSeen = true
			continue
		}
		words := strings.Fields(text)
		if len(words) != 3 {
			return nil, malformed(line, "want three words")
		}
		secret, err := base64.StdEncoding.DecodeString(words[2])
		if err != nil || len(secret) != keySize {
			return nil, malformed(line, "the key is not 32 bytes in base64")
		}
		k := newKey(secret)
		if k.name != words[1] {
			return nil, malformed(line, "the key does not fit its id")
		}
		switch {
		case words[0] == "lookup" && set.lookup == nil:
			set.lookup = k
		case words[0] == "key" && set.find(k.id) == nil:
			set.keys = append(set.keys, k)
		default:
			return nil, malformed(line, "unknown or repeated entry")
		}
	}
	if err := scan.Err(); err != nil {
		return nil, malformed(line+1, "a line is too long")
	}
	if set.lookup == nil || len(set.keys) == 0 {
		return nil, malformed(line, "the look-up key or the current key is missing")
	}
	return set, nil
}

func (s *keyset) encode() []byte {
	var b bytes.Buffer
	b.WriteString(fileHead)
	b.WriteString(formatLine + "\n")
	write := func(kind string, k *key) {
		fmt.Fprintf(&b, "%-6s %s %s\n", kind, k.name, base64.StdEncoding.EncodeToString(k.secret))
	}
	write("lookup", s.lookup)
	for _, k := range s.keys {
		write("key", k)
	}
	return b.Bytes()
}

func keyName(id [idSize]byte) string { return hex.EncodeToString(id[:]) }

func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := writeAll(f, data); err != nil {
		_ = os.Remove(path)
		return err
	}
	return nil
}

// writeAll writes, syncs and closes f.
func writeAll(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir makes a new or renamed entry of path's folder survive a power cut.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be opened for syncing there
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
