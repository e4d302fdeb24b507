package edition

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/notice"
	"openweek/internal/sqldb"
)

// Creation is what a person adds to a draft when making an edition of it. Empty fields are taken from the draft.
type Creation struct {
	Version int64 // of the draft that the person has seen
	Year    int
	Name    string
	NameEN  string
	ThemeEN string
	Accent  string
}

// CreateEdition makes a draft edition of a notice: issuers, window, theme, topics, methods, genres,
// channels, groups, addressees, and obligations with their audiences resolved. A notice makes one edition.
//
// Errors: edition.notice_not_found, edition.forbidden, edition.notice_used (Conflict),
// edition.notice_amending (Conflict), edition.changed_meanwhile, a form of problems each on its field.
func (s *Service) CreateEdition(ctx context.Context, a actor.Actor, noticeID string, c Creation) (e Edition, err error) {
	defer errs.Wrap(&err, "edition.CreateEdition(%s)", shorten(noticeID))
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := s.draftTx(ctx, tx, a, noticeID)
		switch {
		case err != nil:
			return err
		case n.Kind != Original:
			return errs.Conflict("edition.notice_amending")
		case n.Draft.Version != c.Version:
			return errChanged()
		}
		plan, err := planOf(ctx, tx, n, c)
		if err != nil {
			return err
		}
		free, err := writeEdition(ctx, tx, plan, a.PersonID, s.clock.Now())
		if err != nil {
			return err
		}
		if !free {
			return errs.Conflict("edition.notice_used")
		}
		if err := s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "edition.create", Subject: "edition", SubjectID: plan.ID, Count: len(plan.Obligations)}); err != nil {
			return err
		}
		if err := touch(ctx, tx, plan.ID); err != nil {
			return err
		}
		e, err = countedEdition(ctx, tx, plan.ID)
		return err
	})
	if err != nil {
		return Edition{}, err
	}
	return e, nil
}

// planOf turns a draft into the edition to be written, with ids.
func planOf(ctx context.Context, q sqldb.Querier, n Notice, c Creation) (Edition, error) {
	d := n.Draft
	e := Edition{Summary: Summary{
		ID: id.New(), Territory: n.Territory, Year: c.Year, Name: tidy(c.Name), NameEN: tidy(c.NameEN), Status: StatusDraft,
		Theme: sound(d.Theme.Value, maxTheme+1), ThemeEN: tidy(c.ThemeEN), Start: clock.Day(d.Window.Start.Value), End: clock.Day(d.Window.End.Value),
		Accent: strings.ToLower(tidy(c.Accent)), NoticeID: n.ID,
	}}
	if e.Year == 0 {
		e.Year = yearOf(d.Draft)
	}
	if e.Name == "" {
		e.Name = nameOf(d.Title.Value)
	}
	if err := errs.Join(e.Summary.check()...); err != nil {
		return Edition{}, err
	}
	for _, name := range d.Issuers {
		if name := sound(name.Value, maxName); name != "" {
			e.Issuers = append(e.Issuers, Issuer{Name: name})
		}
	}
	e.Topics = itemsFrom(d.Topics, ItemTopic, nil, n.Text)
	e.Methods = itemsFrom(d.Methods, ItemMethod, knownMethods, n.Text)
	if e.Genres = itemsIn(n.Text, ItemGenre, knownGenres); e.Genres == nil {
		e.Genres = itemsOf(namesOf(usualGenres), ItemGenre, knownGenres)
	}
	if e.Channels = itemsIn(n.Text, ItemChannel, knownChannels); e.Channels == nil {
		e.Channels = itemsOf(usualChannels, ItemChannel, knownChannels)
	}
	for _, list := range [][]Item{e.Genres, e.Channels} {
		for i := range list {
			list[i].ID = id.New()
		}
	}
	d.Obligations = slices.DeleteFunc(slices.Clone(d.Obligations), func(o notice.Obligation) bool { return sound(o.What, 1) == "" })
	var bad problems
	for i, o := range d.Obligations {
		owed := obligationFrom(o)
		for _, p := range owed.check() {
			bad.add(p.On(fmt.Sprintf("obligations.%d.%s", i, p.Field)))
		}
		e.Obligations = append(e.Obligations, owed)
	}
	if err := errs.Join(bad...); err != nil {
		return Edition{}, err
	}
	return e, resolveAll(ctx, q, &e, d.Draft)
}

