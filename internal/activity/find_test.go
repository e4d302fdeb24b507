package activity_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sample"
	"openweek/internal/search"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// fill invents activities of the desk's units.
func (d *desk) fill(n int) {
	d.t.Helper()
	must(d.t, sample.Activities(ctx, sample.Crowd{DB: d.db, Units: d.units, Editions: d.editions, Activities: d.Service, EditionID: d.e.ID, Seed: 7, Count: n}))
}

// all gives everything that a filter finds, page after page.
func (d *desk) all(f activity.Filter) (list []activity.PublicItem) {
	d.t.Helper()
	for {
		page, err := d.FindPublic(ctx, d.e.ID, f)
		must(d.t, err)
		list = append(list, page.Items...)
		if page.Next == "" {
			return list
		}
		f.Cursor = page.Next
	}
}

func idsOf(items []activity.PublicItem) []string {
	list := []string{}
	for _, item := range items {
		list = append(list, item.ID)
	}
	return list
}

func (d *desk) codes() (methods, topics []string, ids map[string]string) {
	ids = map[string]string{}
	for _, m := range d.e.Methods {
		methods, ids[m.Code] = append(methods, m.Code), m.ID
	}
	for _, t := range d.e.Topics {
		topics, ids[t.Code] = append(topics, t.Code), t.ID
	}
	return methods, topics, ids
}

// randomFilter restricts by some of the fields.
func (d *desk) randomFilter(r *rand.Rand) (f activity.Filter) {
	methods, topics, _ := d.codes()
	some := func() bool { return r.IntN(3) == 0 }
	one := func(list []string) []string { return []string{list[r.IntN(len(list))]} }
	if some() {
		f.Regions = one([]string{"430000", "430100", "430102", "430200"})
	}
	if some() {
		f.Methods = one(methods)
	}
	if some() {
		f.Topics = topics[:1+r.IntN(len(topics))]
	}
	if some() {
		f.Audience = []activity.Audience{activity.Audiences[r.IntN(6)]}
	}
	if some() {
		f.Modes = []activity.Mode{activity.Modes[r.IntN(3)], activity.Both}
	}
	if some() {
		f.From = day(7, 20+r.IntN(7))
	}
	if some() {
		f.To = clock.Day(max(string(f.From), string(day(7, 20+r.IntN(7)))))
	}
	f.HasSeats = some()
	if some() {
		f.Text = []string{"开", "体验", "实训基地", "园", "社区", "教育法", "绝无", "中职", "3D打印"}[r.IntN(9)]
	}
	if some() {
		f.Host = d.ids["长沙高职"]
	}
	if some() {
		f.Near, f.Radius = activity.Point{Lng: 112_938_000, Lat: 28_228_000}, 1+r.IntN(12)
	}
	f.Limit = 1 + r.IntN(40)
	return f
}

// scanned tells whether an item passes a filter, without any index. days are those on which it is held.
func (d *desk) scanned(f activity.Filter, p activity.PublicItem, facts map[string]string) bool {
	_, _, ids := d.codes()
	has := func(codes []string, have ...string) bool {
		return len(codes) == 0 || slices.ContainsFunc(codes, func(c string) bool { return slices.Contains(have, ids[c]) })
	}
	inDays := slices.ContainsFunc(p.Sessions, func(s activity.Session) bool {
		return (f.From == "" || s.Day() >= f.From) && (f.To == "" || s.Day() <= f.To)
	})
	seats := slices.ContainsFunc(p.Sessions, func(s activity.Session) bool {
		return (f.From == "" || s.Day() >= f.From) && (f.To == "" || s.Day() <= f.To) && (!s.Bookable || s.Seat.Left() > 0)
	})
	return (len(f.Regions) == 0 || actor.RegionWithin(p.Venue.Region, f.Regions[0])) && has(f.Methods, p.MethodID) && has(f.Topics, p.TopicIDs...) &&
		(len(f.Audience) == 0 || slices.Contains(p.Audience, f.Audience[0])) && (len(f.Modes) == 0 || slices.Contains(f.Modes, p.Mode)) &&
		inDays && (!f.HasSeats || seats) && strings.Contains(facts[p.ID], strings.ToLower(f.Text)) && (f.Host == "" || p.Unit.ID == f.Host) &&
		(f.Near == activity.Point{} || p.Distance >= 0 && p.Distance <= f.Radius*1000)
}

