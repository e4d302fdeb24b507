package duty

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

// linkTo is where a duty is worked on.
func linkTo(d Duty) string { return "/desk/duties/" + d.ID }

// args name a duty and its last day; see Words.
func (d Duty) args() map[string]string {
	return map[string]string{"duty": d.ID, "due": string(d.LastDay())}
}

// chaseKeys are the messages of the stages.
var chaseKeys = map[ChaseKind]string{Before: "duty.chase_before", After: "duty.chase_after", Escalation: "duty.chase_head"}

// tellChased tells what a wave has claimed, and notes the messages with the evidence.
func (s *Service) tellChased(ctx context.Context, tx *sqldb.Tx, w wave, list []claimed) error {
	if w.stage.Who == ToUpper {
		return s.tellUpper(ctx, tx, w, list)
	}
	for _, c := range list {
		above, err := reviewersOf(ctx, tx, c.duty)
		if err != nil {
			return err
		}
		m := message.Message{Dedupe: fmt.Sprintf("chase:%s:%s:%d:%d", c.duty.ID, w.stage.Who, w.stage.Workdays, w.due), ToUnit: c.duty.Unit.ID, FromUnit: from(above, c.duty.Unit.ID),
			Key: chaseKeys[w.stage.kind()], Args: c.duty.args(), Link: linkTo(c.duty)}
		var heads []string
		if w.stage.Who == ToHead {
			if heads, err = sqldb.List(ctx, tx, func(row *sql.Rows) (one string, err error) { return one, row.Scan(&one) }, listHeads, c.duty.Unit.ID); err != nil {
				return err
			}
		}
		each := []message.Message{m} // where nobody is the head, the unit is told instead
		if len(heads) > 0 {
			each = nil
		}
		for _, head := range heads {
			to := m
			to.Dedupe, to.ToPerson, to.ToUnit = m.Dedupe+":"+head, head, ""
			each = append(each, to)
		}
		ids := make([]string, len(each))
		for i, one := range each {
			if ids[i], _, err = s.messages.TellTx(ctx, tx, actor.TheSystem(), one); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, setMessages, c.chaseID, strings.Join(ids, " ")); err != nil {
			return err
		}
	}
	return nil
}

// from is the unit on whose behalf the product reminds: the first that waits for what is owed. A unit
// that reviews itself is reminded by the product.
func from(above []string, to string) string {
	if i := slices.IndexFunc(above, func(unitID string) bool { return unitID != to }); i >= 0 {
		return above[i]
	}
	return ""
}

// endRemindersTx takes the reminders of a duty back that nobody has read: the evidence of them stays.
func (s *Service) endRemindersTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d Duty) error {
	told, err := sqldb.List(ctx, tx, func(row *sql.Rows) (ids string, err error) { return ids, row.Scan(&ids) }, listReminders, d.ID)
	if err != nil || len(told) == 0 {
		return err
	}
	return s.messages.WithdrawTx(ctx, tx, a, strings.Fields(strings.Join(told, " "))...)
}

