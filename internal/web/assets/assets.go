// Package assets serves the built front end: styles, scripts, icons and pictures with names that
// change with their content, compressed when they were built.
//
// The files are made by `npm run build` into dist/ and are not committed; a fresh clone compiles
// with an empty folder and Check says so.
package assets

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"openweek/internal/errs"
	"openweek/internal/httpx"
)

//go:embed all:dist
var dist embed.FS

// Prefix is where the files are served.
const Prefix = "/assets/"

// ErrEmpty says that the front end was not built into this binary.
var ErrEmpty = errors.New("assets: the front end is not built; run `npm ci && npm run build` and build again")

// file is one file ready to be sent.
type file struct {
	plain, gz   []byte
	contentType string
}

// bundle is a read dist folder.
type bundle struct {
	urls  map[string]string // logical name → URL
	files map[string]file   // name in the URL → file
}

var (
	built, builtErr = read(dist)

	types = map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
		".png": "image/png", ".woff2": "font/woff2", ".json": "application/json", ".webmanifest": "application/manifest+json",
		".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm",
	}
)

func read(folder fs.FS) (bundle, error) {
	b := bundle{urls: map[string]string{}, files: map[string]file{}}
	raw, err := fs.ReadFile(folder, "dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return b, ErrEmpty
	}
	if err != nil {
		return b, err
	}
	var manifest map[string]string
	if err := json.Unmarshal(raw, &manifest); err != nil {
		return b, fmt.Errorf("assets: manifest: %w", err)
	}
	for name, printed := range manifest {
		f := file{contentType: contentType(printed)}
		if f.plain, err = fs.ReadFile(folder, "dist/"+printed); err != nil {
			return b, fmt.Errorf("assets: %s: %w", name, err)
		}
		if f.gz, err = fs.ReadFile(folder, "dist/"+printed+".gz"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return b, fmt.Errorf("assets: %s: %w", name, err)
		}
		b.urls[name], b.files[printed] = Prefix+printed, f
	}
	return b, nil
}

func contentType(name string) string {
	if t, ok := types[path.Ext(name)]; ok {
		return t
	}
	return "application/octet-stream"
}

// Check gives ErrEmpty if the front end was not built into this binary, or what is wrong with it.
func Check() error { return builtErr }

// URL gives the address of a file by its name before fingerprinting, such as "portal.css". An
// unknown name gives an address that is answered with 404, so that it is seen.
func URL(name string) string {
	if u, ok := built.urls[name]; ok {
		return u
	}
	return Prefix + "missing/" + name
}

// Routes is the route table of the files.
func Routes() []httpx.Route {
	return []httpx.Route{{Pattern: "GET " + Prefix + "{name}", Handle: serve, Who: httpx.Anyone, Bare: true}}
}

// serve sends a file; its name names its content, so browsers keep it for good.
func serve(w http.ResponseWriter, r *httpx.Request) error {
	f, ok := built.files[r.PathValue("name")]
	if !ok {
		return errs.NotFound("error.not_found")
	}
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	body := f.plain
	if f.gz != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			body = f.gz
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the client may be gone
	return nil
}
