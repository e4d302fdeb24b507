package ui

import (
	"testing"

	"openweek/internal/notice"
)

func TestRecordCutsLinesAtMarksAndAnchorsClauses(t *testing.T) {
	t.Parallel()
	text := "标题\n各单位：\n一、时间\n活动于7月20日\n开始。\n某厅\n2020年7月3日"
	d := Record{
		Text: text, From: 2,
		Sections: []notice.Section{{Level: 1, Clause: "一", Title: "时间", TitleSpan: notice.Span{Start: 10, End: 12}, Span: notice.Span{Start: 8, End: 24}}},
		Marks:    []RecordMark{{Span: notice.Span{Start: 16, End: 22}, ID: "m"}},
	}
	lines := d.lines()
	type flat struct {
		anchor        string
		level         int
		flush, signed bool
		text          string
		marked        string
	}
	want := []flat{
		{text: "各单位：", flush: true},
		{text: "一、时间", anchor: "c-一", level: 1},
		{text: "活动于7月20日", marked: "7月20日"},
		{text: "开始。", marked: ""},
		{text: "某厅", signed: true},
		{text: "2020年7月3日", signed: true},
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d: %+v", len(lines), len(want), lines)
	}
	for i, l := range lines {
		got := flat{anchor: l.anchor, level: l.level, flush: l.flush, signed: l.signed}
		for _, p := range l.parts {
			if got.text += p.text; p.marked {
				got.marked += p.text
			}
		}
		if got != want[i] {
			t.Errorf("line %d: got %+v, want %+v", i, got, want[i])
		}
	}
}
