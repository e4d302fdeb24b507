package edition_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/notice"
)

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	if !errs.Is(err, key) {
		t.Fatalf("got error %v, want %s", err, key)
	}
}

func same[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// counted writes an audience as "phrase count", with ? for one that is open.
func counted(list []edition.Audience) (out []string) {
	for _, a := range list {
		s := fmt.Sprintf("%s %d", a.Phrase, a.Count)
		if !a.Resolved {
			s = a.Phrase + " ?"
		}
		out = append(out, s)
	}
	return out
}

func codes(list []edition.Item) (out []string) {
	for _, it := range list {
		out = append(out, it.Code)
	}
	return out
}

// The phrases of the notice of 2020 with the numbers of units that they mean.
func TestSeedPhrasesAreCounted(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(seed(t))
		same(t, "addressees", counted(e.Addressees), []string{
			"各市州教育（体）局 14", "党委宣传部 14", "网信办 14", "人力资源和社会保障局 14", "工业和信息化局 14", "农业农村局 14", "国资委 14", "总工会 14",
			"团委 14", "中华职教社 14", "省职业教育联席会议成员单位 0", "省内有关媒体 19", "各高职高专院校 93", "技师学院 8", "独立设置的成人高校 3", "有关单位 ?",
		})
		spread := 0 // 各市州 over ten names
		for _, a := range e.Addressees[:10] {
			spread += a.Count
		}
		if spread != 140 {
			t.Errorf("各市州 spreads over %d units, want 140", spread)
		}
		var owed []string
		for _, o := range e.Obligations {
			if o.Clause == "三.1" { // names nobody: everybody addressed owes it
				same(t, "三.1", counted(o.Audiences), counted(e.Addressees))
				owed = append(owed, fmt.Sprintf("%s %d: (addressees)", o.Clause, o.Count))
				continue
			}
			owed = append(owed, fmt.Sprintf("%s %d: %s", o.Clause, o.Count, strings.Join(counted(o.Audiences), ", ")))
		}
		same(t, "obligations", owed, []string{
			"一 136: 各地 136",
			"三.1 263: (addressees)",
			"三.2 136: 各地 136, 各单位 ?",
			"三.2 27: 各类媒体 27",
			"三.2 298: 教育部门 137, 宣传部门 15, 人力资源和社会保障部门 15, 职业院校 131",
			"三.3 131: 职业院校 131",
			"三.4 14: 市州教育（体）局 14",
			"三.4 15: 共青团组织 15",
			"三.4 15: 农业行政部门 15",
			"三.5 50: 工业和信息化部门 15, 人力资源和社会保障部门 15, 国资委 15, 行业企业协会 5",
			"三.5 167: 工会 15, 教育部门 137, 人力资源和社会保障部门 15",
			"四.1 262: 各地教育部门 136, 各地宣传部门 14, 各地网信部门 14, 各地人力资源和社会保障部门 14, 各地工业和信息部门 14, " +
				"各地农业农村部门 14, 各地国资委 14, 各地工会 14, 各地团委 14, 各地中华职教社 14",
			"四.1 14: 各市州 14",
			"四.1 0: 有关单位 ?",
			"四.2 136: 各地 136, 各单位 ?",
			"四.3 27: 各媒体 27",
			"四.4 9: 央媒驻湘机构 4, 省级媒体 5",
			"四.5 107: 各市州教育（体）局 14, 各高职院校 93",
		})
	})
}

func TestSeedBecomesAnEdition(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(seed(t))
		if got, want := [...]string{e.Name, e.Theme, string(e.Start), string(e.End), string(e.Status), fmt.Sprint(e.Year, len(e.Issuers), len(e.Topics))},
			[...]string{"2020年湖南省职业教育宣传活动周", "推进高质量发展，建设职业教育强省", "2020-07-20", "2020-07-26", "draft", "2020 10 7"}; got != want {
			t.Errorf("edition:\n got %q\nwant %q", got, want)
		}
		same(t, "methods", codes(e.Methods), []string{"study_session", "media_coverage", "community_visit", "open_campus", "open_enterprise"})
		same(t, "genres", codes(e.Genres), []string{"news", "feature", "photo", "special", "commentary", "interview"})
		same(t, "channels", codes(e.Channels), []string{"radio", "television", "press", "internet", "wechat", "wall_newspaper", "banner"})
		if got := e.Topics[5].Description; !strings.HasPrefix(got, "宣传在终身学习、社区教育、") {
			t.Errorf("description of topic 6 begins %.60q", got)
		}
		last := e.Obligations[len(e.Obligations)-1]
		if want := clock.Day("2020-08-31"); last.Due != want || last.DueAt() != want.End() || !last.Required || last.Discharge != notice.ByFiling {
			t.Errorf("the summary is due %s until %s, required %v, by %s", last.Due, last.DueAt(), last.Required, last.Discharge)
		}
		again, err := o.Get(t.Context(), head, e.ID)
		o.must(err)
		if a, b := e.Hash(""), again.Hash(""); a != b {
			t.Errorf("what is read is not what was written: %s and %s", a, b)
		}
	})
}

