package duty

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// MatrixQuery chooses units and obligations of an edition. An empty field does not restrict. Region,
// Line, Tier and ObligationID say whose duties are counted; State and Late leave, of these, the units
// that have at least one such duty.
type MatrixQuery struct {
	EditionID    string
	Region       string // GB/T 2260 code, with all regions inside of it
	Line         *actor.Line
	Tier         actor.Tier
	ObligationID string
	Own          bool // also what units have added, beside the notice's obligations
	State        State
	Late         bool
	After        string // Matrix.Next of the page before
	Limit        int    // rows sent: at most 200; 0 takes 200
}

// Matrix is units × obligations. The totals are over all units of the query, the rows a page of them.
type Matrix struct {
	Obligations []Obligation // the columns, by slot
	Rows        []Row        // by region and name
	Next        string       // After of the next page, "" at the end
	Units       int          // of the query, all pages; 0 on a later page, as are the totals
	Total       Tally
	Columns     []Tally // one for each of Obligations
	ByRegion    []RegionTally
	ByLine      []LineTally
	At          clock.Instant // when it was counted
}

// RegionTally is the tally of a prefecture, or of what stands above the prefectures.
type RegionTally struct {
	Region string
	Tally
}

// LineTally is the tally of a line.
type LineTally struct {
	Line actor.Line
	Tally
}

// Row is what one unit owes.
type Row struct {
	Unit     Unit
	OpenedAt clock.Instant // of the edition's notice; 0 also where it was not sent
	SignedAt clock.Instant
	Duties   []Entry // one for each of Matrix.Obligations
	Tally    Tally
}

// Entry is a cell; the zero Entry where the unit does not owe the obligation.
type Entry struct {
	DutyID string
	Cell
	Late   bool
	Match  bool // it is what State and Late of the query ask for
	Asked  bool
	Chases int
}

// Matrix computes the ledger of an edition within the actor's sight.
//
// Errors: duty.edition_not_found, duty.filter_unknown, duty.page_malformed.
func (s *Service) Matrix(ctx context.Context, a actor.Actor, query MatrixQuery) (m Matrix, err error) {
	defer errs.Wrap(&err, "duty.Matrix(%s)", shorten(query.EditionID))
	if err := query.check(); err != nil {
		return Matrix{}, err
	}
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		m, err = s.matrix(ctx, q, a, query)
		return err
	})
	if err != nil {
		return Matrix{}, err
	}
	return m, nil
}

func (query MatrixQuery) check() error {
	switch {
	case !id.Valid(query.EditionID):
		return errEdition()
	case query.State != "" && !known(query.State, States), query.Tier != "" && !known(query.Tier, actor.Tiers),
		query.ObligationID != "" && !id.Valid(query.ObligationID),
		query.Line != nil && *query.Line != actor.LineNone && !known(*query.Line, actor.Lines):
		return errs.Invalid("duty.filter_unknown")
	case query.After != "" && !id.Valid(query.After):
		return errs.Invalid("duty.page_malformed")
	}
	return nil
}

func (s *Service) matrix(ctx context.Context, q sqldb.Querier, a actor.Actor, query MatrixQuery) (m Matrix, err error) {
	m.At = s.clock.Now()
	all, err := listRules(ctx, q, rulesSeen(a, query.EditionID))
	if err != nil {
		return Matrix{}, err
	}
	for _, o := range all {
		if (query.ObligationID == "" || query.ObligationID == o.ID) && (o.OwnerID == "" || query.Own || query.ObligationID == o.ID) {
			m.Obligations = append(m.Obligations, o)
		}
	}
	owed, err := listOwed(ctx, q, query.where(a), query.EditionID)
	if err != nil {
		return Matrix{}, err
	}
	return m, s.fill(ctx, q, &m, owed, query)
}

