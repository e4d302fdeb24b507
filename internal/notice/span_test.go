package notice

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// corpus gives every notice at hand: the product's own and, where present, the shared.
func corpus(t testing.TB) map[string]string {
	t.Helper()
	texts := map[string]string{"sample": read(t, sampleFile)}
	for _, pattern := range []string{"testdata/notices/*.txt", filepath.Join(shared, "*.txt")} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, ".txt") {
				texts[filepath.Base(f)] = read(t, f)
			}
		}
	}
	return texts
}

// plain is a text without white space and markup: what the compact view keeps. Taking out
// the blanks of a damaged tag may complete it, so it is taken until nothing changes.
func plain(text string) string {
	for {
		next := string(newSource(text).c)
		if next == text {
			return text
		}
		text = next
	}
}

// checkSpans is the property that every value is found where its span points.
func checkSpans(t *testing.T, d Draft) {
	t.Helper()
	runes := []rune(d.Text)
	of := func(what string, sp Span) string {
		if sp.Start < 0 || sp.End > len(runes) || sp.Start > sp.End {
			t.Fatalf("%s: span %v outside of %d runes", what, sp, len(runes))
		}
		return plain(string(runes[sp.Start:sp.End]))
	}
	yields := func(what, value string, sp Span) {
		t.Helper()
		if value == "" && sp.Empty() {
			return
		}
		if got := of(what, sp); got != plain(value) || value == "" {
			t.Errorf("%s: span yields %q, value is %q", what, got, value)
		}
	}
	facts := func(what string, list []Text) {
		t.Helper()
		for _, f := range list {
			yields(what, f.Value, f.Span)
			if f.Certainty != Sure && f.Certainty != Doubtful {
				t.Errorf("%s %q: certainty %q", what, f.Value, f.Certainty)
			}
		}
	}
	facts("title", []Text{{d.Title.Value, d.Title.Span, Sure}})
	facts("theme", []Text{{d.Theme.Value, d.Theme.Span, Sure}})
	facts("issuer", d.Issuers)
	facts("addressee", d.Addressees)
	facts("phone", d.Phones)
	facts("email", d.Emails)
	facts("attachment", d.Attachments)
	facts("heading", d.Headings)
	if n := d.DocNumber; n.Value != "" {
		s := newSource(string(runes[n.Span.Start:n.Span.End]))
		if got := s.docNumberText(rng{0, len(s.c)}); plain(got) != plain(n.Value) {
			t.Errorf("number: span yields %q, value is %q", got, n.Value)
		}
	}
	day := func(what string, value Day, sp Span) {
		t.Helper()
		if value == "" {
			return
		}
		s := newSource(string(runes[sp.Start:sp.End]) + "前") // a day that lost its 日 is known by what follows
		w, ok := s.whenAt(0)
		year := 0
		for _, r := range value[:4] {
			year = year*10 + int(r-'0')
		}
		for _, m := range []moment{w.start, w.end} {
			for _, last := range []bool{false, true} {
				m.year = year
				if got, fits := m.resolve(year, last); ok && fits && got == value {
					return
				}
			}
		}
		t.Errorf("%s: span %q does not yield %s", what, string(s.c), value)
	}
	day("issued on", d.IssuedOn.Value, d.IssuedOn.Span)
	day("window start", d.Window.Start.Value, d.Window.Start.Span)
	day("window end", d.Window.End.Value, d.Window.End.Span)
	for _, l := range d.Deadlines {
		day("deadline", l.Due.Value.Day, l.Due.Span)
		yields("deadline what", l.What.Value, l.What.Span)
		facts("deadline who", l.Who)
	}
	var walk func(list []Section)
	walk = func(list []Section) {
		for _, s := range list {
			yields("section title", s.Title, s.TitleSpan)
			if whole := of("section", s.Span); !strings.HasPrefix(whole, s.Number) && s.Number != "" && !strings.HasPrefix(whole, "—") {
				t.Errorf("section %s begins with %.12q", s.Clause, whole)
			}
			walk(s.Children)
		}
	}
	walk(d.Sections)
	for _, it := range append(append([]Item{}, d.Topics...), d.Methods...) {
		yields("item", it.Title, it.TitleSpan)
		of("item", it.Span)
	}
	for _, o := range d.Obligations {
		yields("obligation what", o.What, o.WhatSpan)
		yields("obligation to", o.To, o.ToSpan)
		day("obligation due", o.Due.Day, o.DueSpan)
		of("obligation", o.Span)
		for _, p := range o.Who {
			yields("obligation who", p.Value, p.Span)
			if !strings.Contains(p.Full, p.Value) {
				t.Errorf("%q does not spell out %q", p.Full, p.Value)
			}
		}
	}
}

func TestEverySpanYieldsItsValue(t *testing.T) {
	t.Parallel()
	for name, text := range corpus(t) {
		t.Run(name, func(t *testing.T) { checkSpans(t, mustParse(t, text)) })
	}
}

// What scanners and editors do to a text moves spans, but must not break them.
func TestSpansHoldInDamagedTexts(t *testing.T) {
	t.Parallel()
	damages := map[string]func(string) string{
		"joined": func(s string) string { return strings.Join(strings.Fields(s), "") },
		"spaced": func(s string) string {
			if strings.Contains(s, "<p") {
				return s // OCR spaces what is printed, and tags are not
			}
			return strings.Join(strings.Split(s, ""), " ")
		},
		"half-width": strings.NewReplacer("，", ",", "：", ":", "（", "(", "）", ")").Replace,
		"html":       func(s string) string { return "<p>&nbsp;" + strings.ReplaceAll(s, "\n", "</p>\n<p>&nbsp;") + "</p>" },
		"windows":    func(s string) string { return "\ufeff" + strings.ReplaceAll(s, "\n", "\r\n") },
		"cut":        func(s string) string { r := []rune(s); return string(r[len(r)/3:]) },
	}
	for name, text := range corpus(t) {
		for damage, apply := range damages {
			t.Run(damage+"/"+name, func(t *testing.T) {
				d, err := Parse(apply(text))
				if err != nil {
					t.Skip(err)
				}
				checkSpans(t, d)
			})
		}
	}
}

func TestSpanOf(t *testing.T) {
	t.Parallel()
	text := "甲乙 丙"
	equal(t, "inside", Span{1, 2}.Of(text), "乙")
	equal(t, "to the end", Span{1, 4}.Of(text), "乙 丙")
	equal(t, "outside", Span{3, 9}.Of(text), "")
	equal(t, "empty", Span{}.Of(text), "")
}

func FuzzParse(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text)
	}
	for _, text := range []string{"", "关于", "附件：1.", "一、", "（一", "8月31日前报", "0731-", "a@", "<p", "&nbsp;", "〔2020〕1号", "：", "5月5-", "请", "“主题"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		if !utf8.ValidString(text) {
			t.Fatal("a text that is not UTF-8 was read")
		}
		checkSpans(t, d)
		if _, err := d.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{sampleFile, filepath.Join(shared, "131_ly_4bumen_2022.txt"), filepath.Join(shared, "101_gqt_2016_chuangqingchun_caihongrensheng.txt")} {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		b.Run(filepath.Base(name), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := Parse(string(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
