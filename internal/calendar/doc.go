// Package calendar knows which days are worked in China: Monday to Friday, changed each year by the
// arrangement that the State Council's office announces, which takes weekdays off and has weekends
// worked instead (调休).
//
// A year's arrangement comes from the table that an office has uploaded, else from the one that the
// product brings along. Of a year that has neither (the next one, until it is announced in autumn)
// only Monday to Friday can be said; every answer tells whether it is known or such a guess.
//
// It does not know who may upload a table, nor what the days are counted for.
package calendar
