package activity

import (
	"context"
	"slices"
	"time"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// statusOpen is the status of an edition in which activities are entered.
const statusOpen = edition.StatusPublished

// Beginning is what a new activity begins with.
type Beginning struct {
	EditionID string
	GuestID   string // a guest host that the actor's unit vouches for, or ""
	Content   Content
}

// Begin makes an activity of the actor's unit with a first draft: by an editor or the head.
//
// Errors: activity.edition_not_found, activity.edition_closed, activity.forbidden,
// activity.guest_not_found; those of SaveDraft for the content.
func (s *Service) Begin(ctx context.Context, a actor.Actor, b Beginning) (act Activity, err error) {
	defer errs.Wrap(&err, "activity.Begin(%s)", shorten(b.EditionID))
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		f, err := readFacts(ctx, tx, b.EditionID)
		if err != nil {
			return err
		}
		r, err := s.beginTx(ctx, tx, a, f, b)
		if err != nil {
			return err
		}
		act, err = s.view(ctx, tx, a, r)
		return err
	})
	if err != nil {
		return Activity{}, err
	}
	return act, nil
}

func (s *Service) beginTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, f facts, b Beginning) (row, error) {
	if !a.IsStaff() || !actor.Can(a, actor.ActivityEnter, actor.Target{UnitID: a.UnitID, Place: a.Place}) {
		return row{}, errForbidden()
	}
	if err := f.open(); err != nil {
		return row{}, err
	}
	u, err := unitByID(ctx, tx, a.UnitID)
	if err != nil {
		return row{}, err
	}
	if b.GuestID != "" {
		g, err := guestByID(ctx, tx, b.GuestID)
		if err != nil {
			return row{}, err
		}
		if g.EditionID != b.EditionID || g.Unit.ID != u.ID {
			return row{}, errGuestNotFound()
		}
	}
	c := f.usual(b.Content.tidy(), u)
	kind, err := s.checkDraft(ctx, tx, f, c, form.Form{})
	if err != nil {
		return row{}, err
	}
	activityID, now := id.New(), s.deps.Clock.Now()
	text, sealed, err := s.lock(kind.Definition, c, bindDraft(activityID))
	if err != nil {
		return row{}, err
	}
	if _, err := tx.Exec(ctx, insertActivity, activityID, b.EditionID, u.ID, orNil(b.GuestID), a.PersonID, int64(now)); err != nil {
		return row{}, err
	}
	if _, err := tx.Exec(ctx, insertDraft, activityID, text, sealed, orNil(kind.ID), c.Title, c.MethodID, c.Venue.Region, a.PersonID, int64(now)); err != nil {
		return row{}, err
	}
	if _, err := tx.Exec(ctx, insertWriter, activityID, a.PersonID); err != nil {
		return row{}, err
	}
	if err := s.attachTx(ctx, tx, a, activityID, kind.Definition, c); err != nil {
		return row{}, err
	}
	r, err := activityByID(ctx, tx, activityID)
	if err != nil {
		return row{}, err
	}
	return r, s.record(ctx, tx, a, "activity.begin", r)
}

// usual fills in what follows from the rest: a method's usual kind, and the unit's region.
func (f facts) usual(c Content, u Unit) Content {
	if c.Kind == "" && len(f.kinds[c.MethodID]) > 0 {
		c.Kind = f.kinds[c.MethodID][0]
	}
	if c.Venue.Region == "" && f.regions[u.Place.Region] {
		c.Venue.Region = u.Place.Region
	}
	return c
}

// checkDraft refuses what could not be stored or shown, and gives the form of the content's kind: the
// version that the draft has, or the current one where the kind is new.
func (s *Service) checkDraft(ctx context.Context, q sqldb.Querier, f facts, c Content, has form.Form) (kind form.Form, err error) {
	bad := c.check(f, form.Draft)
	if c.Kind != "" && slices.Contains(f.kinds[c.MethodID], c.Kind) {
		if kind = has; kind.Code != c.Kind {
			if kind, err = s.deps.Forms.Current(ctx, q, f.territory, c.Kind); err != nil {
				return form.Form{}, err
			}
		}
		more, err := checkValues(kind.Definition, c.Values, form.Draft)
		if err != nil {
			return form.Form{}, err
		}
		bad.add(more...)
	} else if len(c.Values) > 0 && len(bad) == 0 {
		bad.add(errs.Invalid("activity.kind_other").On("kind")) // values of no form could not be read again
	}
	return kind, errs.Join(bad...)
}

