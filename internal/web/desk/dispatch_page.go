package desk

import (
	"context"
	"net/http"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// dispatchList are the notices that the reader's unit has received.
type dispatchList struct {
	Edition  *edition.Edition
	Editions []ui.Tab
	Received []duty.Dispatch
	Names    people
	Unit     bool
}

// GetDispatches lists the notices that the reader's unit has received.
func (d *Desk) GetDispatches(w http.ResponseWriter, r *httpx.Request) error {
	ctx, in := r.Context(), r.Input()
	editionID := in.ID("edition")
	if err := in.Err(); err != nil {
		return err
	}
	v := d.view(r, r.T("nav.dispatches"))
	page := dispatchList{Unit: belongs(r.Actor)}
	e, err := d.editionOfDuties(ctx, r.Actor, editionID)
	if err != nil {
		return err
	}
	page.Edition = e
	if e != nil {
		if page.Received, err = d.Duties.Received(ctx, r.Actor, e.ID); err != nil {
			return err
		}
		if page.Editions, err = d.editionTabs(ctx, r, v, e.ID); err != nil {
			return err
		}
		var ids []string
		for _, one := range page.Received {
			ids = append(ids, one.SignedBy)
		}
		if page.Names, err = d.namePeople(ctx, r, v, ids...); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, dispatchListPage(v, page))
}

// dispatchPage is a notice on its way to one unit, with its text.
type dispatchPage struct {
	duty.Dispatch
	Own      bool
	MaySign  bool
	MayPass  bool
	Signer   string
	Text     *edition.PublicText // nil where the text is not to be had
	Issuers  []edition.Issuer
	PassedTo []duty.Dispatch // by the reader's unit
	More     bool            // there are more of them than are shown
}

// GetDispatch shows a notice as it was sent to a unit; the first look by its own people is recorded.
func (d *Desk) GetDispatch(w http.ResponseWriter, r *httpx.Request) error {
	ctx := r.Context()
	one, err := d.Duties.GetDispatch(ctx, r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	page := dispatchPage{Dispatch: one, Own: belongs(r.Actor) && one.Unit.ID == r.Actor.UnitID}
	if page.Own {
		if page.Dispatch, err = d.Duties.Open(ctx, r.Actor, one.ID); err != nil {
			return err
		}
		fills := r.Actor.Has(actor.RoleEditor, actor.RoleHead)
		page.MaySign = fills && page.SignedAt.IsZero()
		page.MayPass = fills && len(actor.Command(r.Actor)) > 0
	}
	v := d.view(r, cutTitle(one.Title), ui.Crumb{Href: dispatchesPath, Text: r.T("nav.dispatches")})
	persons, err := d.namePeople(ctx, r, v, page.SignedBy)
	if err != nil {
		return err
	}
	page.Signer = persons[page.SignedBy]
	if err := d.dispatchText(ctx, r.Actor, &page); err != nil {
		return err
	}
	if page.MayPass || page.PassedOn > 0 {
		list, next, err := d.Duties.ReceiptList(ctx, r.Actor, duty.ReceiptQuery{EditionID: one.EditionID, NoticeID: one.NoticeID, PassedBy: true})
		if err != nil {
			return err
		}
		page.PassedTo, page.More = list, next != ""
	}
	return ui.Render(w, r, http.StatusOK, dispatchDetailPage(v, page))
}

// dispatchText finds the text of record: the edition's notice or one that amends it. The people of the
// unit that it was sent to read the contacts as they were issued.
func (d *Desk) dispatchText(ctx context.Context, a actor.Actor, p *dispatchPage) error {
	read := d.Editions.PublicNotice
	if p.Own {
		read = d.Editions.IssuedNotice
	}
	text, err := read(ctx, a, p.EditionID)
	if errs.KindOf(err) == errs.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	switch i := slices.IndexFunc(text.Amendments, func(one edition.PublicAmendment) bool { return one.PublicText.NoticeID == p.NoticeID }); {
	case i >= 0:
		p.Text = &text.Amendments[i].PublicText
	case text.NoticeID == p.NoticeID:
		e, err := d.Editions.Get(ctx, a, p.EditionID)
		if err != nil {
			return err
		}
		p.Text, p.Issuers = &text.PublicText, e.Issuers
	}
	return nil
}

// PostSign signs for a notice.
func (d *Desk) PostSign(w http.ResponseWriter, r *httpx.Request) error {
	one, err := d.Duties.Sign(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "duties.signed")
	return httpx.Redirect(w, r, dispatchPath(one.ID), dispatchesPath)
}
