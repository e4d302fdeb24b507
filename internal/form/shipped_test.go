package form_test

import (
	"path/filepath"
	"slices"
	"testing"

	"openweek/internal/file"
	"openweek/internal/form"
)

func TestShippedFormsTakeTheirFilledExamples(t *testing.T) {
	t.Parallel()
	all := shipped(t)
	for _, code := range []string{form.WorkPlan, form.Kickoff, form.LocalTheme, form.WorkSummary, form.Exemplar, form.NewsEntryList, form.Evidence, form.Interview,
		form.StudySession, form.CommunityVisit, form.OpenCampus, form.OpenEnterprise, form.SharingTalk, form.AgricultureDay, form.KickoffEvent, form.PlainEvent} {
		t.Run(code, func(t *testing.T) {
			d, ok := all[code]
			if !ok {
				t.Fatal("the form is not shipped")
			}
			v, err := d.ParseValues([]byte(read(t, filepath.Join("testdata", "examples", code+".json"))))
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Validate(v, form.Final); err != nil {
				t.Error(err)
			}
			if pruned := d.Prune(v); len(pruned) != len(v) {
				t.Errorf("the example fills in fields that are not shown: %v", v)
			}
			if err := d.Validate(nil, form.Final); err == nil {
				t.Error("an empty form may be handed in")
			}
		})
	}
	if len(all) != 16 {
		t.Errorf("%d forms are shipped", len(all))
	}
}

func TestShippedFormsAreCompleteInEnglish(t *testing.T) {
	t.Parallel()
	for code, d := range shipped(t) {
		check := func(where string, l form.Label) {
			if l.Zh != "" && l.En == "" {
				t.Errorf("%s %s: %s has no English", code, where, l.Zh)
			}
		}
		check("title", d.Title)
		check("help", d.Help)
		for _, c := range d.Checks {
			check(c.Expr, c.Message)
		}
		for _, s := range d.Sections {
			check("section", s.Title)
			check("section", s.Help)
			for _, f := range s.Fields {
				for _, column := range append([]form.Field{f}, f.Columns...) {
					check(column.Code, column.Label)
					check(column.Code, column.Help)
					check(column.Code, column.Unit)
					for _, o := range column.Options {
						check(column.Code, o.Label)
					}
				}
			}
		}
	}
}

func TestExportedFormIsReadAgainAsItWas(t *testing.T) {
	t.Parallel()
	for code, d := range shipped(t) {
		text, err := d.Export()
		if err != nil {
			t.Fatal(err)
		}
		again, err := parse(t, string(text)).Export()
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != string(text) {
			t.Errorf("%s differs after export and import", code)
		}
	}
}

// A form that asks for what nobody can hand in is a trap; both lists are one.
func TestFormsNameTheTypesThatAreTaken(t *testing.T) {
	t.Parallel()
	if want := []string{"pdf", "ofd", "docx", "xlsx", "pptx", "jpg", "png", "webp", "txt"}; !slices.Equal(form.FileTypes, want) || len(file.Types) != len(want) {
		t.Errorf("forms may name %v, want %v", form.FileTypes, want)
	}
}

func TestCodeForTakesTheFirstHintThatHasAForm(t *testing.T) {
	t.Parallel()
	for hints, want := range map[string]string{
		"": form.Evidence, "study_session": form.Evidence, "kickoff media_coverage": form.Kickoff, "news_entry": form.NewsEntryList,
		"open_campus work_summary": form.WorkSummary, "liaison": form.WorkPlan,
	} {
		if got := form.CodeFor(hints); got != want {
			t.Errorf("%q: %s, want %s", hints, got, want)
		}
	}
}
