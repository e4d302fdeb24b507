package portal

import (
	"net/http"

	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// GetAPIDocs shows the documentation of the JSON interface, from files of our own.
func (p *Portal) GetAPIDocs(w http.ResponseWriter, r *httpx.Request) error {
	v := p.Shell.View(r, r.T("feed.api_title"))
	v.Scripts, v.Head = []string{"api-docs.js"}, apiDocsHead()
	return ui.Render(w, r, http.StatusOK, showAPIDocs(v))
}
