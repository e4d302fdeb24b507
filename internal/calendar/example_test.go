package calendar_test

import (
	"fmt"

	"openweek/internal/calendar"
)

func ExampleCalendar_AddWorkdays() {
	var c calendar.Calendar // what the product brings along; Store.Load adds what an office has uploaded
	day, known := c.AddWorkdays("2020-09-30", 1)
	fmt.Println(day, known) // after eight days off
	day, known = c.AddWorkdays("2090-09-29", 2)
	fmt.Println(day, known) // nobody has announced that year
	// Output:
	// 2020-10-09 true
	// 2090-10-03 false
}
