package main

import (
	"strings"
	"testing"
)

func TestSummaryCountsAndNamesWhatWasSkipped(t *testing.T) {
	in := `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.1}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:1: no PostgreSQL\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB","Elapsed":0}
{"Action":"pass","Package":"p","Elapsed":0.2}
`
	var out strings.Builder
	if !summarize(strings.NewReader(in), &out) {
		t.Error("a run without failure is reported as failed")
	}
	want := "pass  p 0.2s\n\n== go test: 1 packages, 1 tests passed, 0 failed, 1 skipped\n   skipped p TestB: b_test.go:1: no PostgreSQL\n"
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
}

func TestSummaryFailsOnAFailedOrUnendedPackageAndOnNothing(t *testing.T) {
	for _, in := range []string{
		"",
		`{"Action":"fail","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n",
		`{"Action":"pass","Package":"q"}` + "\n" + `{"Action":"output","Package":"p","Output":"panic"}` + "\n",
	} {
		var out strings.Builder
		if summarize(strings.NewReader(in), &out) {
			t.Errorf("%q is reported as passed:\n%s", in, out.String())
		}
	}
}
