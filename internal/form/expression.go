package form

import (
	"math/big"
	"slices"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// Expression is a condition (Section.When, Field.When) or a check (Check.Expr) after parsing.
//
//	expression = and { "or" and }
//	and        = not { "and" not }
//	not        = "not" not | sum [ ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) sum ]
//	sum        = product { ( "+" | "-" ) product }
//	product    = unary { "*" unary }
//	unary      = "-" unary | number | text | field | call | "(" expression ")"
//	call       = "sum" "(" table "." column ")" | "sum" "(" sum { "," sum } ")"
//	           | "count" "(" field ")" | "empty" "(" field ")" | "includes" "(" field "," text ")"
//
// Texts stand in single or double quotes and know no escapes. Money counts in yuan. Types are checked
// when the form is read: numbers with numbers, days with days or a text that is one, a choice with the
// codes of its options.
//
// An empty field, or one that is not shown, makes what depends on it unknown: a condition that is
// unknown does not hold, a check that is unknown does not fail. Sums pass over what is empty.
type expression struct {
	op   string // "or", "and", "not", a comparison, "+", "-", "*", "negative", "number", "text", "field", or a call
	kids []*expression
	typ  typ
	num  *big.Rat
	text string // of "text"; the field's code of "field" and of calls
	sub  string // the column's code of sum(table.column)
	row  bool   // the field is a column of the row that a check is made for
}

// typ is the static type of an expression.
type typ int

const (
	isTruth typ = iota
	isNumber
	isText
	isDay
)

// Bounds of an expression: what people write is far below, and nothing above can cost anything.
const (
	maxExpression = 1000 // bytes
	maxDepth      = 30
	maxNodes      = 200
)

// scope resolves names: the row's columns first, then the form's fields.
type scope struct {
	fields  map[string]*Field
	columns []Field
}

func (s scope) find(name string) (f *Field, row bool) {
	if i := slices.IndexFunc(s.columns, func(c Field) bool { return c.Code == name }); i >= 0 {
		return &s.columns[i], true
	}
	return s.fields[name], false
}

// parser turns tokens into a tree and checks its types on the way.
type parser struct {
	tokens []token
	at     int
	scope  scope
	depth  int
	nodes  int
}

// stop carries a problem out of the recursion; parseExpression alone recovers it.
type stop struct{ err *errs.Error }

// parseExpression reads a condition or check. Errors: form.expression_long, form.expression_syntax,
// form.expression_name, form.expression_types, form.expression_option.
func parseExpression(source string, s scope) (e *expression, err *errs.Error) {
	if len(source) > maxExpression {
		return nil, errs.Invalid("form.expression_long", "limit", maxExpression)
	}
	defer func() {
		if r := recover(); r != nil {
			s, ours := r.(stop)
			if !ours {
				panic(r)
			}
			e, err = nil, s.err
		}
	}()
	p := &parser{tokens: scan(source), scope: s}
	e = p.or()
	if p.peek().kind != tokenEnd {
		p.fail()
	}
	p.want(e, isTruth)
	return e, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// is takes the token if it is the word or sign.
func (p *parser) is(words ...string) (string, bool) {
	t := p.peek()
	if (t.kind == tokenWord || t.kind == tokenSign) && slices.Contains(words, t.text) {
		p.at++
		return t.text, true
	}
	return "", false
}

func (p *parser) must(sign string) {
	if _, ok := p.is(sign); !ok {
		p.fail()
	}
}

func (p *parser) fail() {
	panic(stop{errs.Invalid("form.expression_syntax", "position", p.peek().at+1, "near", p.peek().text)})
}

func (p *parser) refuse(key string, kv ...any) { panic(stop{errs.Invalid(key, kv...)}) }

func (p *parser) want(e *expression, t typ) {
	if e.typ != t {
		p.refuse("form.expression_types")
	}
}

func (p *parser) node(e expression) *expression {
	if p.nodes++; p.nodes > maxNodes {
		p.refuse("form.expression_long", "limit", maxExpression)
	}
	return &e
}

func (p *parser) deeper() func() {
	if p.depth++; p.depth > maxDepth {
		p.refuse("form.expression_long", "limit", maxExpression)
	}
	return func() { p.depth-- }
}

func (p *parser) or() *expression {
	defer p.deeper()()
	return p.joined("or", p.and)
}

func (p *parser) and() *expression { return p.joined("and", p.not) }

func (p *parser) joined(word string, part func() *expression) *expression {
	e := part()
	for {
		if _, ok := p.is(word); !ok {
			return e
		}
		other := part()
		p.want(e, isTruth)
		p.want(other, isTruth)
		e = p.node(expression{op: word, kids: []*expression{e, other}})
	}
}

func (p *parser) not() *expression {
	if _, ok := p.is("not"); ok {
		defer p.deeper()()
		e := p.not()
		p.want(e, isTruth)
		return p.node(expression{op: "not", kids: []*expression{e}})
	}
	left := p.sum()
	op, ok := p.is("=", "!=", "<", "<=", ">", ">=")
	if !ok {
		return left
	}
	right := p.sum()
	p.comparable(left, right, op)
	return p.node(expression{op: op, kids: []*expression{left, right}})
}

// comparable checks the two sides of a comparison; a text beside a day becomes one.
func (p *parser) comparable(left, right *expression, op string) {
	for _, pair := range [][2]*expression{{left, right}, {right, left}} {
		if pair[0].typ == isDay && pair[1].op == "text" {
			if _, err := clock.ParseDay(pair[1].text); err != nil {
				p.refuse("form.expression_types")
			}
			pair[1].typ = isDay
		}
		if pair[0].op == "field" && pair[1].op == "text" {
			p.knownOption(pair[0].text, pair[1].text)
		}
	}
	if left.typ != right.typ || left.typ == isTruth || left.typ == isText && op != "=" && op != "!=" {
		p.refuse("form.expression_types")
	}
}

// knownOption refuses a code that a choice does not have: a misspelled one would never hold.
func (p *parser) knownOption(field, code string) {
	f, _ := p.scope.find(field)
	if _, known := f.Option(code); (f.Kind == KindChoice || f.Kind == KindChoices) && !known {
		p.refuse("form.expression_option", "field", field, "option", code)
	}
}

func (p *parser) sum() *expression {
	e := p.product()
	for {
		op, ok := p.is("+", "-")
		if !ok {
			return e
		}
		e = p.arithmetic(op, e, p.product())
	}
}

func (p *parser) product() *expression {
	e := p.unary()
	for {
		if _, ok := p.is("*"); !ok {
			return e
		}
		e = p.arithmetic("*", e, p.unary())
	}
}

func (p *parser) arithmetic(op string, left, right *expression) *expression {
	p.want(left, isNumber)
	p.want(right, isNumber)
	return p.node(expression{op: op, kids: []*expression{left, right}, typ: isNumber})
}

func (p *parser) unary() *expression {
	if _, ok := p.is("-"); ok {
		defer p.deeper()()
		e := p.unary()
		p.want(e, isNumber)
		return p.node(expression{op: "negative", kids: []*expression{e}, typ: isNumber})
	}
	if _, ok := p.is("("); ok {
		e := p.or()
		p.must(")")
		return e
	}
	t := p.peek()
	switch t.kind {
	case tokenNumber:
		n, err := ParseNumber(t.text)
		if err != nil {
			p.fail()
		}
		p.at++
		return p.node(expression{op: "number", typ: isNumber, num: n.rat()})
	case tokenText:
		p.at++
		return p.node(expression{op: "text", typ: isText, text: t.text})
	case tokenWord:
		if slices.Contains(reserved[:3], t.text) {
			p.fail()
		}
		p.at++
		if slices.Contains(reserved[3:], t.text) {
			p.must("(")
			e := p.call(t.text)
			p.must(")")
			return e
		}
		return p.field(t.text)
	}
	p.fail()
	return nil
}

// reserved words are no codes of fields: three that join, then the calls.
var reserved = []string{"or", "and", "not", "sum", "count", "empty", "includes"}

func (p *parser) lookup(name string) (*Field, bool) {
	f, row := p.scope.find(name)
	if f == nil {
		p.refuse("form.expression_name", "name", name)
	}
	return f, row
}

func (p *parser) field(name string) *expression {
	f, row := p.lookup(name)
	e := expression{op: "field", text: name, row: row}
	switch f.Kind {
	case KindNumber, KindMoney, KindComputed:
		e.typ = isNumber
	case KindText, KindLink, KindChoice:
		e.typ = isText
	case KindDate:
		e.typ = isDay
	default:
		p.refuse("form.expression_types")
	}
	return p.node(e)
}

func (p *parser) call(name string) *expression {
	if name == "sum" {
		return p.callSum()
	}
	t := p.next()
	if t.kind != tokenWord {
		p.refuse("form.expression_types")
	}
	f, row := p.lookup(t.text)
	e := expression{op: name, text: t.text, row: row}
	switch name {
	case "count":
		e.typ = isNumber
		if f.Kind != KindTable && f.Kind != KindFiles && f.Kind != KindChoices {
			p.refuse("form.expression_types")
		}
	case "includes":
		p.must(",")
		option := p.next()
		if f.Kind != KindChoices || option.kind != tokenText {
			p.refuse("form.expression_types")
		}
		p.knownOption(t.text, option.text)
		e.sub = option.text
	}
	return p.node(e)
}

func (p *parser) callSum() *expression {
	if t := p.peek(); t.kind == tokenWord && p.tokens[p.at+1].text == "." {
		p.at += 2
		f, row := p.lookup(t.text)
		column := p.next()
		c, ok := f.Column(column.text)
		if row || !ok {
			p.refuse("form.expression_name", "name", t.text+"."+column.text)
		}
		if c.Kind != KindNumber && c.Kind != KindMoney {
			p.refuse("form.expression_types")
		}
		return p.node(expression{op: "sum", typ: isNumber, text: t.text, sub: c.Code})
	}
	e := expression{op: "sum", typ: isNumber}
	for {
		part := p.sum()
		p.want(part, isNumber)
		e.kids = append(e.kids, part)
		if _, ok := p.is(","); !ok {
			return p.node(e)
		}
	}
}

// fields lists the codes of the form's fields that the expression looks at; columns of a row are not
// among them.
func (e *expression) fields() (codes []string) {
	if e.text != "" && e.op != "text" && !e.row {
		codes = append(codes, e.text)
	}
	for _, kid := range e.kids {
		codes = append(codes, kid.fields()...)
	}
	return codes
}

// first gives the first field or column named, "" where there is none.
func (e *expression) first() string {
	if e.text != "" && e.op != "text" {
		return e.text
	}
	for _, kid := range e.kids {
		if name := kid.first(); name != "" {
			return name
		}
	}
	return ""
}
