package door

import (
	"time"

	"openweek/internal/httpx"
)

// Routes is the table of the pages. All stand below /door/, which is the scope of the page's worker.
func (d *Door) Routes() []httpx.Route {
	return []httpx.Route{
		{Pattern: "GET /door/{token}", Handle: d.getDoor, Who: httpx.Anyone, Rate: doorRate},
		{Pattern: "GET /door/{token}/manifest.webmanifest", Handle: d.getManifest, Who: httpx.Anyone, Answer: httpx.JSON, Rate: doorRate},
		{Pattern: "GET /door/{token}/list.json", Handle: d.getList, Who: httpx.Anyone, Answer: httpx.JSON, Rate: doorRate},
		{Pattern: "GET /door/{token}/guests.json", Handle: d.getGuests, Who: httpx.Anyone, Answer: httpx.JSON, Rate: doorRate},
		{Pattern: "POST /door/{token}/events", Handle: d.postEvents, Who: httpx.Anyone, Answer: httpx.JSON, Rate: doorRate, Body: maxBody},
		{Pattern: "GET /door/worker.js", Handle: getWorker, Who: httpx.Anyone, Bare: true},
		{Pattern: "GET /door/icon-192.png", Handle: getIcon(192), Who: httpx.Anyone, Bare: true},
		{Pattern: "GET /door/icon-512.png", Handle: getIcon(512), Who: httpx.Anyone, Bare: true},
	}
}

// doorRate bounds one address: the telephones of an event share one behind a school's gateway, each asks
// three times a minute and once for each person who comes.
var doorRate = httpx.Rate{Every: 20 * time.Millisecond, Burst: 300}

// maxBody is the largest body of what a telephone hands in: two hundred events.
const maxBody = 128 << 10
