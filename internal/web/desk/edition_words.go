package desk

import (
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/notice"
	"openweek/internal/web/ui"
)

//i18n:prefix edition.status_
func statusWord(v ui.View, s edition.Status) string { return v.T("edition.status_" + string(s)) }

func statusTone(s edition.Status) httpx.Tone {
	switch s {
	case edition.StatusPublished:
		return ui.Good
	case edition.StatusDraft:
		return ui.Notice
	}
	return ui.Plain
}

// phaseWords says where today lies: 第 2 天，共 7 天.
//
//i18n:prefix phase.
func phaseWords(v ui.View, p edition.Phase) string {
	return v.T("phase."+string(p.State), "count", p.Left, "day", p.Day, "of", p.Of)
}

//i18n:prefix obligation.timing_
func timingWords(v ui.View, t notice.Timing) string {
	if t == "" {
		t = notice.TimingOpen
	}
	return v.T("obligation.timing_" + string(t))
}

var timings = []notice.Timing{notice.TimingDue, notice.TimingWindow, notice.TimingRolling, notice.TimingOnRequest, notice.TimingOpen}

func timingOptions(v ui.View) []ui.Option { return options(v, timings, timingWords) }

//i18n:prefix discharge.
func dischargeWord(v ui.View, d notice.Discharge) string {
	if d == "" {
		d = notice.ByFiling
	}
	return v.T("discharge." + string(d))
}

var discharges = []notice.Discharge{notice.ByFiling, notice.ByDecision, notice.ByEvidence}

func dischargeOptions(v ui.View) []ui.Option { return options(v, discharges, dischargeWord) }

func requiredWord(v ui.View, required bool) string {
	if required {
		return v.T("obligation.required")
	}
	return v.T("obligation.optional")
}

// dueWords writes a last day with its hour: 2020年8月31日（含）.
func dueWords(v ui.View, d clock.Day, at string) string {
	if at == "" {
		return i18n.DueDay(v.Locale, d)
	}
	return v.T("editing.due_at", "day", i18n.Day(v.Locale, d), "time", at)
}

// whenOwed says when an obligation falls.
func whenOwed(v ui.View, o edition.Obligation) string {
	if o.Due == "" {
		return timingWords(v, o.Timing)
	}
	return dueWords(v, o.Due, o.DueTime)
}

func windowWords(v ui.View, e edition.Summary) string { return spanWords(v, e.Start, e.End) }

func spanWords(v ui.View, start, end clock.Day) string {
	switch {
	case start == "":
		return v.T("phase.undated")
	case start == end:
		return i18n.Day(v.Locale, start)
	}
	return v.T("editing.span", "start", i18n.Day(v.Locale, start), "end", i18n.Day(v.Locale, end))
}

// openPhrases lists what a person must still resolve, each phrase once.
func openPhrases(e edition.Edition) (list []string) {
	empty := map[string]bool{}
	for _, g := range e.Groups {
		empty[g.ID] = len(g.Members) == 0
	}
	for _, o := range e.Obligations {
		for _, a := range o.Audiences {
			if (!a.Resolved || empty[a.GroupID]) && !slices.Contains(list, a.Phrase) {
				list = append(list, a.Phrase)
			}
		}
	}
	return list
}

// places names regions by their code.
type places map[string]string

// scopeWords says a scope in words, one part for each dimension that restricts it.
func scopeWords(v ui.View, s actor.Scope, regions places) []string {
	join := func(list []string) string { return strings.Join(list, v.T("editing.or")) }
	var parts []string
	if len(s.Regions) > 0 {
		list := make([]string, len(s.Regions))
		for i, code := range s.Regions {
			if list[i] = regions[code]; list[i] == "" {
				list[i] = code
			}
		}
		parts = append(parts, join(list))
	}
	if len(s.Tiers) > 0 {
		parts = append(parts, join(said(v, s.Tiers, tierName)))
	}
	if len(s.Lines) > 0 {
		parts = append(parts, join(said(v, s.Lines, lineName)))
	}
	if len(s.Kinds) > 0 {
		parts = append(parts, join(said(v, s.Kinds, kindName)))
	}
	if len(s.Units) > 0 {
		parts = append(parts, v.T("editing.named_units", "count", len(s.Units)))
	}
	return parts
}

func said[T ~string](v ui.View, values []T, name func(ui.View, T) string) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = name(v, value)
	}
	return out
}

// noteWords is why a person should look at how a phrase was read.
//
//i18n:prefix audience.
func noteWords(v ui.View, n edition.Note) string { return v.T("audience." + string(n)) }

func (e draftEntry) corrected() bool {
	return e.Main.Changed || slices.ContainsFunc(e.Parts, func(p draftValue) bool { return p.Changed })
}

// removable tells whether an entry of a draft is one of a list.
func removable(path string) bool {
	list, index, ok := strings.Cut(path, ".")
	return ok && list != "window" && index != ""
}

func openTone(n int) httpx.Tone {
	if n > 0 {
		return ui.Warning
	}
	return ui.Plain
}

func (e editionView) obligationPath(o edition.Obligation) string {
	return e.path() + "/obligations/" + o.ID
}

func (e editionView) audiencePath(a edition.Audience) string { return e.path() + "/audiences/" + a.ID }

func (e editionView) groupPath(g edition.Group) string { return e.path() + "/groups/" + g.ID }

// clauseOf is a clause that can be shown as a tag: only where there is a text for it to lead to.
func (e editionView) clauseOf(clause string) string {
	if e.Source.NoticeID == "" {
		return ""
	}
	return clause
}

func (e editionView) group(groupID string) (edition.Group, bool) {
	for _, g := range e.Groups {
		if g.ID == groupID {
			return g, true
		}
	}
	return edition.Group{}, false
}

// emptyGroup tells whether an audience is a group that nobody has filled yet.
func (e editionView) emptyGroup(a edition.Audience) bool {
	g, ok := e.group(a.GroupID)
	return ok && len(g.Members) == 0
}

func (e editionView) issuerNames() []string {
	out := make([]string, len(e.Issuers))
	for i, one := range e.Issuers {
		out[i] = one.Name
	}
	return out
}

// shownPhrases is how many phrases of an obligation a table shows before it folds the others away.
const shownPhrases = 5

// foldPhrases parts a long list; what waits for a person is never folded away.
func (e editionView) foldPhrases(list []edition.Audience) (first, rest []edition.Audience) {
	if len(list) <= shownPhrases+1 {
		return list, nil
	}
	for _, a := range list {
		if len(first) < shownPhrases || !a.Resolved || e.emptyGroup(a) {
			first = append(first, a)
		} else {
			rest = append(rest, a)
		}
	}
	return first, rest
}

// knownHints are the kinds of form and evidence that notices are read for; a person may write others.
var knownHints = []string{
	"local_theme", "kickoff", "work_summary", "news_entry", "work_plan", "exemplar", "interview", "registration", "application",
	"work_entry", "contact_list", "study_session", "community_visit", "pupil_visit", "craftsmen_on_campus", "league_talk",
	"online_activity", "agriculture_day", "open_enterprise", "open_campus", "media_column", "media_coverage", "liaison",
}

// hintWords says which form or evidence an obligation asks for.
//
//i18n:prefix editing.hint_
func hintWords(v ui.View, hints []string) string {
	out := slices.Clone(hints)
	for i, hint := range out {
		if slices.Contains(knownHints, hint) {
			out[i] = v.T("editing.hint_" + hint)
		}
	}
	return strings.Join(out, v.T("editing.or"))
}
