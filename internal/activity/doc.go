// Package activity is what is held in the week (活动): entered by a unit under a method and topics of
// the edition, checked by the unit's own reviewer and the unit above, published, changed, cancelled;
// with its sessions (场次) and their seats (席位).
//
// An activity stands in two states at once. State says what the public sees: nothing yet, the published
// content, or that it was cancelled. DraftState says how far the host's writing has come. A published
// activity whose change is being read keeps showing what was accepted before; what differs is shown
// side by side.
//
// Sessions are rows from the start. Until the first acceptance they are edited freely, except while
// they are being read; then the hash of what a reviewer reads covers them too. Of a published activity
// they change at once, and whoever stands to the right of this package (bookings) follows in the same
// transaction through SessionFollower. Seats change only through TakeSeatsTx and the service's use
// cases; they are never counted.
//
// What identifies persons in the values of a kind's form is sealed: it is shown to the unit itself and
// to those who review, never to the public. Files of a form are for them, too; pictures are public with
// the published content that names them.
//
// The package does not know bookings and check-ins, nor pages, nor in which words anything is said.
package activity
