package config_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"openweek/internal/config"
	"openweek/internal/errs"
)

type grammar struct {
	Config config.File
	Serve  struct{ config.Config } `cmd:""`
	Demo   struct{ config.Config } `cmd:"" set:"data=data/demo"`
}

func keys(key string) string { return key }

func parse(t *testing.T, args ...string) (grammar, error) {
	t.Helper()
	var g grammar
	parser, err := kong.New(&g, config.Options(keys)...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return g, err
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "openweek.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultsAreValid(t *testing.T) {
	g, err := parse(t, "serve")
	if err != nil {
		t.Fatal(err)
	}
	c := g.Serve.Config
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.Data != "data" || c.Keys() != filepath.Join("data", "keys") || c.AuditRetention != 365 {
		t.Errorf("defaults are %+v", c)
	}
}

func TestFilesAreInTheDataFolderUnlessABlobURLSaysElse(t *testing.T) {
	for blob, want := range map[string]string{"": filepath.Join("d", "files"), "file:///srv/files": filepath.FromSlash("/srv/files")} {
		if got := (config.Store{Data: "d", Blob: blob}).Files(); got != want {
			t.Errorf("%q: got %s, want %s", blob, got, want)
		}
	}
}

func TestDemoHasADataFolderOfItsOwn(t *testing.T) {
	g, err := parse(t, "demo")
	if err != nil {
		t.Fatal(err)
	}
	if g.Demo.Data != "data/demo" {
		t.Errorf("the demo's folder is %q", g.Demo.Data)
	}
}

func TestCommandLineBeatsEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	path := write(t, "addr = \"127.0.0.1:1\"\ndata = \"from-file\"\nlog-level = \"debug\"\naudit-retention = 400\nno-rate-limit = true\ntrusted-proxies = [\"10.0.0.0/8\", \"192.168.1.7\"]\nsite-organiser = \"湖南省教育厅\"\n")
	t.Setenv("OPENWEEK_CONFIG", path)
	t.Setenv("OPENWEEK_DATA", "from-environment")
	t.Setenv("OPENWEEK_ADDR", "127.0.0.1:2")
	g, err := parse(t, "serve", "--addr", "127.0.0.1:3")
	if err != nil {
		t.Fatal(err)
	}
	c := g.Serve.Config
	if c.Addr != "127.0.0.1:3" || c.Data != "from-environment" || c.LogLevel != "debug" || c.LogFormat != "text" {
		t.Errorf("addr %s, data %s, level %s, format %s", c.Addr, c.Data, c.LogLevel, c.LogFormat)
	}
	if c.AuditRetention != 400 || !c.NoRateLimit || c.Site.Organiser != "湖南省教育厅" {
		t.Errorf("the file was not read: %+v", c)
	}
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.168.1.7/32")}
	if !reflect.DeepEqual(c.Proxies(), want) {
		t.Errorf("proxies are %v", c.Proxies())
	}
}

