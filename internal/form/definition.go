package form

import (
	"encoding/json"

	"openweek/internal/file"
)

// Label is a text that people read: in Chinese, and in English where there is one. Messages about a
// form carry labels as arguments and choose by {{.label.Zh}} and {{.label.English}}.
type Label struct {
	Zh string `json:"zh"`
	En string `json:"en,omitempty"`
}

// English gives the English text, the Chinese one where there is none.
func (l Label) English() string {
	if l.En == "" {
		return l.Zh
	}
	return l.En
}

// Definition is one version of a form. It comes from Parse, which has checked it; it does not change
// and is safe for concurrent use.
type Definition struct {
	Code     string    `json:"code"`
	Version  int       `json:"version"`
	Title    Label     `json:"title"`
	Help     Label     `json:"help,omitzero"`
	Sections []Section `json:"sections"`
	Checks   []Check   `json:"checks,omitempty"`

	rules *rules // what Parse has made of conditions and checks
}

// Section is a part of a form under a heading. Its condition is one of each of its fields.
type Section struct {
	Title  Label   `json:"title"`
	Help   Label   `json:"help,omitzero"`
	When   string  `json:"when,omitempty"`
	Fields []Field `json:"fields"`
}

// Kind is what a field takes.
type Kind string

// The kinds of field, with the type of their value.
const (
	KindText     Kind = "text"      // Text, one line
	KindLongText Kind = "long_text" // Text in Markdown; see HTML
	KindNumber   Kind = "number"    // Number, or Figure where the field carries a provenance
	KindMoney    Kind = "money"     // Money
	KindDate     Kind = "date"      // Day
	KindChoice   Kind = "choice"    // Text, the code of an option
	KindChoices  Kind = "choices"   // Choices
	KindTable    Kind = "table"     // Rows
	KindFiles    Kind = "files"     // Files
	KindPerson   Kind = "person"    // Person
	KindLink     Kind = "link"      // Text, an address of http or https
	KindComputed Kind = "computed"  // Figure, from a Source and never from the person who fills in
)

// Kinds lists the kinds of field.
var Kinds = []Kind{
	KindText, KindLongText, KindNumber, KindMoney, KindDate, KindChoice, KindChoices, KindTable, KindFiles, KindPerson, KindLink, KindComputed,
}

// columnKinds are the kinds of a table's columns.
var columnKinds = []Kind{KindText, KindNumber, KindMoney, KindDate, KindChoice, KindLink}

// Field is one field of a form, or one column of a table. Which of the attributes a kind may have is
// checked by Parse.
type Field struct {
	Code     string `json:"code"` // one in the whole form; a column's one in its table
	Kind     Kind   `json:"kind"`
	Label    Label  `json:"label"`
	Help     Label  `json:"help,omitzero"`
	Required bool   `json:"required,omitempty"`
	When     string `json:"when,omitempty"`     // an Expression; the field is shown where it holds
	Personal bool   `json:"personal,omitempty"` // of text: identifies a person. A person field always does

	MaxLength  int      `json:"max_length,omitempty"` // of text and long_text, in characters
	Unit       Label    `json:"unit,omitzero"`        // of number and computed: 人, 场
	Min        *Number  `json:"min,omitempty"`        // of number, and of money in yuan
	Max        *Number  `json:"max,omitempty"`
	Decimals   int      `json:"decimals,omitempty"`   // of number
	Provenance bool     `json:"provenance,omitempty"` // of number: it is a Figure
	Figure     string   `json:"figure,omitempty"`     // of computed, and of number with provenance: what a Source is asked for
	Options    []Option `json:"options,omitempty"`    // of choice and choices
	Columns    []Field  `json:"columns,omitempty"`    // of table
	MinRows    int      `json:"min_rows,omitempty"`
	MaxRows    int      `json:"max_rows,omitempty"`
	MaxFiles   int      `json:"max_files,omitempty"`
	Types      []string `json:"types,omitempty"` // of files: extensions of FileTypes
}

// Option is one of the answers of a choice.
type Option struct {
	Code  string `json:"code"`
	Label Label  `json:"label"`
}

// Check is a rule between fields that must hold when the form is handed in. It does not fail where a
// field that it needs is empty or not shown.
type Check struct {
	Expr    string `json:"expr"` // an Expression
	Message Label  `json:"message"`
	Field   string `json:"field,omitempty"` // where the message stands; the first field named where it is empty
	Each    string `json:"each,omitempty"`  // a table: the check holds for each row, whose columns stand before the form's fields
}

// Bounds of a form.
const (
	maxDefinition = 512 << 10 // bytes of JSON
	maxSections   = 40
	maxFields     = 200
	maxColumns    = 20
	maxOptions    = 200
	maxChecks     = 100
	maxLabel      = 200  // characters
	maxHelp       = 2000 // characters

	textLength, textLimit = 200, 2_000     // of text: where the form says nothing, and at most
	longLength, longLimit = 10_000, 50_000 // of long_text
	rowsUsual, rowsLimit  = 100, 500
	filesUsual, fileLimit = 5, 20
)

// FileTypes are the extensions that a files field may take: of all that package file takes, and of
// nothing else, so that no form asks for what nobody can hand in.
var FileTypes = extensions(file.Types)

func extensions(types []file.Type) []string {
	list := make([]string, len(types))
	for i, t := range types {
		list[i] = t.Extension()
	}
	return list
}

// Field finds a field by its code.
func (d Definition) Field(code string) (Field, bool) {
	f, ok := d.rules.fields[code]
	if !ok {
		return Field{}, false
	}
	return *f, true
}

// each walks the fields in their order.
func (d Definition) each(do func(f *Field)) {
	for i := range d.Sections {
		for j := range d.Sections[i].Fields {
			do(&d.Sections[i].Fields[j])
		}
	}
}

// Option finds an answer by its code.
func (f Field) Option(code string) (Option, bool) {
	for _, o := range f.Options {
		if o.Code == code {
			return o, true
		}
	}
	return Option{}, false
}

// Column finds a table's column by its code.
func (f Field) Column(code string) (Field, bool) {
	for _, c := range f.Columns {
		if c.Code == code {
			return c, true
		}
	}
	return Field{}, false
}

// Length gives how many characters a text may have.
func (f Field) Length() int {
	switch {
	case f.MaxLength > 0:
		return f.MaxLength
	case f.Kind == KindLongText:
		return longLength
	}
	return textLength
}

// lengthLimit gives how long the kind's texts can be at all.
func (f Field) lengthLimit() int {
	if f.Kind == KindLongText {
		return longLimit
	}
	return textLimit
}

// RowLimit gives how many rows a table may have.
func (f Field) RowLimit() int {
	if f.MaxRows > 0 {
		return f.MaxRows
	}
	return rowsUsual
}

// FileLimit gives how many files a field may have.
func (f Field) FileLimit() int {
	if f.MaxFiles > 0 {
		return f.MaxFiles
	}
	return filesUsual
}

// Identifies tells whether the field's value is personal data, to be sealed.
func (f Field) Identifies() bool { return f.Personal || f.Kind == KindPerson }

// Export writes the definition as a file that Parse reads.
func (d Definition) Export() ([]byte, error) { return json.MarshalIndent(d, "", "  ") }
