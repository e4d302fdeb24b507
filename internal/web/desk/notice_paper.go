package desk

import (
	"slices"
	"strings"

	"openweek/internal/edition"
	"openweek/internal/notice"
	"openweek/internal/web/ui"
)

// markedPart is a piece of a line, marked or not.
type markedPart struct {
	text   string
	marked bool
	id     string
}

// letterhead is what stands on a notice above its text: the issuers' names, the number, the title.
type letterhead struct {
	lines  [][]markedPart
	number []markedPart
	title  []markedPart
}

// paperBody is where the text begins below the title.
func paperBody(n edition.Notice) int {
	if t := n.Draft.Title; n.Draft.Title.Value != "" && !t.Span.Empty() {
		return t.Span.End
	}
	return 0
}

// paperHead takes the letterhead from the text word for word, so that its places can be marked too.
// It is empty where no title was read; then the whole text is shown as it stands.
func paperHead(n edition.Notice, marks []ui.RecordMark) letterhead {
	var head letterhead
	body := paperBody(n)
	if body == 0 {
		return head
	}
	runes := []rune(n.Text)
	title := notice.Span{Start: n.Draft.Title.Span.Start, End: min(body, len(runes))}
	number := n.Draft.DocNumber.Span
	for at := 0; at < title.Start; {
		end := at
		for end < title.Start && runes[end] != '\n' {
			end++
		}
		switch line := strings.TrimSpace(string(runes[at:end])); {
		case line == "":
		case !number.Empty() && number.Start >= at && number.Start < end:
			head.number = markedLine(runes, at, end, marks)
		default:
			head.lines = append(head.lines, markedLine(runes, at, end, marks))
		}
		at = end + 1
	}
	head.title = markedLine(runes, title.Start, title.End, marks)
	return head
}

// markedLine cuts a stretch of text at its marks. Marks do not overlap.
func markedLine(runes []rune, from, end int, marks []ui.RecordMark) []markedPart {
	var parts []markedPart
	add := func(start, stop int, marked bool, id string) {
		if text := strings.ReplaceAll(string(runes[start:stop]), "\n", ""); text != "" {
			parts = append(parts, markedPart{text, marked, id})
		}
	}
	sorted := slices.Clone(marks)
	slices.SortFunc(sorted, func(a, b ui.RecordMark) int { return a.Span.Start - b.Span.Start })
	at := from
	for _, m := range sorted {
		start, stop := max(m.Span.Start, at), min(m.Span.End, end)
		if start >= stop {
			continue
		}
		add(at, start, false, "")
		id := m.ID
		if m.Span.Start < from {
			id = "" // it has its anchor on an earlier line
		}
		add(start, stop, true, id)
		at = stop
	}
	add(at, end, false, "")
	return parts
}
