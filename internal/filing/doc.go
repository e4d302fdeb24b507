// Package filing is what units hand in for their duties (填报、报送): drafts, versions, and their way
// through the review.
//
// A duty has one living filing. Its draft is saved as it is written; two people of a unit do not
// overwrite each other, the second is shown what differs. Handing in checks everything at once, keeps
// the values word for word as a version with a keyed hash of what a reviewer reads, and opens the
// review chain of the duty. A filing that was returned is corrected and handed in again; one that was
// declined is closed, and another may begin. Whether it came in time is judged by the instant at which
// the server took the request.
//
// What identifies persons is sealed. It is shown to the unit itself and to those who review it, to
// others in sight masked.
//
// The package does not know what the figures of a form are counted from: it asks its Figure ports.
package filing
