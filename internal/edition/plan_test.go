package edition_test

import (
	"testing"

	"openweek/internal/actor"
	"openweek/internal/edition"
)

func TestPreviewCreationShowsWhatIsMadeAndMakesNothing(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		n := o.upload(small, edition.Original)
		plan, err := o.PreviewCreation(t.Context(), editor, n.ID, edition.Creation{})
		o.must(err)
		list, err := o.Find(t.Context(), head, edition.Filter{})
		o.must(err)
		if len(list) != 0 {
			t.Fatalf("a preview made %d editions", len(list))
		}
		made, err := o.CreateEdition(t.Context(), editor, n.ID, edition.Creation{Version: 1})
		o.must(err)
		same(t, "addressees", counted(plan.Addressees), counted(made.Addressees))
		if plan.Open() != made.Open() || len(plan.Obligations) != len(made.Obligations) {
			t.Errorf("planned %d obligations with %d open, made %d with %d", len(plan.Obligations), plan.Open(), len(made.Obligations), made.Open())
		}
	})
}

func TestCoveredUnitsAreListedWithinSight(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(small)
		bureaus := e.Addressees[0] // 各市州教育局
		var ids []string
		for after, more := "", true; more; {
			list, next, err := o.FindCovered(t.Context(), head, e.ID, bureaus.ID, after, 5)
			o.must(err)
			for _, c := range list {
				ids = append(ids, c.UnitID)
			}
			more, after = next, ids[len(ids)-1]
		}
		if len(ids) != 14 || ids[0] != o.ids["长沙市education"] {
			t.Errorf("listed %d units, want 14", len(ids))
		}
		list, more, err := o.FindCovered(t.Context(), prefecture, e.ID, bureaus.ID, "", 5)
		o.must(err)
		if len(list) != 1 || more || list[0].Name != "长沙市education" {
			t.Errorf("a prefecture sees %+v", list)
		}
		n, err := o.CountAnswer(t.Context(), editor, e.ID, edition.Answer{Scopes: actor.Scopes{
			{Kinds: []actor.Kind{actor.KindMedia}}, {Kinds: []actor.Kind{actor.KindMedia, actor.KindCommunity}}, {Units: []string{o.ids["企业1"]}},
		}})
		o.must(err)
		if n != 42 {
			t.Errorf("an answer covers %d units, want 42", n)
		}
	})
}

func TestItemsMoveAndGroupsAreRenamed(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(small)
		e, err := o.MoveItem(t.Context(), editor, e.ID, e.Version, e.Methods[1].ID, true)
		o.must(err)
		same(t, "methods", codes(e.Methods), []string{"study_session", "open_campus"})
		e, err = o.RenameGroup(t.Context(), editor, e.ID, e.Version, e.Groups[0].ID, "联席会议", "Joint meeting")
		o.must(err)
		if g := e.Groups[0]; g.Name != "联席会议" || g.NameEN != "Joint meeting" {
			t.Errorf("group %+v", g)
		}
		e = o.publish(e)
		_, err = o.MoveItem(t.Context(), editor, e.ID, e.Version, e.Methods[1].ID, true)
		wantKey(t, err, "edition.published_fixed")
		_, err = o.RenameGroup(t.Context(), editor, e.ID, e.Version, e.Groups[0].ID, "x", "")
		wantKey(t, err, "edition.published_fixed")
	})
}
