package sample

import (
	"context"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/unit"
)

//go:embed regions.csv institutions.csv invented.csv notice_hunan_2020.txt notice_amending.txt
var files embed.FS

// Province is the territory of the sample.
const Province = "430000"

// Units writes regions and units. Errors: sample.not_empty.
func Units(ctx context.Context, d Deps) (err error) {
	defer errs.Wrap(&err, "sample.Units")
	known, err := d.Units.Regions(ctx)
	if err != nil {
		return err
	}
	if len(known) > 0 {
		return errs.Conflict("sample.not_empty")
	}
	regions, err := regions()
	if err != nil {
		return err
	}
	units := departments(regions)
	for _, file := range []string{"institutions.csv", "invented.csv"} {
		more, err := listed(file)
		if err != nil {
			return err
		}
		units = append(units, more...)
	}
	_, err = d.Units.Load(ctx, actor.TheSystem(), regions, units)
	return err
}

func regions() ([]unit.Region, error) {
	rows, err := read("regions.csv")
	if err != nil {
		return nil, err
	}
	list := make([]unit.Region, len(rows))
	for i, r := range rows {
		x, errX := strconv.Atoi(r["tile_x"])
		y, errY := strconv.Atoi(r["tile_y"])
		if errX != nil || errY != nil {
			return nil, fmt.Errorf("sample: tile of %s", r["code"])
		}
		list[i] = unit.Region{
			Code: r["code"], Name: r["name"], NameEN: r["name_en"], Short: r["short"],
			Level: r["level"], Parent: r["parent"], TileX: x, TileY: y,
		}
	}
	return list, nil
}

// listed reads a file of units; a column that it does not have is empty.
func listed(file string) ([]unit.Draft, error) {
	rows, err := read(file)
	if err != nil {
		return nil, err
	}
	list := make([]unit.Draft, len(rows))
	for i, r := range rows {
		list[i] = unit.Draft{
			Code: r["code"], Name: r["name"], NameEN: r["name_en"],
			Place: actor.Place{Region: r["region"], Line: actor.Line(r["line"]), Tier: actor.Tier(r["tier"]), Kind: actor.Kind(r["kind"])},
		}
	}
	return list, nil
}

// read gives the rows of a file by the names in its first line.
func read(file string) ([]map[string]string, error) {
	f, err := files.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("sample: %s: %w", file, err)
	}
	rows := make([]map[string]string, 0, len(lines)-1)
	for _, line := range lines[1:] {
		row := make(map[string]string, len(line))
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// officeNames is how the department of a line is called, at the head of the province and in a prefecture.
type officeNames struct {
	line                    actor.Line
	province, short, nameEN string
	prefecture              string // %s is the prefecture
	prefectureShort         string
	prefectureEN            string
}

// The province's names are those of the notice's issuers.
var offices = []officeNames{
	{actor.LineEducation, "湖南省教育厅", "省教育厅", "Hunan Provincial Department of Education", "%s教育局", "%s教育局", "%s Education Bureau"},
	{actor.LinePropaganda, "中共湖南省委宣传部", "省委宣传部", "Publicity Department of the CPC Hunan Provincial Committee", "中共%s委宣传部", "%s委宣传部", "Publicity Department of the CPC %s Committee"},
	{actor.LineCyberspace, "中共湖南省委网络安全和信息化委员会办公室", "省委网信办", "Cyberspace Affairs Office of the CPC Hunan Provincial Committee", "中共%s委网络安全和信息化委员会办公室", "%s委网信办", "Cyberspace Affairs Office of the CPC %s Committee"},
	{actor.LineHumanResources, "湖南省人力资源和社会保障厅", "省人力资源社会保障厅", "Hunan Provincial Department of Human Resources and Social Security", "%s人力资源和社会保障局", "%s人社局", "%s Human Resources and Social Security Bureau"},
	{actor.LineIndustry, "湖南省工业和信息化厅", "省工业和信息化厅", "Hunan Provincial Department of Industry and Information Technology", "%s工业和信息化局", "%s工信局", "%s Industry and Information Technology Bureau"},
	{actor.LineAgriculture, "湖南省农业农村厅", "省农业农村厅", "Hunan Provincial Department of Agriculture and Rural Affairs", "%s农业农村局", "%s农业农村局", "%s Agriculture and Rural Affairs Bureau"},
	{actor.LineStateAssets, "湖南省人民政府国有资产监督管理委员会", "省国资委", "State-owned Assets Supervision and Administration Commission of Hunan Province", "%s人民政府国有资产监督管理委员会", "%s国资委", "%s State-owned Assets Commission"},
	{actor.LineTradeUnion, "湖南省总工会", "省总工会", "Hunan Provincial Federation of Trade Unions", "%s总工会", "%s总工会", "%s Federation of Trade Unions"},
	{actor.LineYouthLeague, "中国共产主义青年团湖南省委员会", "共青团湖南省委", "Hunan Provincial Committee of the Communist Youth League", "共青团%s委员会", "团%s委", "%s Committee of the Communist Youth League"},
	{actor.LineVocationSociety, "湖南中华职业教育社", "湖南中华职教社", "Hunan Vocational Education Society", "%s中华职业教育社", "%s中华职教社", "%s Vocational Education Society"},
}

// departments makes the ten lines of the province and of each prefecture, and each county's
// education bureau.
func departments(regions []unit.Region) (list []unit.Draft) {
	for _, r := range regions {
		place := actor.Place{Region: r.Code, Tier: actor.Tier(r.Level), Kind: actor.KindDepartment}
		switch r.Level {
		case unit.LevelProvince:
			for _, o := range offices {
				place.Line = o.line
				list = append(list, unit.Draft{Name: o.province, Short: o.short, NameEN: o.nameEN, Place: place})
			}
		case unit.LevelPrefecture:
			called := r.Name
			if r.Code == "433100" {
				called = "湘西州" // as its offices write it
			}
			for _, o := range offices {
				place.Line = o.line
				list = append(list, unit.Draft{
					Name: prefectureName(o, called), Short: fmt.Sprintf(o.prefectureShort, called), NameEN: fmt.Sprintf(o.prefectureEN, r.NameEN), Place: place,
				})
			}
		case unit.LevelCounty:
			place.Line = actor.LineEducation
			list = append(list, unit.Draft{Name: r.Name + "教育局", NameEN: r.NameEN + " Education Bureau", Place: place})
		}
	}
	return list
}

func prefectureName(o officeNames, called string) string {
	if o.line == actor.LineEducation && called == "湘西州" {
		return "湘西州教育和体育局"
	}
	return fmt.Sprintf(o.prefecture, called)
}
