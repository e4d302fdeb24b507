package activity

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
)

// maxImport is how many activities one file may bring: a county's whole week, in one transaction.
const maxImport = 500

// imported is an activity that a file describes.
type imported struct {
	step     Step
	content  Content
	sessions []SessionDraft
}

// CheckImport is the dry run of Import: it reads an Excel file of activities and tells what Import would
// make, with everything that is wrong in any row. Nothing is written.
//
// Errors: activity.forbidden, activity.edition_not_found, activity.edition_closed; those of sheet.Read.
func (s *Service) CheckImport(ctx context.Context, a actor.Actor, editionID string, r io.Reader) (plan Plan, err error) {
	defer errs.Wrap(&err, "activity.CheckImport(%s)", shorten(editionID))
	table, sum, err := readSheet(a, r)
	if err != nil {
		return Plan{}, err
	}
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		plan, _, _, err = s.plan(ctx, q, a, editionID, table, sum)
		return err
	})
	return plan, err
}

// Import makes drafts of the actor's unit of an Excel file, as the dry run has shown under its token,
// all of them or none. They are handed in one by one: the kind's form, and that the telephone is an
// office's, cannot be said in the file.
//
// Errors: as CheckImport; activity.import_problems, activity.import_changed (Conflict).
func (s *Service) Import(ctx context.Context, a actor.Actor, editionID string, r io.Reader, token string) (plan Plan, err error) {
	defer errs.Wrap(&err, "activity.Import(%s)", shorten(editionID))
	table, sum, err := readSheet(a, r)
	if err != nil {
		return Plan{}, err
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		var list []imported
		var f facts
		if plan, list, f, err = s.plan(ctx, tx, a, editionID, table, sum); err != nil {
			return err
		}
		switch {
		case len(plan.Problems) > 0:
			return errs.Conflict("activity.import_problems", "count", len(plan.Problems))
		case plan.Token != token:
			return errs.Conflict("activity.import_changed")
		}
		for _, one := range list {
			made, err := s.beginTx(ctx, tx, a, f, Beginning{EditionID: editionID, Content: one.content})
			if err != nil {
				return err
			}
			if err := s.addSessionsTx(ctx, tx, made, one.sessions); err != nil {
				return err
			}
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "activity.import", Subject: "edition", SubjectID: editionID, Count: len(list)})
	})
	if err != nil {
		return Plan{}, err
	}
	return plan, nil
}

func readSheet(a actor.Actor, r io.Reader) (*sheet.Table, string, error) {
	if !a.IsStaff() || !actor.Can(a, actor.ActivityEnter, actor.Target{UnitID: a.UnitID, Place: a.Place}) {
		return nil, "", errForbidden()
	}
	limits := sheet.DefaultLimits()
	data, err := io.ReadAll(io.LimitReader(r, limits.Bytes+1))
	if err != nil {
		return nil, "", err
	}
	table, err := sheet.Read(bytes.NewReader(data), sheetColumns, limits)
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(append(data, a.UnitID...))
	return table, hex.EncodeToString(sum[:]), nil
}

// plan reads the rows. What they make depends on the file and on the edition's items only; the token
// is over both.
func (s *Service) plan(ctx context.Context, q sqldb.Querier, a actor.Actor, editionID string, table *sheet.Table, sum string) (plan Plan, list []imported, f facts, err error) {
	if f, err = readFacts(ctx, q, editionID); err != nil {
		return Plan{}, nil, facts{}, err
	}
	if err := f.open(); err != nil {
		return Plan{}, nil, facts{}, err
	}
	u, err := unitByID(ctx, q, a.UnitID)
	if err != nil {
		return Plan{}, nil, facts{}, err
	}
	regions, err := regionNames(ctx, q, f)
	if err != nil {
		return Plan{}, nil, facts{}, err
	}
	kinds, err := s.kindNames(ctx, q, f)
	if err != nil {
		return Plan{}, nil, facts{}, err
	}
	plan.Problems, plan.Unknown = slices.Clone(table.Problems), table.Unknown
	problem := func(row int, list ...*errs.Error) {
		for _, e := range list {
			plan.Problems = append(plan.Problems, sheet.Problem{Row: row, Column: column(e.Field), Err: e})
		}
	}
	broken := map[int]bool{} // rows with a cell that could not be read: what is missing in them was told
	for _, p := range table.Problems {
		broken[p.Row] = true
	}
	for _, row := range table.Rows {
		if broken[row.Number] {
			continue
		}
		one, ok, bad := rowSession(row)
		if ok && len(bad) == 0 {
			bad.add(one.problems("session", f.start, f.end)...)
		}
		if last := len(list) - 1; last < 0 || list[last].content.Title != line(row.Get("title")) {
			c, more := f.rowContent(row, regions, kinds)
			c = f.usual(c, u)
			bad.add(more...)
			if len(more) == 0 {
				bad.add(c.check(f, form.Draft)...)
			}
			list = append(list, imported{step: Step{Row: row.Number, Title: c.Title}, content: c})
		}
		if ok {
			last := &list[len(list)-1]
			if last.sessions = append(last.sessions, one); len(last.sessions) > MaxSessions {
				bad.add(errSessionsMany(len(last.sessions)))
			}
			last.step.Sessions++
			plan.Sessions++
		}
		problem(row.Number, bad...)
	}
	if len(list) > maxImport {
		problem(list[maxImport].step.Row, errs.Invalid("activity.import_many", "limit", maxImport, "count", len(list)))
	}
	slices.SortStableFunc(plan.Problems, func(x, y sheet.Problem) int { return x.Row - y.Row })
	for _, one := range list {
		plan.Steps = append(plan.Steps, one.step)
	}
	plan.Activities, plan.Token = len(list), f.token(sum, editionID)
	return plan, list, f, nil
}

