package extract_test

import (
	"strings"
	"testing"

	"openweek/internal/extract"
)

func BenchmarkDocx(b *testing.B) {
	data := docx(b, strings.Repeat(p("各单位要高度重视,精心组织,认真做好宣传周活动的各项工作。"), 200))
	for b.Loop() {
		if _, err := extract.Text("", data); err != nil {
			b.Fatal(err)
		}
	}
}
