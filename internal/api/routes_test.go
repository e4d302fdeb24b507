package api_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"openweek/internal/api"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

const described = "../../docs/openapi.json"

func TestTheCommittedDescriptionIsWhatIsServed(t *testing.T) {
	t.Parallel()
	p := testkit.Start(t, sqldb.SQLite).Visitor().Get("/api/openapi.json")
	if p.Status != http.StatusOK {
		t.Fatalf("answered %d", p.Status)
	}
	var document any
	if err := json.Unmarshal([]byte(p.Body), &document); err != nil {
		t.Fatal(err)
	}
	served, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	served = append(served, '\n')
	if *update {
		if err := os.WriteFile(described, served, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(described)
	if err != nil {
		t.Fatal(err)
	}
	if string(committed) != string(served) {
		t.Error("docs/openapi.json does not fit the code; run: go test ./internal/api -update")
	}
}

func TestTheTableAndTheDescriptionNameTheSameOperations(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(described)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	var inDescription, inTable []string
	for path, methods := range document.Paths {
		for method := range methods {
			inDescription = append(inDescription, strings.ToUpper(method)+" "+path)
		}
	}
	for _, route := range api.Routes(api.Services{}) {
		if route.Path() != "/api/openapi.json" {
			inTable = append(inTable, route.Pattern)
		}
	}
	slices.Sort(inDescription)
	slices.Sort(inTable)
	if !slices.Equal(inDescription, inTable) {
		t.Errorf("described %v, served %v", inDescription, inTable)
	}
}

func TestWithoutAPublishedEditionTheAnswerIsAProblem(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		p := testkit.Start(t, engine).Visitor().Get("/api/v1/editions/current")
		if p.Status != http.StatusNotFound || p.Header.Get("Content-Type") != "application/problem+json" {
			t.Fatalf("%d %s", p.Status, p.Header.Get("Content-Type"))
		}
		var problem struct{ Key, Request string }
		if err := json.Unmarshal([]byte(p.Body), &problem); err != nil {
			t.Fatal(err)
		}
		if problem.Key != "edition.none_published" || problem.Request != p.Header.Get("X-Request-Id") {
			t.Errorf("the problem is %s", p.Body)
		}
	})
}
