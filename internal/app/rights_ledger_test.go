package app_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/export"
	"openweek/internal/file"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/message"
	"openweek/internal/paper"
	"openweek/internal/review"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
	"openweek/internal/web/desk"
)

// Words that only some may read. Each stands in one kind of thing.
const (
	secretText   = "总结里的暗语甲"
	secretDraft  = "草稿里的暗语乙"
	secretPlea   = "申请里的暗语丙"
	secretChase  = "催办里的暗语丁"
	secretOwn    = "市里自设的暗语戊"
	secretSchool = "学校报的暗语己"
	secretFile   = "附件暗语庚"
	secretForm   = "市里表单暗语辛"
	secretExport = "导出暗语壬"
	phone        = "13800010000"
)

// secrets is a ledger with things of its own for each family of addresses.
type secrets struct {
	*walk
	t *testing.T

	college duty.Duty // filed, with a file; of the notice
	plea    duty.Duty // the college has asked for an exemption of it, and was chased
	begun   duty.Duty // the college has a draft of it, with a file
	own     duty.Duty // of Furong: an obligation that Changsha has added, filed with a file
	school  duty.Duty // of a school in Furong: one that the province has added, filed with a file

	files      map[string]string // ids by the name of the duty
	decisionID string
	forms      map[string]string // ids of forms by territory, "" for the product's own
	exportID   string            // sheng.head's
	messages   map[string]string // ids by recipient: the college, Furong
	dispatches map[string]duty.Dispatch
}

func (s *secrets) person(name string) actor.Actor {
	s.t.Helper()
	i := slices.IndexFunc(s.staff, func(one staff) bool { return one.name == name })
	if i < 0 {
		s.t.Fatalf("nobody is called %s", name)
	}
	return s.staff[i].actor
}

func (s *secrets) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

const aPDF = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

// complete fills what a form needs; text is said in the first text of it.
func (s *secrets) complete(a actor.Actor, d duty.Duty, text, fileID string) filing.Draft {
	s.t.Helper()
	f, err := s.site.Filings.Get(s.t.Context(), a, d.ID)
	s.must(err)
	one, err := form.ParseNumber("1")
	s.must(err)
	v, said := form.Values{}, false
	for range 3 { // what is required can follow from what is chosen
		for _, section := range f.Form.Definition.Sections {
			for _, field := range section.Fields {
				if _, filled := v[field.Code]; filled || !field.Required && field.Kind != form.KindFiles && field.Kind != form.KindPerson {
					continue
				}
				switch field.Kind {
				case form.KindText, form.KindLongText:
					v[field.Code] = form.Text("无")
					if !said {
						v[field.Code], said = form.Text(text), true
					}
				case form.KindNumber:
					if v[field.Code] = one; field.Provenance {
						v[field.Code] = form.Figure{Value: one, Provenance: form.Reported}
					}
				case form.KindDate:
					v[field.Code] = form.Day("2026-05-10")
				case form.KindChoice:
					v[field.Code] = form.Text(field.Options[0].Code)
				case form.KindPerson:
					v[field.Code] = form.Person{Name: "张示例", Phone: phone}
				case form.KindFiles:
					if fileID != "" {
						v[field.Code] = form.Files{fileID}
					}
				}
			}
		}
		v = f.Form.Definition.Prune(v)
	}
	saved, _, err := s.site.Filings.SaveDraft(s.t.Context(), a, d.ID, f.Draft.Version, v)
	s.must(err)
	return saved
}

func (s *secrets) upload(a actor.Actor) string {
	s.t.Helper()
	f, err := s.site.Files.Upload(s.t.Context(), a, file.Upload{Name: secretFile + ".pdf", Reader: strings.NewReader(aPDF), Purpose: file.Attachment})
	s.must(err)
	return f.ID
}

func (s *secrets) hand(a actor.Actor, d duty.Duty, text, name string) duty.Duty {
	s.t.Helper()
	s.files[name] = s.upload(a)
	r, err := s.site.Filings.Submit(s.t.Context(), a, d.ID, s.complete(a, d, text, s.files[name]).Version)
	s.must(err)
	return r.Filing.Duty
}

func (s *secrets) add(a actor.Actor, what string, chain duty.Chain, unitID string) duty.Duty {
	s.t.Helper()
	o, _, err := s.site.Duties.AddObligation(s.t.Context(), a, s.edition.ID, duty.Own{What: what, Chain: chain, Scopes: actor.Scopes{{Units: []string{unitID}}}})
	s.must(err)
	page, err := s.site.Duties.Find(s.t.Context(), actor.TheSystem(), duty.Filter{ObligationID: o.ID})
	s.must(err)
	return page.Items[0]
}