// SaveDraft writes over the draft that stands at version: by an editor or the head of the unit. The
// content may be incomplete; texts are stored without control characters and marks that turn the
// direction of writing. Files that it names are attached. Saving over a published activity begins a
// change, which the public does not see yet. Where somebody else has saved meanwhile, nothing is
// written, and clash tells what stands now and in what it differs from what was sent.
//
// Errors: activity.not_found, also for another unit's; activity.forbidden, activity.edition_closed,
// activity.state_cancelled, activity.draft_review and draft_declined where it is not to be written now,
// activity.changed_meanwhile (with clash); a form of activity.text_long, activity.choice_unknown,
// activity.kind_other, activity.region_outside, activity.point_outside, activity.link_malformed,
// activity.phone_malformed, activity.list_long, activity.file_unknown, and of form.Validate for a draft.
func (s *Service) SaveDraft(ctx context.Context, a actor.Actor, activityID string, version int64, c Content) (saved Draft, clash *Clash, err error) {
	defer errs.Wrap(&err, "activity.SaveDraft(%s)", shorten(activityID))
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		saved, clash = Draft{}, nil
		r, err := s.begin(ctx, tx, a, activityID)
		if err != nil {
			return err
		}
		if err := r.writable(); err != nil {
			return err
		}
		f, err := readFacts(ctx, tx, r.EditionID)
		if err != nil {
			return err
		}
		before, err := s.openDraft(ctx, tx, r)
		if err != nil {
			return err
		}
		c := f.usual(c.tidy(), r.Unit)
		kind, err := s.checkDraft(ctx, tx, f, c, before.Form)
		if err != nil {
			return err
		}
		changes := diff(before.Content, c, kind.Definition)
		if r.draftVersion != version {
			clash = &Clash{Current: before, Changes: changes}
			return errChanged()
		}
		if saved = before; len(changes) == 0 && c.Contact.Confirmed == before.Content.Contact.Confirmed {
			return nil
		}
		saved, err = s.rewriteTx(ctx, tx, a, r, kind, c, changes)
		return err
	})
	if err != nil {
		return Draft{}, clash, err
	}
	return saved, nil, nil
}

// writable tells whether the host may write in the draft now.
func (r row) writable() error {
	if r.draft == DraftReview || r.draft == DraftDeclined && r.State == Unpublished {
		return errDraft(r.draft)
	}
	return nil
}

// rewriteTx writes over the draft; the activity's row is held, so nobody else does.
func (s *Service) rewriteTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, kind form.Form, c Content, changes []Change) (Draft, error) {
	now := s.deps.Clock.Now()
	text, sealed, err := s.lock(kind.Definition, c, bindDraft(r.ID))
	if err != nil {
		return Draft{}, err
	}
	state := DraftEditing
	if r.draft == DraftReturned {
		state = DraftReturned // until it is handed in again
	}
	n, err := tx.Exec(ctx, updateDraft, r.ID, r.draftVersion, string(state), text, sealed, orNil(kind.ID), c.Title, c.MethodID, c.Venue.Region, a.PersonID, int64(now))
	if err != nil {
		return Draft{}, err
	}
	if n == 0 {
		return Draft{}, errChanged()
	}
	if err := s.attachTx(ctx, tx, a, r.ID, kind.Definition, c); err != nil {
		return Draft{}, err
	}
	if _, err := tx.Exec(ctx, insertWriter, r.ID, a.PersonID); err != nil {
		return Draft{}, err
	}
	saved := Draft{State: state, Version: r.draftVersion + 1, Content: c, Form: kind, By: a.PersonID, At: now}
	return saved, s.record(ctx, tx, a, "activity.save", r, names(changes)...)
}

// Discard gives up what is pending: the change of a published activity, whose draft is what the public
// reads then; or an activity that was never handed in, which is gone.
//
// Errors: activity.not_found, activity.forbidden, activity.edition_closed, activity.changed_meanwhile,
// activity.draft_none, activity.draft_review, activity.handed_in (Conflict) for what was handed in once:
// it is evidence.
func (s *Service) Discard(ctx context.Context, a actor.Actor, activityID string, version int64) (err error) {
	defer errs.Wrap(&err, "activity.Discard(%s)", shorten(activityID))
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r, err := s.begin(ctx, tx, a, activityID)
		switch {
		case err != nil:
			return err
		case r.draft == DraftNone || r.draft == DraftReview:
			return errDraft(r.draft)
		case r.draftVersion != version:
			return errChanged()
		case r.State == Published:
			return s.revertTx(ctx, tx, a, r)
		case r.versions > 0:
			return errs.Conflict("activity.handed_in")
		}
		return s.deleteTx(ctx, tx, a, r)
	})
}

// revertTx makes the draft of a published activity what the public reads.
func (s *Service) revertTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row) error {
	v, err := s.publicVersion(ctx, tx, r)
	if err != nil {
		return err
	}
	if _, err := s.rewriteTx(ctx, tx, a, r, v.Form, v.Content, nil); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, setDraft, r.ID, string(DraftNone)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deleteWriters, r.ID); err != nil {
		return err
	}
	return s.record(ctx, tx, a, "activity.discard", r)
}

// publicVersion gives the version that the public reads.
func (s *Service) publicVersion(ctx context.Context, q sqldb.Querier, r row) (Version, error) {
	list, err := s.versions(ctx, q, r, true, true)
	if err != nil {
		return Version{}, err
	}
	return list[r.published-1], nil
}

