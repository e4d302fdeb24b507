package unit

import (
	"strings"

	"openweek/internal/actor"
	"openweek/internal/errs"
)

// The levels of a region, from above to below.
const (
	LevelProvince   = "province"
	LevelPrefecture = "prefecture"
	LevelCounty     = "county"
)

// Levels lists the levels from above to below.
var Levels = []string{LevelProvince, LevelPrefecture, LevelCounty}

// NoTile is the coordinate of a region that has no place on the schematic map.
const NoTile = -1

// Region is an administrative division by its GB/T 2260 code of six digits.
type Region struct {
	Code   string
	Name   string // 长沙市
	NameEN string // "" where nobody has given one
	Short  string // 长沙, for maps and tables
	Level  string // one of Levels
	Parent string // code of the region it lies in, "" for a province
	// TileX and TileY place a prefecture on the schematic map, column and row from 0; NoTile elsewhere.
	TileX, TileY int
}

const maxTile = 40

// check tells what is wrong with the region in itself; whether its parent exists is asked elsewhere.
func (r Region) check() []*errs.Error {
	var bad problems
	if !isRegionCode(r.Code) {
		bad.add(errs.Invalid("region.code_malformed", "code", r.Code).On("code"))
	}
	bad.text("name", r.Name, maxName, true)
	bad.text("name_en", r.NameEN, maxNameEN, false)
	bad.text("short", r.Short, maxShort, false)
	bad.add(r.checkLevel())
	if (r.TileX == NoTile) != (r.TileY == NoTile) || r.TileX < NoTile || r.TileY < NoTile || r.TileX > maxTile || r.TileY > maxTile {
		bad.add(errs.Invalid("region.tile", "limit", maxTile).On("tile"))
	}
	return bad
}

// GB/T 2260: two digits for the province, two for the prefecture, two for the county.
func (r Region) checkLevel() *errs.Error {
	digits := map[string]int{LevelProvince: 2, LevelPrefecture: 4, LevelCounty: 6}[r.Level]
	switch {
	case digits == 0:
		return errs.Invalid("region.level_unknown", "level", r.Level).On("level")
	case isRegionCode(r.Code) && len(actor.RegionPrefix(r.Code)) != digits:
		return errs.Invalid("region.level_code", "code", r.Code).On("level")
	case r.Level == LevelProvince && r.Parent != "":
		return errs.Invalid("region.parent_of_province").On("parent")
	case r.Level != LevelProvince && (r.Parent == r.Code || !actor.RegionWithin(r.Code, r.Parent)):
		return errs.Invalid("region.parent_outside", "code", r.Code, "parent", r.Parent).On("parent")
	}
	return nil
}

func isRegionCode(s string) bool {
	return len(s) == 6 && strings.Trim(s, "0123456789") == "" && !strings.HasPrefix(s, "00")
}
