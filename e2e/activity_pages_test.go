package e2e

import (
	"testing"

	"openweek/internal/activity"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

// Every kind of page of activities on the Desk, on both screens and in both languages.
func TestActivityPagesHold(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	e, host := site.Edition(), site.Staff("college.editor")
	public := site.Publish(nil, testkit.Run(e.End, 9, 40), testkit.Run(e.End, 14, 40))
	begun, err := site.Activities.Copy(t.Context(), host, public.ID, activity.Copying{Sessions: true})
	if err != nil {
		t.Fatal(err)
	}
	past, err := site.Activities.FindPublic(t.Context(), e.ID, activity.Filter{To: e.Start})
	if err != nil || len(past.Items) == 0 {
		t.Fatalf("the sample holds nothing on the first day: %v", err)
	}
	list, week := "/desk/activities", "/desk/editions/"+e.ID
	own, draft := list+"/"+public.ID, list+"/"+begun.ID
	var pages []deskPage
	for _, p := range [][3]string{
		{"list", "sheng.head", list}, {"list-none", "sheng.head", list + "?show=declined"}, {"other", "sheng.head", list + "/" + past.Items[0].ID},
		{"grid", "sheng.head", week + "/grid"}, {"grid-topics", "sheng.head", week + "/grid?rows=topic&cols=region"},
		{"ask", "sheng.head", week + "/grid/ask?region=430800&method=" + public.Content.MethodID},
		{"results", "sheng.head", "/desk/results"}, {"result", "sheng.head", "/desk/results/" + past.Items[0].Sessions[0].ID},
		{"rule", "sheng.head", week + "/activities"}, {"guests", "renshe.head", week + "/guests"}, {"guest-new", "renshe.head", week + "/guests/new"},
		{"own", "college.editor", own}, {"own-cancel", "college.editor", own + "/cancel"}, {"own-session", "college.editor", own + "/sessions/" + public.Sessions[0].ID},
		{"new", "college.editor", list + "/new"}, {"import", "college.editor", list + "/import"}, {"edit", "college.editor", draft + "/edit"},
		{"method", "college.editor", draft + "/method"}, {"sessions", "college.editor", draft + "/sessions"}, {"preview", "college.editor", draft + "/preview"},
		{"submit", "college.editor", draft + "/submit"}, {"discard", "college.editor", draft + "/discard"}, {"copy", "college.editor", draft + "/copy"},
	} {
		pages = append(pages, deskPage{p[0], p[1], p[2]})
	}
	hold(t, site, "act", pages)
}
