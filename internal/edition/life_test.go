package edition_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

func (o *office) version(e edition.Edition) int64 {
	o.t.Helper()
	v, err := change.Version(o.t.Context(), o.db, edition.Topic, edition.TopicOf(e.ID))
	o.must(err)
	return v
}

func TestADraftIsNotKnownToThePublic(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(small)
		_, err := o.Get(t.Context(), public, e.ID)
		wantKey(t, err, "edition.not_found")
		_, err = o.PublicNotice(t.Context(), public, e.ID)
		wantKey(t, err, "edition.not_found")
		_, err = o.Get(t.Context(), public, "' OR 1=1 --")
		wantKey(t, err, "edition.not_found")
		list, err := o.Find(t.Context(), public, edition.Filter{})
		o.must(err)
		inside, err := o.Find(t.Context(), reader, edition.Filter{Year: 2020})
		o.must(err)
		if len(list) != 0 || len(inside) != 1 {
			t.Errorf("the public sees %d editions, staff %d; want 0 and 1", len(list), len(inside))
		}
		_, err = o.Current(t.Context())
		wantKey(t, err, "edition.none_published")
	})
}

func TestPublishNeedsTheHeadAndTheTextThatWasRead(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(small)
		read, err := o.Reading(t.Context(), head, e.ID)
		o.must(err)
		p := edition.Publication{Read: read}
		for _, a := range []actor.Actor{editor, reader, prefecture} {
			_, err := o.Publish(t.Context(), a, e.ID, e.Version, p)
			wantKey(t, err, "edition.forbidden")
		}
		_, err = o.Publish(t.Context(), public, e.ID, e.Version, p)
		wantKey(t, err, "edition.not_found")
		_, err = o.Publish(t.Context(), head, e.ID, e.Version, p)
		wantKey(t, err, "edition.audience_open")
		p.LeaveOpen = true
		d := e.Details()
		d.Theme = "另一主题"
		e, err = o.Change(t.Context(), editor, e.ID, e.Version, d)
		o.must(err)
		_, err = o.Publish(t.Context(), head, e.ID, e.Version, p)
		wantKey(t, err, "edition.read_other")
		if len(o.recorder.published) != 0 {
			t.Fatalf("followers heard of %v", o.recorder.published)
		}
		before := o.version(e)
		e = o.publish(e)
		if e.Status != edition.StatusPublished || e.PublishedAt != o.clock.Now() || len(e.ReadHash) != 64 || e.ReadHash == read {
			t.Errorf("published %+v", e.Summary)
		}
		if !slices.Equal(o.recorder.published, []string{e.ID}) || o.version(e) <= before {
			t.Errorf("followers heard of %v, topic from %d to %d", o.recorder.published, before, o.version(e))
		}
		now, err := o.Current(t.Context())
		o.must(err)
		if now.ID != e.ID {
			t.Errorf("current is %s, want %s", now.ID, e.ID)
		}
		_, err = o.Publish(t.Context(), head, e.ID, e.Version, p)
		wantKey(t, err, "edition.not_draft")
	})
}

func TestAFollowerThatRefusesUndoesPublishing(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(small)
		no := errors.New("no")
		o.recorder.refuse = no
		read, err := o.Reading(t.Context(), head, e.ID)
		o.must(err)
		if _, err = o.Publish(t.Context(), head, e.ID, e.Version, edition.Publication{Read: read, LeaveOpen: true}); !errors.Is(err, no) {
			t.Fatalf("got %v, want the follower's error", err)
		}
		again, err := o.Get(t.Context(), head, e.ID)
		o.must(err)
		if again.Status != edition.StatusDraft || again.Version != e.Version {
			t.Errorf("after a refusal: %s at version %d", again.Status, again.Version)
		}
	})
}

func TestOneOfSeveralChangesOfOneVersionWins(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(small)
		results := race(8, func() error {
			_, err := o.SaveItem(t.Context(), editor, e.ID, e.Version, edition.Item{Kind: edition.ItemGenre, Code: "podcast", Name: "播客"})
			return err
		})
		if results[""] != 1 || results["edition.changed_meanwhile"] != 7 {
			t.Fatalf("eight at once: %v", results)
		}
	})
}

