package actor

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
	PersonRead     Right = "person.read"     // see the people of a unit, masked
	PersonManage   Right = "person.manage"   // create, change, close, import people; give an initial password
	PersonReveal   Right = "person.reveal"   // see and export identifying data unmasked, with an audit entry
	RoleGrant      Right = "role.grant"      // grant and withdraw roles
	LoginControl   Right = "login.control"   // lift lock-outs, sign others out
	AuditRead      Right = "audit.read"      // search and export the audit log
)

// Rights lists all rights, for the table test.
var Rights = []Right{
	EditionRead, EditionDraft, EditionPublish, LocalThemeSet, UnitRead, UnitManage,
	PersonRead, PersonManage, PersonReveal, RoleGrant, LoginControl, AuditRead,
}

// Target is what a right is asked for: a unit (id and place), or, for editions, the place of the
// office that leads it, and for local themes a prefecture's region.
type Target struct {
	UnitID string
	Place  Place
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
		return a.Platform != Auditor && RegionWithin(a.Place.Region, t.Place.Region)
	case EditionDraft:
		return a.Has(RoleEditor, RoleHead) && a.isOffice(t)
	case EditionPublish:
		return a.Has(RoleHead) && a.isOffice(t)
	case LocalThemeSet:
		// notice §一: 各地可结合地方经济社会发展情况，明确地方宣传主题. The prefecture's education bureau leads the week there.
		return a.Has(RoleEditor, RoleHead) && a.isOffice(Office(t.Place.Region)) && t.Place.Tier == TierPrefecture
	case UnitRead:
		return Sight(a).Covers(t.UnitID, t.Place)
	case UnitManage:
		return a.Platform == SystemAdmin || a.Has(RoleHead) && Command(a).Covers(t.UnitID, t.Place)
	case PersonRead:
		return a.Platform == SystemAdmin || a.Platform == SecurityAdmin || a.ownUnit(t) ||
			a.Has(RoleHead) && Command(a).Covers(t.UnitID, t.Place)
	case PersonManage:
		return a.Platform == SystemAdmin || a.Has(RoleHead) && (a.ownUnit(t) || Command(a).Covers(t.UnitID, t.Place))
	case PersonReveal:
		return a.Platform == SecurityAdmin || a.Has(RoleHead) && a.ownUnit(t)
	case RoleGrant, LoginControl:
		return a.Platform == SecurityAdmin
	case AuditRead:
		return a.Platform == Auditor
	}
	return false
}

func (a Actor) ownUnit(t Target) bool { return a.UnitID != "" && a.UnitID == t.UnitID }

func (a Actor) isOffice(t Target) bool {
	p := t.Place
	return a.Place.Region == p.Region && a.Place.Line == p.Line && a.Place.Tier == p.Tier && a.Place.Kind == p.Kind
}

// Sight is the scope of units that the actor may see: platform roles see all; an education bureau,
// which leads the week, all of its region; a department of another line its own line in its region
// and the units without a line there; every other unit itself only.
func Sight(a Actor) Scope {
	switch {
	case a.Class == System, a.Class == Staff && a.Platform != NoPlatform:
		return Scope{}
	case !a.IsStaff():
		return Nobody
	case a.Place.Kind != KindDepartment:
		return Scope{Units: []string{a.UnitID}}
	case a.Place.Line == LineEducation:
		return Scope{Regions: []string{a.Place.Region}}
	default:
		return Scope{Regions: []string{a.Place.Region}, Lines: []Line{a.Place.Line, LineNone}}
	}
}

// Command is the scope of units below the actor's: its line (an education bureau: every line's units
// without being a department of another one) in its region at lower tiers.
func Command(a Actor) Scope {
	if !a.IsStaff() || a.Place.Kind != KindDepartment || a.Place.Tier == TierBase {
		return Nobody
	}
	s := Scope{Regions: []string{a.Place.Region}, Lines: []Line{a.Place.Line}}
	if a.Place.Line == LineEducation {
		s.Lines = append(s.Lines, LineNone)
	}
	for _, t := range Tiers {
		if t.Below(a.Place.Tier) {
			s.Tiers = append(s.Tiers, t)
		}
	}
	return s
}
