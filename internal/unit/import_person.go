package unit

import (
	"context"
	"io"
	"strconv"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
)

// Passwords makes first passwords, which must be changed. Package login has it.
type Passwords interface {
	// PrepareInitial makes a password for somebody who will sign in by this name. Hashing it takes some
	// 20 ms, so it is asked for outside of a transaction.
	PrepareInitial(ctx context.Context, signIn string) (FirstPassword, error)
}

// FirstPassword is a password that is nobody's yet.
type FirstPassword interface {
	// Text is what the person is told, once.
	Text() string
	// SetTx gives it to a person who has none.
	SetTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, personID string) error
}

// Initial is the first password of one new person. It is shown once and kept nowhere.
type Initial struct{ PersonID, SignIn, Password string }

var personColumns = []sheet.Column{
	{Key: "sign_in", Titles: []string{"登录名", "Sign-in name"}, Required: true},
	{Key: "name", Titles: []string{"姓名", "Name"}, Required: true},
	{Key: "unit", Titles: []string{"单位名称", "单位", "Unit"}, Required: true},
	{Key: "region", Titles: []string{"单位区划代码", "单位区划", "Unit region"}},
	{Key: "phone", Titles: []string{"手机或电话", "手机", "电话", "Phone"}},
	{Key: "email", Titles: []string{"电子邮箱", "邮箱", "E-mail"}},
}

// Each new person costs the hashing of a password, which keeps a person waiting, so a file is short.
func personLimits() sheet.Limits {
	limits := sheet.DefaultLimits()
	limits.Rows = 1000
	return limits
}

type personStep struct {
	draft  PersonDraft
	old    *Person // in clear; nil for a new one
	change PersonChange
	fields []string
}

// CheckPeopleImport is the dry run of ImportPeople.
//
// Errors: person.forbidden; those of sheet.Read.
func (s *Service) CheckPeopleImport(ctx context.Context, a actor.Actor, r io.Reader) (plan Plan, err error) {
	defer errs.Wrap(&err, "unit.CheckPeopleImport")
	file, err := readPeople(a, r)
	if err != nil {
		return Plan{}, err
	}
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		plan, _, err = s.planPeople(ctx, q, a, file)
		return err
	})
	return plan, err
}

// ImportPeople does what the dry run showed under its token, all of it or nothing, and gives the new
// people's initial passwords. Roles are not imported: only the security administrator grants them.
//
// Errors: as CheckPeopleImport; unit.import_problems; unit.import_changed.
func (s *Service) ImportPeople(ctx context.Context, a actor.Actor, r io.Reader, token string, passwords Passwords) (plan Plan, initials []Initial, err error) {
	defer errs.Wrap(&err, "unit.ImportPeople")
	file, err := readPeople(a, r)
	if err != nil {
		return Plan{}, nil, err
	}
	var steps []personStep
	agree := func(q sqldb.Querier) error {
		if plan, steps, err = s.planPeople(ctx, q, a, file); err != nil {
			return err
		}
		return plan.agrees(token)
	}
	// Twice: nobody else can write while SQLite's one writer is held, so hashing goes before it, and
	// what is hashed for must still be true when it is written.
	if err := s.db.Snapshot(ctx, agree); err != nil {
		return plan, nil, err
	}
	first, err := prepare(ctx, steps, passwords)
	if err != nil {
		return plan, nil, err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := agree(tx); err != nil {
			return err
		}
		initials, err = s.applyPeople(ctx, tx, a, steps, first)
		return err
	})
	if err != nil {
		return plan, nil, err
	}
	return plan, initials, nil
}

// prepare makes a password for each new person, by sign-in name.
func prepare(ctx context.Context, steps []personStep, passwords Passwords) (map[string]FirstPassword, error) {
	first := map[string]FirstPassword{}
	for _, step := range steps {
		if step.old != nil {
			continue
		}
		var err error
		if first[step.draft.SignIn], err = passwords.PrepareInitial(ctx, step.draft.SignIn); err != nil {
			return nil, err
		}
	}
	return first, nil
}

func readPeople(a actor.Actor, r io.Reader) (upload, error) {
	if !actor.Can(a, actor.PersonManage, actor.Target{}) && !a.Has(actor.RoleHead) {
		return upload{}, errs.Forbidden("person.forbidden")
	}
	return readUpload(r, personColumns, personLimits())
}

func (s *Service) planPeople(ctx context.Context, q sqldb.Querier, a actor.Actor, file upload) (Plan, []personStep, error) {
	regions, err := readRegionBook(ctx, q)
	if err != nil {
		return Plan{}, nil, err
	}
	units, err := listUnits(ctx, q, Filter{}.where(actor.Sight(a)), scanUnits)
	if err != nil {
		return Plan{}, nil, err
	}
	byName := map[string][]*Unit{}
	for i := range units {
		byName[units[i].Name] = append(byName[units[i].Name], &units[i].Unit)
	}
	p := newPlanner(file, personColumns)
	first := map[string]int{}
	var steps []personStep
	for _, row := range file.table.Rows {
		if p.bad[row.Number] {
			continue
		}
		step, bad, err := s.planPerson(ctx, q, a, row, regions, byName, first)
		if err != nil {
			return Plan{}, nil, err
		}
		if len(bad) > 0 {
			p.problem(row.Number, bad...)
			continue
		}
		rowID, version := "", int64(0)
		if step.old != nil {
			rowID, version = step.old.ID, step.old.Version
		}
		p.step(row.Number, step.draft.SignIn, rowID, version, step.fields)
		steps = append(steps, step)
	}
	return p.done(), steps, nil
}

