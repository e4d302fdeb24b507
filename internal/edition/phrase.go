package edition

import (
	"reflect"
	"slices"
	"strings"

	"openweek/internal/actor"
)

// position is where the units of a phrase stand, as far as its words say.
type position struct {
	tiers   []actor.Tier
	regions []string
	reach   reach
	said    bool // some word said it
}

func (p position) empty() bool { return !p.said }

func (p position) with(q position) position {
	if p.empty() {
		return q
	}
	for _, tier := range q.tiers {
		if !slices.Contains(p.tiers, tier) {
			p.tiers = append(slices.Clone(p.tiers), tier)
		}
	}
	p.regions = append(slices.Clone(p.regions), q.regions...)
	return p
}

// reading is a phrase while it is read.
type reading struct {
	own         position
	lines       []actor.Line // departments named, in order
	departments bool         // at least one department was named
	placeOnly   bool         // a level and nothing else
	scopes      actor.Scopes
	suggestions actor.Scopes
	group       string
	notes       []Note
	unknown     bool
}

func (r *reading) note(n Note) {
	if !slices.Contains(r.notes, n) {
		r.notes = append(r.notes, n)
	}
}

func (r *reading) add(s actor.Scope) {
	if n := len(r.scopes); n > 0 && mergeable(r.scopes[n-1], s) {
		last := &r.scopes[n-1]
		last.Lines = union(last.Lines, s.Lines)
		if len(s.Lines) == 0 {
			last.Kinds = union(last.Kinds, s.Kinds)
		}
		return
	}
	r.scopes = append(r.scopes, s)
}

// mergeable scopes differ in their lines only, or, without lines, in their kinds only.
func mergeable(a, b actor.Scope) bool {
	if (len(a.Lines) == 0) != (len(b.Lines) == 0) || len(a.Units) > 0 || len(b.Units) > 0 {
		return false
	}
	if len(a.Lines) == 0 {
		a.Kinds, b.Kinds = nil, nil
	}
	a.Lines, b.Lines = nil, nil
	return reflect.DeepEqual(a, b)
}

func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func (r reading) resolution(phrase string) Resolution {
	out := Resolution{Phrase: phrase, Scopes: r.scopes, Group: r.group, Resolved: true, Notes: r.notes, Suggestions: r.suggestions}
	if r.unknown {
		// What was understood of it is offered, but nobody is obliged by half a phrase.
		out.Suggestions = append(slices.Clone(r.scopes), r.suggestions...)
		out.Scopes, out.Group, out.Resolved = nil, "", false
	}
	return out
}

// read reads one phrase with the vocabulary of lexicon.go.
func (t Territory) read(phrase string, carried position) reading {
	var r reading
	rest := clean(phrase)
	if unit, ok := t.Units[rest]; ok {
		r.scopes = actor.Scopes{{Units: []string{unit}}}
		return r
	}
	if rest == "" {
		r.unknown = true
		r.note(NoteUnknown)
		return r
	}
	at := carried
	for first := true; rest != ""; first = false {
		if after, ok := cutTail(rest); ok {
			r.note(NoteOpenEnded)
			rest = after
			continue
		}
		if !first {
			var ok bool
			if rest, ok = cutPrefix(rest, separators); !ok {
				r.unknown = true
				r.note(NoteUnknown)
				return r
			}
		}
		whole, _ := cutPrefix(rest, fillers)
		var own position
		own, rest = t.prefix(&r, rest)
		if !own.empty() {
			at = own
			r.own = r.own.with(own)
		}
		if rest == "" {
			if first && !own.empty() {
				r.placeOnly = true
				return r
			}
			r.unknown = true
			r.note(NoteUnknown)
			return r
		}
		if after, ok := t.item(&r, rest, at); ok {
			rest = after
			continue
		}
		if after, ok := members(&r, whole); ok {
			rest = after
			continue
		}
		r.unknown = true
		if slices.Contains(vague, rest) && !slices.Contains(r.notes, NoteSelection) && own.empty() {
			r.note(NoteAddressees)
			r.suggestions = append(r.suggestions, t.Addressed...)
			return r
		}
		r.note(NoteUnknown)
		return r
	}
	if len(r.scopes) == 0 && r.group == "" { // a tail alone
		r.unknown = true
		r.note(NoteUnknown)
	}
	return r
}

