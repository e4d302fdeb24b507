package audit

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/id"
)

// Entry is what a use case says it has done. Who, when and from where come from the actor and the clock.
type Entry struct {
	// Action is area.verb in small letters, such as "person.change".
	Action string
	// Subject is the kind of thing, such as "person", and SubjectID its id or a code (region, year).
	Subject, SubjectID string
	// UnitID is the unit that it concerns; "" takes the actor's own.
	UnitID string
	// Fields are the names of the fields that were changed or seen, never their values.
	Fields []string
	// Digests are keyed digests by field, each made by [Log.Digest], where equality must be provable.
	Digests map[string]string
	// Count is how many things were concerned, where it is not one, such as the rows of an import.
	Count int
}

// Record is an entry as it stands in the log.
type Record struct {
	ID        string
	At        clock.Instant
	Class     actor.Class
	PersonID  string // "" unless staff
	UnitID    string
	Addr      string // the address of staff, a keyed digest of anybody else's, or ""
	Action    string
	Subject   string
	SubjectID string
	Fields    []string
	Digests   map[string]string
	Count     int
	RequestID string
	Seq       int64 // place in the chain; 0 while it is not sealed
}

var (
	actionShape  = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)
	nameShape    = regexp.MustCompile(`^[a-z][a-z0-9_.]*$`)
	codeShape    = regexp.MustCompile(`^[A-Za-z0-9_.:/-]{1,64}$`)
	manyDigits   = regexp.MustCompile(`[0-9]{7}`)
	requestShape = regexp.MustCompile(`^[A-Za-z0-9_.:/-]{1,64}$`)
)

// check refuses an entry that could carry a personal value. That is a mistake in the program, so the
// error is not for users. A telephone number is no code: a region has six digits, a day two at a
// time, and longer runs of digits occur in ids only.
func (e Entry) check() error {
	code := func(s string) bool {
		return s == "" || id.Valid(s) || codeShape.MatchString(s) && !manyDigits.MatchString(s)
	}
	switch {
	case !actionShape.MatchString(e.Action):
		return fmt.Errorf("audit: an action is area.verb, got %d bytes of something else", len(e.Action))
	case e.Subject != "" && !nameShape.MatchString(e.Subject):
		return fmt.Errorf("audit: %s: the subject is not a name", e.Action)
	case !code(e.SubjectID):
		return fmt.Errorf("audit: %s: the subject's id is neither an id nor a code", e.Action)
	case e.UnitID != "" && !id.Valid(e.UnitID):
		return fmt.Errorf("audit: %s: the unit's id is not an id", e.Action)
	case e.Count < 0:
		return fmt.Errorf("audit: %s: the count is negative", e.Action)
	}
	for _, f := range e.Fields {
		if !nameShape.MatchString(f) {
			return fmt.Errorf("audit: %s: a field is not the name of a field", e.Action)
		}
	}
	for f, d := range e.Digests {
		raw, err := hex.DecodeString(d)
		if !nameShape.MatchString(f) || err != nil || len(raw) != digestSize {
			return fmt.Errorf("audit: %s: a digest is not from Log.Digest", e.Action)
		}
	}
	return nil
}

// row is an entry with the texts as they are stored and sealed: JSON that is written again need not
// come out byte for byte.
type row struct {
	Record
	fieldsText, digestsText string
}

func newRow(rec Record) (row, error) {
	fields := slices.Clone(rec.Fields)
	if fields == nil {
		fields = []string{}
	}
	digests := rec.Digests
	if digests == nil {
		digests = map[string]string{}
	}
	f, err := json.Marshal(fields)
	if err != nil {
		return row{}, err
	}
	d, err := json.Marshal(digests)
	if err != nil {
		return row{}, err
	}
	return row{Record: rec, fieldsText: string(f), digestsText: string(d)}, nil
}

func (r *row) parse() error {
	if err := json.Unmarshal([]byte(r.fieldsText), &r.Fields); err != nil {
		return fmt.Errorf("audit: fields of %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.digestsText), &r.Digests); err != nil {
		return fmt.Errorf("audit: digests of %s: %w", r.ID, err)
	}
	return nil
}
