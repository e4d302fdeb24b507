// Command bench measures the product against limits in the same run, prints the table and writes
// bench/RESULTS.md. Machines are shared and noisy: the ratios count, not the figures. It needs
// bin/openweek (make build).
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// row is one line of the table.
type row struct{ work, limit, result, must, reach string }

func main() {
	if len(os.Args) == 3 && os.Args[1] == "bare" { // a child of this program
		if err := serveBare(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	program := flag.String("program", "bin/openweek", "the product")
	runs := flag.Int("runs", 5, "interleaved runs of each measurement")
	seconds := flag.Float64("seconds", 3, "length of a load run")
	only := flag.String("only", "", "the part to measure: notice, find, start, pages, ledgers, booking or export; the results are printed only")
	flag.Parse()
	rows, err := measure(*program, *only, *runs, time.Duration(*seconds*float64(time.Second)))
	if err == nil {
		err = report(rows, *only == "")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(program, only string, runs int, length time.Duration) ([]row, error) {
	var rows []row
	for _, part := range []struct {
		name string
		run  func() ([]row, error)
	}{
		{"notice", func() ([]row, error) { return parsing(runs) }},
		{"find", func() ([]row, error) { return finding(runs) }},
		{"start", func() ([]row, error) { return starting(program, runs) }},
		{"pages", func() ([]row, error) { return pages(program, runs, length) }},
		{"ledgers", func() ([]row, error) { return ledgers(program, runs) }},
		{"booking", func() ([]row, error) { return booked(runs) }},
		{"export", func() ([]row, error) { return exporting(runs) }},
	} {
		if only != "" && only != part.name {
			continue
		}
		more, err := part.run()
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func report(rows []row, keep bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Results of `make bench`\n\n%s, %d cores, %s/%s, %s. Medians of interleaved runs; the load comes from the same machine.\n\n",
		time.Now().Format(time.DateOnly), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	b.WriteString("| work | held against | result | must reach | reach for |\n|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.work, r.limit, r.result, r.must, r.reach)
	}
	fmt.Print(b.String())
	if !keep {
		return nil
	}
	return os.WriteFile("bench/RESULTS.md", []byte(b.String()), 0o644)
}
