package login

import (
	"testing"

	"openweek/internal/errs"
)

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"7x-Kranich-Brot":    "",
		"密码是七只仙鹤Aa1":         "",
		"Kr4nich-7":          "login.password_short",
		"":                   "login.password_short",
		"kranichbrot77":      "login.password_classes",
		"kranich-brot-x":     "login.password_classes",
		"Aa1Aa1Aa1Aa1":       "login.password_monotonous",
		"7x-LiuHong-Brot":    "login.password_name",
		"7x-liuhong-Brot":    "login.password_name",
		"Password123!":       "login.password_common",
		"P@ssw0rd2026":       "login.password_common",
		"Admin@123456":       "login.password_common",
		"Abc123456789!":      "login.password_common",
		"1qaz@WSX3edc":       "login.password_common",
		"Hunan@2026.":        "login.password_common",
		"!!!Qwerty!!!123":    "login.password_common",
		"Kranich-7\xff-Brot": "login.password_long",
	} {
		err := CheckPassword(password, " LiuHong ")
		if got := keyOf(err); got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
	long := make([]byte, maxBytes+1)
	for i := range long {
		long[i] = "aB3-"[i%4]
	}
	if got := keyOf(CheckPassword(string(long), "x")); got != "login.password_long" {
		t.Errorf("129 bytes: got %q", got)
	}
}

func keyOf(err error) string {
	if err == nil {
		return ""
	}
	return errs.As(err).Key
}

func TestInitialPasswordsKeepTheRulesAndDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 300 {
		p := newInitialPassword("liuhong")
		if err := CheckPassword(p, "liuhong"); err != nil {
			t.Fatalf("%q: %v", p, err)
		}
		if seen[p] {
			t.Fatalf("%q came twice", p)
		}
		seen[p] = true
	}
}

func TestAgentNamesBrowserAndSystemOnly(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"":           "",
		"curl/8.0":   "",
		"<script>张三": "",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36":                     "Chrome · Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.40": "WeChat · iPhone",
		"Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Mobile Safari/537.36 EdgA/109.0":             "Edge · Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.0 Safari/605.1.15":               "Safari · macOS",
	} {
		if got := agentOf(header); got != want {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}

func TestNormalNameFoldsCaseSpaceAndWidth(t *testing.T) {
	t.Parallel()
	if got := normalName(" ＬｉｕHong１\t"); got != "liuhong1" {
		t.Errorf("got %q", got)
	}
}
