// Package booking gives the seats of sessions to those who claim them (预约): never twice, first come
// first served in each session, and nothing is promised that is not committed.
//
// Claims go into one bounded queue of the process. One writer takes what is there, up to a few hundred
// claims of any sessions, holds the seats of those sessions in the order of their ids, decides in memory,
// writes all in one transaction, and only then answers each caller: a commit to the disk is paid once for
// many. Several processes on one PostgreSQL do the same beside each other; the seats that they hold put
// them in order. A full queue, or a process that stops, is an honest refusal for a moment (errs.Busy).
//
// A session without enough seats left puts a party on its waitlist. Seats that become free go at once to
// the first waiting parties that fit, in the order in which they came; those passed over count it.
//
// Contacts are sealed and found by a keyed hash; nothing of them is logged. A claim of the public is its
// own record and has no audit entry: what a host does to sessions has, in package activity.
//
// What a booker must be told is a mark on the booking, set in the transaction that makes it true. A job
// turns marks into letters of package message (docs/adr/0027-letters-to-bookers.md); whom none reaches
// stands on the host's call list. Some days after its session it is forgotten who booked, and numbers stay.
//
// The package does not know pages, nor in which words letters are written.
package booking
