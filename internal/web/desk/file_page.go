package desk

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/httpx"
)

// uploaded tells the page what became of a file that was chosen in a form.
type uploaded struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Facts string `json:"facts"`
	Href  string `json:"href"`
}

// PostFile takes a file in while a form is being filled in; the draft then names it. The file is read
// as it comes and never held whole.
func (d *Desk) PostFile(w http.ResponseWriter, r *httpx.Request) error {
	return d.takeFile(w, r, file.Attachment)
}

// PostPicture takes a picture in, as PostFile does any file.
func (d *Desk) PostPicture(w http.ResponseWriter, r *httpx.Request) error {
	return d.takeFile(w, r, file.Picture)
}

func (d *Desk) takeFile(w http.ResponseWriter, r *httpx.Request, purpose file.Purpose) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return errs.Invalid("error.bad_request").Because(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return errs.Invalid("file.empty").On("file")
		}
		if err != nil {
			return errs.Invalid("error.bad_request").Because(err)
		}
		if part.FormName() != "file" {
			continue
		}
		f, err := d.Files.Upload(r.Context(), r.Actor, file.Upload{Name: part.FileName(), Reader: part, Purpose: purpose})
		if err != nil {
			return err
		}
		return httpx.WriteJSON(w, r, http.StatusCreated, uploaded{ID: f.ID, Name: f.Name, Facts: fileFacts(f), Href: filesPath + "/" + f.ID})
	}
}

// UploadBody bounds an uploaded file with what surrounds it, in bytes.
const UploadBody = file.MaxBytes + 1<<20

// GetFile gives a file to whoever may read what it is attached to, to be saved and never to be opened
// in our pages.
func (d *Desk) GetFile(w http.ResponseWriter, r *httpx.Request) error {
	f, content, err := d.Files.Open(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // only read
	save(w, r, f.Name, f.Type.MediaType(), content)
	return nil
}

// GetNoticeFile gives the file that a notice was uploaded as.
func (d *Desk) GetNoticeFile(w http.ResponseWriter, r *httpx.Request) error {
	n, content, err := d.Editions.OpenNotice(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // only read
	save(w, r, n.FileName, "application/octet-stream", content)
	return nil
}

// save answers with what somebody has uploaded.
func save(w http.ResponseWriter, r *httpx.Request, name, mediaType string, content io.ReadSeeker) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	http.ServeContent(w, r.Request, "", time.Time{}, content)
}
