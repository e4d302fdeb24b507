package filing

import (
	"openweek/internal/form"
)

// mask hides what identifies persons from those who see a filing without reviewing it.
func mask(d form.Definition, v form.Values) form.Values {
	open, personal := d.Split(v)
	for code, value := range personal {
		switch value := value.(type) {
		case form.Person:
			personal[code] = form.Person{Name: hide(value.Name, 1, 0), Phone: hide(value.Phone, 3, 2)}
		case form.Text:
			personal[code] = form.Text(hide(string(value), 1, 0))
		default:
			delete(personal, code)
		}
	}
	return form.Merge(open, personal)
}

// hide leaves so many characters at the ends: 张**, 138******00.
func hide(s string, head, tail int) string {
	runes := []rune(s)
	if len(runes) < head+tail {
		head, tail = 0, 0
	}
	for i := head; i < len(runes)-tail; i++ {
		runes[i] = '*'
	}
	return string(runes)
}
