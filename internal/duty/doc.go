// Package duty is the ledger of an edition: which unit has the notice, what each unit owes of it, and
// how that stands.
//
// A dispatch (下发) is the notice on its way to one unit: sent, opened, signed (签收), passed on. A
// duty (任务单) is an obligation as it stands for one unit. Publishing an edition makes both, re-dating
// moves the due times; Service follows an edition as edition.Follower. Head units add obligations of
// their own for the units under them.
//
// A duty is open, draft, filed, returned, accepted, nil or exempt. Whether it is late is no state: it
// follows from the due time, an extension and the time of filing, and is computed by Cell.Late alone.
//
//	completeness = (accepted + nil) / (duties − exempt)
//	on time      = settled duties first filed before the due time, extension included / dated duties − exempt
//
// Duties without a due time are counted apart. A unit that was closed leaves the ledger's counts; what
// it filed stays readable.
//
// Reminders (催办) are what is due and not yet sent, never what falls on today; see ChaseDue.
//
// The package does not know what is in a filing, nor pages. Package filing tells it by its …Tx methods
// what was drafted, filed, withdrawn, returned, accepted.
package duty
