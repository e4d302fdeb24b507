package unit

import (
	"context"
	"io"
	"strconv"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/change"
	"openweek/internal/errs"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
)

// unitColumns are those of an import and of an export, in the order in which they are written.
var unitColumns = []sheet.Column{
	{Key: "code", Titles: []string{"单位代码", "Code"}},
	{Key: "name", Titles: []string{"单位名称", "Name"}, Required: true},
	{Key: "name_en", Titles: []string{"英文名称", "English name"}},
	{Key: "short", Titles: []string{"简称", "Short name"}},
	{Key: "region", Titles: []string{"区划代码", "区划", "所在地区", "Region"}, Required: true},
	{Key: "line", Titles: []string{"条线", "Line"}},
	{Key: "tier", Titles: []string{"层级", "Tier"}, Required: true},
	{Key: "kind", Titles: []string{"单位类别", "类别", "Kind"}, Required: true},
	{Key: "address", Titles: []string{"地址", "Address"}},
	{Key: "phone", Titles: []string{"办公电话", "Office phone"}},
}

func (d Draft) cells() []any {
	p := d.Place
	return []any{d.Code, d.Name, d.NameEN, d.Short, p.Region, word(lineWords, p.Line), word(tierWords, p.Tier), word(kindWords, p.Kind), d.Address, d.Phone}
}

type unitStep struct {
	draft  Draft
	old    *Unit // nil for a new one
	fields []string
}

// CheckImport is the dry run: it reads an Excel file of units and tells what Import would do, with
// everything that is wrong in any row. Nothing is written. An empty cell leaves what the unit has.
//
// Errors: unit.forbidden; those of sheet.Read.
func (s *Service) CheckImport(ctx context.Context, a actor.Actor, r io.Reader) (plan Plan, err error) {
	defer errs.Wrap(&err, "unit.CheckImport")
	file, err := s.readUnits(a, r)
	if err != nil {
		return Plan{}, err
	}
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		plan, _, err = s.planUnits(ctx, q, a, file)
		return err
	})
	return plan, err
}

// Import does what the dry run showed under its token, all of it or nothing.
//
// Errors: as CheckImport; unit.import_problems; unit.import_changed when the file or the store is
// not what it was at the dry run.
func (s *Service) Import(ctx context.Context, a actor.Actor, r io.Reader, token string) (plan Plan, err error) {
	defer errs.Wrap(&err, "unit.Import")
	file, err := s.readUnits(a, r)
	if err != nil {
		return Plan{}, err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := change.Touch(ctx, tx, Topic); err != nil {
			return err
		}
		var steps []unitStep
		if plan, steps, err = s.planUnits(ctx, tx, a, file); err != nil {
			return err
		}
		if err := plan.agrees(token); err != nil {
			return err
		}
		return s.applyUnits(ctx, tx, a, steps)
	})
	return plan, err
}

func (s *Service) readUnits(a actor.Actor, r io.Reader) (upload, error) {
	if !managesAny(a) {
		return upload{}, errs.Forbidden("unit.forbidden")
	}
	return readUpload(r, unitColumns, sheet.DefaultLimits())
}

// unitBook finds the units of the store and of the file by their two keys.
type unitBook struct {
	byCode map[string]*Unit
	byName map[[2]string]*Unit // region code and name, open units only
	rows   map[[2]string]int   // the row of the file that used a key first
}

func readUnitBook(ctx context.Context, q sqldb.Querier) (unitBook, error) {
	list, err := listUnits(ctx, q, &sqldb.Where{}, scanUnits)
	if err != nil {
		return unitBook{}, err
	}
	book := unitBook{byCode: map[string]*Unit{}, byName: map[[2]string]*Unit{}, rows: map[[2]string]int{}}
	for i := range list {
		u := &list[i].Unit
		if u.Code != "" {
			book.byCode[u.Code] = u
		}
		if !u.Closed {
			book.byName[[2]string{u.Place.Region, u.Name}] = u
		}
	}
	return book, nil
}

// match gives the unit that a row is about: the one with its code, else the one of its name there.
func (b unitBook) match(d Draft) (*Unit, *errs.Error) {
	named := b.byName[[2]string{d.Place.Region, d.Name}]
	if d.Code == "" {
		return named, nil
	}
	coded := b.byCode[d.Code]
	switch {
	case coded == nil && named != nil && named.Code != "":
		return nil, errs.Invalid("unit.name_taken", "name", d.Name).On("name")
	case coded == nil:
		return named, nil
	case coded.Closed:
		return nil, errs.Invalid("unit.code_taken", "code", d.Code).On("code")
	case named != nil && named != coded:
		return nil, errs.Invalid("unit.name_taken", "name", d.Name).On("name")
	}
	return coded, nil
}

// repeated tells whether an earlier row of the file is about the same unit.
func (b unitBook) repeated(row int, d Draft) *errs.Error {
	keys := [][2]string{{d.Place.Region, d.Name}}
	if d.Code != "" {
		keys = append(keys, [2]string{"", d.Code})
	}
	for i, k := range keys {
		if first, ok := b.rows[k]; ok {
			return errs.Invalid("unit.repeated", "row", strconv.Itoa(first)).On([]string{"name", "code"}[i])
		}
	}
	for _, k := range keys {
		b.rows[k] = row
	}
	return nil
}

