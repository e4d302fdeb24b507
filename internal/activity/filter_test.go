package activity

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

var someChoices = Choices{
	methods: map[string]string{"open_campus": "m1", "community_visit": "m2"}, topics: map[string]string{"topic_1": "t1", "topic_2": "t2"},
	regions: map[string]bool{"430000": true, "430100": true, "430102": true},
}

func TestParseFilter(t *testing.T) {
	t.Parallel()
	const unit = "0198a000-0000-7000-8000-000000000001"
	for query, want := range map[string]Filter{
		"":                              {},
		"q=&region=&day=&utm_source=x":  {},
		"q=+开放++校园+":                    {Text: "开放 校园"},
		"region=430100&region=430102":   {Regions: []string{"430100", "430102"}},
		"region=430100&region=430100":   {Regions: []string{"430100"}},
		"day=2020-07-21":                {From: "2020-07-21", To: "2020-07-21"},
		"from=2020-07-21":               {From: "2020-07-21"},
		"from=2020-07-21&to=2020-07-23": {From: "2020-07-21", To: "2020-07-23"},
		"method=open_campus&topic=topic_1&topic=topic_2": {Methods: []string{"open_campus"}, Topics: []string{"topic_1", "topic_2"}},
		"audience=pupils&mode=online&mode=both":          {Audience: []Audience{"pupils"}, Modes: []Mode{Online, Both}},
		"has_seats=1":                                    {HasSeats: true},
		"has_seats=false":                                {},
		"unit=" + unit:                                   {Host: unit},
		"near=112.93881,28.22821&radius=5&sort=distance": {Near: Point{112_939_000, 28_228_000}, Radius: 5, Order: ByDistance},
		"sort=seats&limit=100":                           {Order: BySeats, Limit: 100},
		"sort=time&cursor=abc":                           {Order: ByTime, Cursor: "abc"},
		"sort=seats&cursor=abc-1f":                       {Order: BySeats, Cursor: "abc-1f"},
	} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseFilter(v, someChoices); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v (%v), want %+v", query, got, err, want)
		}
	}
}

func TestParseFilterRefuses(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"region=990000":                        "region find.unknown",
		"method=x&method=open_campus":          "method find.unknown",
		"topic=" + strings.Repeat("长", 100):    "topic find.unknown",
		"audience=everybody":                   "audience find.unknown",
		"mode=hybrid":                          "mode find.unknown",
		"sort=random":                          "sort find.unknown",
		"day=2020-02-30":                       "day find.bad",
		"from=20200721":                        "from find.bad",
		"to=tomorrow":                          "to find.bad",
		"day=2020-07-21&from=2020-07-20":       "day find.contradiction",
		"from=2020-07-22&to=2020-07-21":        "to find.contradiction",
		"day=2020-07-21&day=2020-07-22":        "day find.once",
		"q=a&q=b":                              "q find.once",
		"q=" + strings.Repeat("开", 201):        "q find.long",
		"has_seats=yes":                        "has_seats find.bad",
		"unit=7":                               "unit find.bad",
		"near=112.9":                           "near find.bad",
		"near=200,28":                          "near find.bad",
		"near=NaN,28":                          "near find.bad",
		"near=0,0":                             "near find.bad",
		"sort=distance":                        "sort find.contradiction",
		"radius=5":                             "radius find.contradiction",
		"near=112.9,28.2&radius=0":             "radius find.range",
		"near=112.9,28.2&radius=9999999999999": "radius find.range",
		"limit=0":                              "limit find.range",
		"limit=101":                            "limit find.range",
		"cursor=-1":                            "cursor find.cursor",
		"cursor=ABC":                           "cursor find.cursor",
		"cursor=0abc":                          "cursor find.cursor",
		"cursor=abc-1":                         "cursor find.cursor",
		"cursor=abc&sort=seats":                "cursor find.cursor",
		"cursor=zzzzzzzzzzzzzzzzz":             "cursor find.cursor",
		"region=" + strings.Join(slices.Collect(func(yield func(string) bool) {
			for i := range 21 {
				if !yield(fmt.Sprint(i)) {
					return
				}
			}
		}), "&region="): "region find.many",
	} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseFilter(v, someChoices)
		var got []string
		if err != nil {
			for _, p := range errs.As(err).Problems {
				got = append(got, p.Field+" "+p.Key)
			}
		}
		if !slices.Equal(got, []string{want}) {
			t.Errorf("%.60s: %q, want %s", query, got, want)
		}
	}
}

