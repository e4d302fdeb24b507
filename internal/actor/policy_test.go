package actor_test

import (
	"strings"
	"testing"

	"openweek/internal/actor"
)

// The units of the table: a province with two cities.
var places = map[string]actor.Target{
	"province": unit("1", "430000", actor.LineEducation, actor.TierProvince, actor.KindDepartment),        // 省教育厅
	"city":     unit("2", "430100", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),      // 长沙市教育局
	"city.hr":  unit("3", "430100", actor.LineHumanResources, actor.TierPrefecture, actor.KindDepartment), // 长沙市人社局
	"city2":    unit("4", "430200", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),      // 株洲市教育局
	"county":   unit("5", "430102", actor.LineEducation, actor.TierCounty, actor.KindDepartment),          // 芙蓉区教育局
	"college":  unit("6", "430100", actor.LineNone, actor.TierProvince, actor.KindHigherVocational),       // a college of the province in 长沙
	"school":   unit("7", "430102", actor.LineNone, actor.TierPrefecture, actor.KindSecondaryVocational),  // a school of 长沙
	"media":    unit("8", "430000", actor.LineNone, actor.TierProvince, actor.KindMedia),                  // 省级媒体
	"central":  unit("9", "430000", actor.LineNone, actor.TierCentral, actor.KindMedia),                   // 央媒驻湘机构
	"abroad":   unit("10", "420000", actor.LineEducation, actor.TierProvince, actor.KindDepartment),       // another province's
	"admin":    {UnitID: "1", Place: places1, Platform: actor.SecurityAdmin},                              // the security administrator, of 省教育厅
	"nowhere":  {Platform: actor.Auditor},                                                                 // a holder of a platform role without a unit
}

var places1 = actor.Place{Region: "430000", Line: actor.LineEducation, Tier: actor.TierProvince, Kind: actor.KindDepartment}

func unit(id, region string, l actor.Line, t actor.Tier, k actor.Kind) actor.Target {
	return actor.Target{UnitID: id, Place: actor.Place{Region: region, Line: l, Tier: t, Kind: k}}
}

func staff(at string, roles ...actor.Role) actor.Actor {
	t := places[at]
	return actor.Actor{Class: actor.Staff, PersonID: "p", UnitID: t.UnitID, Place: t.Place, Roles: roles}
}

func platform(p actor.Platform) actor.Actor {
	return actor.Actor{Class: actor.Staff, PersonID: "p", Platform: p}
}

func fresh(a actor.Actor) actor.Actor {
	a.MustChangePassword = true
	return a
}

// The actors of the table. E, R and H are editor, reviewer and head, N is somebody without a role;
// "new" has an initial password still.
var actors = map[string]actor.Actor{
	"system": actor.TheSystem(), "sys": platform(actor.SystemAdmin), "sec": platform(actor.SecurityAdmin), "aud": platform(actor.Auditor),
	"provH": staff("province", actor.RoleHead), "provE": staff("province", actor.RoleEditor),
	"provR": staff("province", actor.RoleReviewer), "provN": staff("province"),
	"cityH": staff("city", actor.RoleHead), "cityE": staff("city", actor.RoleEditor),
	"hrH": staff("city.hr", actor.RoleHead), "hrE": staff("city.hr", actor.RoleEditor),
	"cntyH": staff("county", actor.RoleHead), "cntyE": staff("county", actor.RoleEditor),
	"collH": staff("college", actor.RoleHead), "collE": staff("college", actor.RoleEditor),
	"medE": staff("media", actor.RoleEditor),
	"new":  fresh(staff("province", actor.RoleHead)), "newS": fresh(platform(actor.SecurityAdmin)),
	"public": {}, "link": {Class: actor.Link}, "api": {Class: actor.API},
}

