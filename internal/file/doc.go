// Package file keeps uploaded files: who brought which content in, under what name, and what it is
// attached to.
//
// The type of a file is decided by its content; a name that says something else is refused. Pictures
// are rewritten from the parts that make the picture, so that the place and the device they were
// taken with do not come along. The content is stored as a blob first and named by a row afterwards:
// a crash between the two leaves a blob without a row, never a row without a blob, and a sweep
// removes it a day later.
//
// The package does not know what files are attached to, nor who may read that: it asks the Reader of
// the subject's kind. Whoever may not read a file is told that there is none.
package file
