// Package archtest holds the rules of the house as tests, each with its reason and with a snippet
// that it must catch, so that a rule which no longer sees anything fails too.
//
// It reads source text only (go/parser) and therefore also judges code that does not compile yet.
package archtest
