package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/i18n"
)

func TestTilesStandWhereTheirDataSays(t *testing.T) {
	t.Parallel()
	var got []string
	for _, c := range tileCells([]Tile{
		{X: 1, Y: 1, Name: "d"}, {X: 0, Y: 0, Name: "a"}, {X: 1, Y: 0, Name: "b"},
		{X: -1, Y: -1, Name: "nowhere"}, {X: 0, Y: 0, Name: "taken"},
	}) {
		if c == nil {
			got = append(got, "·")
		} else {
			got = append(got, c.Name)
		}
	}
	if want := []string{"a", "b", "·", "d", "nowhere", "taken"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if cells := tileCells(nil); len(cells) != 0 {
		t.Errorf("no tiles made %d cells", len(cells))
	}
}

func TestBarOfASmallCountIsStillSeen(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]int{{0, 100, 0}, {1, 1000, 4}, {50, 100, 50}, {100, 100, 100}, {3, 0, 0}} {
		if got := share(c[0], c[1]); got != c[2] {
			t.Errorf("share(%d, %d) = %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func TestNavigationMarksTheNearestPage(t *testing.T) {
	t.Parallel()
	nav := []NavGroup{{Items: []NavItem{{Href: "/desk"}, {Href: "/desk/units"}}}, {Items: []NavItem{{Href: "/desk/units/people"}, {Href: "/desk/ledger", Also: []string{"/desk/editions/*/ledger"}}, {Href: "/desk/editions"}}}}
	for path, want := range map[string]string{
		"/desk": "/desk", "/desk/units?q=1": "/desk/units", "/desk/units/01": "/desk/units",
		"/desk/units/people/01": "/desk/units/people", "/desk/other": "", "/desk/unitsx": "",
		"/desk/editions/01": "/desk/editions", "/desk/editions/01/ledger": "/desk/ledger", "/desk/editions/01/ledger/obligations": "/desk/ledger",
		"/desk/editions//ledger": "/desk/editions", "/desk/editions/01/ledgers": "/desk/editions",
	} {
		if got := here(View{Path: path}, nav...); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestProblemsStandBesideTheirFields(t *testing.T) {
	t.Parallel()
	v := View{Locale: i18n.English}.WithProblems(errs.Join(
		errs.Invalid("error.required").On("name"),
		errs.Invalid("error.no_choice"),
	), "name", "Name")
	if got, want := v.Problem("name"), "This must be filled in."; got != want {
		t.Errorf("beside the field: %q, want %q", got, want)
	}
	if got, want := v.Problems[0].sentence(v), "Name: This must be filled in."; got != want {
		t.Errorf("in the summary: %q, want %q", got, want)
	}
	if got := v.Problem("other"); got != "" {
		t.Errorf("beside another field: %q", got)
	}
	single := View{Locale: i18n.English}.WithProblems(fmt.Errorf("wrapped: %w", errs.Conflict("error.required").On("name")))
	if got, want := len(single.Problems), 1; got != want {
		t.Errorf("a single error made %d problems", got)
	}
	if got := len(View{}.WithProblems(nil).Problems); got != 0 {
		t.Errorf("no error made %d problems", got)
	}
}

func TestLanguageLinkKeepsThePlaceAndTheQuery(t *testing.T) {
	t.Parallel()
	v := View{Path: "/desk/units?q=%E5%91%A8&after=1"}
	if got, want := v.With("lang", "en", "after", ""), "/desk/units?lang=en&q=%E5%91%A8"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDataWithoutAnEnglishNameIsMarkedChinese(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]View{
		`<span lang="zh-Hans">长沙</span>`: {Locale: i18n.English},
		"长沙":                             {Locale: i18n.Chinese},
	} {
		var out strings.Builder
		if err := Name(v, "长沙", "").Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(out.String()); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestUserTextIsEscaped(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	v := View{Locale: i18n.English, Actor: actor.Actor{}}
	if err := Field(v, FieldSpec{Name: "q", Label: "<b>", Value: `"><script>`}).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "<script>") || strings.Contains(out.String(), "<b>") {
		t.Errorf("not escaped: %s", out.String())
	}
}