func TestAPublishedEditionKeepsWhatPeopleHaveRead(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.publish(o.draft(small))
		for field, edit := range map[string]func(*edition.Details){
			"year": func(d *edition.Details) { d.Year++ }, "name": func(d *edition.Details) { d.Name = "x" }, "theme": func(d *edition.Details) { d.Theme = "x" },
			"start": func(d *edition.Details) { d.Start = "2020-07-19" }, "end": func(d *edition.Details) { d.End = "2020-07-27" },
		} {
			d := e.Details()
			edit(&d)
			_, err := o.Change(t.Context(), editor, e.ID, e.Version, d)
			wantKey(t, err, "edition.published_fixed")
			if f := errs.As(err).Field; f != field {
				t.Errorf("refused on %q, want %q", f, field)
			}
		}
		topic := e.Topics[0]
		topic.Name = "x"
		refused := []func() error{
			func() error { _, err := o.SaveItem(t.Context(), editor, e.ID, e.Version, topic); return err },
			func() error { _, err := o.RemoveItem(t.Context(), editor, e.ID, e.Version, topic.ID); return err },
			func() error {
				_, err := o.SaveItem(t.Context(), editor, e.ID, e.Version, edition.Item{Kind: edition.ItemTopic, Code: "x", Name: "x"})
				return err
			},
			func() error {
				_, err := o.RemoveObligation(t.Context(), editor, e.ID, e.Version, e.Obligations[0].ID)
				return err
			},
			func() error {
				ob := e.Obligations[0]
				ob.Required = !ob.Required
				_, err := o.SaveObligation(t.Context(), editor, e.ID, e.Version, ob)
				return err
			},
			func() error {
				_, err := o.SetIssuers(t.Context(), editor, e.ID, e.Version, []edition.Issuer{{Name: "x"}})
				return err
			},
			func() error {
				_, err := o.AddAudience(t.Context(), editor, e.ID, e.Version, "", "技师学院")
				return err
			},
			func() error {
				_, err := o.RemoveAudience(t.Context(), editor, e.ID, e.Version, e.Addressees[0].ID)
				return err
			},
			func() error {
				_, err := o.ResolveAudience(t.Context(), editor, e.ID, e.Version, e.Addressees[0].ID, edition.Answer{})
				return err
			},
		}
		for i, f := range refused {
			if err := f(); !errs.Is(err, "edition.published_fixed") {
				t.Errorf("change %d of a published edition: %v", i, err)
			}
		}
		d := e.Details()
		d.NameEN, d.Accent, d.ContactReleased = "Hunan Week", "#0f5da8", true
		e, err := o.Change(t.Context(), editor, e.ID, e.Version, d)
		o.must(err)
		topic = e.Topics[0]
		topic.NameEN = "Policies"
		e, err = o.SaveItem(t.Context(), editor, e.ID, e.Version, topic)
		o.must(err)
		issuers := []edition.Issuer{{Name: e.Issuers[0].Name, NameEN: "Education"}, e.Issuers[1]}
		e, err = o.SetIssuers(t.Context(), editor, e.ID, e.Version, issuers)
		o.must(err)
		open := e.Addressees[len(e.Addressees)-1] // 有关单位
		e, err = o.ResolveAudience(t.Context(), editor, e.ID, e.Version, open.ID, edition.Answer{Scopes: actor.Scopes{{Kinds: []actor.Kind{actor.KindCommunity}}}})
		o.must(err)
		if got := e.Addressees[len(e.Addressees)-1]; got.Count != 14 || got.DecidedBy != editor.PersonID || !got.Resolved {
			t.Errorf("resolved %+v", got)
		}
		e, err = o.FillGroup(t.Context(), editor, e.ID, e.Version, e.Groups[0].ID, []string{o.ids["企业1"], o.ids["企业2"]})
		o.must(err)
		_, err = o.FillGroup(t.Context(), editor, e.ID, e.Version, e.Groups[0].ID, []string{o.ids["企业1"]})
		wantKey(t, err, "edition.published_fixed")
	})
}

func TestADraftIsEditedThroughout(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(small)
		e, err := o.SaveItem(t.Context(), editor, e.ID, e.Version, edition.Item{Kind: edition.ItemMethod, Code: "open_lab", Name: "开放实验室"})
		o.must(err)
		added := e.Methods[len(e.Methods)-1]
		_, err = o.SaveItem(t.Context(), editor, e.ID, e.Version, edition.Item{Kind: edition.ItemMethod, Code: "open_lab", Name: "又一个"})
		wantKey(t, err, "edition.code_taken")
		e, err = o.RemoveItem(t.Context(), editor, e.ID, e.Version, added.ID)
		o.must(err)
		same(t, "methods", codes(e.Methods), []string{"open_campus", "study_session"})
		n := len(e.Obligations)
		e, err = o.SaveObligation(t.Context(), editor, e.ID, e.Version, edition.Obligation{What: "报送方案", Timing: "due", Due: "2020-07-10", Discharge: "filing", Required: true})
		o.must(err)
		made := e.Obligations[n]
		e, err = o.AddAudience(t.Context(), editor, e.ID, e.Version, made.ID, "各市州教育局和技师学院")
		o.must(err)
		if got := e.Obligations[n]; got.Count != 22 || got.Open != 0 {
			t.Errorf("owed by %d with %d open, want 22 with 0", got.Count, got.Open)
		}
		e, err = o.AddAudience(t.Context(), editor, e.ID, e.Version, made.ID, "省产教融合联盟成员单位")
		o.must(err)
		if got := e.Obligations[n]; got.Open != 1 || e.Groups[len(e.Groups)-1].Name != "省产教融合联盟成员单位" {
			t.Errorf("open %d, groups %+v", got.Open, e.Groups)
		}
		_, err = o.CreateGroup(t.Context(), editor, e.ID, e.Version, "省产教融合联盟成员单位", "")
		wantKey(t, err, "audience.group_taken")
		e, err = o.RemoveAudience(t.Context(), editor, e.ID, e.Version, e.Obligations[n].Audiences[1].ID)
		o.must(err)
		e, err = o.RemoveObligation(t.Context(), editor, e.ID, e.Version, made.ID)
		o.must(err)
		if len(e.Obligations) != n {
			t.Errorf("%d obligations, want %d", len(e.Obligations), n)
		}
	})
}

