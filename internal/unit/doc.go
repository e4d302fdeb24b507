// Package unit keeps regions, units and people: who there is, where each stands (region × line ×
// tier × kind) and which roles a person has. Units and people come in from Excel with a dry run and
// go out with the same columns.
//
// Identifying values of people are sealed and bound to their row; lists show them masked, and only
// RevealPerson and ExportPeople give them in clear, with an audit entry. Only the security
// administrator grants roles, never to themselves, and one always remains.
//
// It does not know passwords and logins (package login), groups of an edition, or what a unit owes.
package unit
