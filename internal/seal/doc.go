// Package seal encrypts identifying columns, makes keyed look-up hashes and
// signs what must not be rewritten. Its keys live in a file outside the
// database, so that neither a copy of the database nor a backup of it can be
// read or forged alone.
//
// It does not know what a person, a table or an audit entry is. A caller names
// the purpose of a value ("person.phone") and the place it stands in
// ("person:ID:phone"); both are authenticated, so a sealed value that is moved
// to another row or column does not open.
//
// # The key file
//
// A text file of mode 0600. Blank lines and lines that begin with # are
// skipped; the first other line is the format, the second the look-up key, and
// each further line a key. The last key is the current one.
//
//	openweek-keys 1
//	lookup 5d1f0c2a <32 random bytes, base64>
//	key    9b03e6d4 <32 random bytes, base64>
//	key    c27a41f0 <32 random bytes, base64>
//
// The second word is the key's id, which is derived from the key itself: a
// line damaged by hand is refused instead of making values that never open
// again. Every use derives a key of its own with HKDF-SHA-256, so a look-up
// hash tells nothing about a sealed value under the same key line.
//
// # Rotation
//
// [Ring.Rotate] appends a key and makes it current; older ones stay to open
// and verify what they made until every row is sealed again ([Ring.Stale]).
// The look-up key does not rotate: a hash is found by equality, so a second
// key would make the same telephone number two different people, and unique
// indexes would no longer hold. Whoever believes that the look-up key has
// leaked makes a new key file and hashes all rows again, offline.
package seal