func TestQueryIsTheSameForAllThatMeanTheSame(t *testing.T) {
	t.Parallel()
	for _, queries := range [][]string{
		{"", "q=+&sort=time&limit=20&has_seats=0"},
		{"mode=both&mode=online&region=430100", "region=430100&mode=online&mode=both&mode=both"},
		{"day=2020-07-21", "to=2020-07-21&from=2020-07-21"},
		{"near=112.939%2C28.228", "near=112.93881, 28.22821&radius=10"},
		{"q=%E5%BC%80+%E6%94%BE", "q=开%20%20放"},
	} {
		for _, query := range queries {
			v, err := url.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			f, err := ParseFilter(v, someChoices)
			if err != nil || f.Query() != queries[0] {
				t.Errorf("%s: %s (%v), want %s", query, f.Query(), err, queries[0])
			}
		}
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, s := range []string{"q=开放&region=430100&day=2020-07-21", "near=1e308,-0&radius=3&sort=distance&cursor=a-b", "limit=-1&method=\xff&q=%00", "from=0000-01-01&to=9999-12-31", "has_seats=1&has_seats=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		filter, err := ParseFilter(v, someChoices)
		if err != nil {
			if errs.KindOf(err) != errs.KindInvalid {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		canonical := filter.Query()
		again, err := url.ParseQuery(canonical)
		if err != nil {
			t.Fatalf("%q: %v", canonical, err)
		}
		back, err := ParseFilter(again, someChoices)
		if err != nil || back.Query() != canonical {
			t.Fatalf("%q becomes %q becomes %q (%v)", query, canonical, back.Query(), err)
		}
	})
}

func TestHeldOn(t *testing.T) {
	t.Parallel()
	at := func(day clock.Day, hour int) clock.Instant { return day.Start() + clock.Instant(hour)*3_600_000_000 }
	got := heldOn([][2]clock.Instant{
		{at("2020-07-22", 14), at("2020-07-22", 16)},
		{at("2020-07-20", 22), at("2020-07-22", 0)}, // ends at midnight: not held on the 22nd by this one
		{at("2020-07-22", 9), at("2020-07-22", 10)},
	})
	want := []heldDay{{"2020-07-20", at("2020-07-20", 22)}, {"2020-07-21", at("2020-07-21", 0)}, {"2020-07-22", at("2020-07-22", 9)}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	long := heldOn([][2]clock.Instant{{at("2020-07-20", 9), at("2029-07-20", 10)}})
	if len(long) != maxDays || long[0].on != "2020-07-20" {
		t.Errorf("%d days from %s", len(long), long[0].on)
	}
	if days := heldOn(nil); len(days) != 0 {
		t.Errorf("%v without sessions", days)
	}
}

func TestKeysAscendWithTime(t *testing.T) {
	t.Parallel()
	last := int64(0)
	for _, at := range []clock.Instant{clock.Day("1995-01-01").Start(), clock.Day("2020-07-20").Start(), clock.Day("2020-07-20").Start() + 60_000_000, clock.Day("2199-12-31").Start()} {
		key := listKey(at, "0198a000-0000-7000-8000-000000000001")
		if key <= last || key != listKey(at+59_999_999, "0198a000-0000-7000-8000-000000000001") {
			t.Errorf("the key of %s is %d after %d", at, key, last)
		}
		last = key
	}
	first := firstKey("2020-07-20")
	if before, after := listKey(clock.Day("2020-07-20").Start()-1, "a"), listKey(clock.Day("2020-07-20").Start(), "a"); before >= first || after < first {
		t.Errorf("%d, %d and %d", before, first, after)
	}
}