func (s *Service) planUnits(ctx context.Context, q sqldb.Querier, a actor.Actor, file upload) (Plan, []unitStep, error) {
	regions, err := readRegionBook(ctx, q)
	if err != nil {
		return Plan{}, nil, err
	}
	units, err := readUnitBook(ctx, q)
	if err != nil {
		return Plan{}, nil, err
	}
	p := newPlanner(file, unitColumns)
	var steps []unitStep
	for _, row := range file.table.Rows {
		if p.bad[row.Number] {
			continue
		}
		step, bad := planUnit(a, row, regions, units)
		if len(bad) > 0 {
			p.problem(row.Number, bad...)
			continue
		}
		rowID, version := "", int64(0)
		if step.old != nil {
			rowID, version = step.old.ID, step.old.Version
		}
		p.step(row.Number, step.draft.Name, rowID, version, step.fields)
		steps = append(steps, step)
	}
	return p.done(), steps, nil
}

func planUnit(a actor.Actor, row sheet.Row, regions regionBook, units unitBook) (unitStep, []*errs.Error) {
	region, unclear := regions.find(row.Get("region"))
	d := Draft{
		Code: row.Get("code"), Name: row.Get("name"), NameEN: row.Get("name_en"), Short: row.Get("short"),
		Address: row.Get("address"), Phone: row.Get("phone"),
		Place: actor.Place{
			Region: row.Get("region"), Line: parseWord(lineWords, row.Get("line")),
			Tier: parseWord(tierWords, row.Get("tier")), Kind: parseWord(kindWords, row.Get("kind")),
		},
	}.tidy()
	if region != nil {
		d.Place.Region = region.Code
	}
	var old *Unit
	var taken *errs.Error
	if region != nil {
		if old, taken = units.match(d); old != nil {
			d = d.over(old.Draft(), row.Get("line") == "")
		}
	}
	var bad problems
	for _, e := range d.check(region) {
		if e.Field != "region" { // the book of regions says it better
			bad.add(e)
		}
	}
	bad.add(unclear)
	bad.add(taken)
	if len(bad) > 0 {
		return unitStep{}, bad
	}
	if e := units.repeated(row.Number, d); e != nil {
		return unitStep{}, []*errs.Error{e}
	}
	step := unitStep{draft: d, old: old}
	target := actor.Target{Place: d.Place}
	if old != nil {
		target.UnitID = old.ID
		if step.fields = d.changed(old.Draft()); len(step.fields) == 0 {
			return step, nil
		}
	}
	if !actor.Can(a, actor.UnitManage, target) || old != nil && !actor.Can(a, actor.UnitManage, old.Target()) {
		return unitStep{}, []*errs.Error{errs.Forbidden("unit.place_outside").On("region")}
	}
	return step, nil
}

// over leaves what stands in old where a row is empty: a file need not have every column.
func (d Draft) over(old Draft, keepLine bool) Draft {
	for _, f := range []struct{ to, was *string }{
		{&d.Code, &old.Code}, {&d.NameEN, &old.NameEN}, {&d.Short, &old.Short}, {&d.Address, &old.Address}, {&d.Phone, &old.Phone},
	} {
		if *f.to == "" {
			*f.to = *f.was
		}
	}
	if keepLine {
		d.Place.Line = old.Place.Line
	}
	return d
}

func (s *Service) applyUnits(ctx context.Context, tx *sqldb.Tx, a actor.Actor, steps []unitStep) error {
	done := 0
	for _, step := range steps {
		switch {
		case step.old == nil:
			unitID, err := insert(ctx, tx, step.draft, s.clock.Now())
			if err != nil {
				return err
			}
			if err := s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "unit.create", Subject: "unit", SubjectID: unitID, UnitID: unitID}); err != nil {
				return err
			}
			done++
		case len(step.fields) > 0:
			if err := s.changeTx(ctx, tx, a, step.old.ID, step.old.Version, step.draft, step.fields); err != nil {
				return err
			}
			done++
		}
	}
	return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "unit.import", Subject: "unit", Count: done})
}

// Export writes what Find lists, all pages, as an Excel file that Import reads again.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Filter, w io.Writer) (err error) {
	defer errs.Wrap(&err, "unit.Export")
	where, err := f.within(actor.Sight(a))
	if err != nil {
		return err
	}
	list, err := listUnits(ctx, s.db, where, scanUnits)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "unit.export", Subject: "unit", Count: len(list)})
	})
	if err != nil {
		return err
	}
	rows := make([][]any, len(list))
	for i, u := range list {
		rows[i] = u.Draft().cells()
	}
	return writeSheet(w, "单位", unitColumns, rows)
}

func writeSheet(w io.Writer, name string, columns []sheet.Column, rows [][]any) error {
	heads := make([]sheet.Head, len(columns))
	for i, c := range columns {
		heads[i] = sheet.Head{Title: c.Titles[0]}
	}
	return sheet.Write(w, sheet.Book{Sheets: []sheet.Sheet{{Name: name, Columns: heads, Rows: sheet.RowsOf(rows...)}}})
}
