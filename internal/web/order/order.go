// Package order shows the public what offices have ordered for a place, on the pages of several faces.
package order

import (
	"openweek/internal/measure"
	"openweek/internal/web/ui"
)

// title names a panel by the causes of its orders.
//
//i18n:prefix measure.public_
func title(v ui.View, list []measure.Draft) string {
	cause := list[0].Cause
	for _, d := range list[1:] {
		if d.Cause != cause {
			return v.T("measure.public_several")
		}
	}
	return v.T("measure.public_" + string(cause))
}

// lines say what an order means for those who come.
func lines(v ui.View, d measure.Draft) (list []string) {
	if d.CapPercent < 100 {
		list = append(list, v.T("measure.says_fewer"))
	}
	if d.Contact {
		list = append(list, v.T("measure.says_contact"))
	}
	switch d.Onsite {
	case measure.OnsiteAfar:
		list = append(list, v.T("measure.says_online"))
	case measure.OnsiteOff:
		list = append(list, v.T("measure.says_off"))
	case measure.OnsiteStays:
	}
	return list
}
