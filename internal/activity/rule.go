package activity

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Rule is how the activities of an edition are checked.
type Rule struct {
	// Depth is how many levels read an activity: 1 its own unit alone, 2 also the unit above, 3 also the
	// province. Colleges of the province answer to it directly.
	Depth int
	// VerifyOver is the attendance above which the upper unit verifies a result.
	VerifyOver int
	// SmallFields are the fields of a published activity, as Change names them, that change at once. A
	// name covers what stands below it.
	SmallFields []string
	Version     int64 // 0 while nobody has set another than DefaultRule
}

// DefaultRule is that of an edition until its office sets another: what helps people to come, and what
// is written after a study session, waits for nobody.
var DefaultRule = Rule{Depth: 2, VerifyOver: 500, SmallFields: []string{
	"title_en", "summary_en", "description_en", "contact", "safety", "access", "pictures.alt", "form.attendance_list", "form.minutes",
}}

var smallShape = regexp.MustCompile(`^form\.[a-z][a-z0-9_]{0,59}$`)

// Rule gives how an edition's activities are checked. Errors: activity.edition_not_found.
func (s *Service) Rule(ctx context.Context, editionID string) (r Rule, err error) {
	defer errs.Wrap(&err, "activity.Rule(%s)", shorten(editionID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		if _, err := readFacts(ctx, q, editionID); err != nil {
			return err
		}
		r, err = ruleOf(ctx, q, editionID)
		return err
	})
	return r, err
}

// SetRule writes over the rule that stands at r.Version. The office of the edition may. What is being
// read stays with those who have it.
//
// Errors: activity.edition_not_found, activity.rule_forbidden, activity.edition_closed,
// activity.changed_meanwhile; a form of activity.rule_depth (on depth), activity.rule_attendance (on
// verify_over), activity.choice_unknown (on small_fields).
func (s *Service) SetRule(ctx context.Context, a actor.Actor, editionID string, r Rule) (after Rule, err error) {
	defer errs.Wrap(&err, "activity.SetRule(%s)", shorten(editionID))
	var bad problems
	if r.Depth < 1 || r.Depth > 3 {
		bad.add(errs.Invalid("activity.rule_depth").On("depth"))
	}
	if r.VerifyOver < 0 || r.VerifyOver > maxSeats {
		bad.add(errs.Invalid("activity.rule_attendance", "limit", maxSeats).On("verify_over"))
	}
	r.SmallFields = distinct(r.SmallFields)
	if len(r.SmallFields) > len(fields)+50 || slices.ContainsFunc(r.SmallFields, func(one string) bool { return !slices.Contains(fields, one) && !smallShape.MatchString(one) }) {
		bad.add(errs.Invalid("activity.choice_unknown").On("small_fields"))
	}
	if err := errs.Join(bad...); err != nil {
		return Rule{}, err
	}
	small, err := json.Marshal(r.SmallFields)
	if err != nil {
		return Rule{}, err
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := s.office(ctx, tx, a, editionID); err != nil {
			return err
		}
		if err := insertRuleTx(ctx, tx, editionID); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, updateRule, editionID, max(r.Version, 1), r.Depth, r.VerifyOver, string(small))
		if err != nil {
			return err
		}
		if n == 0 {
			return errChanged()
		}
		if after, err = ruleOf(ctx, tx, editionID); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "activity.rule", Subject: "edition", SubjectID: editionID})
	})
	if err != nil {
		return Rule{}, err
	}
	return after, nil
}

func insertRuleTx(ctx context.Context, tx *sqldb.Tx, editionID string) error {
	small, err := json.Marshal(DefaultRule.SmallFields)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertRule, editionID, DefaultRule.Depth, DefaultRule.VerifyOver, string(small))
	return err
}

func ruleOf(ctx context.Context, q sqldb.Querier, editionID string) (r Rule, err error) {
	var small string
	err = q.QueryRow(ctx, getRule, editionID).Scan(&r.Depth, &r.VerifyOver, &small, &r.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return DefaultRule, nil
	}
	if err != nil {
		return Rule{}, err
	}
	return r, json.Unmarshal([]byte(small), &r.SmallFields)
}

// cut parts a path at its first dot.
func cut(path string) (head, rest string) {
	head, rest, _ = strings.Cut(path, ".")
	return head, rest
}
