package ui

import (
	"strings"

	"openweek/internal/httpx"
)

// maxTrail is how many pages back a list remembers its way; further back leads to the first page.
const maxTrail = 12

// PagesOf are the links around a page of a list that is continued by cursors, in its parameter "after".
// A cursor only leads forward, so those of the pages before travel along in "trail".
func PagesOf(v View, in *httpx.Input, next, summary string) Pages {
	p := Pages{Summary: summary}
	after := in.Raw("after")
	var trail []string
	if s := in.Raw("trail"); s != "" {
		trail = strings.Split(s, ".")
	}
	if after != "" {
		last, before := "", trail
		if n := len(trail); n > 0 {
			last, before = trail[n-1], trail[:n-1]
		}
		p.Previous = v.With("after", last, "trail", strings.Join(before, "."))
		trail = append(trail, after)
	}
	if next != "" {
		p.Next = v.With("after", next, "trail", strings.Join(trail[max(0, len(trail)-maxTrail):], "."))
	}
	return p
}
