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
// The package does not know pages and messages. It marks bookings whose booker must be told something; it
// does not know who tells them.
package booking
