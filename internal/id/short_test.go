package id_test

import (
	"strings"
	"testing"

	"openweek/internal/id"
)

func TestAShortFormLeadsBackToItsIDOnly(t *testing.T) {
	t.Parallel()
	const n = 20_000
	ids, codes := make([]string, n), map[string]bool{}
	for i := range ids {
		ids[i] = id.New()
		codes[id.Short(ids[i])] = true
	}
	if len(codes) != n {
		t.Errorf("%d ids have %d short forms", n, len(codes))
	}
	for i, one := range ids {
		from, before, ok := id.Long(id.Short(one))
		if !ok || one < from || one >= before {
			t.Fatalf("%s → %s → [%s, %s) %v", one, id.Short(one), from, before, ok)
		}
		if i > 0 && ids[i-1] >= from && ids[i-1] < before {
			t.Fatalf("%s has the short form of %s", ids[i-1], one)
		}
	}
}

func TestShortIsTwelveLettersThatStayTheSame(t *testing.T) {
	t.Parallel()
	for whole, code := range map[string]string{
		"019c5f2a-7b10-7abc-9def-0123456789ab": "1d031s645brx",
		"016f5e66-e800-7000-8000-000000000000": "000000000000",
		"056f5e66-e7ff-7fff-bfff-ffffffffffff": "zzzzzzzzzzzz",
		// Not a UUIDv7 of our time: they stand for themselves.
		"016f5e66-e7ff-7fff-bfff-ffffffffffff": "016f5e66-e7ff-7fff-bfff-ffffffffffff",
		"019c5f2a-7b10-4abc-9def-0123456789ab": "019c5f2a-7b10-4abc-9def-0123456789ab",
		"nonsense":                             "nonsense",
		"":                                     "",
	} {
		if got := id.Short(whole); got != code {
			t.Errorf("%s → %s, want %s", whole, got, code)
		}
	}
}

func TestLongReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	const one = "019c5f2a-7b10-7abc-9def-0123456789ab"
	from, before, _ := id.Long(id.Short(one))
	for _, typed := range []string{strings.ToUpper(id.Short(one)), "LDO3-IS64-5BRX", "id03 1s64 5brx"} {
		if f, b, ok := id.Long(typed); !ok || f != from || b != before {
			t.Errorf("%s → [%s, %s) %v, want [%s, %s)", typed, f, b, ok, from, before)
		}
	}
	if f, b, ok := id.Long(one); !ok || f != one || b <= one || b > one+"g" {
		t.Errorf("a whole id → [%s, %s) %v", f, b, ok)
	}
	for _, typed := range []string{"", "1d031s645br", "1d031s645brxx", "1d031s645bru", "1d031s645b％x", strings.Repeat("0", 5000)} {
		if _, _, ok := id.Long(typed); ok {
			t.Errorf("%q was read", typed)
		}
	}
}