// prefix takes what stands before a name: levels, regions, 中央驻湘, 有关, 各.
func (t Territory) prefix(r *reading, rest string) (position, string) {
	var p position
	for rest != "" {
		if exactTerm(rest) {
			break
		}
		if after, ok := cutPrefix(rest, selections); ok {
			r.note(NoteSelection)
			rest = after
			continue
		}
		if code, after, ok := t.region(rest); ok {
			p = position{tiers: []actor.Tier{regionTier(code)}, regions: append(p.regions, code), said: true}
			rest = skipCommittee(after)
			continue
		}
		if l, after, ok := cutLevel(rest); ok {
			p.reach, p.said = l.reach, true
			p.tiers = union(p.tiers, t.tiers(l))
			rest = skipCommittee(after)
			continue
		}
		if after, ok := cutStationed(rest); ok {
			p.tiers, p.said = []actor.Tier{actor.TierCentral}, true
			rest = after
			continue
		}
		after, ok := cutPrefix(rest, fillers)
		if !ok {
			break
		}
		rest = after
	}
	return p, rest
}

// exactTerm tells whether the whole rest is one term, so that no prefix is cut out of it.
func exactTerm(rest string) bool {
	return slices.ContainsFunc(terms, func(x term) bool { return x.word == rest })
}

// skipCommittee drops 委 of 省委宣传部 and 市委网信办, which are departments of the party committee.
func skipCommittee(rest string) string {
	for _, c := range []string{"党委", "委"} {
		if after, ok := strings.CutPrefix(rest, c); ok {
			for _, x := range terms {
				if x.line != actor.LineNone && strings.HasPrefix(after, x.word) {
					return after
				}
			}
		}
	}
	return rest
}

// cutStationed takes 驻湘 or 在湘, which central media and enterprises are.
func cutStationed(rest string) (string, bool) {
	after, ok := cutPrefix(rest, []string{"驻", "在"})
	if !ok {
		return rest, false
	}
	for n, i := 0, 0; n < 4 && i < len(after); n++ {
		i += len(string([]rune(after[i:])[0]))
		for _, x := range kindTerms {
			if x.ranked && strings.HasPrefix(after[i:], x.word) {
				return after[i:], true
			}
		}
		for _, l := range levels {
			if slices.Contains(l.tiers, actor.TierCentral) && strings.HasPrefix(after[i:], l.word) {
				return after[i:], true
			}
		}
	}
	return rest, false
}

// region takes the longest name of a region at the beginning, where something follows that a region's department can be.
func (t Territory) region(rest string) (code, after string, ok bool) {
	longest := 0
	for name, c := range t.Regions {
		if len(name) > longest && strings.HasPrefix(rest, name) {
			longest, code = len(name), c
		}
	}
	return code, rest[longest:], longest > 0
}

func regionTier(code string) actor.Tier { return actor.Office(code).Place.Tier }

// tiers gives what a level word means in the territory.
func (t Territory) tiers(l level) []actor.Tier {
	top := slices.Index(actor.Tiers, regionTier(t.Code))
	end := slices.Index(actor.Tiers, actor.TierCounty) + 1
	switch l.reach {
	case reachBelow:
		return slices.Clone(actor.Tiers[min(top+1, end):end])
	case reachAll:
		return slices.Clone(actor.Tiers[min(top, end):end])
	case reachIn:
		return nil
	}
	return l.tiers
}

func cutLevel(rest string) (level, string, bool) {
	for _, l := range levels {
		if after, ok := strings.CutPrefix(rest, l.word); ok {
			return l, after, true
		}
	}
	return level{}, rest, false
}

// item takes one name with what may follow it, up to a separator, a tail or the end.
func (t Territory) item(r *reading, rest string, at position) (string, bool) {
	for _, x := range terms {
		after, ok := strings.CutPrefix(rest, x.word)
		if !ok {
			continue
		}
		if x.line != actor.LineNone {
			if after, ok = lineEnd(x, after); ok {
				t.addLine(r, x, at)
				return after, true
			}
			continue
		}
		after, stationed := cutOffice(after)
		if after, _ = cutPrefix(after, kindSuffixes); !boundary(after) {
			continue
		}
		if stationed {
			at = position{tiers: []actor.Tier{actor.TierCentral}, said: true}
		}
		t.addKind(r, x, at)
		return after, true
	}
	return rest, false
}

// members takes the members of a body, such as 省职业教育联席会议成员单位: a named group, by its whole name.
func members(r *reading, rest string) (string, bool) {
	for _, body := range bodies {
		i := strings.Index(rest, body)
		if i <= 0 || r.group != "" || strings.ContainsAny(rest[:i], "、，；") {
			continue
		}
		if after := rest[i+len(body):]; boundary(after) {
			r.group = rest[:i+len(body)]
			r.note(NoteMembers)
			return after, true
		}
	}
	return rest, false
}

