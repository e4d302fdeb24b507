// Package app is the composition root: it makes a store, the services on it, background work and
// the server out of one Config. The command and the end-to-end tests both call Start; nothing of the
// product is wired anywhere else.
//
// It also holds the operations on a whole store that the command offers beside the server: Backup,
// Restore, Verify, Copy, RotateKeys.
package app
