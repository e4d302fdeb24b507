// Package errs holds the closed set of error kinds of the product.
//
// An error carries a kind (which decides the HTTP status, once, in httpx), a
// message key of the catalogue with named arguments (what the user reads), an
// optional field (which input it is about) and a cause (for the log only).
// A user never sees a cause.
package errs

import (
	"errors"
	"fmt"
)

// Kind is one of a closed set; a face maps it to a status.
type Kind string

// The closed set of kinds.
const (
	KindInvalid         Kind = "invalid"         // the input is wrong
	KindUnauthenticated Kind = "unauthenticated" // nobody is signed in
	KindForbidden       Kind = "forbidden"       // signed in, but without the right
	KindNotFound        Kind = "not_found"       // there is no such thing, or it may not be known
	KindConflict        Kind = "conflict"        // the state forbids it, or somebody was faster
	KindBusy            Kind = "busy"            // try again later
	KindInternal        Kind = "internal"        // our fault; the cause is in the log
)

// Error is the only error type that faces look into.
type Error struct {
	Kind     Kind
	Key      string         // message key of the catalogue, such as "login.locked"
	Args     map[string]any // named arguments of the message
	Field    string         // name of the input field it is about, or ""
	Problems []*Error       // the single problems of a form with several
	cause    error
}

// Error is for logs. Users read the catalogue's sentence for Key.
func (e *Error) Error() string {
	s := string(e.Kind) + ": " + e.Key
	if e.Field != "" {
		s += " [" + e.Field + "]"
	}
	for _, p := range e.Problems {
		s += "; " + p.Error()
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Because attaches the cause for the log and returns e.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// On names the input field that the error is about and returns e.
func (e *Error) On(field string) *Error {
	e.Field = field
	return e
}

func newError(kind Kind, key string, kv []any) *Error {
	e := &Error{Kind: kind, Key: key}
	if len(kv)%2 != 0 {
		panic("errs: arguments of " + key + " come in pairs of name and value")
	}
	for i := 0; i < len(kv); i += 2 {
		if e.Args == nil {
			e.Args = make(map[string]any, len(kv)/2)
		}
		e.Args[kv[i].(string)] = kv[i+1]
	}
	return e
}

// Invalid says that the input is wrong. kv are pairs of argument name and value.
func Invalid(key string, kv ...any) *Error { return newError(KindInvalid, key, kv) }

// Unauthenticated says that nobody is signed in, or the login has expired.
func Unauthenticated(key string, kv ...any) *Error { return newError(KindUnauthenticated, key, kv) }

// Forbidden says that the actor lacks the right.
func Forbidden(key string, kv ...any) *Error { return newError(KindForbidden, key, kv) }

// NotFound says that there is no such thing, or that the actor may not know of it.
func NotFound(key string, kv ...any) *Error { return newError(KindNotFound, key, kv) }

// Conflict says that the present state forbids the change.
func Conflict(key string, kv ...any) *Error { return newError(KindConflict, key, kv) }

// Busy says that the same request may succeed later.
func Busy(key string, kv ...any) *Error { return newError(KindBusy, key, kv) }

// Internal wraps an unexpected cause; the user reads a general sentence and the request id.
func Internal(cause error) *Error {
	return newError(KindInternal, "error.internal", nil).Because(cause)
}

// Join makes one Invalid of several problems of one form, nil of none.
// It returns error, not *Error, so that a nil result compares equal to nil.
func Join(problems ...*Error) error {
	var kept []*Error
	for _, p := range problems {
		if p != nil {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	e := newError(KindInvalid, "error.form", []any{"count", len(kept)})
	e.Problems = kept
	return e
}

// As finds the product's error in err's chain. An unknown error becomes Internal, nil stays nil.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Internal(err)
}

// KindOf gives the kind of err, KindInternal for a foreign error and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	return As(err).Kind
}

// Is tells whether err has the given message key, itself or among its problems.
func Is(err error, key string) bool {
	if err == nil {
		return false
	}
	e := As(err)
	if e.Key == key {
		return true
	}
	for _, p := range e.Problems {
		if p.Key == key {
			return true
		}
	}
	return false
}

// Wrap prefixes a non-nil *err with where it happened, for the log. It stands in a defer
// at the head of a fallible exported function.
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf(format+": %w", append(args, *err)...)
	}
}
