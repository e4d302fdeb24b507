package activity

import (
	"testing"

	"openweek/internal/clock"
)

func TestAPositionIsMovedToTheDatumOfPublicMaps(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lng, lat float64
		want     Point
	}{
		"Beijing": {116.404, 39.915, Point{116410244, 39916404}},
		"London":  {-0.1276, 51.5072, Point{-127600, 51507200}},
	} {
		if got := FromWGS84(c.lng, c.lat); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	// Within Hunan the two lie some 400 to 700 metres apart.
	if d := point(112.9388, 28.2282).distance()(FromWGS84(112.9388, 28.2282)); d < 400 || d > 700 {
		t.Errorf("Changsha is moved by %.0f m", d)
	}
}

func TestAKeyOfAListTellsItsMinute(t *testing.T) {
	t.Parallel()
	at := clock.Day("2026-07-21").Start().Add(9*3600*1e9 + 30*60*1e9)
	if got := beginning(listKey(at, "a")); got != at {
		t.Errorf("%v, want %v", got, at)
	}
}
