// Command openweek runs a publicity week of vocational education (职业教育活动周), from the official
// notice to the final report.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"openweek/internal/config"
	"openweek/internal/errs"
	"openweek/internal/i18n"
)

// version is set by the linker.
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], terminal{os.Stdout, os.Stderr, i18n.Match("", config.Language())}))
}

// terminal is whom a command speaks to.
type terminal struct {
	out, err io.Writer
	locale   i18n.Locale
}

func (t terminal) say(key string, kv ...any) { fmt.Fprintln(t.out, i18n.T(t.locale, key, kv...)) }

// commands is the grammar of the command line.
type commands struct {
	Config config.File `placeholder:"FILE" help:"command.config"`

	Serve  serve      `cmd:"" help:"command.serve"`
	Demo   demo       `cmd:"" help:"command.demo" set:"data=data/demo"`
	Sample fillSample `cmd:"" help:"command.sample" set:"data=data/demo"`
	Notice struct {
		Parse parseNotice `cmd:"" help:"command.notice_parse"`
	} `cmd:"" help:"command.notice"`
	Bench struct {
		Booking benchBooking `cmd:"" help:"command.bench_booking"`
	} `cmd:"" help:"command.bench"`
	Backup  backup  `cmd:"" help:"command.backup"`
	Restore restore `cmd:"" help:"command.restore"`
	Verify  verify  `cmd:"" help:"command.verify"`
	Copy    copyTo  `cmd:"" help:"command.copy"`
	Keys    struct {
		Rotate rotateKeys `cmd:"" help:"command.keys_rotate"`
	} `cmd:"" help:"command.keys"`
	Person struct {
		ResetPassword resetPassword `cmd:"" help:"command.person_reset"`
	} `cmd:"" help:"command.person"`
	Settings struct {
		Example exampleConfig `cmd:"" help:"command.config_example"`
	} `cmd:"" name:"config" help:"command.config_group"`
	Version showVersion `cmd:"" help:"command.version"`
}

// run executes one command line and gives the exit code: 0 done, 1 failed, 2 not understood.
func run(ctx context.Context, args []string, t terminal) int {
	translate := func(key string) string { return i18n.T(t.locale, key) }
	options := append(config.Options(translate),
		kong.Name("openweek"), kong.Description(translate("command.about")),
		kong.Writers(t.out, t.err), kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t),
	)
	parser, err := kong.New(&commands{}, options...)
	if err != nil {
		panic(err) // the grammar is wrong, which every test would have shown
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		t.explain(err)
		return 2
	}
	if err := chosen.Run(); err != nil {
		t.explain(err)
		return 1
	}
	return 0
}

// explain tells a person at the terminal what went wrong. Unlike a visitor of a page they run the
// product, so the cause is shown, too.
func (t terminal) explain(err error) {
	var known *errs.Error
	if !errors.As(err, &known) { // kong's own, about the command line
		fmt.Fprintf(t.err, "openweek: %v\n", err)
		return
	}
	if len(known.Problems) > 0 {
		for _, problem := range known.Problems {
			fmt.Fprintf(t.err, "openweek: --%s: %s\n", problem.Field, i18n.Error(t.locale, problem))
		}
		return
	}
	fmt.Fprintf(t.err, "openweek: %s\n", i18n.Error(t.locale, known))
	if cause := known.Unwrap(); cause != nil {
		fmt.Fprintf(t.err, "openweek: %s\n", i18n.T(t.locale, "command.cause", "cause", cause.Error()))
	}
}

type showVersion struct{}

// Run prints the version and what the program was built with.
func (showVersion) Run(t terminal) error {
	v := version
	info, ok := debug.ReadBuildInfo()
	if v == "" {
		v = "(devel)"
	}
	if ok {
		v += " " + info.GoVersion
	}
	fmt.Fprintln(t.out, "openweek "+v)
	return nil
}

type exampleConfig struct{}

// Run prints a documented configuration file.
func (exampleConfig) Run(t terminal) error {
	_, err := io.WriteString(t.out, config.Example(func(key string) string { return i18n.T(t.locale, key) }))
	return err
}
