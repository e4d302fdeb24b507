package sample

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
)

// office acts for the provincial office and the prefectures.
type office struct {
	Deps
	rooms *rooms
	head  actor.Actor // of 湖南省教育厅
}

// Editions writes two editions: 2020's, read from the notice that is shipped, published and archived
// before there was a ledger; and this year's, copied from it, published some weeks ago, and moved by an
// amending notice so that today is the second day of its week, with what the units have done since.
// Units and people come first.
func Editions(ctx context.Context, d Deps) (err error) {
	defer errs.Wrap(&err, "sample.Editions")
	personID, err := d.Units.PersonOfSignIn(ctx, d.DB, "sheng.head")
	if err != nil {
		return err
	}
	o := office{Deps: d, rooms: openRooms(d)}
	if o.head, err = d.Units.Actor(ctx, d.DB, personID); err != nil {
		return err
	}
	if err := o.rooms.forms.Install(ctx); err != nil {
		return err
	}
	o.Editions = o.rooms.beforeLedger(d)
	first, err := o.first(ctx)
	if err != nil {
		return err
	}
	o.Editions = o.rooms.editions
	e, err := o.present(ctx, first)
	if err != nil {
		return err
	}
	return tell(ctx, o, e)
}

// first makes the edition of 2020.
func (o office) first(ctx context.Context) (e edition.Edition, err error) {
	n, err := o.upload(ctx, "notice_hunan_2020.txt", edition.Original)
	if err != nil {
		return e, err
	}
	e, err = o.Editions.CreateEdition(ctx, o.head, n.ID, edition.Creation{Version: n.Draft.Version, NameEN: nameEN, ThemeEN: themeEN})
	if err != nil {
		return e, err
	}
	if e, err = o.translate(ctx, e); err != nil {
		return e, err
	}
	if e, err = o.fillGroups(ctx, e); err != nil {
		return e, err
	}
	if e, err = o.publish(ctx, e); err != nil {
		return e, err
	}
	if err := o.localThemes(ctx, e.ID, themes2020); err != nil {
		return e, err
	}
	return o.Editions.Archive(ctx, o.head, e.ID, e.Version)
}

// present makes this year's edition.
func (o office) present(ctx context.Context, first edition.Edition) (e edition.Edition, err error) {
	now := o.Clock.Now()
	start := now.Day().AddDays(-1)
	days := first.Start.DaysUntil(first.End)
	end := start.AddDays(days)
	year, err := strconv.Atoi(string(start[:4]))
	if err != nil {
		return e, err
	}
	// Planned a fortnight earlier, so that there is always something to move.
	planned := start.AddDays(-14)
	o.rooms.at(now, start.AddDays(-sentBefore), 10, 0)
	e, err = o.Editions.CopyToYear(ctx, o.head, first.ID, edition.Copying{Year: year, Start: planned, DuesWithWeek: true})
	if err != nil {
		return e, err
	}
	text, err := o.upload(ctx, "notice_hunan_2020.txt", edition.Original, "2020年7月3日", fullDay(start.AddDays(-sentBefore)), "166号", "46号",
		"7月20日-7月26日", monthDay(planned)+"-"+monthDay(planned.AddDays(days)), "2020", strconv.Itoa(year))
	if err != nil {
		return e, err
	}
	if e, err = o.Editions.AttachNotice(ctx, o.head, e.ID, e.Version, text.ID); err != nil {
		return e, err
	}
	if e, err = o.publish(ctx, e); err != nil {
		return e, err
	}
	o.rooms.at(now, start.AddDays(-20), 15, 30)
	n, err := o.upload(ctx, "notice_amending.txt", edition.Amending,
		"{YEAR}", strconv.Itoa(year), "{START}", monthDay(start), "{END}", monthDay(end), "{ISSUED}", fullDay(start.AddDays(-20)))
	if err != nil {
		return e, err
	}
	move := edition.Redating{NoticeID: n.ID, Reason: "错开防汛救灾的紧要时段", NewStart: start, NewEnd: end}
	preview, err := o.Editions.PreviewRedate(ctx, o.head, e.ID, move)
	if err != nil {
		return e, err
	}
	move.NewDue = map[string]clock.Day{}
	for _, due := range preview.Proposed {
		move.NewDue[due.ObligationID] = due.New
	}
	if e, err = o.Editions.Redate(ctx, o.head, e.ID, e.Version, move); err != nil {
		return e, err
	}
	return e, o.localThemes(ctx, e.ID, themesNow)
}

