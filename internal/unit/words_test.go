package unit

import (
	"testing"

	"openweek/internal/actor"
	"openweek/internal/i18n"
)

// What a page calls a value must be understood in a file.
func TestWordsOfTheCatalogueAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, k := range actor.Kinds {
		if got := parseWord(kindWords, i18n.T(i18n.Chinese, "kind."+string(k))); got != k {
			t.Errorf("kind %s is read as %s", k, got)
		}
	}
	for _, tier := range actor.Tiers {
		if got := parseWord(tierWords, i18n.T(i18n.Chinese, "tier."+string(tier))); got != tier {
			t.Errorf("tier %s is read as %s", tier, got)
		}
	}
	for _, l := range actor.Lines {
		if got := parseWord(lineWords, i18n.T(i18n.Chinese, "line."+string(l))); got != l {
			t.Errorf("line %s is read as %s", l, got)
		}
	}
	for _, l := range Levels {
		if got := parseWord(levelWords, i18n.T(i18n.Chinese, "region."+l)); got != l {
			t.Errorf("level %s is read as %s", l, got)
		}
	}
}

func TestSyllablesReadPlaceNamesAsPeopleDo(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"长沙市": "chang sha shi 长沙市", "重庆": "chong qing 重庆", "会计学院": "kuai ji xue yuan 会计学院", "Ａ座3号": "a zuo 3 hao Ａ座3号",
	} {
		if got := sortKey(name); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