func TestFileWithAMisspeltNameIsRefused(t *testing.T) {
	for text, key := range map[string]string{
		"adress = \"127.0.0.1:1\"\n":    "config.file_unknown",
		"[site]\norganiser = \"x\"\n":   "config.file_unknown",
		"addr = \n":                     "config.file_malformed",
		"database = \"postgres://u:p\n": "config.file_malformed",
	} {
		_, err := parse(t, "serve", "--config", write(t, text))
		if !errs.Is(err, key) {
			t.Errorf("%q: got %v, want %s", text, err, key)
		}
		if err != nil && strings.Contains(err.Error(), "u:p") {
			t.Errorf("a secret of the file stands in the error: %v", err)
		}
	}
	if _, err := parse(t, "serve", "--config", filepath.Join(t.TempDir(), "none")); !errs.Is(err, "config.file_missing") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestValidateNamesEveryProblemOnItsSetting(t *testing.T) {
	for _, c := range []struct {
		args  []string
		field string
		key   string
	}{
		{[]string{"--addr", "8080"}, "addr", "config.bad_addr"},
		{[]string{"--addr", "127.0.0.1:99999"}, "addr", "config.bad_addr"},
		{[]string{"--addr", ":8080", "--no-rate-limit"}, "no-rate-limit", "config.bad_no_rate_limit"},
		{[]string{"--addr", "0.0.0.0:8080", "--dev"}, "dev", "config.bad_dev"},
		{[]string{"--data", ""}, "data", "config.bad_data"},
		{[]string{"--database", "mysql://x"}, "database", "config.bad_database"},
		{[]string{"--database-replica", "postgres://x"}, "database-replica", "config.bad_replica"},
		{[]string{"--blob", "ftp://x"}, "blob", "config.bad_blob"},
		{[]string{"--blob", "file://relative/x"}, "blob", "config.bad_blob"},
		{[]string{"--tls-cert", "x"}, "tls-cert", "config.bad_tls"},
		{[]string{"--tls-key", "x"}, "tls-cert", "config.bad_tls"},
		{[]string{"--public-url", "week.example.cn"}, "public-url", "config.bad_public_url"},
		{[]string{"--public-url", "https://week.example.cn/path"}, "public-url", "config.bad_public_url"},
		{[]string{"--public-url", "https://a:b@week.example.cn"}, "public-url", "config.bad_public_url"},
		{[]string{"--trusted-proxies", "0.0.0.0/0"}, "trusted-proxies", "config.bad_trusted_proxies"},
		{[]string{"--metrics-token", "short"}, "metrics-token", "config.bad_metrics_token"},
		{[]string{"--stop-timeout", "0"}, "stop-timeout", "config.bad_stop_timeout"},
		{[]string{"--audit-retention", "184"}, "audit-retention", "config.bad_audit_retention"},
		{[]string{"--site-code", "43"}, "site-code", "config.bad_site_code"},
	} {
		_, err := parse(t, append([]string{"serve"}, c.args...)...) // kong calls Validate of the command
		if err == nil {
			t.Errorf("%v was accepted", c.args)
			continue
		}
		problems := errs.As(err).Problems
		if len(problems) != 1 || problems[0].Field != c.field || problems[0].Key != c.key {
			t.Errorf("%v: got %v", c.args, err)
		}
	}
}

func TestNetworkThatIsNoneIsRefused(t *testing.T) {
	if _, err := parse(t, "serve", "--trusted-proxies", "10.0.0.0/99"); err == nil {
		t.Error("10.0.0.0/99 was accepted")
	}
}

func TestExampleWithEveryCommentLiftedIsTheDefaults(t *testing.T) {
	var lines []string
	for line := range strings.Lines(config.Example(keys)) {
		if len(line) > 1 && line[0] == '#' && line[1] != ' ' {
			line = line[1:]
		}
		lines = append(lines, line)
	}
	got, err := parse(t, "serve", "--config", write(t, strings.Join(lines, "")))
	if err != nil {
		t.Fatal(err)
	}
	want, err := parse(t, "serve")
	if err != nil {
		t.Fatal(err)
	}
	got.Serve.TrustedProxies = nil // an empty list instead of none
	if !reflect.DeepEqual(got.Serve, want.Serve) {
		t.Errorf("got  %+v\nwant %+v", got.Serve, want.Serve)
	}
}

func TestLanguageIsTheTerminals(t *testing.T) {
	for _, c := range [][4]string{
		{"", "", "zh_CN.UTF-8", "zh-CN"},
		{"", "en_GB.UTF-8", "zh_CN.UTF-8", "en-GB"},
		{"C.UTF-8", "", "zh_CN.UTF-8", "en"},
		{"", "", "", ""},
	} {
		t.Setenv("LC_ALL", c[0])
		t.Setenv("LC_MESSAGES", c[1])
		t.Setenv("LANG", c[2])
		if got := config.Language(); got != c[3] {
			t.Errorf("%q: got %q", c, got)
		}
	}
}