// deleteTx removes an activity that was never handed in.
func (s *Service) deleteTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row) error {
	sessions, err := listSessions(ctx, tx, sessionsOf, r.ID)
	if err != nil {
		return err
	}
	for _, one := range sessions {
		if err := deleteSessionTx(ctx, tx, one); err != nil {
			return err
		}
	}
	if err := s.attachTx(ctx, tx, a, r.ID, form.Definition{}, Content{}); err != nil {
		return err
	}
	for _, statement := range []string{deleteWriters, deleteDraft, deleteActivity} {
		if _, err := tx.Exec(ctx, statement, r.ID); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, a, "activity.delete", r)
}

// Copying says where a copy of an activity is to stand.
type Copying struct {
	EditionID string // "" takes the same; in another edition method and topics are found by their codes
	Sessions  bool   // copy the sessions that were not cancelled
	Days      int    // by which they move
}

// maxShift bounds how far a copy's sessions move, in days: to the week of another year.
const maxShift = 1100

// Copy makes a new draft of an activity of the unit, from its draft as it stands. Pictures and files are
// not copied: each belongs to one activity. Sessions come without bookings.
//
// Errors: activity.not_found, activity.forbidden, activity.edition_not_found, activity.edition_closed,
// activity.shift (Invalid, on days).
func (s *Service) Copy(ctx context.Context, a actor.Actor, activityID string, c Copying) (act Activity, err error) {
	defer errs.Wrap(&err, "activity.Copy(%s)", shorten(activityID))
	if c.Days < -maxShift || c.Days > maxShift {
		return Activity{}, errs.Join(errs.Invalid("activity.shift", "limit", maxShift).On("days"))
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r, err := activityByID(ctx, tx, activityID)
		if err != nil {
			return err
		}
		if err := mayEnter(a, r); err != nil {
			return err
		}
		from, err := s.openDraft(ctx, tx, r)
		if err != nil {
			return err
		}
		b := Beginning{EditionID: r.EditionID, GuestID: r.Guest.ID, Content: from.Content}
		f, err := readFacts(ctx, tx, r.EditionID)
		if err != nil {
			return err
		}
		if c.EditionID != "" && c.EditionID != r.EditionID {
			if f, err = s.translate(ctx, tx, f, c.EditionID, &b); err != nil {
				return err
			}
		}
		b.Content = withoutFiles(b.Content)
		made, err := s.beginTx(ctx, tx, a, f, b)
		if err != nil {
			return err
		}
		if c.Sessions {
			if err := s.copySessionsTx(ctx, tx, r.ID, made, c.Days); err != nil {
				return err
			}
		}
		act, err = s.view(ctx, tx, a, made)
		return err
	})
	if err != nil {
		return Activity{}, err
	}
	return act, nil
}

// translate finds method and topics of one edition in another, by their codes. A guest host is one of
// its edition, and must be vouched for anew.
func (s *Service) translate(ctx context.Context, q sqldb.Querier, from facts, editionID string, b *Beginning) (to facts, err error) {
	if to, err = readFacts(ctx, q, editionID); err != nil {
		return facts{}, err
	}
	b.EditionID, b.GuestID = editionID, ""
	method := ""
	for methodID, code := range to.methods {
		if code == from.methods[b.Content.MethodID] {
			method = methodID
		}
	}
	b.Content.MethodID = method
	var topics []string
	for _, itemID := range to.order { // topics keep their words better than their numbers
		if to.topics[itemID] && slices.ContainsFunc(b.Content.TopicIDs, func(one string) bool { return from.names[one] == to.names[itemID] }) {
			topics = append(topics, itemID)
		}
	}
	b.Content.TopicIDs = topics
	if !slices.Contains(to.kinds[method], b.Content.Kind) {
		b.Content.Kind, b.Content.Values = "", nil
	}
	return to, nil
}

func withoutFiles(c Content) Content {
	c.Pictures = nil
	values := form.Values{}
	for code, v := range c.Values {
		if _, files := v.(form.Files); !files {
			values[code] = v
		}
	}
	c.Values = values
	return c
}

func (s *Service) copySessionsTx(ctx context.Context, tx *sqldb.Tx, fromID string, to row, days int) error {
	list, err := listSessions(ctx, tx, sessionsOf, fromID)
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.Cancelled() {
			continue
		}
		moved := Session{ID: id.New(), ActivityID: to.ID, SessionDraft: one.SessionDraft.moved(days)}
		if err := insertSessionTx(ctx, tx, moved); err != nil {
			return err
		}
	}
	return nil
}

// moved gives a run so many days later, at the same hours.
func (d SessionDraft) moved(days int) SessionDraft {
	by := time.Duration(days) * 24 * time.Hour // Shanghai has no summer time
	d.Starts, d.Ends, d.Closes = d.Starts.Add(by), d.Ends.Add(by), d.Closes.Add(by)
	if d.Opens != 0 {
		d.Opens = max(0, d.Opens.Add(by))
	}
	return d
}
