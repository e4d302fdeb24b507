package calendar

import (
	"fmt"
	"sync"

	"github.com/6tail/lunar-go/HolidayUtil"

	"openweek/internal/clock"
)

// The library's data begins with the last days of 2001. It is asked for each year, as it has no list of
// those that it knows.
const firstBuiltIn, lastBuiltIn = 2002, 2099

// builtIn gives the arrangements that the product brings along, by year.
var builtIn = sync.OnceValue(func() map[int]table {
	years := map[int]table{}
	for y := firstBuiltIn; y <= lastBuiltIn; y++ {
		t := table{}
		for e := HolidayUtil.GetHolidaysByYear(y).Front(); e != nil; e = e.Next() {
			h := e.Value.(*HolidayUtil.Holiday)
			m := Mark{On: clock.Day(h.GetDay()), Work: h.IsWork(), Name: h.GetName()}
			t[m.On] = m
		}
		// A year's first days can stand in the arrangement of the year before: only National Day
		// shows that the year itself was announced.
		if _, announced := t[clock.Day(fmt.Sprintf("%04d-10-01", y))]; announced {
			years[y] = t
		}
	}
	return years
})
