package desk

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/extract"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

const noticesPath = "/desk/notices"

// The largest bodies of forms, in bytes: a notice with its form around it; an audience of units named
// one by one.
const (
	NoticeBody   = extract.MaxFile + 1<<20
	AudienceBody = 8 << 20
)

func noticePath(id string) string { return noticesPath + "/" + id }

type noticeList struct {
	Notices   []edition.Notice
	MayUpload bool
}

// GetNotices lists the notices of the reader's territories.
func (d *Desk) GetNotices(w http.ResponseWriter, r *httpx.Request) error {
	list, err := d.Editions.FindNotices(r.Context(), r.Actor, edition.NoticeFilter{})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, noticeListPage(d.view(r, r.T("editing.notices")), noticeList{Notices: list, MayUpload: draftsEditions(r.Actor)}))
}

// noticeUpload is the form in which a notice is handed in.
type noticeUpload struct {
	Kind    edition.NoticeKind
	Edition string // the edition that an amending notice is to move, or ""
}

func readNoticeUpload(in *httpx.Input) noticeUpload {
	u := noticeUpload{Kind: edition.NoticeKind(in.Choice("kind", string(edition.Original), string(edition.Amending))), Edition: in.ID("edition")}
	if u.Kind == "" {
		u.Kind = edition.Original
	}
	return u
}

// GetNewNotice shows the form for a notice.
func (d *Desk) GetNewNotice(w http.ResponseWriter, r *httpx.Request) error {
	form := readNoticeUpload(r.Input())
	if err := r.Input().Err(); err != nil {
		return err
	}
	return d.noticeUploadForm(w, r, http.StatusOK, form, nil)
}

func (d *Desk) noticeUploadForm(w http.ResponseWriter, r *httpx.Request, status int, form noticeUpload, problem error) error {
	if !draftsEditions(r.Actor) {
		return errs.Forbidden("edition.forbidden")
	}
	v := d.view(r, r.T("editing.upload"), ui.Crumb{Href: noticesPath, Text: r.T("editing.notices")})
	v = v.WithProblems(problem, "file", v.T("editing.file"), "kind", v.T("editing.kind"), "doc_number", v.T("editing.doc_number"))
	return ui.Render(w, r, status, noticeUploadPage(v, form))
}

// PostNewNotice reads a notice that a person hands in, for the territory of the person's own office.
func (d *Desk) PostNewNotice(w http.ResponseWriter, r *httpx.Request) error {
	if !actor.Can(r.Actor, actor.EditionDraft, actor.Office(r.Actor.Place.Region)) {
		return errs.Forbidden("edition.forbidden")
	}
	in := r.Input()
	form := readNoticeUpload(in)
	file := in.File("file", extract.MaxFile)
	if file == nil {
		if in.Err() == nil {
			in.Problem(errs.Invalid("editing.file_missing").On("file"))
		}
		return d.noticeUploadForm(w, r, httpx.Status(errs.As(in.Err())), form, in.Err())
	}
	n, err := d.Editions.UploadNotice(r.Context(), r.Actor, edition.Upload{
		FileName: file.Name, Data: file.Body, Territory: r.Actor.Place.Region, Kind: form.Kind,
	})
	if httpx.IsProblem(err) {
		if e := errs.As(err); e.Field == "" { // whatever is wrong is wrong with the file
			err = e.On("file")
		}
		return d.noticeUploadForm(w, r, httpx.Status(errs.As(err)), form, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "editing.notice_read")
	if form.Kind == edition.Amending && form.Edition != "" {
		return httpx.Redirect(w, r, editionPath(form.Edition)+"/redate?notice="+n.ID, noticesPath)
	}
	return httpx.Redirect(w, r, noticePath(n.ID), noticesPath)
}
