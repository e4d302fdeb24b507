// Package actor says who acts and what they may do. It is pure: no database, no time.
//
// Authority is a matrix (条块): a unit stands in a region and in a department line at once. Rights
// and audiences are scopes over region × line × tier × kind, or a named group of an edition; never
// a single tree.
//
// An Actor is an argument of every use case and is never fished out of a context.
package actor
