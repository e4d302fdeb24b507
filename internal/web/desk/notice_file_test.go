package desk_test

import (
	"mime"
	"net/http"
	"regexp"
	"testing"
)

func TestANoticeIsSavedAsItWasUploaded(t *testing.T) {
	site := start(t)
	b := as(t, site, "sheng.editor")
	const text = "湖南省教育厅\n\n湘教通〔2021〕77号\n\n关于举办活动周的通知\n\n各市州教育局：\n\n活动周时间为2021年7月5日-7月11日。\n"
	p := b.upload("/desk/notices/new", "通知 <终>.txt", []byte(text))
	link := regexp.MustCompile(`/desk/notices/[0-9a-f-]+/file`).FindString(p.body)
	if link == "" {
		t.Fatalf("%s at %s has no link to the file: %s", p.path, http.StatusText(p.status), p.alerts())
	}
	got := b.get(link)
	_, disposition, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
	if err != nil || disposition["filename"] != "通知 <终>.txt" || got.body != text || got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v, %q", got.status, got.header, got.body)
	}
	if other := as(t, site, "college.editor").get(link); other.status != http.StatusNotFound {
		t.Errorf("a college gets a draft's file: %d", other.status)
	}
}
