// Package jobs runs background work on River, on both engines.
//
// A job is inserted in the transaction that makes it necessary, and so exists exactly when that
// commits. It runs at least once, possibly in another process and after a retry: a handler looks at
// the state it finds and does what is still due. Arguments hold ids, never personal values; what a
// handler returns as its error is stored with the job, so that holds for errors too.
//
// Work that must go on in one process of several at a time (the audit sealer) takes a lease instead.
//
// This is the only package that uses the raw transaction. It knows no kind of job.
package jobs