// token stands for a file and what its words mean in the edition.
func (f facts) token(sum, editionID string) string {
	h := sha256.New()
	for _, part := range append([]string{sum, editionID, string(f.start), string(f.end)}, f.order...) {
		h.Write([]byte(part + "\n" + f.names[part] + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// rowContent reads what a row says of its activity.
func (f facts) rowContent(row sheet.Row, regions, kinds map[string]string) (c Content, bad problems) {
	c = Content{
		Title: row.Get("title"), TitleEN: row.Get("title_en"), Summary: row.Get("summary"), Description: form.Text(row.Get("description")),
		Venue: Venue{Name: row.Get("venue"), Address: row.Get("address")}, Link: row.Get("link"),
		Contact: Contact{Office: row.Get("office"), Phone: row.Get("phone")}, Safety: row.Get("safety"), Access: row.Get("access"),
	}.tidy()
	c.MethodID = f.item(row.Get("method"), false)
	if c.MethodID == "" {
		bad.add(errs.Invalid("activity.word_unknown", "word", shorten(row.Get("method"))).On("method"))
	}
	for _, word := range entries(row.Get("topics")) {
		topicID := f.item(word, true)
		if topicID == "" {
			bad.add(errs.Invalid("activity.word_unknown", "word", shorten(word)).On("topics"))
		}
		c.TopicIDs = append(c.TopicIDs, topicID)
	}
	if word := row.Get("kind"); word != "" {
		if c.Kind = kinds[word]; c.Kind == "" {
			bad.add(errs.Invalid("activity.word_unknown", "word", shorten(word)).On("kind"))
		}
	}
	for _, word := range entries(row.Get("audience")) {
		one, ok := parseWord(audienceWords, word)
		if !ok {
			bad.add(errs.Invalid("activity.word_unknown", "word", shorten(word)).On("audience"))
		}
		c.Audience = append(c.Audience, one)
	}
	if word := row.Get("mode"); word != "" {
		var ok bool
		if c.Mode, ok = parseWord(modeWords, word); !ok {
			bad.add(errs.Invalid("activity.word_unknown", "word", shorten(word)).On("mode"))
		}
	}
	if word := row.Get("region"); word != "" {
		if c.Venue.Region = regions[word]; c.Venue.Region == "" {
			bad.add(errs.Invalid("activity.word_unknown", "word", shorten(word)).On("region"))
		}
	}
	return c.tidy(), bad
}

// item finds a method or topic by its name or its number among its kind.
func (f facts) item(word string, topic bool) string {
	for _, itemID := range f.order {
		if f.topics[itemID] == topic && (f.names[itemID] == word || f.methods[itemID] == word && word != "") {
			return itemID
		}
	}
	return ""
}

// kindNames leads from the titles of the kinds' forms, and from their codes, to the codes.
func (s *Service) kindNames(ctx context.Context, q sqldb.Querier, f facts) (map[string]string, error) {
	names := map[string]string{}
	for _, codes := range f.kinds {
		for _, code := range codes {
			if names[code] != "" {
				continue
			}
			found, err := s.deps.Forms.Current(ctx, q, f.territory, code)
			if err != nil {
				return nil, err
			}
			names[code], names[found.Title.Zh] = code, code
		}
	}
	return names, nil
}
