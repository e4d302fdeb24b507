package activity

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/sqldb"
)

// usualKinds gives the forms of a method by its code, the usual one first: what the notice says of it.
// A method with another name takes the plain one. An office sets others with SetKinds.
func usualKinds(methodCode string) []string {
	switch methodCode {
	case "study_session": // notice §三.1
		return []string{form.StudySession, form.SharingTalk, form.KickoffEvent}
	case "community_visit", "public_service": // §三.3, with 大国三农 of the agriculture line
		return []string{form.CommunityVisit, form.AgricultureDay, form.SharingTalk, form.KickoffEvent}
	case "open_campus": // §三.4
		return []string{form.OpenCampus, form.SharingTalk, form.KickoffEvent}
	case "open_enterprise", "open_institute": // §三.5
		return []string{form.OpenEnterprise, form.SharingTalk, form.KickoffEvent}
	case "kickoff":
		return []string{form.KickoffEvent}
	}
	return []string{form.PlainEvent, form.SharingTalk, form.AgricultureDay, form.KickoffEvent}
}

// maxKinds bounds the forms of one method.
const maxKinds = 10

// Kinds gives the forms of an edition's methods as they are filled in now, by method id, the usual one
// first. Errors: activity.edition_not_found; form.not_found.
func (s *Service) Kinds(ctx context.Context, editionID string) (kinds map[string][]form.Summary, err error) {
	defer errs.Wrap(&err, "activity.Kinds(%s)", shorten(editionID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		f, err := readFacts(ctx, q, editionID)
		if err != nil {
			return err
		}
		kinds = map[string][]form.Summary{}
		for methodID, codes := range f.kinds {
			for _, code := range codes {
				found, err := s.deps.Forms.Current(ctx, q, f.territory, code)
				if err != nil {
					return err
				}
				kinds[methodID] = append(kinds[methodID], found.Summary)
			}
		}
		return nil
	})
	return kinds, err
}

// SetKinds sets the forms of a method of a published edition, the usual one first; none takes the
// product's again. The office of the edition may. What was entered before keeps its form.
//
// Errors: activity.edition_not_found, activity.rule_forbidden, activity.edition_closed; a form of
// activity.choice_unknown (on method, kinds), activity.list_long.
func (s *Service) SetKinds(ctx context.Context, a actor.Actor, editionID, methodID string, codes []string) (err error) {
	defer errs.Wrap(&err, "activity.SetKinds(%s)", shorten(editionID))
	codes = distinct(codes)
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		f, err := s.office(ctx, tx, a, editionID)
		if err != nil {
			return err
		}
		if _, known := f.methods[methodID]; !known {
			return errs.Join(errs.Invalid("activity.choice_unknown").On("method"))
		}
		if len(codes) > maxKinds {
			return errs.Join(errs.Invalid("activity.list_long", "limit", maxKinds).On("kinds"))
		}
		if _, err := tx.Exec(ctx, deleteKinds, methodID); err != nil {
			return err
		}
		for i, code := range codes {
			if _, err := s.deps.Forms.Current(ctx, tx, f.territory, code); errs.Is(err, "form.not_found") {
				return errs.Join(errs.Invalid("activity.choice_unknown").On("kinds"))
			} else if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, insertKind, editionID, methodID, code, i); err != nil {
				return err
			}
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "activity.kinds", Subject: "edition", SubjectID: editionID, Count: len(codes)})
	})
}

// office reads an edition's facts for its office.
func (s *Service) office(ctx context.Context, q sqldb.Querier, a actor.Actor, editionID string) (facts, error) {
	f, err := readFacts(ctx, q, editionID)
	if err != nil {
		return facts{}, err
	}
	if !actor.Can(a, actor.EditionDraft, actor.Office(f.territory)) {
		return facts{}, errs.Forbidden("activity.rule_forbidden")
	}
	return f, f.open()
}

// readKinds gives the forms that offices have set, by method id.
func readKinds(ctx context.Context, q sqldb.Querier, editionID string) (map[string][]string, error) {
	list, err := listKinds(ctx, q, editionID)
	set := map[string][]string{}
	for _, k := range list {
		set[k[0]] = append(set[k[0]], k[1])
	}
	return set, err
}

// known tells whether a mark or a rule may name a field: one of a content, the sessions, or one of a form.
func knownField(field string, d form.Definition) bool {
	if slices.Contains(fields, field) {
		return true
	}
	head, rest := cut(field)
	switch head {
	case "sessions", "pictures":
		return true
	case "form":
		code, _ := cut(rest)
		_, ok := d.Field(code)
		return ok
	}
	return false
}
