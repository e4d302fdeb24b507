// Package edition is one year's publicity week (活动周): the official notice it starts from, its
// window, themes, topics, methods, genres, channels and groups, and the ledger of obligations with
// the audiences that owe them.
//
// An edition begins with a notice. The text is uploaded, read into a draft (package notice), corrected
// by a person field by field, and turned into an edition once. The text itself is never changed; what
// a person decided stands beside it. A copy of last year's edition may begin before its notice comes.
//
// Whom a clause is written for is said in words (各高职院校, 央媒驻湘机构). Resolve turns the words into
// scopes over region × line × tier × kind, into a named group, or leaves them for a person. Addressee
// is not obligee: both are audiences, and they are kept apart.
//
// An edition is drafted, published and archived. Before, during and after are not states but follow
// from the day. A published week is moved by an amending notice only; what hangs on the dates to the
// right of this package moves in the same transaction through Follower.
//
// Where two published editions of a territory meet, the public sees the one that Current chooses:
// the one whose week holds today; else the next to begin; else the one that ended last; of equals the
// one published later. The others stay reachable by their id and year.
//
// The package does not know duties (an obligation as it stands for one unit), filings, activities or
// pages.
package edition