// tellUpper tells each reviewing unit once for each obligation how many units are late with it.
func (s *Service) tellUpper(ctx context.Context, tx *sqldb.Tx, w wave, list []claimed) error {
	type matter struct{ upper, from, obligation string }
	var order []matter
	late := map[matter][]claimed{}
	for _, c := range list {
		above, err := reviewersOf(ctx, tx, c.duty)
		if err != nil {
			return err
		}
		if len(above) == 0 || above[0] == c.duty.Unit.ID {
			continue
		}
		m := matter{above[0], from(above[1:], above[0]), c.duty.Obligation.ID}
		if late[m] == nil {
			order = append(order, m)
		}
		late[m] = append(late[m], c)
	}
	for _, one := range order {
		first := late[one][0].duty
		args := map[string]string{"obligation": one.obligation, "due": string(first.LastDay()), "count": strconv.Itoa(len(late[one]))}
		messageID, _, err := s.messages.TellTx(ctx, tx, actor.TheSystem(), message.Message{
			Dedupe: fmt.Sprintf("chase:%s:%s:%d:%d", first.ID, w.stage.Who, w.stage.Workdays, w.due), ToUnit: one.upper, FromUnit: one.from,
			Key: "duty.chase_upper", Args: args, Link: "/desk/editions/" + w.edition + "/ledger?late=1&obligation=" + one.obligation})
		if err != nil {
			return err
		}
		for _, c := range late[one] {
			if _, err := tx.Exec(ctx, setMessages, c.chaseID, messageID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) tellManual(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d Duty, c Chase) error {
	args := d.args()
	args["chase"], args["from"] = c.ID, a.UnitID
	messageID, _, err := s.messages.TellTx(ctx, tx, a, message.Message{Dedupe: "chase:" + c.ID, ToUnit: d.Unit.ID, Key: "duty.chase_manual", Args: args, Link: linkTo(d)})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, setMessages, c.ID, messageID)
	return err
}

// decisionKeys are the messages of what was decided.
var decisionKeys = map[DecisionStatus]map[Leave]string{
	Granted: {Extension: "duty.told_extension", Exemption: "duty.told_exemption", NilReturn: "duty.told_nil", Lift: "duty.told_lift"},
	Refused: {Extension: "duty.told_extension_refused", Exemption: "duty.told_exemption_refused", NilReturn: "duty.told_nil_refused"},
}

// tellDecision tells the unit what was decided for it by somebody else.
func (s *Service) tellDecision(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d Duty, made Decision) error {
	args := d.args()
	args["decision"] = made.ID
	if made.Kind == Extension {
		args["due"] = string(made.LastDay())
	}
	_, _, err := s.messages.TellTx(ctx, tx, a, message.Message{Dedupe: "decision:" + made.ID, ToUnit: d.Unit.ID,
		Key: decisionKeys[made.Status][made.Kind], Args: args, Link: linkTo(d)})
	return err
}

// TellDispatches tells units that a notice has come for them, and gives how many. Publishing does not
// wait for it; like ChaseDue it may run in any process at any time.
func (s *Service) TellDispatches(ctx context.Context) (told int, err error) {
	defer errs.Wrap(&err, "duty.TellDispatches")
	for {
		list, err := listUntold(ctx, s.db, chaseBatch)
		if err != nil || len(list) == 0 {
			return told, err
		}
		var n int
		err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
			n = 0
			for _, t := range list {
				mine, err := tx.Exec(ctx, markTold, t.id, int64(s.clock.Now()))
				if err != nil {
					return err
				}
				if mine == 0 {
					continue // another process told it
				}
				n++
				if _, _, err := s.messages.TellTx(ctx, tx, actor.TheSystem(), message.Message{Dedupe: "dispatch:" + t.id, ToUnit: t.unit, FromUnit: t.from, Key: "dispatch.told",
					Args: map[string]string{"dispatch": t.id}, Link: "/desk/dispatches/" + t.id}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return told, err
		}
		told += n
	}
}

// Words gives the words for which the arguments of this package's messages stand, for whoever renders
// them: "duty" gives "what" and "unit", "obligation" gives "what", "dispatch" gives "title", "number"
// and "sender", "chase" and "decision" give "words", "from" gives "sender". What is gone gives "".
func (s *Service) Words(ctx context.Context, q sqldb.Querier, args map[string]string) (words map[string]string, err error) {
	defer errs.Wrap(&err, "duty.Words")
	words = map[string]string{}
	for _, source := range []struct {
		arg, query string
		gives      []string
	}{
		{"duty", wordsOfDuty, []string{"what", "unit"}},
		{"obligation", wordsOfObligation, []string{"what"}},
		{"dispatch", wordsOfDispatch, []string{"title", "number", "sender"}},
		{"chase", wordsOfChase, []string{"words"}},
		{"decision", wordsOfDecision, []string{"words"}},
		{"from", unitName, []string{"sender"}},
	} {
		if args[source.arg] == "" {
			continue
		}
		found := make([]string, len(source.gives))
		into := make([]any, len(found))
		for i := range found {
			into[i] = &found[i]
		}
		if err := q.QueryRow(ctx, source.query, args[source.arg]).Scan(into...); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		for i, name := range source.gives {
			words[name] = found[i]
		}
	}
	return words, nil
}