// policy is the whole policy: + may, . may not. Whoever changes a right changes it here first.
const policy = `
right            target   system    sys    sec    aud  provH  provE  provR  provN  cityH  cityE    hrH    hrE  cntyH  cntyE  collH  collE   medE    new   newS public   link    api
edition.read     province      +      .      .      .      +      +      +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .
edition.read     city          +      .      .      .      .      .      .      .      +      +      +      +      +      +      .      .      .      .      .      .      .      .
edition.read     city.hr       +      .      .      .      .      .      .      .      +      +      +      +      +      +      .      .      .      .      .      .      .      .
edition.read     city2         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.read     county        +      .      .      .      .      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .
edition.read     college       +      .      .      .      .      .      .      .      +      +      +      +      +      +      .      .      .      .      .      .      .      .
edition.read     school        +      .      .      .      .      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .
edition.read     media         +      .      .      .      +      +      +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .
edition.read     central       +      .      .      .      +      +      +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .
edition.read     abroad        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.read     admin         +      .      .      .      +      +      +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .
edition.read     nowhere       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    province      +      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    city          +      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    city.hr       +      .      .      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .
edition.draft    city2         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    county        +      .      .      .      .      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .
edition.draft    college       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    school        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    media         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    central       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    abroad        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    admin         +      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.draft    nowhere       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  province      +      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  city          +      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  city.hr       +      .      .      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .
edition.publish  city2         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  county        +      .      .      .      .      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .      .      .
edition.publish  college       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  school        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  media         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  central       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  abroad        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  admin         +      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
edition.publish  nowhere       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  province      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  city          +      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  city.hr       +      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  city2         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  county        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  college       +      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  school        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  media         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  central       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  abroad        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  admin         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
local_theme.set  nowhere       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.read        province      +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.read        city          +      +      +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .      .      .      .      .
unit.read        city.hr       +      +      +      +      +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .      .      .
unit.read        city2         +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.read        county        +      +      +      +      +      +      +      +      +      +      .      .      +      +      .      .      .      .      .      .      .      .
unit.read        college       +      +      +      +      +      +      +      +      +      +      +      +      .      .      +      +      .      .      .      .      .      .
unit.read        school        +      +      +      +      +      +      +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .
unit.read        media         +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .      +      .      .      .      .      .
unit.read        central       +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.read        abroad        +      +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.read        admin         +      +      +      +      +      +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.read        nowhere       +      +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      province      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      city          +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      city.hr       +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      city2         +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      county        +      +      .      .      +      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      college       +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      school        +      +      .      .      +      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      media         +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      central       +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      abroad        +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      admin         +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.manage      nowhere       +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.contact     province      +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.contact     city          +      +      .      .      +      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.contact     city.hr       +      +      .      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .
unit.contact     city2         +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.contact     county        +      +      .      .      +      .      .      .      +      .      .      .      +      .      .      .      .      .      .      .      .      .
unit.contact     college       +      +      .      .      +      .      .      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .
unit.contact     school        +      +      .      .      +      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.contact     media         +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.contact     central       +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.contact     abroad        +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.contact     admin         +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
unit.contact     nowhere       +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.read      province      +      +      +      .      +      +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.read      city          +      +      +      .      +      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .
person.read      city.hr       +      +      +      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .
person.read      city2         +      +      +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.read      county        +      +      +      .      +      .      .      .      +      .      .      .      +      +      .      .      .      .      .      .      .      .
person.read      college       +      +      +      .      +      .      .      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .
person.read      school        +      +      +      .      +      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .
person.read      media         +      +      +      .      +      .      .      .      .      .      .      .      .      .      .      .      +      .      .      .      .      .
person.read      central       +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.read      abroad        +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.read      admin         +      +      +      .      +      +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.read      nowhere       +      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.manage    province      +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.manage    city          +      +      .      .      +      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .
person.manage    city.hr       +      +      .      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .
person.manage    city2         +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.manage    county        +      +      .      .      +      .      .      .      +      .      .      .      +      .      .      .      .      .      .      .      .      .
person.manage    college       +      +      .      .      +      .      .      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .
person.manage    school        +      +      .      .      +      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .
person.manage    media         +      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.manage    central       +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.manage    abroad        +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.manage    admin         +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.manage    nowhere       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.reveal    province      +      .      +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.reveal    city          +      .      +      .      .      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .
person.reveal    city.hr       +      .      +      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .      .      .      .      .
person.reveal    city2         +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.reveal    county        +      .      +      .      .      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .      .      .
person.reveal    college       +      .      +      .      .      .      .      .      .      .      .      .      .      .      +      .      .      .      .      .      .      .
person.reveal    school        +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.reveal    media         +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.reveal    central       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.reveal    abroad        +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.reveal    admin         +      .      +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person.reveal    nowhere       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       province      +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       city          +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       city.hr       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       city2         +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       county        +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       college       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       school        +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       media         +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       central       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       abroad        +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       admin         +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
role.grant       nowhere       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    province      +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    city          +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    city.hr       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    city2         +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    county        +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    college       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    school        +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    media         +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    central       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    abroad        +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    admin         +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
login.control    nowhere       +      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       province      +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       city          +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       city.hr       +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       city2         +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       county        +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       college       +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       school        +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       media         +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       central       +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       abroad        +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       admin         +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
audit.read       nowhere       +      .      .      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
activity.enter   province      +      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
activity.enter   city          +      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .
activity.enter   city.hr       +      .      .      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .
activity.enter   city2         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
activity.enter   county        +      .      .      .      .      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .      .      .
activity.enter   college       +      .      .      .      .      .      .      .      .      .      .      .      .      .      +      +      .      .      .      .      .      .
activity.enter   school        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
activity.enter   media         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      +      .      .      .      .      .
activity.enter   central       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
activity.enter   abroad        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
activity.enter   admin         +      .      .      .      +      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
activity.enter   nowhere       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      province      +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      city          +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      city.hr       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      city2         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      county        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      college       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      school        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      media         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      central       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      abroad        +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      admin         +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
guest.vouch      nowhere       +      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
`