// fill counts what all units owe and takes a page of them.
func (s *Service) fill(ctx context.Context, q sqldb.Querier, m *Matrix, owed []owing, query MatrixQuery) error {
	column := make(map[int]int, len(m.Obligations))
	for i, o := range m.Obligations {
		column[o.Slot] = i
	}
	m.Columns = make([]Tally, len(m.Obligations))
	count := counter{m: m, regions: map[string]int{}, lines: map[actor.Line]int{}}
	limit := limitOf(query.Limit)
	page := make([]Row, 0, limit)
	entries := make([]Entry, len(m.Obligations)) // of the present unit, before it is known to be wanted
	more := false
	for _, one := range owed {
		clear(entries)
		n, match, err := one.read(entries, column, m.At, query)
		if err != nil {
			return err
		}
		if n == 0 || !match && (query.State != "" || query.Late) {
			continue
		}
		if query.After == "" {
			count.add(one.unit.Place, entries)
		}
		if len(page) < limit {
			row := Row{Unit: one.unit, OpenedAt: one.opened, SignedAt: one.signed, Duties: slices.Clone(entries)}
			for _, e := range entries {
				if e.State != "" {
					row.Tally.Add(e.Cell, m.At)
				}
			}
			page = append(page, row)
			continue
		}
		more = true
		if query.After != "" {
			break // the totals came with the first page
		}
	}
	if more {
		m.Next = page[limit-1].Unit.ID
	}
	m.Rows = page
	return s.detail(ctx, q, m, column)
}

// owing is a unit with all its duties of an edition, as one text of the store: slot:state:due:extended:filed,
// parted by blanks. One row a unit instead of twenty is what makes the whole ledger quick to read.
type owing struct {
	unit           Unit
	opened, signed clock.Instant
	cells          string
}

// read writes the cells into the columns and tells how many there are and whether one is asked for.
func (o owing) read(entries []Entry, column map[int]int, now clock.Instant, query MatrixQuery) (n int, match bool, err error) {
	for rest, text := o.cells, ""; rest != ""; {
		text, rest, _ = strings.Cut(rest, " ")
		slot, c, err := parseCell(text)
		if err != nil {
			return 0, false, err
		}
		i, wanted := column[slot]
		if !wanted {
			continue
		}
		late := c.Late(now)
		e := Entry{Cell: c, Late: late}
		if query.State != "" || query.Late {
			e.Match = (query.State == "" || query.State == c.State) && (!query.Late || late)
		}
		entries[i] = e
		match = match || e.Match
		n++
	}
	return n, match, nil
}

func parseCell(text string) (slot int, c Cell, err error) {
	var numbers [4]int64
	at := 0
	for i := range 5 {
		part, rest, _ := strings.Cut(text[at:], ":")
		at = len(text) - len(rest)
		if i == 1 {
			c.State = State(part)
			continue
		}
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return 0, Cell{}, err
		}
		numbers[max(0, i-1)] = n
	}
	c.Due, c.Extended, c.Filed = clock.Instant(numbers[1]), clock.Instant(numbers[2]), clock.Instant(numbers[3])
	return int(numbers[0]), c, nil
}

// counter adds units up in all the ways in which the matrix is rolled up.
type counter struct {
	m       *Matrix
	regions map[string]int
	lines   map[actor.Line]int
}

func (c *counter) add(p actor.Place, entries []Entry) {
	c.m.Units++
	region := prefectureOf(p.Region)
	r, ok := c.regions[region]
	if !ok {
		r = len(c.m.ByRegion)
		c.regions[region] = r
		c.m.ByRegion = append(c.m.ByRegion, RegionTally{Region: region})
	}
	l, ok := c.lines[p.Line]
	if !ok {
		l = len(c.m.ByLine)
		c.lines[p.Line] = l
		c.m.ByLine = append(c.m.ByLine, LineTally{Line: p.Line})
	}
	for i, e := range entries {
		if e.State == "" {
			continue
		}
		for _, t := range []*Tally{&c.m.Total, &c.m.Columns[i], &c.m.ByRegion[r].Tally, &c.m.ByLine[l].Tally} {
			t.Add(e.Cell, c.m.At)
		}
	}
}

// detail completes the page's cells with what the totals do not need.
func (s *Service) detail(ctx context.Context, q sqldb.Querier, m *Matrix, column map[int]int) error {
	if len(m.Rows) == 0 || len(m.Obligations) == 0 {
		return nil
	}
	rows := make(map[string]*Row, len(m.Rows))
	ids := make([]string, len(m.Rows))
	for i := range m.Rows {
		ids[i] = m.Rows[i].Unit.ID
		rows[ids[i]] = &m.Rows[i]
	}
	details, err := listDetails(ctx, q, m.Obligations[0].EditionID, ids)
	if err != nil {
		return err
	}
	for _, d := range details {
		if i, ok := column[d.slot]; ok {
			e := &rows[d.unit].Duties[i]
			e.DutyID, e.Asked, e.Chases = d.id, d.asked, d.chases
		}
	}
	return nil
}
