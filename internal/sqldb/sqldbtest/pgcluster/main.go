// Command pgcluster runs a command with a private PostgreSQL server for its tests:
//
//	pgcluster -- go test ./...
//
// OPENWEEK_TEST_POSTGRES names the server to the command. A server that is named already, or "off",
// is left as it is. The command's exit code is passed on.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"openweek/internal/sqldb/sqldbtest"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) (code int) {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: pgcluster -- command [argument …]")
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if os.Getenv(sqldbtest.Env) == "" {
		cluster, err := sqldbtest.StartCluster(ctx)
		if err != nil {
			fmt.Fprintln(os.Stderr, "pgcluster:", err)
			return 1
		}
		defer func() {
			if err := cluster.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, "pgcluster:", err)
				code = max(code, 1)
			}
		}()
		cmd.Env = append(os.Environ(), sqldbtest.Env+"="+cluster.URL)
	}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.Exited():
		return exit.ExitCode()
	default:
		fmt.Fprintln(os.Stderr, "pgcluster:", err)
		return 1
	}
}
