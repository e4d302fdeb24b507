package sample_test

import (
	"encoding/csv"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/login"
	"openweek/internal/sample"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

func TestFillGivesHunanWithItsCounts(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		d := deps(t, db)
		if err := sample.Fill(ctx, d); err != nil {
			t.Fatal(err)
		}
		department := []actor.Kind{actor.KindDepartment}
		for name, c := range map[string]struct {
			scope actor.Scope
			want  int
		}{
			"各市州 of ten lines":           {actor.Scope{Kinds: department, Tiers: []actor.Tier{actor.TierPrefecture}}, 140},
			"市州教育局":                      {actor.Scope{Kinds: department, Tiers: []actor.Tier{actor.TierPrefecture}, Lines: []actor.Line{actor.LineEducation}}, 14},
			"county education bureaus":   {actor.Scope{Kinds: department, Tiers: []actor.Tier{actor.TierCounty}}, 122},
			"the province's ten lines":   {actor.Scope{Kinds: department, Tiers: []actor.Tier{actor.TierProvince}}, 10},
			"higher vocational colleges": {actor.Scope{Kinds: []actor.Kind{actor.KindHigherVocational}}, 93},
			"vocational universities":    {actor.Scope{Kinds: []actor.Kind{actor.KindVocationalUniversity}}, 2},
			"universities":               {actor.Scope{Kinds: []actor.Kind{actor.KindUniversity}}, 52},
			"central media":              {actor.Scope{Kinds: []actor.Kind{actor.KindMedia}, Tiers: []actor.Tier{actor.TierCentral}}, 4},
			"provincial media":           {actor.Scope{Kinds: []actor.Kind{actor.KindMedia}, Tiers: []actor.Tier{actor.TierProvince}}, 5},
			"technician colleges":        {actor.Scope{Kinds: []actor.Kind{actor.KindTechnicianCollege}}, 8},
			"adult colleges":             {actor.Scope{Kinds: []actor.Kind{actor.KindAdultCollege}}, 3},
			"everything inside of Hunan": {actor.Scope{Regions: []string{sample.Province}}, 557},
			"everything, wherever it is": {actor.Scope{}, 557},
		} {
			if n, err := d.Units.CountScope(ctx, db, c.scope); err != nil || n != c.want {
				t.Errorf("%s: got %d, %v, want %d", name, n, err, c.want)
			}
		}
		if err := d.Units.Verify(ctx, db); err != nil {
			t.Error(err)
		}
		if err := sample.Fill(ctx, d); !errs.Is(err, "sample.not_empty") {
			t.Errorf("filled twice: %v", err)
		}
		everyoneSignsIn(t, d)
	})
}

func everyoneSignsIn(t *testing.T, d sample.Deps) {
	t.Helper()
	for _, who := range sample.SignIns() {
		_, a, err := d.Logins.SignIn(ctx, login.Credentials{Name: who.Name, Password: sample.Password, Addr: netip.MustParseAddr("127.0.0.1")})
		if err != nil {
			t.Errorf("%s: %v", who.Name, err)
			continue
		}
		if !a.IsStaff() || a.Platform != who.Platform || !slices.Equal(a.Roles, who.Roles) {
			t.Errorf("%s: got %+v", who.Name, a)
		}
	}
}

func TestEveryRoleHasASampleSignIn(t *testing.T) {
	t.Parallel()
	var roles []actor.Role
	var platforms []actor.Platform
	for _, who := range sample.SignIns() {
		roles = append(roles, who.Roles...)
		platforms = append(platforms, who.Platform)
	}
	for _, r := range actor.UnitRoles {
		if !slices.Contains(roles, r) {
			t.Errorf("nobody is %s", r)
		}
	}
	for _, p := range actor.Platforms {
		if !slices.Contains(platforms, p) {
			t.Errorf("nobody is %s", p)
		}
	}
}

func TestPasswordKeepsTheRules(t *testing.T) {
	t.Parallel()
	for _, who := range sample.SignIns() {
		if err := login.CheckPassword(sample.Password, who.Name); err != nil {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
}

// The facts are those of the shared data: same codes, same names, nobody left out.
func TestRegionsAndInstitutionsAreThoseOfTheSource(t *testing.T) {
	t.Parallel()
	kinds := map[string]string{"普通本科": "university", "职业本科": "vocational_university", "高职院校": "higher_vocational", "高等专科学校": "higher_vocational"}
	var want []string
	for _, r := range shared(t, "hunan_colleges_2025.csv") {
		want = append(want, strings.Join([]string{r["code"], r["name"], r["city_code"], kinds[r["kind"]]}, " "))
	}
	var got []string
	for _, r := range own(t, "institutions.csv") {
		got = append(got, strings.Join([]string{r["code"], r["name"], r["region"], r["kind"]}, " "))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("institutions: %d here, %d there", len(got), len(want))
	}
	want, got = nil, nil
	for _, r := range shared(t, "hunan_divisions.csv") {
		if r["official_gbt2260"] == "1" {
			want = append(want, strings.Join([]string{r["code"], r["name"], r["level"], r["parent_code"]}, " "))
		}
	}
	for _, r := range own(t, "regions.csv") {
		got = append(got, strings.Join([]string{r["code"], r["name"], r["level"], r["parent"]}, " "))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("regions: %d here, %d there", len(got), len(want))
	}
}

func TestEveryPrefectureHasItsOwnTile(t *testing.T) {
	t.Parallel()
	at := map[string]string{}
	for _, r := range own(t, "regions.csv") {
		tile := r["tile_x"] + "," + r["tile_y"]
		if (r["level"] == unit.LevelPrefecture) != (tile != "-1,-1") {
			t.Errorf("%s has the tile %s", r["name"], tile)
		}
		if tile != "-1,-1" && at[tile] != "" {
			t.Errorf("%s and %s share a tile", r["name"], at[tile])
		}
		at[tile] = r["name"]
	}
}

func TestInventedUnitsSaySo(t *testing.T) {
	t.Parallel()
	for _, r := range own(t, "invented.csv") {
		if !strings.HasSuffix(r["name"], "（示例）") || !strings.HasSuffix(r["name_en"], "(sample)") {
			t.Errorf("%s could be taken for a real one", r["name"])
		}
	}
}

func own(t *testing.T, name string) []map[string]string { return table(t, name) }

func shared(t *testing.T, name string) []map[string]string {
	t.Helper()
	path := "../../../shared/data/" + name
	if _, err := os.Stat(path); err != nil {
		t.Skip("../shared is not here")
	}
	return table(t, path)
}

func table(t *testing.T, path string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, title := range lines[0] {
			row[title] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}
