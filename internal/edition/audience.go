package edition

import (
	"slices"
	"strings"

	"openweek/internal/actor"
)

// Note says why a person should look at how a phrase was read. Each has a sentence audience.<note>.
type Note string

// The notes.
const (
	NoteTierAssumed Note = "tier_assumed" // 教育部门: no level is named, so every one from the territory's down to counties is meant
	NoteLeadAssumed Note = "lead_assumed" // 各地: only places are named, read as the education bureaus that lead the week there
	NoteSelection   Note = "selection"    // 有关, 部分, 骨干: fewer are meant than the scope holds
	NoteOpenEnded   Note = "open_ended"   // 等: more are meant than are named
	NoteNeighbour   Note = "neighbour"    // a kind that some readers count in is left out; it stands in Suggestions
	NoteAddressees  Note = "addressees"   // 各单位: probably all that the notice is sent to; they stand in Suggestions
	NoteMembers     Note = "members"      // 成员单位: a named group, to be filled by a person
	NoteUnknown     Note = "unknown"      // the words are not in the vocabulary
)

// Notes lists the notes, for catalogues and checks.
var Notes = []Note{
	NoteTierAssumed, NoteLeadAssumed, NoteSelection, NoteOpenEnded, NoteNeighbour, NoteAddressees, NoteMembers, NoteUnknown,
}

// Resolution is what a phrase was read as: the units of Scopes together with those of the group.
type Resolution struct {
	Phrase string
	Scopes actor.Scopes
	Group  string // name of a named group of the edition, or ""
	// Resolved is false where a person must say who is meant. Then Scopes and Group are empty.
	Resolved    bool
	Notes       []Note
	Suggestions actor.Scopes // scopes that a person may add, or take for an unresolved phrase
}

// Territory is what reading a phrase needs to know besides the words.
type Territory struct {
	Code string // GB/T 2260 code of the edition's territory, such as 430000
	// Lead is the line whose departments lead the week; "" means education.
	Lead actor.Line
	// Regions leads from the names of regions (长沙市, 长沙) to their codes; may be nil.
	Regions map[string]string
	// Units leads from the names of single units to their ids; may be nil.
	Units map[string]string
	// Addressed are the scopes that the notice is sent to, offered for 各单位.
	Addressed actor.Scopes
}

// Resolve reads the phrases of one list together: in 各市州教育（体）局、党委宣传部、网信办 the level of the
// first spreads over the departments after it, up to a phrase that names its own level or no department.
// A level standing alone (各市州、县市区教育局) takes the departments of the phrase after it. A phrase of
// nothing but general words (各地、各单位) gives a resolution for each; every other phrase gives one.
func (t Territory) Resolve(phrases []string) []Resolution {
	phrases = apart(phrases)
	readings := make([]reading, len(phrases))
	var carried position
	for i, phrase := range phrases {
		readings[i] = t.read(phrase, carried)
		switch r := readings[i]; {
		case r.placeOnly:
			carried = carried.with(r.own)
		case r.departments && !r.own.empty() && i > 0 && readings[i-1].placeOnly:
			carried = carried.with(r.own)
		case r.departments && !r.own.empty():
			carried = r.own
		case !r.departments:
			carried = position{}
		}
	}
	list := make([]Resolution, len(phrases))
	for i, r := range readings {
		if r.placeOnly {
			lines := []actor.Line{t.lead()}
			if next := i + 1; next < len(readings) && len(readings[next].lines) > 0 {
				lines = readings[next].lines
			} else {
				r.note(NoteLeadAssumed)
			}
			r.scopes = actor.Scopes{t.departments(lines, r.own)}
		}
		list[i] = r.resolution(phrases[i])
	}
	return list
}

// apart splits phrases of general words only: of 各地、各单位 the first can be said, the second cannot.
func apart(phrases []string) []string {
	var list []string
	for _, phrase := range phrases {
		parts := strings.Split(clean(phrase), "、")
		if len(parts) > 1 && !slices.ContainsFunc(parts, func(p string) bool { return !general(p) }) {
			list = append(list, parts...)
			continue
		}
		list = append(list, phrase)
	}
	return list
}

// general tells whether a phrase is a level with 各 (各市州), or units of no kind (各单位).
func general(phrase string) bool {
	bare := phrase
	for {
		after, ok := cutPrefix(bare, fillers)
		if !ok {
			break
		}
		bare = after
	}
	l, after, ok := cutLevel(phrase)
	return slices.Contains(vague, bare) || ok && after == "" && strings.HasPrefix(l.word, "各")
}

func (t Territory) lead() actor.Line {
	if t.Lead == actor.LineNone {
		return actor.LineEducation
	}
	return t.Lead
}
