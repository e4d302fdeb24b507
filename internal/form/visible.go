package form

// Visible tells which fields are shown for the values, by code. What a condition looks at counts as
// empty where it is not shown itself.
func (d Definition) Visible(v Values) map[string]bool {
	shown := make(map[string]bool, len(d.rules.fields))
	for code := range d.rules.fields {
		shown[code] = true
	}
	w := world{values: v, shown: func(code string) bool { return shown[code] }}
	for _, code := range d.rules.order {
		for _, e := range d.rules.when[code] {
			if r := e.eval(w); !r.known || !r.truth {
				shown[code] = false
				break
			}
		}
	}
	return shown
}

// Prune gives the values of the fields that are shown. A filing is pruned when it is handed in: what
// nobody could see any more was not handed in.
func (d Definition) Prune(v Values) Values {
	out := Values{}
	for code, shown := range d.Visible(v) {
		if shown {
			out.set(code, v[code])
		}
	}
	return out
}

// Split parts the values that identify persons, which the caller seals, from those that may be stored
// in clear. Merge is its inverse.
func (d Definition) Split(v Values) (open, personal Values) {
	open, personal = Values{}, Values{}
	for code, value := range v {
		if f, ok := d.Field(code); ok && f.Identifies() {
			personal[code] = value
		} else {
			open[code] = value
		}
	}
	return open, personal
}

// Merge joins what Split has parted.
func Merge(open, personal Values) Values {
	out := make(Values, len(open)+len(personal))
	for _, part := range []Values{open, personal} {
		for code, value := range part {
			out[code] = value
		}
	}
	return out
}
