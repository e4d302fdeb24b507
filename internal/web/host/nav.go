package host

import (
	"openweek/internal/actor"
	"openweek/internal/measure"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// measuresPath is where what offices order is read and ordered.
const measuresPath = "/desk/measures"

// Nav is the part of the Desk's navigation for those who receive visitors.
var Nav = ui.NavGroup{Key: "nav.visitors", Items: []ui.NavItem{
	{Key: "nav.bookings", Href: bookingsPath, Icon: "ticket", Allowed: receives, Also: []string{doorsPath, rulesPath}},
	{Key: "nav.visits", Href: visitsPath, Icon: "school", Allowed: visit.Hosts},
	{Key: "nav.schools", Href: schoolsPath, Icon: "chalkboard", Allowed: visit.Oversees, Also: []string{allotPath}},
	{Key: "nav.own_visits", Href: ownVisitsPath, Icon: "backpack", Allowed: visit.Belongs, Also: []string{allotmentsPath}},
	{Key: "nav.measures", Href: measuresPath, Icon: "umbrella", Allowed: measure.MayRead},
}}

// receives leaves out platform roles, whose unit receives nobody through them.
func receives(a actor.Actor) bool {
	return a.IsStaff() && a.UnitID != "" && a.Platform == actor.NoPlatform
}
