// Package audit keeps what was done: an entry in the same transaction as the change it tells of.
//
// Entries hold ids, names of fields and keyed digests, never a personal value: RecordTx refuses
// what does not look like one of these. The address of staff is kept as it is, that of residents as
// a keyed digest.
//
// Within a second of the commit one leased sealer links new entries into a chain of HMACs under a
// key outside of the database. A head written in every transaction would be one lock for all
// writers. Once a day the head is signed as an anchor and leaves the database; pruning leaves a
// signed checkpoint from which the rest still verifies.
//
// What the chain cannot show: entries cut from the tail since the last anchor, and whatever somebody
// does who holds the key file as well.
//
// The package does not know what the actions mean nor who may do them; who may read them is
// actor.AuditRead.
package audit