func TestObligedListsTheUnitsThatAreCounted(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(seed(t))
		group := e.Groups[0].ID
		// A member that a scope covers as well counts once; a closed unit does not.
		members := []string{o.ids["企业1"], o.ids["企业2"], o.ids["高职1"], o.ids["社区1"]}
		e, err := o.FillGroup(t.Context(), editor, e.ID, e.Version, group, members)
		o.must(err)
		o.must(o.units.Close(t.Context(), actor.TheSystem(), o.ids["社区1"], 1))
		e, err = o.Get(t.Context(), head, e.ID)
		o.must(err)
		if study := e.Obligations[1]; study.Count != 265 || study.Open != 1 {
			t.Errorf("三.1 is owed by %d with %d open, want 265 with 1", study.Count, study.Open)
		}
		for _, ob := range e.Obligations {
			ids, err := edition.Obliged(t.Context(), o.db, ob)
			o.must(err)
			if len(ids) != ob.Count {
				t.Errorf("%s: %d units listed, %d counted", ob.Clause, len(ids), ob.Count)
			}
		}
		owed, err := o.OwedBy(t.Context(), head, e.ID, o.ids["高职1"])
		o.must(err)
		var clauses []string
		for _, ob := range owed {
			clauses = append(clauses, ob.Clause)
		}
		same(t, "what a college owes", clauses, []string{"三.1", "三.2", "三.3", "四.5"})
		owed, err = o.OwedBy(t.Context(), head, e.ID, o.ids["大学1"])
		o.must(err)
		if len(owed) != 0 {
			t.Errorf("a university owes %d obligations, want none", len(owed))
		}
	})
}

func TestUploadKeepsTextFileAndDraft(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		n := o.upload(small, edition.Original)
		got, err := o.GetNotice(t.Context(), reader, n.ID)
		o.must(err)
		if got.Text != small || got.DocNumber != "湘教通〔2020〕900号" || got.Format != "txt" || got.FileName != "通知.txt" || got.Bytes != int64(len(small)) {
			t.Errorf("kept %q %q %q %d", got.DocNumber, got.Format, got.FileName, got.Bytes)
		}
		if got.Draft.Theme.Span.Of(got.Text) == "" || got.Draft.Theme.Value != "匠心筑梦，技能强湘" {
			t.Errorf("theme %+v", got.Draft.Theme)
		}
		list, err := o.FindNotices(t.Context(), reader, edition.NoticeFilter{Kind: edition.Original, Free: true})
		o.must(err)
		if len(list) != 1 || list[0].ID != n.ID || list[0].Text != "" {
			t.Errorf("listed %+v", list)
		}
	})
}

func TestUploadRefusesAKnownNumber(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		o.upload(small, edition.Original)
		_, err := o.UploadNotice(t.Context(), editor, edition.Upload{Data: []byte(strings.Replace(small, "强湘", "兴湘", 1)), Territory: "430000"})
		wantKey(t, err, "edition.notice_duplicate")
		list, err := o.FindNotices(t.Context(), editor, edition.NoticeFilter{})
		o.must(err)
		if len(list) != 1 {
			t.Errorf("%d notices, want 1", len(list))
		}
	})
}

func TestTheUploadedFileIsKeptByteForByte(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		n := o.upload("\ufeff"+small, edition.Original) // the text is read without the mark, the file keeps it
		_, content, err := o.OpenNotice(t.Context(), reader, n.ID)
		o.must(err)
		kept, err := io.ReadAll(content)
		o.must(errors.Join(err, content.Close()))
		if string(kept) != "\ufeff"+small {
			t.Errorf("%d bytes are kept of %d", len(kept), len(small)+3)
		}
		_, _, err = o.OpenNotice(t.Context(), public, n.ID)
		wantKey(t, err, "edition.notice_not_found")
	})
}

