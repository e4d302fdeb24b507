// Package door is the face of a helper at the door: one page on a telephone, which works without a network.
// It and the interface it talks to stand behind a link for one session or one place.
package door

import (
	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/web/ui"
)

// Door answers the pages of the door; the composition root fills it in.
type Door struct {
	Shell      *ui.Shell
	Activities *activity.Service
	Doors      *door.Service
	Clock      clock.Clock
}
