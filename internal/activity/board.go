package activity

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/search"
	"openweek/internal/sqldb"
)

// A board is what the public may find of an edition, held in memory in the order of lists: for each value
// of each filter the set of places that have it, a bit for each. Any mix of filters is then a few
// intersections, without an index for each mix, and counts beside the values of filters cost less than
// the page beside them; both are the same on both engines. A hundred thousand activities take some
// twenty megabytes.
//
// It is no truth of its own. Every look begins with the version of the edition's change topic; where that
// has moved, the rows with a higher rev are read first (see migration 0031). A board is never changed:
// another takes its place.
type board struct {
	version int64 // of the change topic
	acts    []posted
	places  []place // by key
	sets    sets
	first   bitset             // places on the first day of their activity
	cells   map[cell][]int32   // places with a point
	hosts   map[string][]int32 // places by the id of the unit and of the guest host

	meanings meanings
}

// meanings keeps what texts mean on a board.
type meanings struct {
	mu   sync.Mutex
	list map[string]search.Query
}

const maxMeanings = 500

func (m *meanings) get(text string) (q search.Query, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	q, ok = m.list[text]
	return q, ok
}

func (m *meanings) put(text string, q search.Query) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.list == nil || len(m.list) == maxMeanings {
		m.list = map[string]search.Query{} // the usual ones come back at once
	}
	m.list[text] = q
}

// posted is an activity on a board.
type posted struct {
	id, unit, guest, region, method, mode, topics, audience string
	point                                                   Point
}

// place is an activity on one of its days.
type place struct {
	key int64
	act int32 // in acts
	day int32 // days since 2000
	// before is the last earlier day of the same activity, noDay for none: of the days that a filter
	// leaves, the first stands for the activity.
	before int32
}

// sets are the places by the values of filters. A region has the places of all regions inside of it.
type sets struct{ region, method, mode, topic, audience map[string]bitset }

// cell is a square of a twentieth of a degree.
type cell struct{ lng, lat int32 }

const cellSize = 50_000 // millionths of a degree

func cellOf(p Point) cell {
	return cell{int32(floorDiv(p.Lng, cellSize)), int32(floorDiv(p.Lat, cellSize))}
}

func floorDiv(a, b int64) int64 {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}

// boards keeps what is looked at of the editions that were asked for last. The zero value is ready.
type boards struct {
	mu   sync.Mutex
	list map[string]*shelf
	used int64 // a clock that ticks with each use
}

// shelf holds what is kept of one edition.
type shelf struct {
	mu    sync.Mutex // guards board; the rest is guarded by boards
	board *board

	choices        Choices
	choicesVersion int64 // of the topics of editions and units
	used           int64
}

// maxBoards bounds the memory: a province shows one edition, and last year's now and then.
const maxBoards = 4

// choices gives the choices of an edition where they are known at a version.
func (b *boards) choices(editionID string, version int64) (c Choices, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.list[editionID]
	if s == nil || s.choicesVersion < version {
		return Choices{}, false
	}
	return s.choices, true
}

// keep notes the choices of an edition. Only an edition that exists takes a place from another.
func (b *boards) keep(editionID string, c Choices, version int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.list[editionID]
	if s == nil {
		if b.list == nil {
			b.list = map[string]*shelf{}
		}
		if len(b.list) == maxBoards {
			delete(b.list, slices.MinFunc(slices.Collect(maps.Keys(b.list)), func(x, y string) int { return cmp.Compare(b.list[x].used, b.list[y].used) }))
		}
		s = &shelf{}
		b.list[editionID] = s
	}
	if s.choicesVersion <= version {
		s.choices, s.choicesVersion = c, version
	}
}

// shelf gives that of an edition whose choices were asked for; another look may have taken its place.
func (b *boards) shelf(editionID string) *shelf {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.list[editionID]
	if s == nil {
		return &shelf{}
	}
	b.used++
	s.used = b.used
	return s
}

// board gives an edition's board as it stands now. Of several who ask while it is read, one reads.
func (s *Service) board(ctx context.Context, editionID string) (*board, error) {
	version, err := change.Version(ctx, s.deps.DB, TopicOf(editionID))
	if err != nil {
		return nil, err
	}
	shelf := s.boards.shelf(editionID)
	shelf.mu.Lock()
	defer shelf.mu.Unlock()
	if shelf.board != nil && shelf.board.version >= version {
		return shelf.board, nil
	}
	next, err := readBoard(ctx, s.deps.DB, editionID, shelf.board)
	if err != nil {
		return nil, err
	}
	shelf.board = next
	return next, nil
}

// readBoard reads a board, or what has changed since the last.
func readBoard(ctx context.Context, db *sqldb.DB, editionID string, last *board) (next *board, err error) {
	err = db.Snapshot(ctx, func(q sqldb.Querier) error {
		next = nil
		version, err := change.Version(ctx, q, TopicOf(editionID))
		if err != nil {
			return err
		}
		since := int64(-1)
		if last != nil {
			since = last.version
		}
		changed, err := listListed(ctx, q, editionID, since)
		if err != nil {
			return err
		}
		if last != nil && len(changed) == 0 {
			next = last.at(version)
			return nil
		}
		days, err := listDays(ctx, q, editionID, since)
		if err != nil {
			return err
		}
		next = last.with(changed, days)
		next.version = version
		return nil
	})
	return next, err
}

// at is the same board at a later version.
func (b *board) at(version int64) *board {
	return &board{version: version, acts: b.acts, places: b.places, sets: b.sets, first: b.first, cells: b.cells, hosts: b.hosts}
}