func TestResolveAudienceRefusesWhatNobodyCanMean(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.draft(small)
		for key, answer := range map[string]edition.Answer{
			"audience.scope_wide":      {Scopes: actor.Scopes{{Regions: []string{"430000"}}}},
			"audience.scope_unknown":   {Scopes: actor.Scopes{{Kinds: []actor.Kind{"ministry"}}}},
			"audience.region_outside":  {Scopes: actor.Scopes{{Kinds: []actor.Kind{actor.KindMedia}, Regions: []string{"440000"}}}},
			"audience.group_not_found": {GroupID: "x"},
		} {
			_, err := o.ResolveAudience(t.Context(), editor, e.ID, e.Version, e.Addressees[0].ID, answer)
			wantKey(t, err, key)
		}
		_, err := o.ResolveAudience(t.Context(), editor, e.ID, e.Version, "x", edition.Answer{})
		wantKey(t, err, "audience.not_found")
		_, err = o.FillGroup(t.Context(), editor, e.ID, e.Version, e.Groups[0].ID, []string{"x"})
		wantKey(t, err, "audience.member_unknown")
		_, err = o.ResolveAudience(t.Context(), reader, e.ID, e.Version, e.Addressees[0].ID, edition.Answer{})
		wantKey(t, err, "edition.forbidden")
	})
}

func TestALocalThemeBelongsToItsPrefecture(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.publish(o.draft(small))
		text := edition.ThemeText{Theme: " 长沙  工匠 ", ThemeEN: "Craft"}
		set, err := o.SetLocalTheme(t.Context(), prefecture, e.ID, "430100", 0, text)
		o.must(err)
		if set.Theme != "长沙 工匠" || set.Version != 1 {
			t.Errorf("set %+v", set)
		}
		for name, a := range map[string]actor.Actor{"head of the province": head, "another prefecture": staff(zhuzhou, actor.RoleHead), "without role": staff(changsha)} {
			if _, err := o.SetLocalTheme(t.Context(), a, e.ID, "430100", 1, edition.ThemeText{}); !errs.Is(err, "edition.theme_forbidden") {
				t.Errorf("%s clears a local theme: %v", name, err)
			}
		}
		_, err = o.SetLocalTheme(t.Context(), prefecture, e.ID, "430100", 0, text)
		wantKey(t, err, "edition.changed_meanwhile")
		results := race(6, func() error {
			_, err := o.SetLocalTheme(t.Context(), prefecture, e.ID, "430100", 1, edition.ThemeText{Theme: "新"})
			return err
		})
		if results[""] != 1 || results["edition.changed_meanwhile"] != 5 {
			t.Errorf("six at once: %v", results)
		}
		_, err = o.SetLocalTheme(t.Context(), prefecture, e.ID, "430100", 2, edition.ThemeText{Theme: strings.Repeat("长", 201)})
		wantKey(t, err, "edition.text_long")
		_, err = o.SetLocalTheme(t.Context(), prefecture, e.ID, "430100", 2, edition.ThemeText{})
		o.must(err)
		got, err := o.Get(t.Context(), public, e.ID)
		o.must(err)
		if len(got.LocalThemes) != 1 || got.LocalThemes[0].Theme != "" || got.LocalThemes[0].Version != 3 {
			t.Errorf("themes %+v", got.LocalThemes)
		}
		for _, region := range []string{"430000", "430101", "440100", "x"} {
			if _, err := o.SetLocalTheme(t.Context(), actor.TheSystem(), e.ID, region, 0, text); !errs.Is(err, "edition.region_outside") {
				t.Errorf("theme of %s: %v", region, err)
			}
		}
		_, err = o.Archive(t.Context(), head, e.ID, e.Version)
		wantKey(t, err, "edition.not_over")
		o.clock.Set(time.Date(2020, 7, 27, 0, 0, 0, 0, clock.Shanghai))
		_, err = o.Archive(t.Context(), head, e.ID, e.Version)
		o.must(err)
		_, err = o.SetLocalTheme(t.Context(), prefecture, e.ID, "430100", 3, text)
		wantKey(t, err, "edition.archived")
		_, err = o.Change(t.Context(), editor, e.ID, e.Version+1, e.Details())
		wantKey(t, err, "edition.archived")
		_, err = o.Current(t.Context())
		wantKey(t, err, "edition.none_published")
		if _, err := o.Get(t.Context(), public, e.ID); err != nil {
			t.Errorf("an archived edition stays reachable: %v", err)
		}
	})
}

