package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// resultForm is the form in which a host reports.
type resultForm struct {
	Result     activity.Result
	Session    string
	Draft      activity.ResultDraft
	Attendance string // as they were sent
	Online     string
	Version    int64
	Returned   *stepLine
	Marks      marks
	VerifyOver int
}

// Longest of what a host writes, in characters, and most photos; package activity has the last word.
const (
	maxResultOutcome = 2000
	maxResultPhotos  = 9
	maxResultPeople  = 100_000_000
)

// consentName is the input in which a host says that a photo may be public.
func consentName(fileID string) string { return "consent." + fileID }

// reportable gets the result of the path for whoever reports on it.
func (d *Desk) reportable(r *httpx.Request) (activity.Result, error) {
	res, err := d.Activities.Result(r.Context(), r.Actor, r.PathID("session"))
	switch {
	case err != nil:
		return res, err
	case !res.Own:
		return res, errs.NotFound("activity.session_not_found")
	case !entersActivities(r.Actor):
		return res, errs.Forbidden("activity.forbidden")
	case res.Session.Cancelled():
		return res, errs.Conflict("activity.session_cancelled")
	case !res.Begun:
		return res, errs.Conflict("results.not_begun")
	}
	return res, nil
}

// GetReport shows the form with what was handed in last.
func (d *Desk) GetReport(w http.ResponseWriter, r *httpx.Request) error {
	res, err := d.reportable(r)
	if err != nil {
		return err
	}
	page := resultForm{Result: res, Version: res.Version}
	if latest, ok := res.Latest(); ok {
		page.Draft = latest.ResultDraft
		page.Attendance, page.Online = int64text(latest.Attendance), int64text(latest.Online)
	}
	return d.showReport(w, r, http.StatusOK, page, nil)
}

func (d *Desk) showReport(w http.ResponseWriter, r *httpx.Request, status int, page resultForm, problem error) error {
	ctx := r.Context()
	v := d.resultView(r, page.Result, r.T("results.report"))
	page.Session = sessionWords(v, page.Result.Session)
	units, persons, err := d.resultNames(ctx, r, v, page.Result)
	if err != nil {
		return err
	}
	if page.Returned = returnedResult(page.Result, units, persons); page.Returned != nil {
		page.Marks = marksOf(page.Returned.Marks)
	}
	rule, err := d.Activities.Rule(ctx, page.Result.Activity.EditionID)
	if err != nil {
		return err
	}
	page.VerifyOver = rule.VerifyOver
	labels := []string{"attendance", v.T("results.attendance"), "online", v.T("results.online"), "outcome", v.T("results.outcome"), "pictures", v.T("results.photos")}
	for i := range page.Draft.Photos {
		labels = append(labels, photoPath(i, "alt"), v.T("results.photo_n", "n", i+1), photoPath(i, "file"), v.T("results.photo_n", "n", i+1))
	}
	return ui.Render(w, r, status, resultFormPage(v.WithProblems(problem, labels...), page))
}

// photoPath names an input of a photo as problems do.
func photoPath(i int, what string) string { return "photos." + strconv.Itoa(i) + "." + what }

// readReport reads what was sent. What is no number is told beside what could be read.
func readReport(sent url.Values) (d activity.ResultDraft, wrong []*errs.Error) {
	number := func(name string) int64 {
		text := strings.TrimSpace(sent.Get(name))
		if text == "" && name == "online" {
			return 0
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			wrong = append(wrong, errs.Invalid("results.no_number").On(name))
		}
		return n
	}
	d = activity.ResultDraft{Attendance: number("attendance"), Online: number("online"), Outcome: strings.ReplaceAll(sent.Get("outcome"), "\r\n", "\n")}
	for _, fileID := range sent["pictures"] {
		d.Photos = append(d.Photos, activity.Photo{FileID: fileID, Alt: sent.Get(altName(fileID)), Consent: sent.Get(consentName(fileID)) != ""})
	}
	return d, wrong
}

// PostReport takes in and out photos, or hands in.
func (d *Desk) PostReport(w http.ResponseWriter, r *httpx.Request) error {
	res, err := d.reportable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	version, op := in.Version(), in.Raw("op")
	if err := in.Err(); err != nil {
		return err
	}
	sent := cloneValues(in.Values())
	if fileID, ok := strings.CutPrefix(op, opUnfile+".pictures."); ok {
		sent["pictures"] = slices.DeleteFunc(sent["pictures"], func(one string) bool { return one == fileID })
	}
	wrong, err := d.takePicture(r, sent)
	if err != nil {
		return err
	}
	draft, unread := readReport(sent)
	page := resultForm{Result: res, Draft: draft, Attendance: sent.Get("attendance"), Online: sent.Get("online"), Version: version}
	if op != opSave { // a photo came or went
		return d.showReport(w, r, http.StatusOK, page, errs.Join(wrong...))
	}
	if err = errs.Join(append(wrong, unread...)...); err == nil {
		var done activity.Reported
		if done, err = d.Activities.Report(r.Context(), r.Actor, res.Session.ID, version, draft); err == nil {
			if done.Result.State == activity.ResultReview {
				r.Tell(w, httpx.Good, "results.sent")
			} else {
				r.Tell(w, httpx.Good, "results.stands")
			}
			return httpx.Redirect(w, r, resultPath(res.Session.ID), resultsPath)
		}
	}
	if httpx.IsProblem(err) {
		return d.showReport(w, r, httpx.Status(errs.As(err)), page, err)
	}
	return err
}
