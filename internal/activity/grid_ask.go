package activity

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

// Ask is that a prefecture was asked to fill a gap: evidence.
type Ask struct {
	ID string
	Spot
	Words    string
	By       string // person
	Unit     Named  // that asked
	At       clock.Instant
	Messages []string // ids, for message.Evidence
}

const maxAsk = 500 // characters

// MayAsk tells whether the actor may ask prefectures about gaps: a reviewer or the head of the education
// department that stands above them.
func MayAsk(a actor.Actor) bool {
	p := a.Place
	return a.IsStaff() && a.UnitID != "" && a.Has(actor.RoleReviewer, actor.RoleHead) && p.Kind == actor.KindDepartment && p.Line == actor.LineEducation && p.Tier == actor.TierProvince
}

// AskPrefecture asks the education bureau of a prefecture about a cell of the grid, in the asker's words;
// its heads are told, or the bureau where nobody is. A cell is asked about once a day.
//
// Errors: activity.edition_not_found, activity.edition_closed, grid.forbidden, grid.no_bureau (Conflict),
// grid.asked_today (Conflict); a form of activity.choice_unknown (on topic, method, region),
// activity.text_missing and activity.text_long (on words).
func (s *Service) AskPrefecture(ctx context.Context, a actor.Actor, editionID string, at Spot, words string) (ask Ask, err error) {
	defer errs.Wrap(&err, "activity.AskPrefecture(%s, %s)", shorten(editionID), shorten(at.Region))
	words = line(words)
	var bad problems
	if bad.text("words", words, maxAsk, true); len(bad) > 0 {
		return Ask{}, errs.Join(bad...)
	}
	if !MayAsk(a) {
		return Ask{}, errs.Forbidden("grid.forbidden")
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		f, err := readFacts(ctx, tx, editionID)
		if err != nil {
			return err
		}
		if err := f.open(); err != nil {
			return err
		}
		if err := f.knows(at, a); err != nil {
			return err
		}
		bureau, err := bureau(ctx, tx, at.Region)
		if err != nil {
			return err
		}
		now := s.deps.Clock.Now()
		ask = Ask{ID: id.New(), Spot: at, Words: words, By: a.PersonID, Unit: Named{ID: a.UnitID}, At: now}
		n, err := tx.Exec(ctx, insertAsk, ask.ID, editionID, at.Topic, at.Method, at.Region, words, bureau.ID, a.PersonID, a.UnitID, int64(now), string(now.Day()))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict("grid.asked_today")
		}
		if ask.Messages, err = s.tellAsked(ctx, tx, a, editionID, bureau, ask); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setAskMessages, ask.ID, strings.Join(ask.Messages, " ")); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "grid.ask", Subject: "edition", SubjectID: editionID, UnitID: bureau.ID})
	})
	if err != nil {
		return Ask{}, err
	}
	return ask, nil
}

// knows refuses a cell that the edition has not, or that does not lie under the actor.
func (f facts) knows(at Spot, a actor.Actor) error {
	var bad problems
	if at.Topic != "" && !f.topics[at.Topic] {
		bad.add(errs.Invalid("activity.choice_unknown").On("topic"))
	}
	if _, known := f.methods[at.Method]; at.Method != "" && !known {
		bad.add(errs.Invalid("activity.choice_unknown").On("method"))
	}
	if !f.regions[at.Region] || len(actor.RegionPrefix(at.Region)) != 4 || !actor.RegionWithin(at.Region, a.Place.Region) {
		bad.add(errs.Invalid("activity.choice_unknown").On("region"))
	}
	return errs.Join(bad...)
}

func bureau(ctx context.Context, q sqldb.Querier, region string) (u Unit, err error) {
	err = q.QueryRow(ctx, bureauOf, region).Scan(&u.ID, &u.Name, &u.NameEN, &u.Place.Region, &u.Place.Line, &u.Place.Tier, &u.Place.Kind)
	if errors.Is(err, sql.ErrNoRows) {
		return Unit{}, errs.Conflict("grid.no_bureau")
	}
	return u, err
}

// tellAsked tells the heads of a bureau, or the bureau where it has none.
func (s *Service) tellAsked(ctx context.Context, tx *sqldb.Tx, a actor.Actor, editionID string, to Unit, ask Ask) (ids []string, err error) {
	heads, err := texts(ctx, tx, headsOf, to.ID)
	if err != nil {
		return nil, err
	}
	m := message.Message{Dedupe: "ask:" + ask.ID, ToUnit: to.ID, Key: "grid.told_asked", Args: map[string]string{"ask": ask.ID},
		Link: "/desk/editions/" + editionID + "/grid?region=" + ask.Region, Urgent: true}
	each := []message.Message{m}
	if len(heads) > 0 {
		each = nil
	}
	for _, head := range heads {
		one := m
		one.Dedupe, one.ToPerson, one.ToUnit = m.Dedupe+":"+head, head, ""
		each = append(each, one)
	}
	for _, one := range each {
		messageID, _, err := s.deps.Messages.TellTx(ctx, tx, a, one)
		if err != nil {
			return nil, err
		}
		ids = append(ids, messageID)
	}
	return ids, nil
}

func listAsks(ctx context.Context, q sqldb.Querier, editionID string) ([]Ask, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (ask Ask, err error) {
		var messages string
		err = row.Scan(&ask.ID, &ask.Topic, &ask.Method, &ask.Region, &ask.Words, &ask.By, &ask.Unit.ID, &ask.Unit.Name, &ask.Unit.NameEN, &ask.At, &messages)
		ask.Messages = strings.Fields(messages)
		return ask, err
	}, findAsks, editionID)
}

// askWords gives the words of an ask for the argument "ask" of its message: "words", "cell" and "sender".
func askWords(ctx context.Context, q sqldb.Querier, askID string, words map[string]string) error {
	var topic, method string
	var said, sender string
	err := q.QueryRow(ctx, wordsOfAsk, askID).Scan(&said, &topic, &method, &sender)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	words["words"], words["sender"] = said, sender
	words["cell"] = strings.Trim(topic+" × "+method, " ×")
	return nil
}
