package sqldb

import (
	"database/sql/driver"
	"errors"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"openweek/internal/errs"
)

// checked looks at the arguments of a statement for what the engines treat differently: PostgreSQL
// refuses text with a NUL character or broken UTF-8, SQLite takes it; a time.Time is stored as text
// that does not compare across zones. A bad argument is replaced by one that fails when it is bound,
// so that Query, QueryRow and Exec all report it in the same way.
func checked(args []any) []any {
	for i, arg := range args {
		if err := argError(arg); err != nil {
			bound := append([]any(nil), args...)
			bound[i] = badArg{err}
			return bound
		}
	}
	return args
}

type badArg struct{ err error }

// Value refuses to be bound.
func (b badArg) Value() (driver.Value, error) { return nil, b.err }

func argError(arg any) error {
	switch v := arg.(type) {
	case nil, int, int64, bool, []byte, float64:
		return nil
	case string:
		return textError(v)
	case time.Time, *time.Time:
		return errors.New("sqldb: an instant is passed as clock.Instant, not as time.Time")
	case driver.Valuer:
		value, err := v.Value()
		if err != nil {
			return err
		}
		if s, ok := value.(string); ok {
			return textError(s)
		}
		return nil
	}
	v := reflect.ValueOf(arg)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.String {
		return textError(v.String())
	}
	return nil
}

func textError(s string) error {
	if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
		return errs.Invalid("store.text")
	}
	return nil
}
