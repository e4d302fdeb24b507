package app_test

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/review"
)

// pages are lists and exports that show what is in sight.
func (s *secrets) pages() []string {
	e := "/desk/editions/" + s.edition.ID
	return []string{
		"/desk", "/desk/duties", "/desk/reviews", "/desk/inbox", "/desk/dispatches", "/desk/exports", "/desk/forms",
		e + "/ledger", e + "/ledger?own=1", e + "/ledger?state=filed", e + "/ledger/export", e + "/ledger/export?own=1", e + "/ledger/obligations", e + "/requests", e + "/chasing",
		e + "/receipts", e + "/receipts/export?as=xlsx", "/desk/duties/" + s.college.ID, "/desk/duties/" + s.plea.ID, "/desk/duties/" + s.begun.ID,
		"/desk/duties/" + s.begun.ID + "/filing", "/desk/duties/" + s.own.ID, "/desk/duties/" + s.school.ID, "/desk/duties/" + s.plea.ID + "/chases",
		"/desk/forms/" + s.forms["430100"], "/desk/exports/" + s.exportID,
	}
}

// unzipped is what stands in a workbook, as text.
func unzipped(t *testing.T, body string) string {
	t.Helper()
	if !strings.HasPrefix(body, "PK") {
		return body
	}
	archive, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, part := range archive.File {
		r, err := part.Open()
		if err == nil {
			_, err = io.Copy(&all, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// leakNothing looks for each secret on every list, export and page: somebody finds it, and nobody who may
// not, nor the public.
func (s *secrets) leakNothing(t *testing.T) {
	step := func(d duty.Duty, a actor.Actor) bool {
		return slices.ContainsFunc(s.steps(d), func(one review.Step) bool { return one.UnitID == a.UnitID })
	}
	may := map[string]func(actor.Actor) bool{
		secretText:   func(a actor.Actor) bool { return s.sees(a, s.college) || s.sees(a, s.own) },
		secretDraft:  func(a actor.Actor) bool { return a.UnitID == s.begun.Unit.ID },
		secretPlea:   func(a actor.Actor) bool { return s.sees(a, s.plea) },
		secretChase:  func(a actor.Actor) bool { return s.sees(a, s.plea) },
		secretOwn:    func(a actor.Actor) bool { return s.sees(a, s.own) },
		secretSchool: func(a actor.Actor) bool { return s.sees(a, s.school) },
		secretFile: func(a actor.Actor) bool {
			return s.sees(a, s.college) || s.sees(a, s.own) || s.sees(a, s.school)
		},
		secretForm:   func(a actor.Actor) bool { return strings.HasPrefix(a.Place.Region, "4301") },
		secretExport: func(a actor.Actor) bool { return a.PersonID == s.person("sheng.head").PersonID },
		// The whole number of a contact: of one's own unit and of what one reviews.
		phone: func(a actor.Actor) bool {
			return a.UnitID == s.college.Unit.ID || a.UnitID == s.own.Unit.ID || step(s.college, a) || step(s.own, a) || step(s.school, a)
		},
	}
	found := map[string]int{}
	for _, who := range s.staff {
		for _, path := range s.pages() {
			body := unzipped(t, who.visitor.Get(path).Body)
			for secret, may := range may {
				if !strings.Contains(body, secret) {
					continue
				}
				if found[secret]++; !may(who.actor) {
					t.Errorf("%s finds %q at %s", who.name, secret, path)
				}
			}
		}
	}
	for secret := range may {
		if found[secret] == 0 {
			t.Errorf("%q is found by nobody: the test would not see it leak", secret)
		}
	}
	visitor := s.site.Visitor()
	for _, path := range append([]string{"/", "/notice", "/editions"}, s.pages()...) {
		body := visitor.Get(path).Body
		for secret := range may {
			if strings.Contains(body, secret) {
				t.Errorf("the public finds %q at %s", secret, path)
			}
		}
	}
}
