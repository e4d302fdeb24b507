package host_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"openweek/internal/testkit"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := testkit.EndDemo(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }
