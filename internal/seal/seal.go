package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/crypto/chacha20poly1305"

	"openweek/internal/errs"
)

// The causes inside the Internal errors of [Ring.Open], for errors.Is.
var (
	// ErrUnknownKey says that the value was sealed under a key that the file no longer has.
	ErrUnknownKey = errors.New("seal: the key of this value is not in the key file")
	// ErrForged says that the value was altered, moved, cut, or never was a sealed one.
	ErrForged = errors.New("seal: the value was altered or stands in the wrong place")
)

// A sealed value is: version (1 byte), key id (4), nonce (24), ciphertext and tag.
// XChaCha20-Poly1305 rather than AES-GCM because its nonce is long enough to be drawn at random
// for any number of rows by any number of replicas, without a counter to share.
const (
	version    = 1
	idSize     = 4
	headerSize = 1 + idSize
	overhead   = headerSize + chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead
)

// Ring holds the keys of one key file. It is safe for concurrent use. Its
// printed form shows ids only.
type Ring struct {
	path string // "" for a parsed ring
	set  atomic.Pointer[keyset]
}

// keyset is immutable once it is in a Ring.
type keyset struct {
	lookup *key
	keys   []*key // the last is current
	info   fs.FileInfo
}

type key struct {
	id      [idSize]byte
	name    string // id in hexadecimal
	secret  []byte
	derived sync.Map // label → []byte; labels are constants of the program, so it stays small
	aeads   sync.Map // purpose → cipher.AEAD
}

func newKey(secret []byte) *key {
	k := &key{secret: secret}
	copy(k.id[:], k.derive("id", ""))
	k.name = keyName(k.id)
	return k
}

// derive gives the 32-byte key for one use and purpose.
func (k *key) derive(use, purpose string) []byte {
	label := use + ":" + purpose
	if d, ok := k.derived.Load(label); ok {
		return d.([]byte)
	}
	d, err := hkdf.Key(sha256.New, k.secret, nil, "openweek/1 "+label, keySize)
	if err != nil {
		panic(err) // impossible: 32 bytes are within HKDF's limit
	}
	k.derived.Store(label, d)
	return d
}

func (k *key) aead(purpose string) cipher.AEAD {
	if a, ok := k.aeads.Load(purpose); ok {
		return a.(cipher.AEAD)
	}
	a, err := chacha20poly1305.NewX(k.derive("seal", purpose))
	if err != nil {
		panic(err) // impossible: the derived key has the right length
	}
	k.aeads.Store(purpose, a)
	return a
}

func (k *key) equal(other *key) bool {
	return subtle.ConstantTimeCompare(k.secret, other.secret) == 1
}

func (s *keyset) current() *key { return s.keys[len(s.keys)-1] }

func (s *keyset) find(id [idSize]byte) *key {
	for _, k := range s.keys {
		if k.id == id {
			return k
		}
	}
	return nil
}

// Seal encrypts plain under the current key. purpose is a constant of the
// program, such as "person.phone"; bind names the place, such as
// "person:ID:phone". The same value sealed twice differs. The result is 45
// bytes longer than plain.
func (r *Ring) Seal(purpose string, plain []byte, bind string) []byte {
	k := r.set.Load().current()
	out := make([]byte, headerSize+chacha20poly1305.NonceSizeX, overhead+len(plain))
	out[0] = version
	copy(out[1:], k.id[:])
	nonce := out[headerSize:]
	rand.Read(nonce)
	return k.aead(purpose).Seal(out, nonce, plain, sealedContext(out[:headerSize], purpose, bind))
}

