package i18n

import "testing"

func TestTextTakesArgumentsAndPlurals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale Locale
		key    string
		kv     []any
		want   string
	}{
		{Chinese, "error.form", []any{"count", 3}, "有 3 处需要修改，请按提示更正后再提交。"},
		{English, "time.hours", []any{"count", 1}, "1 hour"},
		{English, "time.hours", []any{"count", 2}, "2 hours"},
		{Chinese, "time.hours", []any{"count", 1}, "1 小时"},
		{English, "no.such", nil, "⟦no.such⟧"},
	} {
		if got := T(c.locale, c.key, c.kv...); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.locale, c.key, got, c.want)
		}
	}
}