// with makes the board with what has changed. An activity without days is found by nobody.
func (b *board) with(changed []listed, days []listedDay) *board {
	next := &board{}
	gone := make(map[string]bool, len(changed))
	for _, l := range changed {
		gone[l.activityID] = true
	}
	if b != nil {
		moved := make([]int32, len(b.acts))
		next.acts = make([]posted, 0, len(b.acts)+len(changed))
		for i, a := range b.acts {
			if gone[a.id] {
				moved[i] = -1
				continue
			}
			moved[i] = int32(len(next.acts))
			next.acts = append(next.acts, a)
		}
		next.places = make([]place, 0, len(b.places)+len(days))
		for _, p := range b.places {
			if p.act = moved[p.act]; p.act >= 0 {
				next.places = append(next.places, p)
			}
		}
	}
	at := make(map[string]int32, len(changed))
	same := copies{}
	for _, l := range changed {
		if !l.shown {
			continue
		}
		at[l.activityID] = int32(len(next.acts))
		next.acts = append(next.acts, posted{id: l.activityID, unit: same.of(l.unitID), guest: same.of(l.guestID), region: same.of(l.region),
			method: same.of(l.methodID), mode: same.of(l.mode), topics: same.of(l.topics), audience: same.of(l.audience), point: l.point})
	}
	// Days come by activity and day.
	last := listedDay{}
	for _, d := range days {
		act, ok := at[d.activityID]
		if !ok {
			continue
		}
		p := place{key: d.key, act: act, day: dayNumber(d.on), before: noDay}
		if last.activityID == d.activityID {
			p.before = dayNumber(last.on)
		}
		next.places = append(next.places, p)
		last = d
	}
	slices.SortFunc(next.places, func(a, b place) int { return cmp.Compare(a.key, b.key) })
	next.index()
	return next
}

// copies keeps one copy of texts that occur often.
type copies map[string]string

func (t copies) of(s string) string {
	if known, ok := t[s]; ok {
		return known
	}
	t[s] = s
	return s
}

// index makes the sets of places.
func (b *board) index() {
	size := len(b.places)
	b.sets = sets{map[string]bitset{}, map[string]bitset{}, map[string]bitset{}, map[string]bitset{}, map[string]bitset{}}
	b.first, b.cells, b.hosts = newBitset(size), map[cell][]int32{}, map[string][]int32{}
	of := func(set map[string]bitset, value string) bitset {
		s, ok := set[value]
		if !ok {
			s = newBitset(size)
			set[value] = s
		}
		return s
	}
	// What a value means is worked out once: there are few of them.
	type mixed struct{ dimension, value string }
	meant := map[mixed][]bitset{}
	expand := func(dimension string, set map[string]bitset, value string, parts func(string) []string) []bitset {
		key := mixed{dimension, value}
		list, ok := meant[key]
		if !ok {
			for _, part := range parts(value) {
				list = append(list, of(set, part))
			}
			meant[key] = list
		}
		return list
	}
	own := make([][]bitset, len(b.acts)) // the sets of each activity
	for i := range b.acts {
		a := &b.acts[i]
		key := mixed{"all", a.region + "|" + a.method + "|" + a.mode + "|" + a.topics + "|" + a.audience}
		list, ok := meant[key]
		if !ok {
			list = slices.Concat(expand("region", b.sets.region, a.region, around), expand("method", b.sets.method, a.method, members), expand("mode", b.sets.mode, a.mode, members),
				expand("topic", b.sets.topic, a.topics, members), expand("audience", b.sets.audience, a.audience, members))
			meant[key] = list
		}
		own[i] = list
	}
	for n, p := range b.places {
		i := int32(n)
		for _, set := range own[p.act] {
			set.add(i)
		}
		if p.before == noDay {
			b.first.add(i)
		}
		a := &b.acts[p.act]
		b.hosts[a.unit] = append(b.hosts[a.unit], i)
		if a.guest != "" {
			b.hosts[a.guest] = append(b.hosts[a.guest], i)
		}
		if a.point != (Point{}) {
			c := cellOf(a.point)
			b.cells[c] = append(b.cells[c], i)
		}
	}
}

// above gives the index of the first place with a greater key.
func (b *board) above(key int64) int {
	i, found := slices.BinarySearchFunc(b.places, key, func(p place, key int64) int { return cmp.Compare(p.key, key) })
	if found {
		i++
	}
	return i
}

// find gives the index of the place with a key.
func (b *board) find(key int64) (int, bool) {
	return slices.BinarySearchFunc(b.places, key, func(p place, key int64) int { return cmp.Compare(p.key, key) })
}

const noDay = math.MinInt32

// dayZero is the day with number 0.
var dayZero = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func dayNumber(d clock.Day) int32 {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return noDay
	}
	return int32(t.Sub(dayZero) / (24 * time.Hour))
}

func dayOf(n int32) clock.Day {
	return clock.Day(dayZero.AddDate(0, 0, int(n)).Format(time.DateOnly))
}

// members parts a list of a listing.
func members(list string) []string { return strings.Fields(list) }

const metresPerDegree = 6371008.8 * math.Pi / 180

// distance is the way between two points on the ground in metres, as the crow flies, in the projection
// that is true at the first: within a province it is off by some hundredths.
func (p Point) distance() func(to Point) float64 {
	lng, lat := p.Degrees()
	wide := math.Cos(lat * math.Pi / 180)
	return func(to Point) float64 {
		toLng, toLat := to.Degrees()
		x, y := (toLng-lng)*wide, toLat-lat
		return metresPerDegree * math.Sqrt(x*x+y*y)
	}
}
