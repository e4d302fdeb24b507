// Command testsum reads the events of go test -json, prints what failed as it happens and a summary
// at the end: packages, tests, what was skipped and why. Its exit code is 1 when anything failed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	if !summarize(os.Stdin, os.Stdout) {
		os.Exit(1)
	}
}

// event is a line of go test -json (see go doc test2json) or of go build -json.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

// summarize tells whether all went well.
func summarize(in io.Reader, out io.Writer) bool {
	var passed, failed, packages int
	var failures, skips []string
	output := map[string][]string{} // of what has not ended yet
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				fmt.Fprint(out, line)
				continue
			}
			name := strings.TrimSuffix(e.Package+" "+e.Test, " ")
			switch e.Action {
			case "output":
				output[name] = append(output[name], e.Output)
			case "build-output":
				fmt.Fprint(out, e.Output)
			case "pass", "skip", "fail":
				if e.Test == "" {
					packages++
					fmt.Fprintf(out, "%-5s %s %.1fs\n", e.Action, e.Package, e.Elapsed)
				}
				switch {
				case e.Action == "fail":
					for _, text := range output[name] {
						fmt.Fprint(out, text)
					}
					failures = append(failures, name)
					if e.Test != "" {
						failed++
					}
				case e.Test != "" && e.Action == "skip":
					skips = append(skips, name+": "+reason(output[name]))
				case e.Test != "":
					passed++
				}
				delete(output, name)
			}
		}
		if err != nil {
			break
		}
	}
	// Output of a package that never ended, as after a crash of the test binary.
	for name, texts := range output {
		failures = append(failures, name+" did not end")
		for _, text := range texts {
			fmt.Fprint(out, text)
		}
	}
	slices.Sort(failures)
	slices.Sort(skips)
	fmt.Fprintf(out, "\n== go test: %d packages, %d tests passed, %d failed, %d skipped\n", packages, passed, failed, len(skips))
	for _, s := range skips {
		fmt.Fprintln(out, "   skipped", s)
	}
	for _, f := range failures {
		fmt.Fprintln(out, "   FAILED ", f)
	}
	return len(failures) == 0 && packages > 0
}

// reason is the last thing that a test said before it was skipped.
func reason(output []string) string {
	for _, line := range slices.Backward(output) {
		text := strings.TrimSpace(line)
		if text != "" && !strings.HasPrefix(text, "---") && !strings.HasPrefix(text, "===") {
			return text
		}
	}
	return "no reason given"
}
