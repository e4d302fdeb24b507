package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"openweek/internal/i18n"
)

// cli runs a command line and gives what it printed.
func cli(t *testing.T, locale i18n.Locale, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, terminal{&o, &e, locale})
	return code, o.String(), e.String()
}

const shipped = "../../internal/sample/notice_hunan_2020.txt"

func TestParsePrintsTheFactsOfANotice(t *testing.T) {
	t.Parallel()
	code, out, errOut := cli(t, i18n.Chinese, "notice", "parse", shipped)
	if code != 0 || errOut != "" {
		t.Fatalf("exit code %d: %s", code, errOut)
	}
	lines := map[string]bool{}
	for line := range strings.Lines(out) {
		text, _, _ := strings.Cut(strings.TrimRight(line, "\n"), "  [")
		lines[text] = true
	}
	for _, want := range []string{
		"活动开始          2020年7月20日（星期一）",
		"活动结束          2020年7月26日（星期日）",
		"主题              推进高质量发展，建设职业教育强省",
		"  三.4        开放校园  (open_campus)",
		"  四.5        2020年8月31日（含）  必须  报送材料",
	} {
		if !lines[want] {
			t.Errorf("no line %q in\n%s", want, out)
		}
	}
}

func TestParsePrintsJSONWithSpans(t *testing.T) {
	t.Parallel()
	code, out, errOut := cli(t, i18n.English, "notice", "parse", "--json", shipped)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errOut)
	}
	var draft struct {
		Theme string
		Text  string
		Spans struct {
			Theme struct{ Span struct{ Start, End int } }
		}
	}
	if err := json.Unmarshal([]byte(out), &draft); err != nil {
		t.Fatal(err)
	}
	if draft.Theme != "推进高质量发展，建设职业教育强省" {
		t.Errorf("the theme is %q", draft.Theme)
	}
}

func TestParseOfWhatIsNoNoticeFailsWithASentence(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{"empty.txt": "", "binary.txt": "\x00\x01\x02\xff\xfe\x00", "old.doc": "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, locale := range i18n.Locales {
			code, out, errOut := cli(t, locale, "notice", "parse", path)
			if code != 1 || out != "" || !strings.HasPrefix(errOut, "openweek: ") || strings.Contains(errOut, "⟦") {
				t.Errorf("%s: exit code %d, %q, %q", name, code, out, errOut)
			}
		}
	}
	if code, _, errOut := cli(t, i18n.English, "notice", "parse", filepath.Join(dir, "none")); code != 1 || !strings.Contains(errOut, "cannot be read") {
		t.Errorf("a missing file: exit code %d, %q", code, errOut)
	}
}

func TestAMistakeOnTheCommandLineIsExitCodeTwo(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"fly"}, {"serve", "--addr"}, {"serve", "--audit-retention", "1"}, {"copy", "--to", "mysql://x"}} {
		code, _, errOut := cli(t, i18n.Chinese, args...)
		if code != 2 || errOut == "" {
			t.Errorf("%v: exit code %d, %q", args, code, errOut)
		}
	}
}

func TestAWrongSettingIsNamedByItsFlag(t *testing.T) {
	t.Parallel()
	_, _, errOut := cli(t, i18n.Chinese, "serve", "--audit-retention", "1")
	if errOut != "openweek: --audit-retention: 审计日志保存期不得少于 185 天。\n" {
		t.Errorf("said %q", errOut)
	}
}

func TestTheExampleConfigurationIsDocumentedInBothLanguages(t *testing.T) {
	t.Parallel()
	for locale, want := range map[i18n.Locale]string{i18n.Chinese: "# 数据目录。", i18n.English: "# Data folder."} {
		code, out, _ := cli(t, locale, "config", "example")
		if code != 0 || !strings.HasPrefix(out, want) || strings.Contains(out, "⟦") {
			t.Errorf("%s: exit code %d\n%.400s", locale, code, out)
		}
	}
}

func TestDemoOnAnotherThanALoopbackAddressIsRefused(t *testing.T) {
	t.Parallel()
	code, _, errOut := cli(t, i18n.English, "demo", "--addr", "0.0.0.0:0", "--data", t.TempDir())
	if code != 1 || errOut != "openweek: The demo runs on a loopback address (127.0.0.1) only and serves nobody else.\n" {
		t.Errorf("exit code %d, %q", code, errOut)
	}
}

func TestPadCountsAChineseCharacterAsTwoColumns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"主题": "主题  ", "ab": "ab    ", "": "      ", "十个字的标题超过": "十个字的标题超过"} {
		if got := pad(text, 6); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}
