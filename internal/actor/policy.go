package actor

import "slices"

// Right is something that an actor may do to a target.
type Right string

// The rights. The target of each is named in Can.
const (
	EditionRead    Right = "edition.read"    // see editions that are not public yet, drafts of notices, obligations
	EditionDraft   Right = "edition.draft"   // upload notices, correct drafts, create and edit an edition
	EditionPublish Right = "edition.publish" // publish, archive, re-date, copy to next year
	LocalThemeSet  Right = "local_theme.set" // set a prefecture's own theme
	UnitRead       Right = "unit.read"       // see a unit and its contact
	UnitManage     Right = "unit.manage"     // create, change, close, import units
	UnitContact    Right = "unit.contact"    // change a unit's address and telephone
	PersonRead     Right = "person.read"     // see the people of a unit, masked
	PersonManage   Right = "person.manage"   // create, change, close, import people; give an initial password
	PersonReveal   Right = "person.reveal"   // see and export identifying data unmasked, with an audit entry
	RoleGrant      Right = "role.grant"      // grant and withdraw roles
	LoginControl   Right = "login.control"   // lift lock-outs, sign others out
	AuditRead      Right = "audit.read"      // search and export the audit log
	ActivityEnter  Right = "activity.enter"  // write, hand in, change and cancel a unit's activities, set its sessions
	GuestVouch     Right = "guest.vouch"     // vouch for a guest host, on behalf of a department
)

// Rights lists all rights, for the table test.
var Rights = []Right{
	EditionRead, EditionDraft, EditionPublish, LocalThemeSet, UnitRead, UnitManage, UnitContact,
	PersonRead, PersonManage, PersonReveal, RoleGrant, LoginControl, AuditRead, ActivityEnter, GuestVouch,
}

// Target is what a right is asked for: a unit (id and place), or, for editions, the place of the
// office that leads it, and for local themes a prefecture's region.
type Target struct {
	UnitID string
	Place  Place
	// Platform is the platform role of the person whom a person's right is asked for.
	Platform Platform
}

// Office is the target of an edition's rights: the department of the lead line that stands at the
// head of the territory, such as 湖南省教育厅 for 430000.
func Office(territory string) Target {
	return Target{Place: Place{Region: territory, Line: LineEducation, Tier: tierOf(territory), Kind: KindDepartment}}
}

func tierOf(region string) Tier {
	switch len(RegionPrefix(region)) {
	case 2:
		return TierProvince
	case 4:
		return TierPrefecture
	default:
		return TierCounty
	}
}

// Can is the whole policy: pure, least right by default. A person without a role may read, not change.
func Can(a Actor, r Right, t Target) bool {
	switch a.Class {
	case System:
		return true
	case Staff:
		if a.MustChangePassword {
			return false
		}
	default:
		return false
	}
	switch r {
	case EditionRead:
		// Drafts are the departments' business; colleges, media and firms see what is published.
		return a.Platform != Auditor && a.Place.Kind == KindDepartment && RegionWithin(a.Place.Region, t.Place.Region)
	case EditionDraft:
		return a.Has(RoleEditor, RoleHead) && a.isOffice(t)
	case EditionPublish:
		return a.Has(RoleHead) && a.isOffice(t)
	case LocalThemeSet:
		// notice §一: 各地可结合地方经济社会发展情况，明确地方宣传主题. The prefecture's education bureau leads the week there.
		office := Office(t.Place.Region)
		return a.Has(RoleEditor, RoleHead) && office.Place.Tier == TierPrefecture && a.isOffice(office)
	case UnitRead:
		return Sight(a).Covers(t.UnitID, t.Place)
	case UnitManage:
		return a.Platform == SystemAdmin || a.Has(RoleHead) && Command(a).Covers(t.UnitID, t.Place)
	case UnitContact:
		// A unit knows its own address best; its name and place are for those above it.
		return Can(a, UnitManage, t) || a.Has(RoleHead) && a.UnitID != "" && a.UnitID == t.UnitID
	case PersonRead:
		return PeopleSight(a).Covers(t.UnitID, t.Place)
	case PersonManage:
		if t.Platform != NoPlatform {
			// 三员分立: who could give the security administrator a new password would be the security administrator.
			return a.Platform == SecurityAdmin
		}
		return StaffSight(a).Covers(t.UnitID, t.Place)
	case PersonReveal:
		return RevealSight(a).Covers(t.UnitID, t.Place)
	case RoleGrant, LoginControl:
		return a.Platform == SecurityAdmin
	case AuditRead:
		return a.Platform == Auditor
	case ActivityEnter:
		// The host answers for what it offers; the units above it return or decline, and write nothing for it.
		return a.Has(RoleEditor, RoleHead) && a.UnitID != "" && a.UnitID == t.UnitID
	case GuestVouch:
		// An enterprise outside of the tree comes in through a department that deals with enterprises.
		return Can(a, ActivityEnter, t) && a.Place.Kind == KindDepartment && slices.Contains(vouchers, a.Place.Line)
	}
	return false
}

