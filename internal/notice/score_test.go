package notice

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// labels is a hand-made label of the shared notices.
type labels struct {
	Title       *string  `json:"title"`
	DocNumber   *string  `json:"doc_number"`
	Issuers     []string `json:"issuers"`
	Addressees  []string `json:"addressees"`
	IssuedOn    *string  `json:"issued_on"`
	Window      *struct{ Start, End string }
	Theme       *string                      `json:"theme"`
	Deadlines   []struct{ Due, What string } `json:"deadlines"`
	Phones      []string                     `json:"phones"`
	Emails      []string                     `json:"emails"`
	Attachments []string                     `json:"attachments"`
	Headings    []string                     `json:"headings"`
}

// TestSharedNotices holds the parser to the mean F1 of 0.98 and to 0.90 for each key, by
// the rules of the shared score_notices.py.
func TestSharedNotices(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob(filepath.Join(shared, "*.json"))
	if len(files) == 0 {
		t.Skip("the shared notices are absent")
	}
	type count struct{ hits, got, want float64 }
	tally := map[string]*count{}
	for _, file := range files {
		var want labels
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		d := mustParse(t, read(t, strings.TrimSuffix(file, ".json")+".txt"))
		b, err = json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var got labels
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		w, g := want.atoms(), got.atoms()
		for key := range w {
			c := tally[key]
			if c == nil {
				c = &count{}
				tally[key] = c
			}
			c.got += float64(len(g[key]))
			c.want += float64(len(w[key]))
			left := slices.Clone(g[key])
			for _, a := range w[key] {
				if i := slices.IndexFunc(left, func(b string) bool { return sameAtom(key, a, b) }); i >= 0 {
					left = slices.Delete(left, i, i+1)
					c.hits++
				}
			}
		}
	}
	sum := 0.0
	for key, c := range tally {
		f1 := 0.0
		if c.hits > 0 {
			f1 = 2 * c.hits / (c.got + c.want)
		}
		t.Logf("%-12s F1 %.3f (%.0f of %.0f wanted, %.0f found)", key, f1, c.hits, c.want, c.got)
		if f1 < 0.90 {
			t.Errorf("%s: F1 %.3f is below 0.90", key, f1)
		}
		sum += f1
	}
	if mean := sum / float64(len(tally)); mean < 0.98 {
		t.Errorf("mean F1 %.3f is below 0.98", mean)
	}
}

func (l labels) atoms() map[string][]string {
	a := map[string][]string{"title": nil, "doc_number": nil, "issued_on": nil, "window": nil, "theme": nil, "deadlines": nil}
	for key, v := range map[string]*string{"title": l.Title, "doc_number": l.DocNumber, "issued_on": l.IssuedOn, "theme": l.Theme} {
		if v != nil {
			a[key] = []string{folded(*v)}
		}
	}
	if l.Window != nil {
		a["window"] = []string{l.Window.Start + " " + l.Window.End}
	}
	for _, d := range l.Deadlines {
		a["deadlines"] = append(a["deadlines"], d.Due+"\n"+folded(d.What))
	}
	for key, list := range map[string][]string{"issuers": l.Issuers, "addressees": l.Addressees, "phones": l.Phones, "emails": l.Emails, "attachments": l.Attachments, "headings": l.Headings} {
		var set []string
		for _, v := range list {
			set = append(set, folded(v))
		}
		slices.Sort(set)
		a[key] = slices.Compact(set)
	}
	return a
}

func folded(v string) string {
	v = strings.Join(strings.Fields(norm.NFKC.String(v)), "")
	return strings.ToLower(strings.Trim(v, "。.：:“”\"'《》"))
}

func sameAtom(key, want, got string) bool {
	if key != "deadlines" {
		return want == got
	}
	dueWant, whatWant, _ := strings.Cut(want, "\n")
	dueGot, whatGot, _ := strings.Cut(got, "\n")
	a, b := []rune(whatWant), []rune(whatGot)
	return strings.HasPrefix(dueGot, dueWant) && commonRun(a, b)*2 >= min(len(a), max(len(b), 1))
}

// commonRun is the length of the longest common run of two texts.
func commonRun(a, b []rune) int {
	best := 0
	row := make([]int, len(b)+1)
	for i := range a {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				row[j+1] = row[j] + 1
				best = max(best, row[j+1])
			} else {
				row[j+1] = 0
			}
		}
	}
	return best
}
