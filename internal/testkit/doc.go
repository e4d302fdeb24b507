// Package testkit starts the product for tests and reads its pages. It has no mocks: a Site is what
// the command runs, on a store of its own, and is verified when the test ends.
package testkit
