// Package review has what somebody wrote read by others before it counts (审核).
//
// A version of a subject (a filing, later an activity) is read in steps, one after the other, each by a
// unit in a role. A person accepts, returns or declines what they have read, and only that: the decision
// is bound to the hash of what stood on the page. Nobody reviews what they wrote in themselves, and
// nobody decides two steps of one version. Returning and declining need a comment, and may mark fields
// with words beside them. Of two who decide at once one does.
//
// It does not know what is read, what follows from a decision, or who may see it beside the reviewers:
// the caller opens a chain of steps, and acts on the result of a decision in the same transaction.
package review
