package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"openweek/internal/search"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

var ctx = context.Background()

func put(t *testing.T, db *sqldb.DB, docs ...search.Document) {
	t.Helper()
	if err := db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, d := range docs {
			if err := search.PutTx(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func keys(t *testing.T, db *sqldb.DB, q search.Query, in search.Span, limit int) []int64 {
	t.Helper()
	list, err := search.Keys(ctx, db, q, in, limit)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// plain is what a scan looks at, made independently of the package: other characters than letters and
// digits become line ends.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u200b':
			return -1
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			return unicode.ToLower(r)
		}
		return '\n'
	}, norm.NFKC.String(s))
}

func latin(r rune) bool { return unicode.In(r, unicode.Latin, unicode.Nd) }

// scan tells whether a text contains a term of Han characters, or a Latin word as a whole.
func scan(text, term string) bool {
	term = strings.Trim(plain(term), "\n")
	if !latin([]rune(term)[0]) {
		return strings.Contains(plain(text), term)
	}
	return slices.Contains(strings.FieldsFunc(plain(text), func(r rune) bool { return !latin(r) }), term)
}

// randomText is made of few characters, so that everything occurs.
func randomText(r *rand.Rand, n int) string {
	alphabet := []string{"开", "放", "校", "园", "职", "业", "教", "育", "开", "放", "校", "园", "技", "能", "，", "。", " ", "“", "3D", " AI ", "Ａ", "12", "\u200b", "\n", "*", "\"", "𠮷"}
	var b strings.Builder
	for range n {
		b.WriteString(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

func TestSearchFindsWhatAScanFinds(t *testing.T) {
	t.Parallel()
	const seed = 20261124
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		r := rand.New(rand.NewPCG(seed, 1))
		docs := make([]search.Document, 400)
		for i := range docs {
			docs[i] = search.Document{ID: fmt.Sprint(i), Keys: []int64{int64(i + 1)},
				Names: []string{randomText(r, 1+r.IntN(8))}, Texts: []string{randomText(r, r.IntN(40))}}
		}
		put(t, db, docs...)
		hits := 0
		for range 600 {
			term := strings.Trim(plain(randomText(r, 1+r.IntN(5))), "\n")
			if term == "" || strings.ContainsRune(term, '\n') {
				continue
			}
			if mixed := strings.ContainsFunc(term, latin); mixed && strings.ContainsFunc(term, func(r rune) bool { return !latin(r) }) {
				continue // words and runs in one term: TestATermOfWordsAndCharacters
			}
			var want []int64
			for i, d := range docs {
				if scan(d.Names[0], term) || scan(d.Texts[0], term) {
					want = append(want, int64(i+1))
				}
			}
			hits += len(want)
			q := search.Parse(term)
			if got := keys(t, db, q, search.Span{}, 1000); !slices.Equal(got, want) {
				t.Fatalf("seed %d, %q: found %v, a scan finds %v", seed, term, got, want)
			}
			all := make([]int64, len(docs))
			for i := range all {
				all[i] = int64(i + 1)
			}
			if got, err := search.Among(ctx, db, q, all); err != nil || !slices.Equal(got, want) {
				t.Fatalf("seed %d, %q: among all %v (%v), want %v", seed, term, got, err, want)
			}
		}
		if hits < 1000 {
			t.Fatalf("only %d hits: the test tests nothing", hits)
		}
	})
}

func TestATermOfWordsAndCharacters(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		put(t, db,
			search.Document{ID: "a", Keys: []int64{1}, Names: []string{"３Ｄ打印体验课"}},
			search.Document{ID: "b", Keys: []int64{2}, Names: []string{"打印社3D馆"}},
			search.Document{ID: "c", Keys: []int64{3}, Names: []string{"3D", "打印"}},
			search.Document{ID: "d", Keys: []int64{4}, Names: []string{"13D打印，VR+AI"}},
		)
		for text, want := range map[string][]int64{
			"3D打印": {1}, "3d": {1, 2, 3}, "D打印": nil, "社3d馆": {2}, "印社3d": {2}, "3d 打印": {1, 2, 3}, "打印3d": nil,
			"VR+AI": {4}, "ai VR": {4}, "13d打": {4},
		} {
			if got := keys(t, db, search.Parse(text), search.Span{}, 10); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", text, got, want)
			}
		}
	})
}

func TestAnythingMayBeTyped(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("开放校园职业教育活动周", 100)[:3000]
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		put(t, db, search.Document{ID: "a", Keys: []int64{7}, Names: []string{long[:600]}, Texts: []string{`NEAR("a" b) word:c* AND d`}})
		for text, want := range map[string][]int64{
			"": nil, " ": nil, "，": nil, `"`: nil, "*": nil, "\x00": nil, "\xff": nil, "'": nil, `\`: nil, "NEAR": {7}, "near(": {7},
			"word:c": {7}, "word:x": nil, `"a" OR z`: nil, "a* b*": {7}, "^a": {7}, "d -a": {7}, "a AND d": {7}, "':* & a'": {7}, `a\'`: {7},
			"开": {7}, long: nil, long[:300]: {7}, strings.Repeat("a ", 5000): {7}, strings.Repeat("a", 5000): nil, "¬kai·": nil, "¦kfxy": nil,
			"%": nil, "_": nil, "\u0301": nil, "🙂": nil, "開放": nil,
		} {
			q := search.Parse(text)
			if got := keys(t, db, q, search.Span{}, 10); !slices.Equal(got, want) {
				t.Errorf("%.40q: %v, want %v", text, got, want)
			}
			for _, way := range q.Forgiving() {
				keys(t, db, way, search.Span{}, 10)
			}
		}
	})
}

