package web

import (
	"slices"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/httpx"
	"openweek/internal/web/assets"
	"openweek/internal/web/desk"
	"openweek/internal/web/door"
	"openweek/internal/web/gallery"
	"openweek/internal/web/host"
	"openweek/internal/web/portal"
	"openweek/internal/web/ticket"
	"openweek/internal/web/ui"
)

// FirstRunPath is the page that makes the first three people of an empty store.
const FirstRunPath = "/desk/first-run"

// Nav is the navigation of the Desk: what is owed, the week, its visitors, and the rest.
var Nav = slices.Insert(slices.Clone(desk.Nav), 2, host.Nav)

// Parts are what the pages are made of; the composition root fills them in.
type Parts struct {
	Shell     *ui.Shell
	Operation Operation
	Portal    *portal.Portal
	Desk      *desk.Desk
	Ticket    *ticket.Ticket
	Host      *host.Host
	Door      *door.Door
	// Dev adds the gallery of components.
	Dev bool
}

// Routes is the table of all pages: what is asked for, who answers, who may come in, and the right
// that the use case behind it checks.
func Routes(p Parts) []httpx.Route {
	o, pub, d := p.Operation, p.Portal, p.Desk
	edition := &httpx.Cache{Topics: []string{"edition", "unit"}}
	// What shows seats is made anew once a second at most, and so needs no topic.
	seats := &httpx.Cache{For: time.Second}
	query := &httpx.Cache{For: time.Second, Query: activity.Parameters, Own: portal.NearQuery}
	// Feeds and files show no seats: they expire when an activity changes. What is filtered by seats is a
	// minute old at most.
	activities := []string{"edition", "unit", "activity"}
	feed := &httpx.Cache{Topics: activities, Query: activity.Parameters, Own: portal.NearQuery, For: time.Minute}
	file := &httpx.Cache{Topics: activities, Query: []string{"format", "after"}}
	var dev []httpx.Route
	if p.Dev {
		dev = gallery.Routes(p.Shell)
	}
	return slices.Concat(assets.Routes(), dev, p.Ticket.Routes(), p.Door.Routes(), p.Host.Routes(), []httpx.Route{
		{Pattern: "GET /healthz", Handle: o.healthy, Who: httpx.Anyone, Answer: httpx.JSON, Bare: true},
		{Pattern: "GET /readyz", Handle: o.ready, Who: httpx.Anyone, Answer: httpx.JSON, Bare: true},
		{Pattern: "GET /metrics", Handle: o.metrics, Who: httpx.Anyone, Answer: httpx.JSON, Bare: true},

		{Pattern: "GET /{$}", Handle: pub.GetHome, Who: httpx.Anyone, Cache: seats},
		{Pattern: "GET /activities", Handle: pub.GetActivities, Who: httpx.Anyone, Cache: query},
		{Pattern: "GET /activities/calendar", Handle: pub.GetCalendar, Who: httpx.Anyone, Cache: query},
		{Pattern: "GET /activities/map", Handle: pub.GetMap, Who: httpx.Anyone, Cache: query},
		{Pattern: "GET /activities/near", Handle: pub.GetNear, Who: httpx.Anyone},
		{Pattern: "GET /activities/{id}", Handle: pub.GetActivity, Who: httpx.Anyone, Cache: seats},
		{Pattern: "GET /activities.ics", Handle: pub.GetCalendarFeed, Who: httpx.Anyone, Cache: feed},
		{Pattern: "GET /activities.atom", Handle: pub.GetAtomFeed, Who: httpx.Anyone, Cache: feed},
		{Pattern: "GET /activities/{id}/calendar.ics", Handle: pub.GetActivityCalendar, Who: httpx.Anyone, Cache: file},
		{Pattern: "GET /activities/{id}/sessions/{session}/calendar.ics", Handle: pub.GetSessionCalendar, Who: httpx.Anyone, Cache: file},
		{Pattern: "GET /activities/{id}/poster.pdf", Handle: pub.GetPoster, Who: httpx.Anyone, Cache: file, Rate: posterRate},
		{Pattern: "GET /activities/{id}/qr.svg", Handle: pub.GetQRPicture, Who: httpx.Anyone, Cache: file},
		{Pattern: "GET /activities/{id}/qr.png", Handle: pub.GetQRPixels, Who: httpx.Anyone, Cache: file},
		{Pattern: "GET /s/{code}", Handle: pub.GetShort, Who: httpx.Anyone},
		{Pattern: "GET /sitemap.xml", Handle: pub.GetSitemap, Who: httpx.Anyone, Cache: file},
		{Pattern: "GET /sitemap-pages.xml", Handle: pub.GetSitemapPages, Who: httpx.Anyone, Cache: file},
		{Pattern: "GET /sitemap-activities.xml", Handle: pub.GetSitemapActivities, Who: httpx.Anyone, Cache: file},
		{Pattern: "GET /robots.txt", Handle: pub.GetRobots, Who: httpx.Anyone, Cache: &httpx.Cache{}},
		{Pattern: "GET /api/docs", Handle: pub.GetAPIDocs, Who: httpx.Anyone, Cache: &httpx.Cache{}},
		{Pattern: "GET /pictures/{id}", Handle: pub.GetPicture, Who: httpx.Anyone},
		{Pattern: "GET /units/{id}", Handle: pub.GetUnit, Who: httpx.Anyone, Cache: seats},
		{Pattern: "GET /topics/{code}", Handle: pub.GetTopic, Who: httpx.Anyone, Cache: seats},
		{Pattern: "GET /methods/{code}", Handle: pub.GetMethod, Who: httpx.Anyone, Cache: seats},
		{Pattern: "GET /notice", Handle: pub.GetNotice, Who: httpx.Anyone, Cache: edition},
		{Pattern: "GET /editions", Handle: pub.GetEditions, Who: httpx.Anyone, Cache: edition},
		{Pattern: "GET /editions/{id}", Handle: pub.GetEdition, Who: httpx.Anyone, Cache: edition},
		{Pattern: "GET /editions/{id}/notice", Handle: pub.GetEditionNotice, Who: httpx.Anyone, Cache: edition},
		{Pattern: "GET /editions/{id}/regions/{code}", Handle: pub.GetRegion, Who: httpx.Anyone, Cache: seats},
		{Pattern: "GET /about", Handle: pub.GetAbout, Who: httpx.Anyone, Cache: edition},
		{Pattern: "GET /help", Handle: pub.GetHelp, Who: httpx.Anyone, Cache: &httpx.Cache{}},
		{Pattern: "GET /privacy", Handle: pub.GetPrivacy, Who: httpx.Anyone, Cache: &httpx.Cache{}},
		{Pattern: "GET /accessibility", Handle: pub.GetAccessibility, Who: httpx.Anyone, Cache: &httpx.Cache{}},

		{Pattern: "GET /desk/sign-in", Handle: d.GetSignIn, Who: httpx.Anyone},
		{Pattern: "POST /desk/sign-in", Handle: d.PostSignIn, Who: httpx.Anyone, Rate: signInRate},
		{Pattern: "POST /desk/sign-out", Handle: d.PostSignOut, Who: httpx.Anyone},
		{Pattern: "GET " + FirstRunPath, Handle: d.GetFirstRun, Who: httpx.Anyone},
		{Pattern: "POST " + FirstRunPath, Handle: d.PostFirstRun, Who: httpx.Anyone, Rate: signInRate},
		{Pattern: "GET /desk/password", Handle: d.GetPassword, Who: httpx.SignedInOrMustChange},
		{Pattern: "POST /desk/password", Handle: d.PostPassword, Who: httpx.SignedInOrMustChange},
		{Pattern: "GET /desk/me", Handle: d.GetMe, Who: httpx.SignedIn},
		{Pattern: "POST /desk/me/logins/{id}/end", Handle: d.PostEndLogin, Who: httpx.SignedIn},
		{Pattern: "GET /desk/me/sign-out", Handle: d.GetSignOutEverywhere, Who: httpx.SignedIn},
		{Pattern: "POST /desk/me/sign-out", Handle: d.PostSignOutEverywhere, Who: httpx.SignedIn},

		{Pattern: "GET /desk", Handle: d.GetHome, Who: httpx.SignedIn},

		{Pattern: "GET /desk/dispatches", Handle: d.GetDispatches, Who: httpx.SignedIn},
		{Pattern: "GET /desk/dispatches/{id}", Handle: d.GetDispatch, Who: httpx.SignedIn},
		{Pattern: "POST /desk/dispatches/{id}/sign", Handle: d.PostSign, Who: httpx.SignedIn},
		{Pattern: "GET /desk/dispatches/{id}/pass-on", Handle: d.GetPassOn, Who: httpx.SignedIn},
		{Pattern: "POST /desk/dispatches/{id}/pass-on", Handle: d.PostPassOn, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties", Handle: d.GetDuties, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}", Handle: d.GetDuty, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/ask", Handle: d.GetAsk, Who: httpx.SignedIn},
		{Pattern: "POST /desk/duties/{id}/ask", Handle: d.PostAsk, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/versions/{n}", Handle: d.GetVersion, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/filing", Handle: d.GetFiling, Who: httpx.SignedIn},
		{Pattern: "POST /desk/duties/{id}/filing", Handle: d.PostFiling, Who: httpx.SignedIn, Body: desk.FilingBody},
		{Pattern: "POST /desk/duties/{id}/filing/draft", Handle: d.PostDraft, Who: httpx.SignedIn, Body: desk.DraftBody, Answer: httpx.JSON},
		{Pattern: "GET /desk/duties/{id}/filing/receipt", Handle: d.GetFilingReceipt, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/filing/withdraw", Handle: d.GetWithdraw, Who: httpx.SignedIn},
		{Pattern: "POST /desk/duties/{id}/filing/withdraw", Handle: d.PostWithdraw, Who: httpx.SignedIn},
		{Pattern: "GET /desk/reviews", Handle: d.GetReviews, Who: httpx.SignedIn},
		{Pattern: "GET /desk/reviews/{step}", Handle: d.GetReview, Who: httpx.SignedIn},
		{Pattern: "POST /desk/reviews/{step}", Handle: d.PostReview, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities", Handle: d.GetActivities, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/export", Handle: d.GetActivitiesExport, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/template", Handle: d.GetActivitiesTemplate, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/import", Handle: d.GetActivitiesImport, Who: httpx.SignedIn, Right: actor.ActivityEnter},
		{Pattern: "POST /desk/activities/import", Handle: d.PostActivitiesImport, Who: httpx.SignedIn, Right: actor.ActivityEnter, Body: desk.ImportBody},
		{Pattern: "GET /desk/activities/new", Handle: d.GetNewActivity, Who: httpx.SignedIn, Right: actor.ActivityEnter},
		{Pattern: "POST /desk/activities/new", Handle: d.PostNewActivity, Who: httpx.SignedIn, Right: actor.ActivityEnter},
		{Pattern: "GET /desk/activities/{id}", Handle: d.GetActivity, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/edit", Handle: d.GetEditActivity, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/edit", Handle: d.PostEditActivity, Who: httpx.SignedIn, Body: desk.FilingBody},
		{Pattern: "POST /desk/activities/{id}/draft", Handle: d.PostActivityDraft, Who: httpx.SignedIn, Body: desk.DraftBody, Answer: httpx.JSON},
		{Pattern: "GET /desk/activities/{id}/method", Handle: d.GetActivityMethod, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/method", Handle: d.PostActivityMethod, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/preview", Handle: d.GetActivityPreview, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/sessions", Handle: d.GetSessions, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/sessions", Handle: d.PostSessions, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/sessions/{session}", Handle: d.GetSession, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/sessions/{session}", Handle: d.PostSession, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/sessions/{session}/seats", Handle: d.PostSeats, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/sessions/{session}/remove", Handle: d.GetRemoveSession, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/sessions/{session}/remove", Handle: d.PostRemoveSession, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/sessions/{session}/cancel", Handle: d.GetCancelSession, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/sessions/{session}/cancel", Handle: d.PostCancelSession, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/submit", Handle: d.GetSubmitActivity, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/submit", Handle: d.PostSubmitActivity, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/withdraw", Handle: d.GetWithdrawActivity, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/withdraw", Handle: d.PostWithdrawActivity, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/discard", Handle: d.GetDiscardActivity, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/discard", Handle: d.PostDiscardActivity, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/cancel", Handle: d.GetCancelActivity, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/cancel", Handle: d.PostCancelActivity, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/copy", Handle: d.GetCopyActivity, Who: httpx.SignedIn},
		{Pattern: "POST /desk/activities/{id}/copy", Handle: d.PostCopyActivity, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/versions/{n}", Handle: d.GetActivityVersion, Who: httpx.SignedIn},
		{Pattern: "GET /desk/activities/{id}/certificate", Handle: d.GetCertificate, Who: httpx.SignedIn},
		{Pattern: "GET /desk/results", Handle: d.GetResults, Who: httpx.SignedIn},
		{Pattern: "GET /desk/results/{session}", Handle: d.GetResult, Who: httpx.SignedIn},
		{Pattern: "GET /desk/results/{session}/report", Handle: d.GetReport, Who: httpx.SignedIn},
		{Pattern: "POST /desk/results/{session}/report", Handle: d.PostReport, Who: httpx.SignedIn, Body: desk.FilingBody},
		{Pattern: "GET /desk/grid", Handle: d.GetPresentGrid, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/grid", Handle: d.GetGrid, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/grid/export", Handle: d.GetGridExport, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/grid/ask", Handle: d.GetGridAsk, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/grid/ask", Handle: d.PostGridAsk, Who: httpx.SignedIn},
		{Pattern: "GET /desk/inbox", Handle: d.GetInbox, Who: httpx.SignedIn},
		{Pattern: "GET /desk/inbox/{id}", Handle: d.GetMessage, Who: httpx.SignedIn},
		{Pattern: "POST /desk/inbox/read", Handle: d.PostReadAll, Who: httpx.SignedIn},
		{Pattern: "POST /files", Handle: d.PostFile, Who: httpx.SignedIn, Body: desk.UploadBody, Answer: httpx.JSON},
		{Pattern: "POST /files/pictures", Handle: d.PostPicture, Who: httpx.SignedIn, Body: desk.UploadBody, Answer: httpx.JSON},
		{Pattern: "GET /files/{id}", Handle: d.GetFile, Who: httpx.SignedIn},

		{Pattern: "GET /desk/notices", Handle: d.GetNotices, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "GET /desk/notices/new", Handle: d.GetNewNotice, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/notices/new", Handle: d.PostNewNotice, Who: httpx.SignedIn, Right: actor.EditionDraft, Body: desk.NoticeBody},
		{Pattern: "GET /desk/notices/{id}", Handle: d.GetNotice, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "GET /desk/notices/{id}/file", Handle: d.GetNoticeFile, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "POST /desk/notices/{id}", Handle: d.PostNotice, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/notices/{id}/edition", Handle: d.GetNewEdition, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/notices/{id}/edition", Handle: d.PostNewEdition, Who: httpx.SignedIn, Right: actor.EditionDraft},

		{Pattern: "GET /desk/editions", Handle: d.GetEditions, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}", Handle: d.GetEdition, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "GET /desk/editions/{id}/edit", Handle: d.GetEditEdition, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/edit", Handle: d.PostEditEdition, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/issuers", Handle: d.GetIssuers, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/issuers", Handle: d.PostIssuers, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/contents", Handle: d.GetContents, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "GET /desk/editions/{id}/items/new", Handle: d.GetNewItem, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/items/new", Handle: d.PostNewItem, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/items/{item}", Handle: d.GetItem, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/items/{item}", Handle: d.PostItem, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/items/{item}/move", Handle: d.PostMoveItem, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/obligations", Handle: d.GetObligations, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "GET /desk/editions/{id}/obligations/new", Handle: d.GetNewObligation, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/obligations/new", Handle: d.PostNewObligation, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/obligations/{obligation}", Handle: d.GetObligation, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "GET /desk/editions/{id}/obligations/{obligation}/edit", Handle: d.GetEditObligation, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/obligations/{obligation}/edit", Handle: d.PostEditObligation, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/obligations/{obligation}/remove", Handle: d.GetRemoveObligation, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/obligations/{obligation}/remove", Handle: d.PostRemoveObligation, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/audiences", Handle: d.GetAudiences, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/audiences", Handle: d.PostAudiences, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/audiences/{audience}", Handle: d.GetAudience, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "POST /desk/editions/{id}/audiences/{audience}", Handle: d.PostAudience, Who: httpx.SignedIn, Right: actor.EditionDraft, Body: desk.AudienceBody},
		{Pattern: "GET /desk/editions/{id}/audiences/{audience}/remove", Handle: d.GetRemoveAudience, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/audiences/{audience}/remove", Handle: d.PostRemoveAudience, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/groups", Handle: d.GetGroups, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "GET /desk/editions/{id}/groups/new", Handle: d.GetNewGroup, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/groups/new", Handle: d.PostNewGroup, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/groups/{group}", Handle: d.GetGroup, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "POST /desk/editions/{id}/groups/{group}", Handle: d.PostGroup, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/amendments", Handle: d.GetAmendments, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "GET /desk/editions/{id}/redate", Handle: d.GetRedate, Who: httpx.SignedIn, Right: actor.EditionPublish},
		{Pattern: "POST /desk/editions/{id}/redate", Handle: d.PostRedate, Who: httpx.SignedIn, Right: actor.EditionPublish},
		{Pattern: "GET /desk/editions/{id}/themes", Handle: d.GetThemes, Who: httpx.SignedIn, Right: actor.EditionRead},
		{Pattern: "GET /desk/editions/{id}/local-theme", Handle: d.GetLocalTheme, Who: httpx.SignedIn, Right: actor.LocalThemeSet},
		{Pattern: "POST /desk/editions/{id}/local-theme", Handle: d.PostLocalTheme, Who: httpx.SignedIn, Right: actor.LocalThemeSet},
		{Pattern: "GET /desk/editions/{id}/publish", Handle: d.GetPublish, Who: httpx.SignedIn, Right: actor.EditionPublish},
		{Pattern: "POST /desk/editions/{id}/publish", Handle: d.PostPublish, Who: httpx.SignedIn, Right: actor.EditionPublish},
		{Pattern: "GET /desk/editions/{id}/archive", Handle: d.GetArchive, Who: httpx.SignedIn, Right: actor.EditionPublish},
		{Pattern: "POST /desk/editions/{id}/archive", Handle: d.PostArchive, Who: httpx.SignedIn, Right: actor.EditionPublish},
		{Pattern: "GET /desk/editions/{id}/copy", Handle: d.GetCopy, Who: httpx.SignedIn, Right: actor.EditionPublish},
		{Pattern: "POST /desk/editions/{id}/copy", Handle: d.PostCopy, Who: httpx.SignedIn, Right: actor.EditionPublish},
		{Pattern: "GET /desk/editions/{id}/contact", Handle: d.GetContact, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/contact", Handle: d.PostContact, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/activities", Handle: d.GetActivityRule, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/activities", Handle: d.PostActivityRule, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "GET /desk/editions/{id}/activities/{method}", Handle: d.GetMethodKinds, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/activities/{method}", Handle: d.PostMethodKinds, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/guests", Handle: d.GetGuests, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/guests/new", Handle: d.GetGuest, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/guests/new", Handle: d.PostGuest, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/guests/{guest}", Handle: d.GetGuest, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/guests/{guest}", Handle: d.PostGuest, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/notice", Handle: d.GetAttach, Who: httpx.SignedIn, Right: actor.EditionDraft},
		{Pattern: "POST /desk/editions/{id}/notice", Handle: d.PostAttach, Who: httpx.SignedIn, Right: actor.EditionDraft},

		{Pattern: "GET /desk/ledger", Handle: d.GetPresentLedger, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/ledger", Handle: d.GetLedger, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/ledger/export", Handle: d.GetLedgerExport, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/ledger/selection", Handle: d.GetSelection, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/ledger/selection", Handle: d.PostSelection, Who: httpx.SignedIn, Body: desk.SelectionBody},
		{Pattern: "GET /desk/editions/{id}/ledger/selected", Handle: d.GetSelection, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/ledger/selected", Handle: d.PostSelected, Who: httpx.SignedIn, Body: desk.SelectionBody},
		{Pattern: "GET /desk/editions/{id}/ledger/obligations", Handle: d.GetColumns, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/ledger/obligations/new", Handle: d.GetNewOwn, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/ledger/obligations/new", Handle: d.PostNewOwn, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/ledger/obligations/{obligation}", Handle: d.GetRule, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/ledger/obligations/{obligation}", Handle: d.PostRule, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/ledger/obligations/{obligation}/remove", Handle: d.GetRemoveOwn, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/ledger/obligations/{obligation}/remove", Handle: d.PostRemoveOwn, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/ledger/obligations/{obligation}/export", Handle: d.PostFilingsExport, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/receipts", Handle: d.GetReceipts, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/receipts/export", Handle: d.GetReceiptsExport, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/requests", Handle: d.GetRequests, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/chasing", Handle: d.GetChasing, Who: httpx.SignedIn},
		{Pattern: "GET /desk/editions/{id}/chasing/stages", Handle: d.GetStages, Who: httpx.SignedIn},
		{Pattern: "POST /desk/editions/{id}/chasing/stages", Handle: d.PostStages, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/decisions", Handle: d.GetGive, Who: httpx.SignedIn},
		{Pattern: "POST /desk/duties/{id}/decisions", Handle: d.PostGive, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/decisions/{decision}", Handle: d.GetAnswer, Who: httpx.SignedIn},
		{Pattern: "POST /desk/duties/{id}/decisions/{decision}", Handle: d.PostAnswer, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/decisions/{decision}/take-back", Handle: d.GetTakeBack, Who: httpx.SignedIn},
		{Pattern: "POST /desk/duties/{id}/decisions/{decision}/take-back", Handle: d.PostTakeBack, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/chases", Handle: d.GetChases, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/filing.docx", Handle: d.GetFilingWord, Who: httpx.SignedIn},
		{Pattern: "GET /desk/duties/{id}/filing.pdf", Handle: d.GetFilingPDF, Who: httpx.SignedIn},
		{Pattern: "GET /desk/exports", Handle: d.GetExports, Who: httpx.SignedIn},
		{Pattern: "GET /desk/exports/{id}", Handle: d.GetExport, Who: httpx.SignedIn},
		{Pattern: "GET /desk/exports/{id}/file", Handle: d.GetExportFile, Who: httpx.SignedIn},
		{Pattern: "GET /desk/forms", Handle: d.GetForms, Who: httpx.SignedIn},
		{Pattern: "GET /desk/forms/import", Handle: d.GetFormImport, Who: httpx.SignedIn},
		{Pattern: "POST /desk/forms/import", Handle: d.PostFormImport, Who: httpx.SignedIn, Body: desk.FormBody},
		{Pattern: "GET /desk/forms/{id}", Handle: d.GetForm, Who: httpx.SignedIn},
		{Pattern: "GET /desk/forms/{id}/file", Handle: d.GetFormFile, Who: httpx.SignedIn},
		{Pattern: "GET /desk/calendar", Handle: d.GetCalendar, Who: httpx.SignedIn},
		{Pattern: "GET /desk/calendar/template", Handle: d.GetCalendarTemplate, Who: httpx.SignedIn},
		{Pattern: "GET /desk/calendar/import", Handle: d.GetCalendarImport, Who: httpx.SignedIn},
		{Pattern: "POST /desk/calendar/import", Handle: d.PostCalendarImport, Who: httpx.SignedIn, Body: desk.CalendarBody},

		{Pattern: "GET /desk/units", Handle: d.GetUnits, Who: httpx.SignedIn, Right: actor.UnitRead},
		{Pattern: "GET /desk/units/export", Handle: d.GetUnitsExport, Who: httpx.SignedIn, Right: actor.UnitRead},
		{Pattern: "GET /desk/units/template", Handle: d.GetUnitsTemplate, Who: httpx.SignedIn},
		{Pattern: "GET /desk/units/import", Handle: d.GetUnitsImport, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "POST /desk/units/import", Handle: d.PostUnitsImport, Who: httpx.SignedIn, Right: actor.UnitManage, Body: desk.ImportBody},
		{Pattern: "GET /desk/units/new", Handle: d.GetNewUnit, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "POST /desk/units/new", Handle: d.PostNewUnit, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "GET /desk/units/{id}", Handle: d.GetUnit, Who: httpx.SignedIn, Right: actor.UnitRead},
		{Pattern: "GET /desk/units/{id}/edit", Handle: d.GetEditUnit, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "POST /desk/units/{id}/edit", Handle: d.PostEditUnit, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "GET /desk/units/{id}/contact", Handle: d.GetUnitContact, Who: httpx.SignedIn, Right: actor.UnitContact},
		{Pattern: "POST /desk/units/{id}/contact", Handle: d.PostUnitContact, Who: httpx.SignedIn, Right: actor.UnitContact},
		{Pattern: "GET /desk/units/{id}/close", Handle: d.GetCloseUnit, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "POST /desk/units/{id}/close", Handle: d.PostCloseUnit, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "GET /desk/units/{id}/people", Handle: d.GetUnitPeople, Who: httpx.SignedIn, Right: actor.PersonRead},
		{Pattern: "GET /desk/units/{id}/people/new", Handle: d.GetNewPerson, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "POST /desk/units/{id}/people/new", Handle: d.PostNewPerson, Who: httpx.SignedIn, Right: actor.PersonManage},

		{Pattern: "GET /desk/regions", Handle: d.GetRegions, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "GET /desk/regions/export", Handle: d.GetRegionsExport, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "GET /desk/regions/template", Handle: d.GetRegionsTemplate, Who: httpx.SignedIn},
		{Pattern: "GET /desk/regions/import", Handle: d.GetRegionsImport, Who: httpx.SignedIn, Right: actor.UnitManage},
		{Pattern: "POST /desk/regions/import", Handle: d.PostRegionsImport, Who: httpx.SignedIn, Right: actor.UnitManage, Body: desk.ImportBody},

		{Pattern: "GET /desk/people", Handle: d.GetPeople, Who: httpx.SignedIn, Right: actor.PersonRead},
		{Pattern: "GET /desk/people/without-role", Handle: d.GetRoleless, Who: httpx.SignedIn, Right: actor.RoleGrant},
		{Pattern: "GET /desk/people/export", Handle: d.GetPeopleExport, Who: httpx.SignedIn, Right: actor.PersonReveal},
		{Pattern: "POST /desk/people/export", Handle: d.PostPeopleExport, Who: httpx.SignedIn, Right: actor.PersonReveal},
		{Pattern: "GET /desk/people/template", Handle: d.GetPeopleTemplate, Who: httpx.SignedIn},
		{Pattern: "GET /desk/people/import", Handle: d.GetPeopleImport, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "POST /desk/people/import", Handle: d.PostPeopleImport, Who: httpx.SignedIn, Right: actor.PersonManage, Body: desk.ImportBody},
		{Pattern: "POST /desk/people/initial-passwords", Handle: d.PostInitialsSheet, Who: httpx.SignedIn},
		{Pattern: "GET /desk/people/{id}", Handle: d.GetPerson, Who: httpx.SignedIn, Right: actor.PersonRead},
		{Pattern: "GET /desk/people/{id}/edit", Handle: d.GetEditPerson, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "POST /desk/people/{id}/edit", Handle: d.PostEditPerson, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "GET /desk/people/{id}/move", Handle: d.GetMovePerson, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "POST /desk/people/{id}/move", Handle: d.PostMovePerson, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "GET /desk/people/{id}/close", Handle: d.GetClosePerson, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "POST /desk/people/{id}/close", Handle: d.PostClosePerson, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "GET /desk/people/{id}/reset-password", Handle: d.GetResetPassword, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "POST /desk/people/{id}/reset-password", Handle: d.PostResetPassword, Who: httpx.SignedIn, Right: actor.PersonManage},
		{Pattern: "GET /desk/people/{id}/reveal", Handle: d.GetRevealPerson, Who: httpx.SignedIn, Right: actor.PersonReveal},
		{Pattern: "POST /desk/people/{id}/reveal", Handle: d.PostRevealPerson, Who: httpx.SignedIn, Right: actor.PersonReveal},
		{Pattern: "GET /desk/people/{id}/roles", Handle: d.GetRoles, Who: httpx.SignedIn, Right: actor.RoleGrant},
		{Pattern: "POST /desk/people/{id}/roles", Handle: d.PostRoles, Who: httpx.SignedIn, Right: actor.RoleGrant},
		{Pattern: "POST /desk/people/{id}/unlock", Handle: d.PostUnlock, Who: httpx.SignedIn, Right: actor.LoginControl},
		{Pattern: "GET /desk/people/{id}/sign-out", Handle: d.GetSignOutPerson, Who: httpx.SignedIn, Right: actor.LoginControl},
		{Pattern: "POST /desk/people/{id}/sign-out", Handle: d.PostSignOutPerson, Who: httpx.SignedIn, Right: actor.LoginControl},

		{Pattern: "GET /desk/audit", Handle: d.GetAudit, Who: httpx.SignedIn, Right: actor.AuditRead},
		{Pattern: "GET /desk/audit/export", Handle: d.GetAuditExport, Who: httpx.SignedIn, Right: actor.AuditRead},
		{Pattern: "POST /desk/audit/verify", Handle: d.PostVerify, Who: httpx.SignedIn, Right: actor.AuditRead},
	})
}

// posterRate bounds the posters that one address asks for: each that is not kept costs as much as a
// hundred pages.
var posterRate = httpx.Rate{Every: 500 * time.Millisecond, Burst: 20}

// signInRate bounds guesses of passwords and tokens by one address before any is hashed; whole offices
// share an address, and lock-outs do the rest.
var signInRate = httpx.Rate{Every: 500 * time.Millisecond, Burst: 60}
