package form

import (
	"math/big"
	"slices"
	"strings"
)

// result is what an expression comes to: unknown, or a value of its static type.
type result struct {
	known bool
	truth bool
	num   *big.Rat
	text  string
}

func truth(b bool) result { return result{known: true, truth: b} }

// world is what an expression looks at.
type world struct {
	values Values
	row    Values                 // of the table that a check is made for each row of
	shown  func(code string) bool // a field that is not shown is empty
}

func (w world) get(e *expression) Value {
	v := w.row[e.text]
	if !e.row {
		v = w.values[e.text]
	}
	if v == nil || v.empty() || !e.row && !w.shown(e.text) {
		return nil
	}
	return v
}

func (e *expression) eval(w world) result {
	switch e.op {
	case "or", "and":
		return e.join(w)
	case "not":
		r := e.kids[0].eval(w)
		r.truth = !r.truth
		return r
	case "=", "!=", "<", "<=", ">", ">=":
		return e.compare(w)
	case "+", "-", "*":
		left, right := e.kids[0].eval(w), e.kids[1].eval(w)
		if !left.known || !right.known {
			return result{}
		}
		n := new(big.Rat)
		switch e.op {
		case "+":
			n.Add(left.num, right.num)
		case "-":
			n.Sub(left.num, right.num)
		default:
			n.Mul(left.num, right.num)
		}
		return result{known: true, num: n}
	case "negative":
		r := e.kids[0].eval(w)
		if r.known {
			r.num = new(big.Rat).Neg(r.num)
		}
		return r
	case "number":
		return result{known: true, num: e.num}
	case "text":
		return result{known: true, text: e.text}
	case "sum":
		return result{known: true, num: e.sum(w)}
	case "count":
		return result{known: true, num: big.NewRat(int64(length(w.get(e))), 1)}
	case "empty":
		return truth(w.get(e) == nil)
	case "includes":
		chosen, _ := w.get(e).(Choices)
		return truth(slices.Contains(chosen, e.sub))
	}
	return e.typed(valueOf(w.get(e)))
}

// typed makes a value of another type than the field's unknown: values need not be validated yet.
func (e *expression) typed(r result) result {
	if (e.typ == isNumber) != (r.num != nil) {
		return result{}
	}
	return r
}

// join knows the outcome as soon as one side decides it.
func (e *expression) join(w world) result {
	decides := e.op == "or"
	known := true
	for _, kid := range e.kids {
		r := kid.eval(w)
		if r.known && r.truth == decides {
			return truth(decides)
		}
		known = known && r.known
	}
	return result{known: known, truth: !decides}
}

func (e *expression) compare(w world) result {
	left, right := e.kids[0].eval(w), e.kids[1].eval(w)
	if !left.known || !right.known {
		return result{}
	}
	var order int
	if e.kids[0].typ == isNumber {
		order = left.num.Cmp(right.num)
	} else {
		order = strings.Compare(left.text, right.text)
	}
	switch e.op {
	case "=":
		return truth(order == 0)
	case "!=":
		return truth(order != 0)
	case "<":
		return truth(order < 0)
	case "<=":
		return truth(order <= 0)
	case ">":
		return truth(order > 0)
	}
	return truth(order >= 0)
}

func (e *expression) sum(w world) *big.Rat {
	total := new(big.Rat)
	add := func(r result) {
		if r.known && r.num != nil {
			total.Add(total, r.num)
		}
	}
	for _, kid := range e.kids {
		add(kid.eval(w))
	}
	if e.sub != "" {
		rows, _ := w.get(e).(Rows)
		for _, row := range rows {
			add(valueOf(row[e.sub]))
		}
	}
	return total
}

func valueOf(v Value) result {
	switch v := v.(type) {
	case Text:
		return result{known: true, text: string(v)}
	case Day:
		return result{known: true, text: string(v)}
	case Number:
		return result{known: true, num: v.rat()}
	case Money:
		return result{known: true, num: v.rat()}
	case Figure:
		return result{known: true, num: v.Value.rat()}
	}
	return result{}
}

func length(v Value) int {
	switch v := v.(type) {
	case Choices:
		return len(v)
	case Files:
		return len(v)
	case Rows:
		return len(v)
	}
	return 0
}