func TestFindAgreesWithAScan(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.fill(250)
		r := rand.New(rand.NewPCG(11, 1))
		everything := d.all(activity.Filter{Limit: 100, Near: activity.Point{Lng: 112_938_000, Lat: 28_228_000}, Radius: 200})
		everything = append(everything, slices.DeleteFunc(d.all(activity.Filter{Limit: 100}), func(p activity.PublicItem) bool {
			return slices.Contains(idsOf(everything), p.ID)
		})...)
		if len(everything) != 250 {
			t.Fatalf("%d activities are found without a filter, want 250", len(everything))
		}
		texts := map[string]string{}
		for _, p := range everything {
			a, err := d.GetPublic(ctx, p.ID)
			must(t, err)
			var b strings.Builder
			for _, part := range []string{p.Title, p.TitleEN, p.Summary, string(a.Content.Description), p.Unit.Name, p.Venue.Name, p.Venue.Address} {
				b.WriteString(strings.ToLower(strings.NewReplacer("３Ｄ", "3D").Replace(part)) + "\n")
			}
			for _, item := range append(d.e.Methods, d.e.Topics...) {
				if item.ID == p.MethodID || slices.Contains(p.TopicIDs, item.ID) {
					b.WriteString(item.Name + "\n")
				}
			}
			texts[p.ID] = b.String()
		}
		found := 0
		for range 120 {
			f := d.randomFilter(r)
			got := d.all(f)
			found += len(got)
			var want []string
			for _, p := range everything {
				if d.scanned(f, p, texts) {
					want = append(want, p.ID)
				}
			}
			ids := idsOf(got)
			slices.Sort(ids)
			slices.Sort(want)
			if !slices.Equal(ids, want) {
				t.Fatalf("%s: %d found, a scan finds %d", f.Query(), len(ids), len(want))
			}
			for i := range got[:max(0, len(got)-1)] {
				if a, b := starts(f, got[i]), starts(f, got[i+1]); a > b {
					t.Fatalf("%s: one that begins at %s stands before one at %s", f.Query(), a, b)
				}
			}
			n, err := d.Facets(ctx, d.e.ID, f)
			must(t, err)
			if !f.HasSeats && n.Total != len(want) {
				t.Fatalf("%s: %d counted, %d found", f.Query(), n.Total, len(want))
			}
		}
		if found < 800 {
			t.Errorf("only %d were found: the test tests nothing", found)
		}
	})
}

// starts is when an item begins on the day for which it stands in a list.
func starts(f activity.Filter, p activity.PublicItem) clock.Instant {
	for _, s := range p.Sessions {
		if s.Day() >= f.From {
			return s.Starts
		}
	}
	return 0
}

func TestEnginesFindTheSameInTheSameOrder(t *testing.T) {
	t.Parallel()
	desks := map[sqldb.Engine]*desk{}
	for _, engine := range sqldbtest.Engines {
		desks[engine] = newDesk(t, sqldbtest.Open(t, sqldbtest.New(t, engine)))
		desks[engine].fill(200)
	}
	lite, pg := desks[sqldb.SQLite], desks[sqldb.Postgres]
	r := rand.New(rand.NewPCG(13, 1))
	for i := range 60 {
		f := lite.randomFilter(r)
		if f.Near != (activity.Point{}) {
			f.Order = activity.ByDistance
		} else if i%3 == 0 {
			f.Order = activity.BySeats
		}
		other := f
		if f.Host != "" {
			other.Host = pg.ids["长沙高职"]
		}
		if a, b := idsOf(lite.all(f)), idsOf(pg.all(other)); !slices.Equal(a, b) {
			t.Fatalf("%s: %d on SQLite, %d on PostgreSQL, or in another order", f.Query(), len(a), len(b))
		}
	}
}

func TestFacetsCountWhatEachValueWouldFind(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.fill(150)
		r := rand.New(rand.NewPCG(17, 1))
		methods, topics, ids := d.codes()
		for range 8 {
			f := d.randomFilter(r)
			f.HasSeats, f.Limit = false, 100
			n, err := d.Facets(ctx, d.e.ID, f)
			must(t, err)
			check := func(what string, got int, with activity.Filter) {
				t.Helper()
				if want := len(d.all(with)); got != want {
					t.Errorf("%s, %s: %d counted, %d found", f.Query(), what, got, want)
				}
			}
			for _, code := range []string{"430000", "430100", "430102", "430200"} {
				with := f
				with.Regions = []string{code}
				check(code, n.Regions[code], with)
			}
			for _, code := range methods {
				with := f
				with.Methods = []string{code}
				check(code, n.Methods[ids[code]], with)
			}
			for _, code := range topics {
				with := f
				with.Topics = []string{code}
				check(code, n.Topics[ids[code]], with)
			}
			for _, a := range activity.Audiences {
				with := f
				with.Audience = []activity.Audience{a}
				check(string(a), n.Audience[a], with)
			}
			for _, m := range activity.Modes {
				with := f
				with.Modes = []activity.Mode{m}
				check(string(m), n.Modes[m], with)
			}
			for i := range 7 {
				with := f
				with.From, with.To = day(7, 20+i), day(7, 20+i)
				check(string(with.From), n.Days[with.From], with)
			}
		}
	})
}