// lineEnd takes the brackets and suffixes of a department's name: （体）局, 厅（教委）, 行政部门.
func lineEnd(x term, after string) (string, bool) {
	after = skipBrackets(after)
	if x.line == actor.LineEducation && strings.HasPrefix(after, "部") && !strings.HasPrefix(after, "部门") {
		return after, false // 教育部 is the ministry, which no provincial notice obliges
	}
	if cut, ok := cutPrefix(after, lineSuffixes); ok && len(x.tiers) == 0 {
		after = skipBrackets(cut)
	}
	return after, boundary(after)
}

func (t Territory) addLine(r *reading, x term, at position) {
	r.departments = true
	r.lines = union(r.lines, []actor.Line{x.line})
	if len(x.tiers) > 0 {
		at = position{tiers: x.tiers, said: true}
		r.own = r.own.with(at)
	}
	if at.empty() || len(at.tiers) == 0 {
		at.tiers = t.tiers(level{reach: reachAll})
		if slices.Contains(massOrganisations, x.line) {
			at.tiers = append(at.tiers, actor.TierBase)
		} else {
			r.note(NoteTierAssumed)
		}
	}
	r.add(t.departments([]actor.Line{x.line}, at))
}

func (t Territory) departments(lines []actor.Line, at position) actor.Scope {
	return actor.Scope{Regions: t.regions(at), Lines: lines, Tiers: at.tiers, Kinds: []actor.Kind{actor.KindDepartment}}
}

func (t Territory) regions(at position) []string {
	if len(at.regions) > 0 {
		return at.regions
	}
	return []string{t.Code}
}

func (t Territory) addKind(r *reading, x term, at position) {
	s := actor.Scope{Regions: t.regions(at), Kinds: x.kinds}
	if x.ranked {
		s.Tiers = at.tiers
		if len(x.tiers) > 0 {
			s.Tiers = x.tiers
		}
		if at.reach == reachIn && len(s.Tiers) == 0 && slices.Contains(x.kinds, actor.KindMedia) {
			// 省内媒体 stand against 央媒: those of the province itself and of its prefectures. A county's
			// media centre may be meant too.
			s.Tiers = []actor.Tier{actor.TierProvince, actor.TierPrefecture}
			county := s
			county.Tiers = []actor.Tier{actor.TierCounty}
			r.suggestions = append(r.suggestions, county)
			r.note(NoteNeighbour)
		}
	}
	r.add(s)
	if len(x.near) > 0 {
		near := s
		near.Kinds = x.near
		r.suggestions = append(r.suggestions, near)
		r.note(NoteNeighbour)
	}
}

// cutOffice takes 驻湘机构 after 央媒.
func cutOffice(rest string) (string, bool) {
	after, ok := strings.CutPrefix(rest, "驻")
	if !ok {
		return rest, false
	}
	for _, office := range []string{"机构", "记者站", "分社", "单位"} {
		if i := strings.Index(after, office); i > 0 && len([]rune(after[:i])) <= 4 {
			return after[i+len(office):], true
		}
	}
	return rest, false
}

func skipBrackets(s string) string {
	for strings.HasPrefix(s, "（") {
		i := strings.Index(s, "）")
		if i < 0 {
			return s
		}
		s = s[i+len("）"):]
	}
	return s
}

// boundary tells whether a name may end here.
func boundary(rest string) bool {
	if rest == "" {
		return true
	}
	if _, ok := cutPrefix(rest, separators); ok {
		return true
	}
	_, ok := cutTail(rest)
	return ok
}

func cutTail(rest string) (string, bool) {
	after, ok := cutPrefix(rest, tails)
	return after, ok && (after == "" || strings.HasPrefix(after, "、") || strings.HasPrefix(after, "，"))
}

func cutPrefix(s string, prefixes []string) (string, bool) {
	for _, p := range prefixes {
		if after, ok := strings.CutPrefix(s, p); ok {
			return after, true
		}
	}
	return s, false
}

// clean takes out blanks and makes brackets full-width, as notices are set.
func clean(phrase string) string {
	s := strings.Join(strings.Fields(phrase), "")
	return strings.NewReplacer("(", "（", ")", "）", "\u3000", "").Replace(strings.TrimRight(s, "：:。；;，、"))
}