func TestNoticesAreForTheOfficeAlone(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		n := o.upload(small, edition.Original)
		for name, a := range map[string]actor.Actor{"public": public, "reader": reader, "prefecture": prefecture} {
			_, err := o.UploadNotice(t.Context(), a, edition.Upload{Data: []byte(moving), Territory: "430000"})
			wantKey(t, err, "edition.forbidden")
			_, err = o.CorrectDraft(t.Context(), a, n.ID, 1, edition.Change{Field: "theme", Value: "x"})
			if want := map[bool]string{true: "edition.notice_not_found", false: "edition.forbidden"}[name == "public"]; !errs.Is(err, want) {
				t.Errorf("%s corrects a draft: %v, want %s", name, err, want)
			}
		}
		_, err := o.GetNotice(t.Context(), public, n.ID)
		wantKey(t, err, "edition.notice_not_found")
		list, err := o.FindNotices(t.Context(), public, edition.NoticeFilter{})
		o.must(err)
		stranger, err := o.FindNotices(t.Context(), staff(actor.Place{Region: "440000", Line: actor.LineEducation, Tier: actor.TierProvince, Kind: actor.KindDepartment}, actor.RoleHead), edition.NoticeFilter{})
		o.must(err)
		if len(list)+len(stranger) != 0 {
			t.Errorf("the public sees %d notices, another province %d", len(list), len(stranger))
		}
	})
}

func TestCorrectDraftWritesOverWithoutChangingTheText(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		n := o.upload(small, edition.Original)
		var summary int
		for i, ob := range n.Draft.Obligations {
			if ob.Due.Day != "" {
				summary = i
			}
		}
		field := func(name string) string { return fmt.Sprintf("obligations.%d.%s", summary, name) }
		got, err := o.CorrectDraft(t.Context(), editor, n.ID, 1,
			edition.Change{Field: "theme", Value: "  技能  成才 "},
			edition.Change{Field: "doc_number", Value: "湘教通〔2020〕901号"},
			edition.Change{Field: "window.end", Value: "2020-07-27"},
			edition.Change{Field: "topics", Operation: edition.Add, Value: "宣传职教成果"},
			edition.Change{Field: "topics.0", Operation: edition.Remove},
			edition.Change{Field: field("due"), Value: "2020-09-30T17:00"},
			edition.Change{Field: field("who"), Value: "各市州教育局\n\n 各技师学院 "},
		)
		o.must(err)
		if got.Text != small || got.TextHash != n.TextHash || got.DocNumber != "湘教通〔2020〕901号" || got.Draft.Version != 2 {
			t.Errorf("number %q, version %d, text kept %v", got.DocNumber, got.Draft.Version, got.Text == small)
		}
		if d := got.Draft; d.Theme.Value != "技能 成才" || d.Theme.Certainty != edition.Corrected || d.Theme.Span != n.Draft.Theme.Span {
			t.Errorf("theme %+v", d.Theme)
		}
		if c := got.Draft.Corrections["theme"]; c.By != editor.PersonID || c.Was != "匠心筑梦，技能强湘" || c.At != o.clock.Now() {
			t.Errorf("correction %+v", c)
		}
		if d := got.Draft; len(d.Topics) != 2 || d.Topics[1].Title != "宣传职教成果" || d.Corrections["topics.1.title"].By == "" {
			t.Errorf("topics %+v, corrections %v", d.Topics, d.Corrections)
		}
		if ob := got.Draft.Obligations[summary]; ob.Due.String() != "2020-09-30T17:00" || len(ob.Who) != 2 || ob.Who[1].Full != "各技师学院" {
			t.Errorf("obligation %+v", ob)
		}
		again, err := o.CorrectDraft(t.Context(), editor, n.ID, 2, edition.Change{Field: "theme", Value: "三"})
		o.must(err)
		if c := again.Draft.Corrections["theme"]; c.Was != "匠心筑梦，技能强湘" {
			t.Errorf("after a second correction the first value is %q", c.Was)
		}
	})
}

