package unit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"openweek/internal/errs"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
)

// Plan is what an import would do: a dry run shows it, and the import itself does it or nothing.
type Plan struct {
	// Token stands for the file and for what it would do to the store as it was. The import is
	// refused when either has changed since.
	Token                string
	Create, Change, Same int
	Steps                []Step          // in the order of the file
	Problems             []sheet.Problem // empty when the file can be imported
	Unknown              []string        // titles of columns that are not read
}

// Action is what an import does with one row.
type Action string

// The actions.
const (
	Creates Action = "create"
	Changes Action = "change"
	Keeps   Action = "same"
)

// Step is what an import does with one row.
type Step struct {
	Row    int // as Excel numbers it
	Action Action
	Name   string   // of the unit or region; of a person the sign-in name
	Fields []string // what is changed
}

// upload is a file that was read once: a transaction may run again, a reader does not.
type upload struct {
	table *sheet.Table
	sum   [sha256.Size]byte
}

func readUpload(r io.Reader, columns []sheet.Column, limits sheet.Limits) (upload, error) {
	data, err := io.ReadAll(io.LimitReader(r, limits.Bytes+1))
	if err != nil {
		return upload{}, err
	}
	table, err := sheet.Read(bytes.NewReader(data), columns, limits)
	if err != nil {
		return upload{}, err
	}
	return upload{table: table, sum: sha256.Sum256(data)}, nil
}

// planner collects a plan row by row.
type planner struct {
	plan    Plan
	columns []sheet.Column
	bad     map[int]bool // rows with a problem
	hash    io.Writer
	sum     func() string
}

func newPlanner(u upload, columns []sheet.Column) *planner {
	h := sha256.New()
	h.Write(u.sum[:])
	p := &planner{columns: columns, bad: map[int]bool{}, hash: h, sum: func() string { return hex.EncodeToString(h.Sum(nil)) }}
	p.plan.Unknown = u.table.Unknown
	for _, problem := range u.table.Problems {
		p.plan.Problems = append(p.plan.Problems, problem)
		p.bad[problem.Row] = true
	}
	return p
}

// problem keeps what is wrong with a row, under the title of the column that the error's field names.
func (p *planner) problem(row int, list ...*errs.Error) {
	for _, e := range list {
		column := ""
		for _, c := range p.columns {
			if c.Key == e.Field {
				column = c.Titles[0]
			}
		}
		p.plan.Problems = append(p.plan.Problems, sheet.Problem{Row: row, Column: column, Err: e})
		p.bad[row] = true
	}
}

// step keeps what a row does. Whatever decides the outcome goes into the token: the row it changes
// and that row's version.
func (p *planner) step(row int, name, rowID string, version int64, fields []string) {
	s := Step{Row: row, Action: Changes, Name: name, Fields: fields}
	switch {
	case rowID == "":
		s.Action = Creates
		p.plan.Create++
	case len(fields) == 0:
		s.Action = Keeps
		p.plan.Same++
	default:
		p.plan.Change++
	}
	fmt.Fprintf(p.hash, "%d %s %s %d\n", row, s.Action, rowID, version)
	p.plan.Steps = append(p.plan.Steps, s)
}

func (p *planner) done() Plan {
	p.plan.Token = p.sum()
	return p.plan
}

// agrees refuses a plan that is not the one that was shown.
func (p Plan) agrees(token string) error {
	switch {
	case len(p.Problems) > 0:
		return errs.Conflict("unit.import_problems", "count", len(p.Problems))
	case p.Token != token:
		return errs.Conflict("unit.import_changed")
	}
	return nil
}

// regionBook finds regions by what people write in a cell.
type regionBook struct {
	byCode map[string]*Region
	byName map[string][]*Region
}

func readRegionBook(ctx context.Context, q sqldb.Querier) (regionBook, error) {
	list, err := listRegions(ctx, q)
	if err != nil {
		return regionBook{}, err
	}
	book := regionBook{byCode: map[string]*Region{}, byName: map[string][]*Region{}}
	for i := range list {
		r := &list[i]
		book.byCode[r.Code] = r
		book.byName[fold(r.Name)] = append(book.byName[fold(r.Name)], r)
		if r.Short != "" && fold(r.Short) != fold(r.Name) {
			book.byName[fold(r.Short)] = append(book.byName[fold(r.Short)], r)
		}
	}
	return book, nil
}

// find gives the region of a cell with a code, a name, or a name behind those of the regions around
// it (湖南省长沙市芙蓉区). What cannot be told is nil with a reason.
func (b regionBook) find(cell string) (*Region, *errs.Error) {
	if cell == "" {
		return nil, errs.Invalid("unit.region_missing").On("region")
	}
	if r := b.byCode[cell]; r != nil {
		return r, nil
	}
	switch found := b.byName[fold(cell)]; len(found) {
	case 1:
		return found[0], nil
	case 0:
	default:
		return nil, errs.Invalid("unit.region_ambiguous", "name", shorten(cell)).On("region")
	}
	for _, r := range b.byCode {
		full := r.Name
		for up := b.byCode[r.Parent]; up != nil; up = b.byCode[up.Parent] {
			if full = up.Name + full; fold(full) == fold(cell) {
				return r, nil
			}
		}
	}
	return nil, errs.Invalid("unit.region_unknown", "code", shorten(cell)).On("region")
}
