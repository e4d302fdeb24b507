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

var regionColumns = []sheet.Column{
	{Key: "code", Titles: []string{"区划代码", "Code"}, Required: true},
	{Key: "name", Titles: []string{"区划名称", "名称", "Name"}, Required: true},
	{Key: "name_en", Titles: []string{"英文名称", "English name"}},
	{Key: "short", Titles: []string{"简称", "Short name"}},
	{Key: "level", Titles: []string{"级别", "Level"}, Required: true},
	{Key: "parent", Titles: []string{"上级代码", "Parent"}},
	{Key: "tile_x", Titles: []string{"图块列", "Tile column"}, Kind: sheet.Number},
	{Key: "tile_y", Titles: []string{"图块行", "Tile row"}, Kind: sheet.Number},
}

func (r Region) cells() []any {
	tile := func(n int) any {
		if n == NoTile {
			return nil
		}
		return n
	}
	return []any{r.Code, r.Name, r.NameEN, r.Short, word(levelWords, r.Level), r.Parent, tile(r.TileX), tile(r.TileY)}
}

// CheckRegionImport is the dry run of ImportRegions, for another province. Errors: as CheckImport.
func (s *Service) CheckRegionImport(ctx context.Context, a actor.Actor, r io.Reader) (plan Plan, err error) {
	defer errs.Wrap(&err, "unit.CheckRegionImport")
	file, err := readRegions(a, r)
	if err != nil {
		return Plan{}, err
	}
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		plan, _, err = planRegions(ctx, q, file)
		return err
	})
	return plan, err
}

// ImportRegions does what the dry run showed under its token, all of it or nothing. Regions are
// added and changed, never taken away: units stand in them. Errors: as Import.
func (s *Service) ImportRegions(ctx context.Context, a actor.Actor, r io.Reader, token string) (plan Plan, err error) {
	defer errs.Wrap(&err, "unit.ImportRegions")
	file, err := readRegions(a, r)
	if err != nil {
		return Plan{}, err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := change.Touch(ctx, tx, Topic); err != nil {
			return err
		}
		var write []Region
		if plan, write, err = planRegions(ctx, tx, file); err != nil {
			return err
		}
		if err := plan.agrees(token); err != nil {
			return err
		}
		for _, r := range write {
			if err := writeRegion(ctx, tx, r); err != nil {
				return err
			}
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "region.import", Subject: "region", Count: len(write)})
	})
	return plan, err
}

func readRegions(a actor.Actor, r io.Reader) (upload, error) {
	if !actor.Can(a, actor.UnitManage, actor.Target{}) { // the zero place is everywhere: system administrators only
		return upload{}, errs.Forbidden("unit.forbidden")
	}
	return readUpload(r, regionColumns, sheet.DefaultLimits())
}

// planRegions gives the regions to write, parents before what lies in them.
func planRegions(ctx context.Context, q sqldb.Querier, file upload) (Plan, []Region, error) {
	list, err := listRegions(ctx, q)
	if err != nil {
		return Plan{}, nil, err
	}
	known := map[string]*Region{}
	for i := range list {
		known[list[i].Code] = &list[i]
	}
	coming := map[string]Region{}
	for _, row := range file.table.Rows {
		if r := regionOfRow(row); isRegionCode(r.Code) {
			coming[r.Code] = r
		}
	}
	p := newPlanner(file, regionColumns)
	first := map[string]int{}
	writes := map[string][]Region{}
	for _, row := range file.table.Rows {
		if p.bad[row.Number] {
			continue
		}
		r := regionOfRow(row)
		bad := problems(r.check())
		if at, repeated := first[r.Code]; repeated {
			bad.add(errs.Invalid("unit.repeated", "row", strconv.Itoa(at)).On("code"))
		}
		first[r.Code] = row.Number
		if len(bad) == 0 && r.Level != LevelProvince {
			bad.add(checkParent(r, known, coming))
		}
		if len(bad) > 0 {
			p.problem(row.Number, bad...)
			continue
		}
		old := known[r.Code]
		if old == nil {
			p.step(row.Number, r.Name, "", 0, nil)
			writes[r.Level] = append(writes[r.Level], r)
			continue
		}
		fields := r.changed(*old)
		p.step(row.Number, r.Name, r.Code, 0, fields)
		if len(fields) > 0 {
			writes[r.Level] = append(writes[r.Level], r)
		}
	}
	var ordered []Region
	for _, level := range Levels {
		ordered = append(ordered, writes[level]...)
	}
	return p.done(), ordered, nil
}

// checkParent: a region lies in a higher one that exists or comes with the same file.
func checkParent(r Region, known map[string]*Region, coming map[string]Region) *errs.Error {
	parent, ok := coming[r.Parent]
	if !ok && known[r.Parent] != nil {
		parent, ok = *known[r.Parent], true
	}
	if !ok {
		return errs.Invalid("region.parent_unknown", "parent", shorten(r.Parent)).On("parent")
	}
	if parent.Level == r.Level || parent.Level == LevelCounty || r.Level == LevelProvince {
		return errs.Invalid("region.parent_outside", "code", r.Code, "parent", r.Parent).On("parent")
	}
	return nil
}

func regionOfRow(row sheet.Row) Region {
	tile := func(key string) int {
		cell := row.Get(key)
		if cell == "" {
			return NoTile
		}
		n, err := strconv.Atoi(cell)
		if err != nil {
			return maxTile + 1 // refused by the check
		}
		return n
	}
	return Region{
		Code: row.Get("code"), Name: tidy(row.Get("name")), NameEN: tidy(row.Get("name_en")), Short: tidy(row.Get("short")),
		Level: parseWord(levelWords, row.Get("level")), Parent: row.Get("parent"), TileX: tile("tile_x"), TileY: tile("tile_y"),
	}
}

func (r Region) changed(old Region) (fields []string) {
	for _, f := range []struct {
		name string
		same bool
	}{
		{"name", r.Name == old.Name}, {"name_en", r.NameEN == old.NameEN}, {"short", r.Short == old.Short}, {"level", r.Level == old.Level},
		{"parent", r.Parent == old.Parent}, {"tile_x", r.TileX == old.TileX}, {"tile_y", r.TileY == old.TileY},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// ExportRegions writes all regions as an Excel file that ImportRegions reads again.
func (s *Service) ExportRegions(ctx context.Context, w io.Writer) (err error) {
	defer errs.Wrap(&err, "unit.ExportRegions")
	list, err := listRegions(ctx, s.db)
	if err != nil {
		return err
	}
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = r.cells()
	}
	return writeSheet(w, "区划", regionColumns, rows)
}