func startSecrets(t *testing.T, engine sqldb.Engine) *secrets {
	t.Helper()
	s := &secrets{walk: startWalkOn(t, engine), t: t, files: map[string]string{}, forms: map[string]string{}, messages: map[string]string{}, dispatches: map[string]duty.Dispatch{}}
	ctx, site := t.Context(), s.site
	college, furong := s.person("college.editor"), s.person("furong.editor")
	page, err := site.Duties.Find(ctx, college, duty.Filter{EditionID: s.edition.ID, UnitID: college.UnitID, States: []duty.State{duty.StateOpen, duty.StateDraft}})
	s.must(err)
	if len(page.Items) < 3 {
		t.Fatalf("the college owes only %d things", len(page.Items))
	}
	dated := slices.IndexFunc(page.Items, func(d duty.Duty) bool { return form.CodeFor(d.Obligation.FormHint) == form.WorkSummary })
	s.college = page.Items[dated]
	rest := slices.Delete(page.Items, dated, dated+1)
	s.plea, s.begun = rest[0], rest[1]

	s.college = s.hand(college, s.college, secretText, "college")
	s.files["draft"] = s.upload(college)
	s.complete(college, s.begun, secretDraft, s.files["draft"])
	made, err := site.Duties.Ask(ctx, college, s.plea.ID, duty.Plea{Kind: duty.Exemption, Reason: secretPlea})
	s.must(err)
	s.decisionID = made.ID
	_, err = site.Duties.Chase(ctx, s.person("sheng.head"), []string{s.plea.ID}, secretChase)
	s.must(err)
	s.own = s.hand(furong, s.add(s.person("changsha.head"), secretOwn, duty.ChainOwner, furong.UnitID), secretText, "own")

	schools, err := site.Units.Find(ctx, actor.TheSystem(), unit.Filter{Regions: []string{"430102"}, Tiers: []actor.Tier{actor.TierBase}})
	s.must(err)
	if len(schools.Items) == 0 {
		t.Fatal("there is no school in Furong")
	}
	u := schools.Items[0]
	teacher := actor.Actor{Class: actor.Staff, PersonID: s.person("firm.editor").PersonID, UnitID: u.ID, Place: u.Place, Roles: []actor.Role{actor.RoleEditor}}
	s.school = s.hand(teacher, s.add(s.person("sheng.head"), "省里自设", duty.ChainTiers, u.ID), secretSchool, "school")

	shipped, err := site.Forms.Current(ctx, site.DB, "", form.LocalTheme)
	s.must(err)
	text, err := shipped.Definition.Export()
	s.must(err)
	d, err := form.Parse(bytes.Replace(text, []byte(`"zh": "`+shipped.Title.Zh+`"`), []byte(`"zh": "`+secretForm+`"`), 1))
	s.must(err)
	cityForm, err := site.Forms.Publish(ctx, s.person("changsha.head"), "430100", d)
	s.must(err)
	s.forms = map[string]string{"": shipped.ID, "430100": cityForm.ID}

	e, err := site.Exports.Ask(ctx, s.person("sheng.head"), export.Request{Kind: desk.ExportFilings, SubjectID: s.college.Obligation.ID, Locale: "zh-Hans", Name: secretExport + ".xlsx"})
	s.must(err)
	s.exportID = e.ID
	for name, who := range map[string]actor.Actor{"college": college, "furong": furong} {
		box, err := site.Messages.Inbox(ctx, who, message.Filter{Box: message.UnitBox})
		s.must(err)
		if len(box.Items) > 0 {
			s.messages[name] = box.Items[0].ID
		}
		received, err := site.Duties.Received(ctx, who, s.edition.ID)
		s.must(err)
		if len(received) > 0 {
			s.dispatches[name] = received[0]
		}
	}
	return s
}

// sees tells whether the ledger shows somebody a duty; fills whether they work on it.
func (s *secrets) sees(a actor.Actor, d duty.Duty) bool {
	sight := actor.Sight(a)
	owner := d.Obligation.OwnerID == ""
	for _, u := range s.units {
		owner = owner || u.ID == d.Obligation.OwnerID && sight.Covers(u.ID, u.Place)
	}
	return a.UnitID == d.Unit.ID || owner && sight.Covers(d.Unit.ID, d.Unit.Place)
}