func TestPolicyIsTheTable(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(policy), "\n")
	columns := strings.Fields(lines[0])[2:]
	if len(columns) != len(actors) {
		t.Fatalf("the table has %d actors, the test %d", len(columns), len(actors))
	}
	seen := map[string]bool{}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		right, target := actor.Right(cells[0]), cells[1]
		at, ok := places[target]
		if !ok {
			t.Fatalf("no target %q", target)
		}
		seen[cells[0]+" "+target] = true
		for i, name := range columns {
			a, ok := actors[name]
			if !ok {
				t.Fatalf("no actor %q", name)
			}
			mark := "."
			if actor.Can(a, right, at) {
				mark = "+"
			}
			if mark != cells[2+i] {
				t.Errorf("%s %s by %s: got %s, want %s", right, target, name, mark, cells[2+i])
			}
		}
	}
	for _, right := range actor.Rights {
		for target := range places {
			if !seen[string(right)+" "+target] {
				t.Errorf("the table says nothing about %s of %s", right, target)
			}
		}
	}
}

// Which departments vouch for an enterprise outside of the tree no actor of the table shows.
func TestGuestsAreVouchedForByDepartmentsOfEnterprises(t *testing.T) {
	t.Parallel()
	for _, line := range actor.Lines {
		want := line == actor.LineIndustry || line == actor.LineStateAssets || line == actor.LineTradeUnion
		own := unit("11", "430100", line, actor.TierPrefecture, actor.KindDepartment)
		for role, may := range map[actor.Role]bool{actor.RoleEditor: want, actor.RoleHead: want, actor.RoleReviewer: false} {
			a := actor.Actor{Class: actor.Staff, PersonID: "p", UnitID: own.UnitID, Place: own.Place, Roles: []actor.Role{role}}
			if got := actor.Can(a, actor.GuestVouch, own); got != may {
				t.Errorf("%s %s: %v", line, role, got)
			}
			if actor.Can(a, actor.GuestVouch, places["city"]) {
				t.Errorf("%s %s vouches for another unit", line, role)
			}
			a.Place.Kind = actor.KindEnterprise
			if actor.Can(a, actor.GuestVouch, own) {
				t.Errorf("%s %s: an enterprise vouches", line, role)
			}
		}
	}
}
