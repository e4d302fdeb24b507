package visit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// Roster is how many names a school has left with a visit, and whether the host reads them on the day.
type Roster struct {
	Names int64
	Shown bool
}

// names is what is sealed of a roster.
type names struct {
	Names    []string `json:"names"`
	Declared string   `json:"declared"` // who has declared that the guardians consent
}

func bindRoster(visitID string) string { return "visit:" + visitID + ":roster" }

const (
	maxPupilName = 40
	maxDeclarer  = 40
	// RosterBytes is the largest roster that is uploaded.
	RosterBytes = 1 << 20
)

// RosterDraft is a roster as a school hands it in.
type RosterDraft struct {
	Names    []string
	Declared string // the name of who declares that the guardians consent
	Consent  bool   // the declaration
	Shown    bool   // the host reads it on the day of the visit
}

// ParseNames reads names that were pasted: one on a line, or parted by commas or tabs.
func ParseNames(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\r\n\t,，、;；", r) })
}

// ReadNames reads the names of an Excel workbook: the column 姓名.
//
// Errors: sheet.… (Invalid).
func ReadNames(data []byte) (list []string, err error) {
	defer errs.Wrap(&err, "visit.ReadNames")
	limits := sheet.DefaultLimits()
	limits.Bytes, limits.Rows = RosterBytes, maxPeople
	table, err := sheet.Read(bytes.NewReader(data), []sheet.Column{{Key: "name", Titles: []string{"姓名", "学生姓名", "Name"}, Required: true}}, limits)
	if err != nil {
		return nil, err
	}
	for _, r := range table.Rows {
		list = append(list, r.Get("name"))
	}
	return list, nil
}

// tidy checks a roster for a class of so many pupils.
func (d RosterDraft) tidy(pupils int64) (names, error) {
	var bad, unread problems
	n := names{Declared: bad.text("declared", d.Declared, maxDeclarer, true, false)}
	for _, one := range d.Names {
		if one = strings.TrimSpace(one); one != "" {
			n.Names = append(n.Names, unread.text("names", one, maxPupilName, true, false))
		}
	}
	switch {
	case len(unread) > 0: // once, and without the name
		bad.add(errs.Invalid("visit.roster_name", "limit", maxPupilName).On("names"))
	case len(n.Names) == 0:
		bad.add(errs.Invalid("visit.roster_empty").On("names"))
	case int64(len(n.Names)) > pupils:
		bad.add(errs.Invalid("visit.roster_long", "names", len(n.Names), "pupils", pupils).On("names"))
	}
	if !d.Consent {
		bad.add(errs.Invalid("visit.declaration_missing").On("declare"))
	}
	return n, errs.Join(bad...)
}

// SetRoster keeps the names of a class for the holder of its manage token, in place of those that were
// kept before.
//
// Errors: as ByToken; visit.roster_… on names, visit.text_… on declared, visit.declaration_missing on
// declare; visit.cannot_… (Conflict) of a visit that is not active; booking.over (Conflict) after it.
func (s *Service) SetRoster(ctx context.Context, a actor.Actor, token string, d RosterDraft) (err error) {
	defer errs.Wrap(&err, "visit.SetRoster")
	v, err := s.ByToken(ctx, token)
	if err != nil {
		return err
	}
	n, err := d.tidy(v.Pupils)
	if err != nil {
		return err
	}
	secret, err := json.Marshal(n)
	if err != nil {
		return err
	}
	sealed := s.deps.Ring.Seal(rosterPurpose, secret, bindRoster(v.ID))
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		now, err := visitByID(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		at := s.deps.Clock.Now()
		switch {
		case !now.State.Active():
			return errState(now.State)
		case now.Ends <= at:
			return errs.Conflict("booking.over")
		}
		if _, err := tx.Exec(ctx, putRoster, v.ID, sealed, len(n.Names), d.Shown, int64(at)); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.roster_set", Subject: "visit", SubjectID: v.ID, UnitID: v.School.ID, Count: len(n.Names)})
	})
}

// EraseRoster erases the names of a class for the holder of its manage token; without any nothing happens.
//
// Errors: as ByToken.
func (s *Service) EraseRoster(ctx context.Context, a actor.Actor, token string) (err error) {
	defer errs.Wrap(&err, "visit.EraseRoster")
	v, err := s.ByToken(ctx, token)
	if err != nil {
		return err
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		erased, err := tx.Exec(ctx, eraseRoster, v.ID)
		if err != nil || erased == 0 {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.roster_erase", Subject: "visit", SubjectID: v.ID, UnitID: v.School.ID})
	})
}

// MaskedRoster gives the names of a class, masked, for the holder of its manage token; none without a
// roster.
//
// Errors: as ByToken.
func (s *Service) MaskedRoster(ctx context.Context, token string) (masked []string, err error) {
	defer errs.Wrap(&err, "visit.MaskedRoster")
	v, err := s.ByToken(ctx, token)
	if err != nil {
		return nil, err
	}
	n, err := s.roster(ctx, s.deps.DB, v.ID)
	for _, name := range n.Names {
		masked = append(masked, maskPupil(name))
	}
	return masked, err
}

// maskPupil keeps the family name: the school knows its pupils.
func maskPupil(name string) string {
	if utf8.RuneCountInString(name) == 1 {
		return "*"
	}
	return unit.MaskName(name)
}

// ReadRoster gives the names of a class in clear to the host's staff, on the day of the visit and where the
// school has declared that they are shown. That they were read is recorded.
//
// Errors: visit.not_found, also without the right; visit.roster_hidden (Forbidden).
func (s *Service) ReadRoster(ctx context.Context, a actor.Actor, visitID string) (list []string, err error) {
	defer errs.Wrap(&err, "visit.ReadRoster")
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		v, err := s.readable(ctx, tx, a, visitID)
		if err != nil {
			return err
		}
		if !v.RosterReadable(s.deps.Clock.Now().Day()) || !mayDecide(a, v.Host.ID) {
			return errs.Forbidden("visit.roster_hidden")
		}
		n, err := s.roster(ctx, tx, visitID)
		if err != nil {
			return err
		}
		list = n.Names
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.roster_read", Subject: "visit", SubjectID: visitID, UnitID: v.Host.ID, Count: len(list)})
	})
	return list, err
}

func (s *Service) roster(ctx context.Context, q sqldb.Querier, visitID string) (n names, err error) {
	sealed, err := rosterOf(ctx, q, visitID)
	if err != nil || sealed == nil {
		return names{}, err
	}
	secret, err := s.deps.Ring.Open(rosterPurpose, sealed, bindRoster(visitID))
	if err != nil {
		return names{}, err
	}
	if err := json.Unmarshal(secret, &n); err != nil {
		return names{}, errors.New("visit: a roster is not what was sealed") // its error would quote a name
	}
	return n, nil
}

// expireBatch keeps the store free for others between two statements.
const expireBatch = 500

// Expire erases the rosters and the needs of visits whose booking does not know its contact any more, or
// which do not take place, and gives how many visits it touched. The counts stay.
func (s *Service) Expire(ctx context.Context) (expired int, err error) {
	defer errs.Wrap(&err, "visit.Expire")
	for {
		due, err := listTexts(ctx, s.deps.DB, dueErasures, expireBatch)
		if err != nil || len(due) == 0 {
			return expired, err
		}
		err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
			return eraseAll(ctx, tx, due)
		})
		if err != nil {
			return expired, err
		}
		expired += len(due)
	}
}
