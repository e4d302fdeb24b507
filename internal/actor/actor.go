package actor

import (
	"net/netip"
	"slices"
)

// Class is the sort of actor.
type Class string

// The sorts of actor.
const (
	Public Class = "public" // nobody in particular; the zero Actor
	Staff  Class = "staff"  // a signed-in person of a unit
	Link   Class = "link"   // the holder of a signed link
	API    Class = "api"    // a program with a token
	System Class = "system" // the product itself: jobs, commands on the server
)

// Role is what a person is in their unit.
type Role string

// Roles in a unit.
const (
	RoleEditor   Role = "editor"   // 填报员
	RoleReviewer Role = "reviewer" // 审核员
	RoleHead     Role = "head"     // 负责人
)

// UnitRoles lists the roles in a unit.
var UnitRoles = []Role{RoleEditor, RoleReviewer, RoleHead}

// Platform is one of the three roles that no person may combine (三员分立).
type Platform string

// The platform roles.
const (
	NoPlatform    Platform = ""
	SystemAdmin   Platform = "system_admin"
	SecurityAdmin Platform = "security_admin"
	Auditor       Platform = "auditor"
)

// Platforms lists the platform roles.
var Platforms = []Platform{SystemAdmin, SecurityAdmin, Auditor}

// Actor is who acts. The zero value is the public.
type Actor struct {
	Class    Class
	PersonID string // of staff
	LoginID  string // the login (登录会话) of staff
	UnitID   string
	Place    Place // where the unit stands
	Roles    []Role
	Platform Platform
	// MustChangePassword bars everything but changing the initial password.
	MustChangePassword bool
	Addr               netip.Addr // network address, for the audit trail and lock-outs
	RequestID          string
}

// TheSystem is the product itself, for jobs and commands run on the server.
func TheSystem() Actor { return Actor{Class: System} }

// IsStaff tells whether a person of a unit is signed in and has changed the initial password.
func (a Actor) IsStaff() bool { return a.Class == Staff && !a.MustChangePassword }

// Has tells whether the actor has one of the roles in its unit.
func (a Actor) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(a.Roles, r) })
}