func fills(a actor.Actor, d duty.Duty) bool {
	return a.UnitID == d.Unit.ID && a.Has(actor.RoleEditor, actor.RoleHead)
}

// decides tells whether somebody gives leave on a duty: of a unit that reviews it, or of the office for
// what the notice says.
func (s *secrets) decides(a actor.Actor, d duty.Duty) bool {
	office := d.Obligation.OwnerID == "" && a.Place == actor.Office(s.edition.Territory).Place
	return s.sees(a, d) && a.Has(actor.RoleReviewer, actor.RoleHead) && (office || slices.Contains(s.reviewers(d), a.UnitID))
}

func (s *secrets) reviewers(d duty.Duty) []string {
	s.t.Helper()
	units, err := s.site.Duties.Reviewers(s.t.Context(), s.site.DB, d.ID)
	s.must(err)
	return units
}

// steps are those of a filed duty, by unit.
func (s *secrets) steps(d duty.Duty) []review.Step {
	s.t.Helper()
	f, err := s.site.Filings.Get(s.t.Context(), actor.TheSystem(), d.ID)
	s.must(err)
	return f.Steps
}

// row is an address with the rule that says who may go there.
type row struct {
	pattern string // of the route
	path    string
	may     func(actor.Actor) bool
}

// rows are addresses of all routes of the ledger that name something by its id.
func (s *secrets) rows() (list []row) {
	for _, d := range []duty.Duty{s.college, s.plea, s.begun, s.own, s.school} {
		at := "/desk/duties/" + d.ID
		sees := func(a actor.Actor) bool { return s.sees(a, d) }
		fill := func(a actor.Actor) bool { return fills(a, d) }
		decide := func(a actor.Actor) bool { return s.decides(a, d) }
		add := func(pattern, path string, may func(actor.Actor) bool) {
			list = append(list, row{strings.Replace(pattern, " ", " /desk/duties/{id}", 1), at + path, may})
		}
		add("GET ", "", sees)
		add("GET /chases", "/chases", sees)
		add("GET /decisions", "/decisions", decide)
		add("POST /decisions", "/decisions", decide)
		for _, page := range []string{"/ask", "/filing/withdraw", "/filing"} {
			add("GET "+page, page, fill)
			add("POST "+page, page, fill)
		}
		add("POST /filing/draft", "/filing/draft", fill)
		switch d.State {
		case duty.StateFiled:
			add("GET /versions/{n}", "/versions/1", sees)
			add("GET /filing.docx", "/filing.docx", sees)
			if !errors.Is(paper.Check(), paper.ErrNoFont) { // as in a fresh clone
				add("GET /filing.pdf", "/filing.pdf", sees)
			}
			add("GET /filing/receipt", "/filing/receipt", func(a actor.Actor) bool { return a.UnitID == d.Unit.ID })
		default:
			add("GET /versions/{n}", "/versions/1", nobody)
			add("GET /filing/receipt", "/filing/receipt", nobody)
		}
		if d.ID == s.plea.ID {
			add("GET /decisions/{decision}", "/decisions/"+s.decisionID, decide)
			add("POST /decisions/{decision}", "/decisions/"+s.decisionID, decide)
			add("GET /decisions/{decision}/take-back", "/decisions/"+s.decisionID+"/take-back", fill)
			add("POST /decisions/{decision}/take-back", "/decisions/"+s.decisionID+"/take-back", fill)
		} else { // another duty's plea is nobody's by this address
			add("GET /decisions/{decision}", "/decisions/"+s.decisionID, nobody)
			add("GET /decisions/{decision}/take-back", "/decisions/"+s.decisionID+"/take-back", nobody)
		}
	}
	for name, d := range map[string]duty.Duty{"college": s.college, "own": s.own, "school": s.school} {
		steps := s.steps(d)
		list = append(list, row{"GET /files/{id}", "/files/" + s.files[name], func(a actor.Actor) bool {
			return s.sees(a, d) || slices.ContainsFunc(steps, func(one review.Step) bool { return one.UnitID == a.UnitID })
		}})
		for _, one := range steps {
			of := func(a actor.Actor) bool { return a.UnitID == one.UnitID }
			list = append(list, row{"GET /desk/reviews/{step}", "/desk/reviews/" + one.ID, of}, row{"POST /desk/reviews/{step}", "/desk/reviews/" + one.ID, of})
		}
	}
	list = append(list, row{"GET /files/{id}", "/files/" + s.files["draft"], func(a actor.Actor) bool { return a.UnitID == s.begun.Unit.ID }})
	mine := func(a actor.Actor) bool { return a.PersonID == s.person("sheng.head").PersonID }
	list = append(list, row{"GET /desk/exports/{id}", "/desk/exports/" + s.exportID, mine}, row{"GET /desk/exports/{id}/file", "/desk/exports/" + s.exportID + "/file", mine})
	for territory, formID := range s.forms {
		here := func(a actor.Actor) bool { return strings.HasPrefix(a.Place.Region, actor.RegionPrefix(territory)) }
		list = append(list, row{"GET /desk/forms/{id}", "/desk/forms/" + formID, here}, row{"GET /desk/forms/{id}/file", "/desk/forms/" + formID + "/file", here})
	}
	for name, messageID := range s.messages {
		to := map[string]string{"college": s.college.Unit.ID, "furong": s.own.Unit.ID}[name]
		list = append(list, row{"GET /desk/inbox/{id}", "/desk/inbox/" + messageID, func(a actor.Actor) bool { return a.UnitID == to }})
	}
	for _, d := range s.dispatches {
		at := "/desk/dispatches/" + d.ID
		signs := func(a actor.Actor) bool { return a.UnitID == d.Unit.ID && a.Has(actor.RoleEditor, actor.RoleHead) }
		passes := func(a actor.Actor) bool { return signs(a) && len(actor.Command(a)) > 0 }
		list = append(list,
			row{"GET /desk/dispatches/{id}", at, func(a actor.Actor) bool {
				return actor.Sight(a).Covers(d.Unit.ID, d.Unit.Place) || a.UnitID == d.From.ID
			}},
			row{"POST /desk/dispatches/{id}/sign", at + "/sign", signs},
			row{"GET /desk/dispatches/{id}/pass-on", at + "/pass-on", passes}, row{"POST /desk/dispatches/{id}/pass-on", at + "/pass-on", passes})
	}
	return list
}

