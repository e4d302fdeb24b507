// Package desk is the staff's face: signing in, the to-do list, units and people, the audit log, and
// (in the files notice_*, edition_* and redate_*) the office's work on an edition.
//
// A page asks a use case and shows its answer. Who may do what is decided by the use case; what is
// asked here of package actor only keeps buttons away that would be refused.
package desk
