// Package workday lets the people who may see and replace the table of working days: the head of an
// office that leads a province's week, and system administrators.
//
// It does not know how days are counted, which package calendar does, nor what they are counted for.
package workday