func nobody(actor.Actor) bool { return false }

var ledgerFamilies = []string{"/desk/duties/{", "/desk/dispatches/{", "/desk/reviews/{", "/desk/inbox/{", "/desk/exports/{", "/desk/forms/{", "/files/{"}

func TestTheLedgerIsReadByWhoeverMay(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			s := startSecrets(t, engine)
			t.Run("every address answers every role", s.answerEveryRole)
			t.Run("nothing leaks", s.leakNothing)
		})
	}
}

// answerEveryRole asks for everything that the ledger names by its id: of one's own unit, of another and
// in each role it answers as the rules say, and no route of these families is left out.
func (s *secrets) answerEveryRole(t *testing.T) {
	rows := s.rows()
	for _, route := range s.site.Mux.Routes() {
		family := slices.ContainsFunc(ledgerFamilies, func(f string) bool { return strings.HasPrefix(route.Path(), f) })
		if route.Pattern == "GET /desk/duties/{id}/filing.pdf" && errors.Is(paper.Check(), paper.ErrNoFont) {
			continue
		}
		if family && !slices.ContainsFunc(rows, func(r row) bool { return r.pattern == route.Pattern }) {
			t.Errorf("%s has no row in this test", route.Pattern)
		}
	}
	let, kept := map[string]int{}, map[string]int{}
	for _, r := range rows {
		method, _, _ := strings.Cut(r.pattern, " ")
		for _, who := range s.staff {
			may := r.may(who.actor)
			if may && method != http.MethodGet {
				let[r.pattern]++
				continue // it would change what the next one is asked about; the journeys do it
			}
			p := who.visitor.Do(method, r.path, map[string]url.Values{http.MethodPost: {}}[method])
			refused := p.Status == http.StatusForbidden || p.Status == http.StatusNotFound
			if refused == may || turnedAway(p) || p.Status >= http.StatusInternalServerError {
				t.Errorf("%s: %s %s is answered with %d, and they may: %v", who.name, method, r.path, p.Status, may)
			}
			if may {
				let[r.pattern]++
			} else {
				kept[r.pattern]++
			}
		}
	}
	for _, r := range rows { // a rule that lets everybody or nobody in tests nothing
		if kept[r.pattern] == 0 || let[r.pattern] == 0 {
			t.Errorf("%s: %d were let in, %d kept out", r.pattern, let[r.pattern], kept[r.pattern])
		}
	}
}