// Open decrypts what Seal made with the same purpose and bind. A failure is
// errs.Internal with the cause ErrUnknownKey or ErrForged: neither can come
// from what a user typed.
func (r *Ring) Open(purpose string, sealed []byte, bind string) (plain []byte, err error) {
	defer errs.Wrap(&err, "seal.Open(%s, %s)", purpose, bind)
	if len(sealed) < overhead || sealed[0] != version {
		return nil, errs.Internal(ErrForged)
	}
	k := r.find([idSize]byte(sealed[1:headerSize]))
	if k == nil {
		return nil, errs.Internal(ErrUnknownKey)
	}
	nonce, text := sealed[headerSize:headerSize+chacha20poly1305.NonceSizeX], sealed[headerSize+chacha20poly1305.NonceSizeX:]
	plain, err = k.aead(purpose).Open(nil, nonce, text, sealedContext(sealed[:headerSize], purpose, bind))
	if err != nil {
		return nil, errs.Internal(ErrForged)
	}
	return plain, nil
}

// sealedContext is what a sealed value authenticates beside its text.
func sealedContext(header []byte, purpose, bind string) []byte {
	return joinPrefixed([][]byte{header, []byte(purpose), []byte(bind)})
}

// find looks an id up and, for a ring from a file that has changed since, in the file.
func (r *Ring) find(id [idSize]byte) *key {
	set := r.set.Load()
	if k := set.find(id); k != nil || r.path == "" {
		return k
	}
	// Ids of signed links come from outside. Only a file that is another one than the one read is
	// read again, so a forged id costs a stat and not a parse.
	info, err := os.Stat(r.path)
	if err != nil || unchanged(info, set.info) || r.Reload() != nil {
		return nil
	}
	return r.set.Load().find(id)
}

func unchanged(a, b fs.FileInfo) bool {
	return b != nil && os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// Hash gives the 32-byte HMAC-SHA-256 of value for look-up by equality. It is
// the same for ever: its key does not rotate (see the package comment). The
// caller normalises value first, such as a telephone number to its digits.
func (r *Ring) Hash(purpose, value string) []byte {
	m := hmac.New(sha256.New, r.set.Load().lookup.derive("hash", purpose))
	m.Write([]byte(value))
	return m.Sum(nil)
}

// MAC signs data under the current key and gives the key's id, which the
// caller keeps beside the 32-byte mac. Each part is prefixed with its length,
// so ("ab", "c") and ("a", "bc") differ.
func (r *Ring) MAC(purpose string, data ...[]byte) (keyID string, mac []byte) {
	k := r.set.Load().current()
	return k.name, k.mac(purpose, data)
}

// VerifyMAC tells whether mac is what MAC gave for the same purpose, key and data.
func (r *Ring) VerifyMAC(purpose, keyID string, mac []byte, data ...[]byte) bool {
	raw, err := hex.DecodeString(keyID)
	if err != nil || len(raw) != idSize || hex.EncodeToString(raw) != keyID {
		return false
	}
	k := r.find([idSize]byte(raw))
	return k != nil && hmac.Equal(mac, k.mac(purpose, data))
}

func (k *key) mac(purpose string, data [][]byte) []byte {
	m := hmac.New(sha256.New, k.derive("mac", purpose))
	m.Write(joinPrefixed(data))
	return m.Sum(nil)
}

// joinPrefixed writes the number of parts and each with its length, so that no two lists are
// written alike.
func joinPrefixed(parts [][]byte) []byte {
	var b bytes.Buffer
	b.Write(binary.BigEndian.AppendUint64(nil, uint64(len(parts))))
	for _, p := range parts {
		b.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		b.Write(p)
	}
	return b.Bytes()
}

// Current gives the id of the key that Seal and MAC use now, eight hexadecimal digits.
func (r *Ring) Current() string { return r.set.Load().current().name }

// Stale tells whether sealed was not made under the current key, so that the row should be sealed again.
func (r *Ring) Stale(sealed []byte) bool {
	current := r.set.Load().current()
	return len(sealed) < headerSize || sealed[0] != version || [idSize]byte(sealed[1:headerSize]) != current.id
}

// String shows the current key's id and never a key.
func (r *Ring) String() string { return "seal.Ring(" + r.Current() + ")" }

// GoString keeps %#v from printing keys.
func (r *Ring) GoString() string { return r.String() }
