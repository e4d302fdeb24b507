package unit

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"openweek/internal/actor"
	"openweek/internal/errs"
)

// Unit is any organisation that takes part: department, school, enterprise, outlet, community.
type Unit struct {
	ID      string
	Code    string // the institution's official number, "" for none
	Name    string
	NameEN  string
	Short   string
	Place   actor.Place
	Address string
	Phone   string // of the office, not of a person

	RegionName   string
	RegionNameEN string
	Closed       bool
	Version      int64
}

// Draft is what a person writes about a unit.
type Draft struct {
	Code, Name, NameEN, Short string
	Place                     actor.Place
	Address, Phone            string
}

// Draft gives what may be edited of u.
func (u Unit) Draft() Draft {
	return Draft{Code: u.Code, Name: u.Name, NameEN: u.NameEN, Short: u.Short, Place: u.Place, Address: u.Address, Phone: u.Phone}
}

// Target is the unit as the target of a right.
func (u Unit) Target() actor.Target { return actor.Target{UnitID: u.ID, Place: u.Place} }

// The longest texts, in characters.
const (
	maxName    = 100
	maxNameEN  = 200
	maxShort   = 30
	maxAddress = 200
	maxPhone   = 60
)

var (
	codePattern  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z-]{0,39}$`)
	phonePattern = regexp.MustCompile(`^[0-9+][0-9 ()+\-—－,，、/转xX]*$`)
)

// tidy takes away what people do not mean: space at the ends and runs of it inside.
func (d Draft) tidy() Draft {
	for _, s := range []*string{&d.Code, &d.Name, &d.NameEN, &d.Short, &d.Address, &d.Phone, &d.Place.Region} {
		*s = tidy(*s)
	}
	return d
}

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// check tells what is wrong with the draft in itself; region is that of its code, nil when unknown.
func (d Draft) check(region *Region) []*errs.Error {
	var bad problems
	if d.Code != "" && !codePattern.MatchString(d.Code) {
		bad.add(errs.Invalid("unit.code_malformed").On("code"))
	}
	bad.text("name", d.Name, maxName, true)
	bad.text("name_en", d.NameEN, maxNameEN, false)
	bad.text("short", d.Short, maxShort, false)
	bad.contact(d)
	switch {
	case d.Place.Region == "":
		bad.add(errs.Invalid("unit.region_missing").On("region"))
	case region == nil:
		bad.add(errs.Invalid("unit.region_unknown", "code", shorten(d.Place.Region)).On("region"))
	}
	bad.checkPlace(d.Place, region)
	return bad
}

func (bad *problems) contact(d Draft) {
	bad.text("address", d.Address, maxAddress, false)
	if d.Phone != "" && (!phonePattern.MatchString(d.Phone) || utf8.RuneCountInString(d.Phone) > maxPhone) {
		bad.add(errs.Invalid("unit.phone_malformed").On("phone"))
	}
}

var (
	// Kinds that stand in their place only, never above a prefecture.
	localKinds = []actor.Kind{actor.KindCommunity, actor.KindSchool}
	// Kinds that a central body may have in a province (央媒驻湘机构, 部属高校, 中央企业).
	centralKinds = []actor.Kind{actor.KindMedia, actor.KindEnterprise, actor.KindUniversity, actor.KindHigherVocational,
		actor.KindVocationalUniversity, actor.KindResearchInstitute, actor.KindIndustryAssociation, actor.KindOther}
)

// checkPlace refuses combinations that cannot be. Each error stands on the field that a person would change.
func (bad *problems) checkPlace(p actor.Place, region *Region) {
	lineOK := p.Line == actor.LineNone || slices.Contains(actor.Lines, p.Line)
	tierOK, kindOK := slices.Contains(actor.Tiers, p.Tier), slices.Contains(actor.Kinds, p.Kind)
	if !lineOK {
		bad.add(errs.Invalid("unit.line_unknown", "line", shorten(string(p.Line))).On("line"))
	}
	if !tierOK {
		bad.add(errs.Invalid("unit.tier_unknown", "tier", shorten(string(p.Tier))).On("tier"))
	}
	if !kindOK {
		bad.add(errs.Invalid("unit.kind_unknown", "kind", shorten(string(p.Kind))).On("kind"))
	}
	if !lineOK || !tierOK || !kindOK {
		return
	}
	switch {
	case p.Kind == actor.KindDepartment && p.Line == actor.LineNone:
		bad.add(errs.Invalid("unit.line_missing").On("line"))
	case p.Kind == actor.KindMedia && p.Line != actor.LineNone && p.Line != actor.LinePropaganda && p.Line != actor.LineCyberspace,
		slices.Contains(localKinds, p.Kind) && p.Line != actor.LineNone && p.Line != actor.LineEducation:
		bad.add(errs.Invalid("unit.line_kind").On("line"))
	}
	switch {
	case p.Kind == actor.KindDepartment && (p.Tier == actor.TierCentral || p.Tier == actor.TierBase),
		slices.Contains(localKinds, p.Kind) && (p.Tier == actor.TierCentral || p.Tier == actor.TierProvince),
		p.Tier == actor.TierCentral && !slices.Contains(centralKinds, p.Kind):
		bad.add(errs.Invalid("unit.tier_kind").On("tier"))
	case region != nil && !tierFits(p, region.Level):
		bad.add(errs.Invalid("unit.tier_region", "region", region.Name).On("tier"))
	}
}

// A department heads its region; a college of the province stands in some city of it.
func tierFits(p actor.Place, level string) bool {
	if p.Kind == actor.KindDepartment {
		return string(p.Tier) == level
	}
	switch p.Tier {
	case actor.TierPrefecture:
		return level != LevelProvince
	case actor.TierCounty:
		return level == LevelCounty
	}
	return true
}

// problems collects what is wrong with one form.
type problems []*errs.Error

func (bad *problems) add(e *errs.Error) {
	if e != nil {
		*bad = append(*bad, e)
	}
}

// text refuses what is missing, too long or not text. PostgreSQL takes neither NUL nor broken UTF-8.
func (bad *problems) text(field, s string, limit int, required bool) {
	switch {
	case s == "" && required:
		bad.add(errs.Invalid("unit.text_missing").On(field))
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsRune(s, unicode.ReplacementChar):
		bad.add(errs.Invalid("unit.text_broken").On(field))
	case utf8.RuneCountInString(s) > limit:
		bad.add(errs.Invalid("unit.text_long", "limit", limit).On(field))
	}
}

// shorten keeps what stands in a message short and printable.
func shorten(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}
