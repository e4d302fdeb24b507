package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"openweek/internal/clock"
)

// Value is what one field holds: a Text, Number, Money, Day, Choices, Rows, Files, Person or Figure.
// An empty value is not kept in Values.
type Value interface{ empty() bool }

// Values are what is filled in, by the field's code. As JSON they are canonical: keys sorted, numbers
// without superfluous digits, so that equal values have equal bytes.
type Values map[string]Value

// Text is a value of the kinds text, long_text (Markdown), choice (the option's code) and link.
type Text string

func (t Text) empty() bool { return t == "" }

// Day is a value of the kind date.
type Day clock.Day

func (d Day) empty() bool { return d == "" }

// Choices are the codes of the options taken, in the order in which the form lists them.
type Choices []string

func (c Choices) empty() bool { return len(c) == 0 }

// Files are ids of uploaded files, which package file keeps.
type Files []string

func (f Files) empty() bool { return len(f) == 0 }

// Rows are the rows of a table, by the column's code.
type Rows []Values

func (r Rows) empty() bool { return len(r) == 0 }

// Person is a named person (专人). It is personal data: see Definition.Split.
type Person struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

func (p Person) empty() bool { return p == Person{} }

// Provenance is where a figure comes from (来源标注).
type Provenance string

// The provenances.
const (
	Counted   Provenance = "counted"   // 签到实数: by the product itself
	Reported  Provenance = "reported"  // 单位填报
	Verified  Provenance = "verified"  // 上级核实: by the upper unit
	Estimated Provenance = "estimated" // 估算
)

// Provenances lists the provenances, the strongest first.
var Provenances = []Provenance{Verified, Counted, Reported, Estimated}

// Figure is a number with its provenance: a value of the kind computed, and of number where the field
// says that it carries one.
type Figure struct {
	Value      Number     `json:"value"`
	Provenance Provenance `json:"provenance"`
}

func (f Figure) empty() bool { return f == Figure{} }

// Number is a decimal number in millionths: exact, and wide enough for what people count.
type Number int64

// MaxNumber is the largest number that a field takes, and −MaxNumber the smallest: a million millions.
const MaxNumber Number = 1_000_000_000_000 * one

const (
	one      = 1_000_000
	decimals = 6
)

// A number of 0 is a value.
func (n Number) empty() bool { return false }

var (
	errNumber = errors.New("form: not a decimal number of at most six decimals")
	errRange  = errors.New("form: the number is out of range")
)

// ParseNumber reads a plain decimal such as −12.5, without exponent or grouping, of at most six
// decimals.
func ParseNumber(s string) (Number, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, hasPoint := strings.Cut(digits, ".")
	if !isDigits(whole) || hasPoint && !isDigits(fraction) {
		return 0, errNumber
	}
	if fraction = strings.TrimRight(fraction, "0"); len(fraction) > decimals {
		return 0, errNumber
	}
	if whole = strings.TrimLeft(whole, "0"); len(whole) > 13 {
		return 0, errRange
	}
	n, err := strconv.ParseInt("0"+whole+fraction+strings.Repeat("0", decimals-len(fraction)), 10, 64)
	if err != nil || Number(n) > MaxNumber {
		return 0, errRange
	}
	if negative {
		n = -n
	}
	return Number(n), nil
}

func isDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// Int makes a number of a whole one.
func Int(n int64) Number { return Number(n * one) }

// String writes the number as ParseNumber reads it.
func (n Number) String() string {
	sign, abs := "", uint64(n)
	if n < 0 {
		sign, abs = "-", uint64(-n)
	}
	s := sign + strconv.FormatUint(abs/one, 10)
	if f := abs % one; f != 0 {
		s += "." + strings.TrimRight(fmt.Sprintf("%0*d", decimals, f), "0")
	}
	return s
}

// places counts the decimals that the number needs.
func (n Number) places() int {
	_, fraction, _ := strings.Cut(n.String(), ".")
	return len(fraction)
}

func (n Number) rat() *big.Rat { return big.NewRat(int64(n), one) }

// MarshalJSON writes a JSON number.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalJSON reads a JSON number.
func (n *Number) UnmarshalJSON(data []byte) (err error) {
	*n, err = ParseNumber(string(data))
	return err
}

// Money is an amount in fen.
type Money int64

// MaxMoney is the largest amount that a field takes, in fen: a million millions of yuan.
const MaxMoney Money = 100_000_000_000_000

// An amount of 0 is a value.
func (m Money) empty() bool { return false }

// String writes yuan with two decimals.
func (m Money) String() string {
	sign, abs := "", uint64(m)
	if m < 0 {
		sign, abs = "-", uint64(-m)
	}
	return fmt.Sprintf("%s%d.%02d", sign, abs/100, abs%100)
}

// ParseMoney reads yuan with at most two decimals. Errors: see ParseNumber.
func ParseMoney(s string) (Money, error) {
	n, err := ParseNumber(s)
	if err != nil {
		return 0, err
	}
	if n%(one/100) != 0 {
		return 0, errNumber
	}
	return Money(n / (one / 100)), nil
}

func (m Money) rat() *big.Rat { return big.NewRat(int64(m), 100) }

// set keeps a value unless it is empty.
func (v Values) set(code string, value Value) {
	if value != nil && !value.empty() {
		v[code] = value
	}
}

// equal tells whether two values, either of which may be missing, are the same.
func equal(a, b Value) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	left, errLeft := json.Marshal(a)
	right, errRight := json.Marshal(b)
	return errLeft == nil && errRight == nil && bytes.Equal(left, right)
}