func TestTheFaceOfAnEditionIsItsPublicPart(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		draft := o.draft(small)
		_, err := o.Face(t.Context(), public, draft.ID)
		wantKey(t, err, "edition.not_found")
		_, err = o.Face(t.Context(), public, "' OR 1=1 --")
		wantKey(t, err, "edition.not_found")
		e := o.publish(draft)
		for version, theme := range []string{"长沙 工匠", ""} { // set, then taken back
			_, err = o.SetLocalTheme(t.Context(), prefecture, e.ID, "430100", int64(version), edition.ThemeText{Theme: theme})
			o.must(err)
			whole, err := o.Get(t.Context(), public, e.ID)
			o.must(err)
			n, err := o.GetNotice(t.Context(), reader, e.NoticeID)
			o.must(err)
			want := edition.Face{
				Summary: whole.Summary, Issuers: whole.Issuers, Topics: whole.Topics, Methods: whole.Methods, Amendments: whole.Amendments,
				Notice: edition.NoticeHead{ID: n.ID, Title: n.Title, DocNumber: n.DocNumber, IssuedOn: clock.Day(n.Draft.IssuedOn.Value)},
			}
			if theme != "" {
				want.LocalThemes = whole.LocalThemes
			}
			got, err := o.Face(t.Context(), public, e.ID)
			o.must(err)
			if !reflect.DeepEqual(got, want) || got.Notice.IssuedOn == "" || len(got.Topics) == 0 {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
		}
	})
}

func TestPublicNoticeWithholdsContactsUnlessReleased(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.publish(o.draft(small))
		p, err := o.PublicNotice(t.Context(), public, e.ID)
		o.must(err)
		want := strings.NewReplacer("张三", "＊＊", "0731-84710000", "＊＊＊＊＊＊＊＊＊＊＊＊＊", "13900000000", "＊＊＊＊＊＊＊＊＊＊＊", "name@example.cn", "＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊").Replace(small)
		if p.Text != want || p.Withheld != 4 {
			t.Errorf("withheld %d places:\n%s", p.Withheld, p.Text)
		}
		d := e.Details()
		d.ContactReleased = true
		_, err = o.Change(t.Context(), editor, e.ID, e.Version, d)
		o.must(err)
		p, err = o.PublicNotice(t.Context(), public, e.ID)
		o.must(err)
		if p.Text != small || p.Withheld != 0 {
			t.Errorf("released with %d places withheld", p.Withheld)
		}
	})
}

// The staff of the units that it was sent to read it as it was issued; nobody else can ask for that.
func TestIssuedNoticeKeepsContacts(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.publish(o.draft(small))
		p, err := o.IssuedNotice(t.Context(), editor, e.ID)
		o.must(err)
		if p.Text != small || p.Withheld != 0 {
			t.Errorf("%d places withheld:\n%s", p.Withheld, p.Text)
		}
		for _, a := range []actor.Actor{public, {Class: actor.Link}, {Class: actor.Staff, PersonID: editor.PersonID, MustChangePassword: true}} {
			if _, err := o.IssuedNotice(t.Context(), a, e.ID); !errs.Is(err, "edition.not_found") {
				t.Errorf("%s: %v", a.Class, err)
			}
		}
	})
}

func TestVerifyFindsWhatWasTamperedWith(t *testing.T) {
	both(t, func(t *testing.T, o *office) {
		e := o.publish(o.draft(small))
		n := o.upload(moving, edition.Amending)
		_, err := o.Redate(t.Context(), head, e.ID, e.Version, edition.Redating{NoticeID: n.ID, Reason: "防汛", NewStart: "2020-08-03", NewEnd: "2020-08-09",
			NewDue: map[string]clock.Day{o.summary(e).ID: "2020-09-14"}})
		o.must(err)
		back := errors.New("roll back")
		for _, statement := range tampering {
			err := o.db.Write(t.Context(), func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(t.Context(), statement); err != nil {
					return err
				}
				if err := edition.Verify(t.Context(), tx); err == nil {
					t.Errorf("%s: nothing found", statement)
				}
				return back
			})
			if !errors.Is(err, back) {
				t.Fatal(err)
			}
		}
	})
}