// vouchers are the lines whose departments vouch for guest hosts.
var vouchers = []Line{LineIndustry, LineStateAssets, LineTradeUnion}

// isOffice tells whether the actor's unit stands where the target does, which must be a department.
func (a Actor) isOffice(t Target) bool {
	p := t.Place
	return p.Kind == KindDepartment && a.Place.Region == p.Region && a.Place.Line == p.Line && a.Place.Tier == p.Tier && a.Place.Kind == p.Kind
}

// Sight is the scope of units that the actor may see: platform roles see all; an education bureau,
// which leads the week, all of its region; a department of another line its own line in its region
// and the units without a line there; every other unit itself only.
func Sight(a Actor) Scope {
	switch {
	case a.Class == System, a.IsStaff() && a.Platform != NoPlatform:
		return Scope{}
	case !a.IsStaff(), a.UnitID == "":
		return Nobody
	case a.Place.Kind != KindDepartment:
		return Scope{Units: []string{a.UnitID}}
	case a.Place.Line == LineEducation:
		return Scope{Regions: []string{a.Place.Region}}
	default:
		return Scope{Regions: []string{a.Place.Region}, Lines: []Line{a.Place.Line, LineNone}}
	}
}

// Command covers the units that answer to the actor's department: those of its line (of an education
// bureau, which leads the week, also those without a line) in its region, at lower tiers, and at its
// own tier those that are not departments: a provincial college answers to the province, not to the
// city that it stands in.
func Command(a Actor) Scopes {
	if !a.IsStaff() || a.Place.Kind != KindDepartment || a.Place.Tier == TierBase {
		return nil
	}
	beside := Scope{Regions: []string{a.Place.Region}, Lines: []Line{a.Place.Line}, Tiers: []Tier{a.Place.Tier}}
	if a.Place.Line == LineEducation {
		beside.Lines = append(beside.Lines, LineNone)
	}
	for _, k := range Kinds {
		if k != KindDepartment {
			beside.Kinds = append(beside.Kinds, k)
		}
	}
	below := Scope{Regions: beside.Regions, Lines: beside.Lines}
	for _, t := range Tiers {
		if t.Below(a.Place.Tier) {
			below.Tiers = append(below.Tiers, t)
		}
	}
	return Scopes{below, beside}
}

// PeopleSight covers the units whose people the actor may see, masked.
func PeopleSight(a Actor) Scopes {
	if a.Class == System || a.IsStaff() && (a.Platform == SystemAdmin || a.Platform == SecurityAdmin) {
		return Scopes{{}}
	}
	s := a.ownScope()
	if a.Has(RoleHead) {
		s = append(s, Command(a)...)
	}
	return s
}

// StaffSight covers the units whose people the actor may manage and into which it may bring people,
// holders of platform roles aside.
func StaffSight(a Actor) Scopes {
	switch {
	case a.Class == System, a.IsStaff() && a.Platform == SystemAdmin:
		return Scopes{{}}
	case a.Has(RoleHead):
		return append(a.ownScope(), Command(a)...)
	}
	return nil
}

// RevealSight covers the units whose people's identifying data the actor may see and export in clear.
func RevealSight(a Actor) Scopes {
	switch {
	case a.Class == System, a.IsStaff() && a.Platform == SecurityAdmin:
		return Scopes{{}}
	case a.Has(RoleHead):
		return a.ownScope()
	}
	return nil
}

func (a Actor) ownScope() Scopes {
	if !a.IsStaff() || a.UnitID == "" {
		return nil
	}
	return Scopes{{Units: []string{a.UnitID}}}
}