func TestCorrectDraftRefusesBadValuesAndKeepsAll(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		n := o.upload(small, edition.Original)
		o.upload(moving, edition.Amending)
		for _, c := range []struct{ field, value, key string }{
			{"theme", strings.Repeat("字", 201), "edition.text_long"},
			{"theme", "a\x00b", "edition.text_broken"},
			{"theme", "a\u202eb", "edition.text_broken"},
			{"title", "\xff", "edition.text_broken"},
			{"issued_on", "2020-02-30", "edition.day_impossible"},
			{"window.start", "2020-08-01", "edition.end_before_start"},
			{"window.end", "2020-10-01", "edition.week_long"},
			{"window.end", "", "edition.day_missing"},
			{"obligations.0.due", "2020-8-1", "edition.day_impossible"},
			{"obligations.0.due", "2020-08-01T25:00", "edition.time_impossible"},
			{"obligations.0.timing", "soon", "edition.choice_unknown"},
			{"obligations.0.what", "", "edition.text_missing"},
			{"methods.0.code", "Open Campus", "edition.code_malformed"},
			{"topics.99.title", "x", "edition.field_unknown"},
			{"topics.-1.title", "x", "edition.field_unknown"},
			{"text", "x", "edition.field_unknown"},
			{"doc_number", "湘教通〔2020〕950号", "edition.notice_duplicate"},
		} {
			_, err := o.CorrectDraft(t.Context(), editor, n.ID, 1, edition.Change{Field: "title", Value: "另一标题"}, edition.Change{Field: c.field, Value: c.value})
			if !errs.Is(err, c.key) {
				t.Errorf("%s = %q: %v, want %s", c.field, c.value, err, c.key)
			}
		}
		got, err := o.GetNotice(t.Context(), editor, n.ID)
		o.must(err)
		if got.Draft.Version != 1 || got.Title != n.Title {
			t.Errorf("after refused corrections the draft stands at %d with title %q", got.Draft.Version, got.Title)
		}
	})
}

func TestANoticeMakesOneEdition(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		n := o.upload(small, edition.Original)
		results := race(8, func() error {
			_, err := o.CreateEdition(t.Context(), editor, n.ID, edition.Creation{Version: 1})
			return err
		})
		if results[""] != 1 || results["edition.notice_used"] != 7 {
			t.Fatalf("eight at once: %v", results)
		}
		_, err := o.CorrectDraft(t.Context(), editor, n.ID, 1, edition.Change{Field: "theme", Value: "x"})
		wantKey(t, err, "edition.notice_used")
		amending := o.upload(moving, edition.Amending)
		_, err = o.CreateEdition(t.Context(), editor, amending.ID, edition.Creation{Version: 1})
		wantKey(t, err, "edition.notice_amending")
	})
}

// race runs fn n times at once and counts the outcomes by message key.
func race(n int, fn func() error) map[string]int {
	outcomes := make(chan string, n)
	for range n {
		go func() {
			if err := fn(); err != nil {
				outcomes <- errs.As(err).Key
				return
			}
			outcomes <- ""
		}()
	}
	counts := map[string]int{}
	for range n {
		counts[<-outcomes]++
	}
	return counts
}

func TestOneOfSeveralCorrectionsOfOneVersionWins(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		n := o.upload(small, edition.Original)
		results := race(8, func() error {
			_, err := o.CorrectDraft(t.Context(), editor, n.ID, 1, edition.Change{Field: "theme", Value: "新主题"})
			return err
		})
		if results[""] != 1 || results["edition.changed_meanwhile"] != 7 {
			t.Fatalf("eight at once: %v", results)
		}
	})
}

func TestCreateEditionWithoutWindowOrThemeWaitsForAPerson(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		text := strings.Replace(small, "一、时间和主题\n\n活动周时间为：7月20日-7月26日，宣传主题为：“匠心筑梦，技能强湘”。", "一、总体安排\n\n具体安排另行通知。", 1)
		e := o.draft(text)
		if e.Start != "" || e.Theme != "" || e.Year != 2020 || e.Phase("2020-07-20").State != edition.Undated {
			t.Errorf("edition %+v", e.Summary)
		}
		read, err := o.Reading(t.Context(), head, e.ID)
		o.must(err)
		_, err = o.Publish(t.Context(), head, e.ID, e.Version, edition.Publication{Read: read, LeaveOpen: true})
		wantKey(t, err, "edition.day_missing")
		wantKey(t, err, "edition.text_missing")
	})
}

func TestHeldBlobsAreTheFilesOfNotices(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		n := o.upload(small, edition.Original)
		held, err := o.HeldBlobs(t.Context(), o.db, []string{n.BlobHash, strings.Repeat("0", 64)})
		o.must(err)
		if len(held) != 1 || held[0] != n.BlobHash {
			t.Errorf("held %v, want %s", held, n.BlobHash)
		}
	})
}