func TestPagesJoinAndEnd(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.fill(230)
		near := activity.Point{Lng: 112_938_000, Lat: 28_228_000}
		for _, f := range []activity.Filter{
			{}, {From: day(7, 22)}, {Text: "体验"}, {HasSeats: true}, {Text: "开", HasSeats: true}, {Near: near, Radius: 50, Order: activity.ByDistance}, {Order: activity.BySeats},
			{Text: "tiyan"}, {Text: "tiyan", Order: activity.BySeats, HasSeats: true},
		} {
			f.Limit = 100
			whole := idsOf(d.all(f))
			f.Limit = 7
			pages := idsOf(d.all(f))
			if len(whole) < 30 || !slices.Equal(whole, pages) {
				t.Errorf("%s: %d on large pages, %d on small ones, or others", f.Query(), len(whole), len(pages))
			}
			distinct := slices.Compact(slices.Sorted(slices.Values(whole)))
			if len(distinct) != len(whole) {
				t.Errorf("%s: some are there twice", f.Query())
			}
			f.Cursor = "1y2p0ij32e8e7"
			if f.Order != "" {
				f.Cursor += "-1y2p0ij32e8e7"
			}
			page, err := d.FindPublic(ctx, d.e.ID, f)
			if err != nil || len(page.Items) != 0 || page.Next != "" {
				t.Errorf("%s: past the end %d items, %q, %v", f.Query(), len(page.Items), page.Next, err)
			}
		}
	})
}

func TestRankedLists(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.fill(200)
		list := d.all(activity.Filter{Near: activity.Point{Lng: 112_938_000, Lat: 28_228_000}, Radius: 50, Order: activity.ByDistance})
		for i, p := range list {
			if p.Distance < 0 || p.Distance > 50_000 || i > 0 && p.Distance < list[i-1].Distance {
				t.Errorf("the %dth is %d metres away", i, p.Distance)
			}
		}
		left := func(p activity.PublicItem) (n int64) {
			for _, s := range p.Sessions {
				n += s.Seat.Left()
			}
			return n
		}
		list = d.all(activity.Filter{Order: activity.BySeats})
		for i, p := range list {
			if i > 0 && left(p) > left(list[i-1]) {
				t.Errorf("the %dth has %d seats left, the one before %d", i, left(p), left(list[i-1]))
			}
		}
	})
}

func TestFeedsEnd(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.fill(130)
		for _, c := range []struct {
			most, want int
			more       bool
		}{{120, 120, true}, {130, 130, false}, {500, 130, false}} {
			n := 0
			more, err := d.EachPublic(ctx, d.e.ID, activity.Filter{Limit: 3, Cursor: "zz"}, c.most, func(activity.PublicItem) error { n++; return nil })
			if err != nil || n != c.want || more != c.more {
				t.Errorf("at most %d: %d, more %v (%v)", c.most, n, more, err)
			}
		}
	})
}

func TestSearchOfActivities(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act := d.published("芙蓉中职")
		for text, how := range map[string]search.How{
			"数控": search.Exact, "数": search.Exact, "数控技术开放日": search.Exact, "芙蓉中职": search.Exact, "实训楼": search.Exact, "下午体验": search.Exact, "machine": search.Exact,
			"开放校园": search.Exact, "长沙": search.Exact, "shukongjishu": search.Pinyin, "skjs": search.Initials, "数空技术": search.Homophone,
		} {
			page, err := d.FindPublic(ctx, d.e.ID, activity.Filter{Text: text})
			if err != nil || len(page.Items) != 1 || page.Items[0].ID != act.ID || page.How != how {
				t.Errorf("%s: %d items by %s (%v), want one by %s", text, len(page.Items), page.How, err, how)
			}
		}
		page, err := d.FindPublic(ctx, d.e.ID, activity.Filter{Text: "开放 芙蓉"})
		must(t, err)
		want := activity.Found{Title: []search.Range{{Start: 4, End: 6}}, Host: []search.Range{{Start: 0, End: 2}}}
		if got := page.Items[0].Found; !reflect.DeepEqual(got, want) {
			t.Errorf("found %+v, want %+v", got, want)
		}
		for _, text := range []string{"，", "\"", "张示例", "13800010000"} { // persons are not searched for
			page, err := d.FindPublic(ctx, d.e.ID, activity.Filter{Text: text})
			if err != nil || len(page.Items) != 0 {
				t.Errorf("%s: %d items (%v)", text, len(page.Items), err)
			}
		}
	})
}

func TestBadFiltersAreRefusedEverywhere(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		for _, f := range []activity.Filter{{Methods: []string{"x"}}, {From: "2020-02-30"}, {From: day(7, 21), To: day(7, 20)}, {Order: "x"}, {Cursor: "x-y-z"}, {Text: strings.Repeat("开", 201)}} {
			_, err := d.FindPublic(ctx, d.e.ID, f)
			_, countErr := d.Facets(ctx, d.e.ID, f)
			if err == nil || countErr == nil && f.Cursor == "" && f.Order == "" {
				t.Errorf("%+v is taken", f)
			}
		}
		_, err := d.FindPublic(ctx, "00000000-0000-7000-8000-000000000000", activity.Filter{})
		refused(t, err, "activity.edition_not_found")
		_, err = d.FindPublic(ctx, "x", activity.Filter{})
		refused(t, err, "activity.edition_not_found")
		c, err := d.Choices(ctx, d.e.ID)
		must(t, err)
		if f, err := activity.ParseFilter(url.Values{"method": {"open_campus"}, "page": {"x"}}, c); err != nil || fmt.Sprint(f.Methods) != "[open_campus]" {
			t.Errorf("%+v (%v)", f, err)
		}
	})
}