// resolveAll reads the addressee line and the obligees of every clause.
func resolveAll(ctx context.Context, q sqldb.Querier, e *Edition, d notice.Draft) error {
	lists := make([][]string, len(d.Obligations)+1)
	for _, t := range d.Addressees {
		lists[0] = append(lists[0], sound(t.Value, maxPhrase))
	}
	for i, o := range d.Obligations {
		for _, phrase := range phrasesOf(o) {
			lists[i+1] = append(lists[i+1], sound(phrase, maxPhrase))
		}
	}
	t, err := territoryFor(ctx, q, e.Territory, slices.Concat(lists...))
	if err != nil {
		return err
	}
	e.Addressees = e.audiences(t.Resolve(withoutEmpty(lists[0])))
	for _, a := range e.Addressees {
		t.Addressed = append(t.Addressed, a.Scopes...)
	}
	for i := range e.Obligations {
		o := &e.Obligations[i]
		if phrases := withoutEmpty(lists[i+1]); len(phrases) > 0 {
			o.Audiences = e.audiences(t.Resolve(phrases))
			continue
		}
		// A clause that names nobody binds everybody addressed.
		for _, a := range e.Addressees {
			a.ID = id.New()
			o.Audiences = append(o.Audiences, a)
		}
	}
	return nil
}

func withoutEmpty(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
}

// territoryFor gathers what reading phrases needs to know of a territory.
func territoryFor(ctx context.Context, q sqldb.Querier, code string, phrases []string) (Territory, error) {
	prefix := actor.RegionPrefix(code)
	regions, err := regionNames(ctx, q, prefix, prefix+":")
	if err != nil {
		return Territory{}, err
	}
	names := make([]string, 0, len(phrases))
	for _, p := range phrases {
		if p = clean(p); p != "" && !slices.Contains(names, p) {
			names = append(names, p)
		}
	}
	units, err := unitsNamed(ctx, q, code, names)
	return Territory{Code: code, Regions: regions, Units: units}, err
}

// audiences turns resolutions into audiences and makes the groups that they name.
func (e *Edition) audiences(list []Resolution) []Audience {
	out := make([]Audience, len(list))
	for i, r := range list {
		out[i] = Audience{ID: id.New(), Phrase: r.Phrase, Scopes: r.Scopes, Resolved: r.Resolved, Notes: r.Notes}
		if r.Group != "" {
			out[i].GroupID = e.groupNamed(r.Group)
		}
		for _, s := range r.Suggestions {
			out[i].Suggestions = append(out[i].Suggestions, Suggestion{Scope: s})
		}
	}
	return out
}

// groupNamed finds or makes a group. A clause often shortens the name that the addressee line gives
// in full: 联席会议成员单位 is 省职业教育联席会议成员单位.
func (e *Edition) groupNamed(name string) string {
	for _, g := range e.Groups {
		if strings.HasSuffix(g.Name, name) || strings.HasSuffix(name, g.Name) {
			return g.ID
		}
	}
	g := Group{ID: id.New(), Name: name}
	e.Groups = append(e.Groups, g)
	return g.ID
}

func itemsFrom(list []notice.Item, kind ItemKind, vocabulary []known, text string) []Item {
	var items []Item
	for i, from := range list {
		name := sound(strings.TrimRight(from.Title, "。.：:；;"), maxName)
		if name == "" {
			continue
		}
		it := Item{ID: id.New(), Kind: kind, Name: name, Clause: sound(from.Clause, maxClause), Description: describe(from, text)}
		it.Code, it.NameEN = codeFor(name, kind, i+1, vocabulary)
		if from.Code != "" {
			it.Code = from.Code
		}
		if slices.ContainsFunc(items, func(other Item) bool { return other.Code == it.Code }) {
			it.Code, _ = codeFor("", kind, i+1, nil)
		}
		items = append(items, it)
	}
	return items
}

// describe gives what a clause says after its title.
func describe(it notice.Item, text string) string {
	if it.TitleSpan.Empty() || it.Span.End <= it.TitleSpan.End {
		return ""
	}
	body := notice.Span{Start: it.TitleSpan.End, End: it.Span.End}.Of(text)
	// Chinese is set without blanks: what separates words here are the page's line ends.
	return sound(strings.TrimLeft(strings.Join(strings.Fields(body), ""), "。.：:，,；;、"), maxDescription)
}