// upload hands in a shipped text in which pairs of marks and values were replaced.
func (o office) upload(ctx context.Context, file string, kind edition.NoticeKind, marks ...string) (edition.Notice, error) {
	text, err := files.ReadFile(file)
	if err != nil {
		return edition.Notice{}, err
	}
	return o.Editions.UploadNotice(ctx, o.head, edition.Upload{
		FileName: file, Data: []byte(strings.NewReplacer(marks...).Replace(string(text))), Territory: Province, Kind: kind,
	})
}

func monthDay(d clock.Day) string { return d.Time().Format("1月2日") }

func fullDay(d clock.Day) string { return d.Time().Format("2006年1月2日") }

func (o office) publish(ctx context.Context, e edition.Edition) (edition.Edition, error) {
	read, err := o.Editions.Reading(ctx, o.head, e.ID)
	if err != nil {
		return e, err
	}
	// 有关单位 and 各单位 stay for a person to say, as in a real office.
	return o.Editions.Publish(ctx, o.head, e.ID, e.Version, edition.Publication{Read: read, LeaveOpen: true})
}

// translate gives the English names.
func (o office) translate(ctx context.Context, e edition.Edition) (_ edition.Edition, err error) {
	issuers := e.Issuers
	for i := range issuers {
		issuers[i].NameEN = officeEN(issuers[i].Name)
	}
	if e, err = o.Editions.SetIssuers(ctx, o.head, e.ID, e.Version, issuers); err != nil {
		return e, err
	}
	for _, item := range slices.Concat(e.Topics, e.Methods) {
		if item.Kind == edition.ItemTopic { // methods have their names from their codes
			item.NameEN = topicsEN[item.Name]
		}
		item.DescriptionEN = descriptionsEN[item.Name]
		if e, err = o.Editions.SaveItem(ctx, o.head, e.ID, e.Version, item); err != nil {
			return e, err
		}
	}
	for _, owed := range e.Obligations {
		for _, t := range obligationsEN {
			if strings.HasPrefix(owed.What, t.begins) {
				owed.WhatEN = t.en
			}
		}
		if e, err = o.Editions.SaveObligation(ctx, o.head, e.ID, e.Version, owed); err != nil {
			return e, err
		}
	}
	return e, nil
}

// fillGroups makes the ten provincial departments the members of every named group.
func (o office) fillGroups(ctx context.Context, e edition.Edition) (_ edition.Edition, err error) {
	members, err := o.Units.FindScope(ctx, o.DB, provincialOffices)
	if err != nil {
		return e, err
	}
	ids := make([]string, len(members))
	for i, u := range members {
		ids[i] = u.ID
	}
	for _, g := range e.Groups {
		if e, err = o.Editions.FillGroup(ctx, o.head, e.ID, e.Version, g.ID, ids); err != nil {
			return e, err
		}
	}
	return e, nil
}

// localThemes sets what the prefectures' education bureaus would set themselves.
func (o office) localThemes(ctx context.Context, editionID string, themes []localTheme) error {
	for _, t := range themes {
		_, err := o.Editions.SetLocalTheme(ctx, actor.TheSystem(), editionID, t.region, 0, edition.ThemeText{Theme: t.theme, ThemeEN: t.en})
		if err != nil {
			return err
		}
	}
	return nil
}