func TestKeysComeInOrderAndInSpans(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		put(t, db,
			search.Document{ID: "a", Keys: []int64{9, 3, 1 << 60}, Names: []string{"开放日"}},
			search.Document{ID: "b", Keys: []int64{5}, Names: []string{"开放周"}},
		)
		q := search.Parse("开放")
		for _, c := range []struct {
			in    search.Span
			limit int
			want  []int64
		}{
			{search.Span{}, 10, []int64{3, 5, 9, 1 << 60}}, {search.Span{}, 2, []int64{3, 5}}, {search.Span{After: 3}, 10, []int64{5, 9, 1 << 60}},
			{search.Span{After: 3, Before: 9}, 10, []int64{5}}, {search.Span{After: 5, Before: 6}, 10, nil}, {search.Span{}, 0, nil},
		} {
			if got := keys(t, db, q, c.in, c.limit); !slices.Equal(got, c.want) {
				t.Errorf("%+v at most %d: %v, want %v", c.in, c.limit, got, c.want)
			}
		}
	})
}

func TestPuttingAgainReplaces(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		put(t, db, search.Document{ID: "a", Keys: []int64{1, 2}, Names: []string{"开放校园"}}, search.Document{ID: "b", Keys: []int64{8}, Names: []string{"校园"}})
		put(t, db, search.Document{ID: "a", Keys: []int64{2, 4}, Names: []string{"走进社区"}})
		if got := keys(t, db, search.Parse("校园"), search.Span{}, 10); !slices.Equal(got, []int64{8}) {
			t.Errorf("%v, want 8", got)
		}
		if got := keys(t, db, search.Parse("社区"), search.Span{}, 10); !slices.Equal(got, []int64{2, 4}) {
			t.Errorf("%v, want 2 and 4", got)
		}
		for _, f := range []func(tx *sqldb.Tx) error{
			func(tx *sqldb.Tx) error { return search.PutTx(ctx, tx, search.Document{ID: "a"}) }, // without a place
			func(tx *sqldb.Tx) error { return search.DeleteTx(ctx, tx, "a") },
		} {
			if err := db.Write(ctx, f); err != nil {
				t.Fatal(err)
			}
			if got := keys(t, db, search.Parse("社区"), search.Span{}, 10); got != nil {
				t.Errorf("%v, want none", got)
			}
		}
		if err := db.Write(ctx, func(tx *sqldb.Tx) error { return search.ClearTx(ctx, tx) }); err != nil {
			t.Fatal(err)
		}
		if got := keys(t, db, search.Parse("校园"), search.Span{}, 10); got != nil {
			t.Errorf("%v, want none", got)
		}
		put(t, db, search.Document{ID: "b", Keys: []int64{8}, Names: []string{"校园"}})
		if got := keys(t, db, search.Parse("校"), search.Span{}, 10); !slices.Equal(got, []int64{8}) {
			t.Errorf("%v, want 8", got)
		}
	})
}

func TestHighlight(t *testing.T) {
	t.Parallel()
	exact := func(s string) search.Query { return search.Parse(s) }
	way := func(how search.How, s string) search.Query {
		for _, q := range search.Parse(s).Forgiving() {
			if q.How() == how {
				return q
			}
		}
		t.Fatalf("%s is not meant as %s", s, how)
		return search.Query{}
	}
	for _, c := range []struct {
		q    search.Query
		text string
		want string // what is found, in brackets
	}{
		{exact("开放"), "走进开放校园，开放企业", "走进[开放]校园，[开放]企业"},
		{exact("开 校园"), "开放校园", "[开]放[校园]"},
		{exact("放校 校园"), "开放校园", "开[放校园]"},
		{exact("3d打印"), "“３Ｄ打印”体验", "“[３Ｄ打印]”体验"},
		{exact("3d"), "13D 3D", "13D [3D]"},
		{exact("株式"), "㍿", "[㍿]"},
		{exact("园"), "开放", "开放"},
		{exact("CAFÉ"), "去 cafe\u0301 吧", "去 [cafe\u0301] 吧"},
		{exact("校园3d打"), "校园 3D 打印", "[校园 3D 打]印"},
		{way(search.Pinyin, "kaifang"), "长沙开放校园", "长沙[开放]校园"},
		{way(search.Pinyin, "changsha"), "长沙开放校园", "[长沙]开放校园"},
		{way(search.Initials, "kfxy"), "长沙开放校园", "长沙[开放校园]"},
		{way(search.Homophone, "开方校园"), "长沙开放校园", "长沙[开放校园]"},
	} {
		runes := []rune(c.text)
		var b strings.Builder
		at := 0
		for _, r := range c.q.Highlight(c.text) {
			b.WriteString(string(runes[at:r.Start]) + "[" + string(runes[r.Start:r.End]) + "]")
			at = r.End
		}
		if got := b.String() + string(runes[at:]); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