func (s *Service) planPerson(ctx context.Context, q sqldb.Querier, a actor.Actor, row sheet.Row, regions regionBook,
	units map[string][]*Unit, first map[string]int,
) (step personStep, bad problems, err error) {
	d := PersonDraft{SignIn: row.Get("sign_in"), Name: row.Get("name"), Phone: row.Get("phone"), Email: row.Get("email")}.tidy()
	bad = d.check()
	u, unclear := unitOfRow(row, regions, units)
	bad.add(unclear)
	if at, repeated := first[d.SignIn]; repeated {
		bad.add(errs.Invalid("unit.repeated", "row", strconv.Itoa(at)).On("sign_in"))
	}
	first[d.SignIn] = row.Number
	if len(bad) > 0 {
		return personStep{}, bad, nil
	}
	d.UnitID = u.ID
	step = personStep{draft: d}
	personID, err := s.PersonOfSignIn(ctx, q, d.SignIn)
	switch {
	case errs.Is(err, "person.not_found"):
		if !actor.Can(a, actor.PersonManage, u.Target()) {
			bad.add(errs.Forbidden("person.forbidden").On("unit"))
		}
		return step, bad, nil
	case err != nil:
		return personStep{}, nil, err
	}
	old, err := s.personByID(ctx, q, personID)
	if err != nil {
		return personStep{}, nil, err
	}
	step.old = &old
	step.change = PersonChange{UnitID: &d.UnitID, Name: &d.Name}
	if d.Phone != "" { // an empty cell leaves what the person has
		step.change.Phone = &d.Phone
	}
	if d.Email != "" {
		step.change.Email = &d.Email
	}
	_, step.fields = step.change.apply(old)
	switch {
	case old.Closed, !actor.Can(a, actor.PersonManage, old.Target()):
		// Whether it is closed or somebody else's, the name is taken; more is not told.
		bad.add(errs.Invalid("person.sign_in_taken", "sign_in", d.SignIn).On("sign_in"))
	case !actor.Can(a, actor.PersonManage, u.Target()):
		bad.add(errs.Forbidden("person.forbidden").On("unit"))
	}
	return step, bad, nil
}

func unitOfRow(row sheet.Row, regions regionBook, units map[string][]*Unit) (*Unit, *errs.Error) {
	name := tidy(row.Get("unit"))
	found := units[name]
	if cell := row.Get("region"); cell != "" {
		region, unclear := regions.find(cell)
		if unclear != nil {
			return nil, unclear
		}
		var there []*Unit
		for _, u := range found {
			if u.Place.Region == region.Code {
				there = append(there, u)
			}
		}
		found = there
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, errs.Invalid("person.unit_unknown", "name", shorten(name)).On("unit")
	}
	return nil, errs.Invalid("person.unit_ambiguous", "name", shorten(name)).On("region")
}

func (s *Service) applyPeople(ctx context.Context, tx *sqldb.Tx, a actor.Actor, steps []personStep, first map[string]FirstPassword) ([]Initial, error) {
	var initials []Initial
	done := 0
	for _, step := range steps {
		switch {
		case step.old == nil:
			p, err := s.CreatePersonTx(ctx, tx, a, step.draft)
			if err != nil {
				return nil, err
			}
			// The plan's token covers every row, so whoever is new now was new when passwords were made.
			password := first[p.SignIn]
			if err := password.SetTx(ctx, tx, a, p.ID); err != nil {
				return nil, err
			}
			initials = append(initials, Initial{PersonID: p.ID, SignIn: p.SignIn, Password: password.Text()})
			done++
		case len(step.fields) > 0:
			if _, err := s.changePersonTx(ctx, tx, a, *step.old, step.old.Version, step.change); err != nil {
				return nil, err
			}
			done++
		}
	}
	return initials, s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "person.import", Subject: "person", Count: done})
}

// ExportPeople writes people in clear as an Excel file that ImportPeople reads again, and records
// it: only those whom the actor may reveal. A holder of a platform role without a unit is left out.
//
// Errors: person.forbidden when there is no unit whose people the actor may reveal.
func (s *Service) ExportPeople(ctx context.Context, a actor.Actor, f PeopleFilter, w io.Writer) (err error) {
	defer errs.Wrap(&err, "unit.ExportPeople")
	scopes := actor.RevealSight(a)
	if len(scopes) == 0 {
		return errs.Forbidden("person.forbidden")
	}
	list, err := s.listPeople(ctx, s.db, ofUnits(s.peopleWhere(scopes, f)), scanPeople)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "person.export", Subject: "person", Count: len(list),
			Fields: []string{"name", "phone", "email"}})
	})
	if err != nil {
		return err
	}
	rows := make([][]any, len(list))
	for i, p := range list {
		rows[i] = []any{p.SignIn, p.Name, p.UnitName, p.place.Region, p.Phone, p.Email}
	}
	return writeSheet(w, "人员", personColumns, rows)
}
