package form

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"openweek/internal/errs"
)

// maxValues bounds the JSON of one filing, in bytes: every field at its limit would be more than
// anybody reads.
const maxValues = 2 << 20

// ParseValues reads values from JSON and validates them as a draft. Empty values are dropped.
//
// Errors: form.values_large, form.values_unreadable; a form of the problems of Validate.
func (d Definition) ParseValues(data []byte) (v Values, err error) {
	defer errs.Wrap(&err, "form.ParseValues(%s)", d.Code)
	if len(data) > maxValues {
		return nil, errs.Invalid("form.values_large", "limit_mb", maxValues>>20)
	}
	if !utf8.Valid(data) {
		return nil, errs.Invalid("form.values_unreadable").Because(errors.New("not UTF-8"))
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, errs.Invalid("form.values_unreadable").Because(err)
	}
	v = Values{}
	var bad problems
	for _, code := range slices.Sorted(maps.Keys(raw)) {
		f, ok := d.Field(code)
		if !ok {
			bad.add(cut(code), errs.Invalid("form.value_unknown"))
			continue
		}
		v.set(code, bad.decode(code, &f, raw[code]))
	}
	if len(bad) == 0 {
		err = d.Validate(v, Draft)
	} else {
		err = errs.Join(bad...)
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// decode reads one field's or cell's JSON, nil where it is empty or of another type.
func (bad *problems) decode(path string, f *Field, raw json.RawMessage) Value {
	if string(raw) == "null" {
		return nil
	}
	refuse := func(err error) Value {
		e := errs.Invalid("form.value_type", "label", f.Label)
		if errors.Is(err, errRange) {
			e = errs.Invalid("form.number_range", "label", f.Label)
		}
		bad.add(path, e.Because(err))
		return nil
	}
	switch f.Kind {
	case KindTable:
		var rows []map[string]json.RawMessage
		if err := json.Unmarshal(raw, &rows); err != nil {
			return refuse(err)
		}
		if len(rows) > rowsLimit {
			bad.add(path, errs.Invalid("form.rows_many", "label", f.Label, "limit", rowsLimit))
			return nil
		}
		table := make(Rows, len(rows))
		for i, cells := range rows {
			table[i] = Values{}
			for _, code := range slices.Sorted(maps.Keys(cells)) {
				at := fmt.Sprintf("%s.%d.%s", path, i, cut(code))
				column, ok := f.Column(code)
				if !ok {
					bad.add(at, errs.Invalid("form.value_unknown"))
					continue
				}
				table[i].set(code, bad.decode(at, &column, cells[code]))
			}
		}
		return table
	case KindNumber, KindComputed:
		if f.Provenance || f.Kind == KindComputed {
			return decodeAs[Figure](raw, refuse)
		}
		return decodeAs[Number](raw, refuse)
	case KindMoney:
		return decodeAs[Money](raw, refuse)
	case KindDate:
		return decodeAs[Day](raw, refuse)
	case KindChoices:
		return decodeAs[Choices](raw, refuse)
	case KindFiles:
		return decodeAs[Files](raw, refuse)
	case KindPerson:
		return decodeAs[Person](raw, refuse)
	}
	v := decodeAs[Text](raw, refuse)
	if text, ok := v.(Text); ok && strings.ContainsRune(string(text), 0) {
		bad.add(path, errs.Invalid("form.text_broken"))
		return nil
	}
	return v
}

func decodeAs[T Value](raw json.RawMessage, refuse func(error) Value) Value {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return refuse(err)
	}
	return v
}