func obligationFrom(o notice.Obligation) Obligation {
	out := Obligation{
		ID: id.New(), Clause: sound(o.Clause, maxClause), What: sound(o.What, maxWhat), Timing: o.Timing, Due: clock.Day(o.Due.Day), DueTime: o.Due.Time,
		SubmitTo: sound(o.To, maxPhrase), Required: o.Required, Discharge: o.Discharge, FormHint: sound(strings.Join(o.Kinds, " "), maxPhrase), Span: o.Span,
	}
	if out.Due == "" && out.Timing == notice.TimingDue || out.Timing == "" {
		out.Timing = notice.TimingOpen
	}
	if out.Due != "" {
		out.Timing = notice.TimingDue
	} else {
		out.DueTime = ""
	}
	return out
}

var (
	yearInTitle = regexp.MustCompile(`((?:19|20|21)[0-9]{2})年`)
	aboutName   = regexp.MustCompile(`关于(?:组织开展|开展|组织|举办|举行|做好|办好|印发|筹备)?(.+?)(?:相关工作|有关工作|工作|有关事项)?的?通知$`)
)

// yearOf takes the year of the week, else of the title, else of the signature; 0 where none is said.
func yearOf(d notice.Draft) int {
	day := string(d.Window.Start.Value)
	if day == "" {
		if found := yearInTitle.FindStringSubmatch(d.Title.Value); found != nil {
			day = found[1]
		} else {
			day = string(d.IssuedOn.Value)
		}
	}
	if len(day) < 4 {
		return 0
	}
	year, err := strconv.Atoi(day[:4])
	if err != nil {
		return 0
	}
	return year
}

// nameOf takes the week's name out of the title: 关于开展2020年湖南省职业教育宣传活动周的通知.
func nameOf(title string) string {
	title = sound(title, maxName)
	if found := aboutName.FindStringSubmatch(title); found != nil {
		return found[1]
	}
	return title
}

// check tells what is wrong with what a person may write of an edition itself.
func (e Summary) check() problems {
	var bad problems
	bad.text("name", e.Name, maxName, true)
	bad.text("name_en", e.NameEN, maxName, false)
	bad.text("theme", e.Theme, maxTheme, false)
	bad.text("theme_en", e.ThemeEN, maxTheme, false)
	if e.Year < 1990 || e.Year > 2200 {
		bad.add(errs.Invalid("edition.year_impossible").On("year"))
	}
	bad.window(e.Start, e.End, e.Status != StatusDraft)
	if e.Accent != "" && !accentPattern.MatchString(e.Accent) {
		bad.add(errs.Invalid("edition.accent_malformed").On("accent"))
	}
	return bad
}

// writeEdition writes a planned edition and tells whether its notice was still free.
func writeEdition(ctx context.Context, tx *sqldb.Tx, e Edition, by string, at clock.Instant) (free bool, err error) {
	if free, err = insertSummary(ctx, tx, e.Summary, by, at); err != nil || !free {
		return false, err
	}
	if err := writeIssuers(ctx, tx, e.ID, e.Issuers); err != nil {
		return false, err
	}
	for _, kind := range ItemKinds {
		for i, it := range e.Items(kind) {
			if _, err := writeItem(ctx, tx, e.ID, it, int64(i)); err != nil {
				return false, err
			}
		}
	}
	for i, g := range e.Groups {
		if _, err := tx.Exec(ctx, insertGroup, g.ID, e.ID, g.Name, g.NameEN, i); err != nil {
			return false, err
		}
	}
	position := int64(0)
	write := func(obligationID string, list []Audience) error {
		for _, a := range list {
			if err := writeAudience(ctx, tx, e.ID, obligationID, a, position); err != nil {
				return err
			}
			position++
		}
		return nil
	}
	if err := write("", e.Addressees); err != nil {
		return false, err
	}
	for i, o := range e.Obligations {
		if err := writeObligation(ctx, tx, e.ID, o, int64(i)); err != nil {
			return false, err
		}
		if err := write(o.ID, o.Audiences); err != nil {
			return false, err
		}
	}
	return true, nil
}
