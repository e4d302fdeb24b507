// Package change tells every replica what has changed, so that caches expire.
//
// A topic is a short name chosen by the package that owns the data ("edition", "activity.list"). A
// transaction that changes it calls Touch, which raises the topic's version in the same commit. A
// Feed compares versions and tells its subscribers. Notifications only wake it: a feed that hears
// none still sees every change at its next poll, and none is skipped, because each topic counts for
// itself (one sequence for all would commit out of order).
//
// Seat counts are no topic: every booking would expire every list.
//
// The package does not know what topics mean or what is cached.
package change
