// Package login says who is signed in: passwords, logins and lock-outs, all of them rows, so that
// everything holds with several processes on one database.
//
// A password is an argon2id hash. A login (登录会话) is a signed-in browser: 32 random bytes in a
// cookie, whose hash is the row's key. It ends after a time without use and after an absolute time,
// and it can be listed and ended by its owner and the security administrator. The actor is built
// from rows at each request, so closing a person or withdrawing a role works at once.
//
// An attempt counts as a failure before the password is looked at and is forgiven when it was
// right; counting afterwards would let a hundred guesses at once through a limit of five. A name
// that nobody has costs the same time, counts and locks like one that somebody has.
//
// The package does not know cookies, pages or what a role may do. Names and passwords appear in no
// log and in no audit entry.
package login
