package paper_test

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/i18n"
	"openweek/internal/paper"
)

const link = "https://week.example.cn/s/0k3v9m2xq7ab"

func span(month time.Month, day, from, to int) paper.Span {
	return paper.Span{Starts: at(2026, month, day, from, 0), Ends: at(2026, month, day, to, 30)}
}

func poster(l i18n.Locale) paper.Poster {
	return paper.Poster{
		Locale: l, Edition: "2026年湖南省职业教育活动周", Theme: "人人出彩　技能强国", Title: "走进智能制造实训中心", Summary: "观摩数控加工，动手组装一台小机器人。",
		Times: []paper.Span{span(7, 20, 9, 10), span(7, 20, 14, 15), span(7, 21, 9, 10)},
		Venue: "示例职业技术学院", Address: "长沙市示例区示例路1号", Host: "示例职业技术学院", For: "小学生、家长", Contact: "院办公室 0731-80000000",
		Link: link, Sponsor: "湖南省教育厅", Made: at(2026, 7, 1, 9, 0),
	}
}

func posters(t testing.TB, format paper.PosterFormat, list ...paper.Poster) []byte {
	t.Helper()
	needFont(t)
	var b strings.Builder
	if err := paper.Posters(&b, format, list...); err != nil {
		t.Fatal(err)
	}
	keep(t, "-"+string(format)+".pdf", b.String())
	return []byte(b.String())
}

// painter is compiled once: that takes seconds.
var painter = sync.OnceValues(func() (pdfium.Pool, error) {
	return webassembly.Init(webassembly.Config{MaxTotal: 2, Stdout: io.Discard, Stderr: io.Discard})
})

// rendered draws the pages of a file with PDFium.
func rendered(t testing.TB, data []byte, dpi int) (pages []image.Image) {
	t.Helper()
	pool, err := painter()
	if err != nil {
		t.Fatal(err)
	}
	pdfium, err := pool.GetInstance(5 * time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer pdfium.Close() //nolint:errcheck // only read
	document, err := pdfium.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		t.Fatal(err)
	}
	count, err := pdfium.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: document.Document})
	if err != nil {
		t.Fatal(err)
	}
	for i := range count.PageCount {
		page, err := pdfium.RenderPageInDPI(&requests.RenderPageInDPI{DPI: dpi, Page: requests.Page{ByIndex: &requests.PageByIndex{Document: document.Document, Index: i}}})
		if err != nil {
			t.Fatal(err)
		}
		drawing := page.Result.RenderedImage
		copied := image.NewRGBA(drawing.Bounds())
		draw.Draw(copied, copied.Rect, drawing, drawing.Bounds().Min, draw.Src)
		page.Cleanup()
		var drawn strings.Builder
		if err := png.Encode(&drawn, copied); err != nil {
			t.Fatal(err)
		}
		keep(t, fmt.Sprintf("-%d-%d.png", len(data), i+1), drawn.String())
		pages = append(pages, copied)
	}
	return pages
}

// scanned reads the code in a picture with ZXing's reader, as a phone would.
func scanned(t testing.TB, picture image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

func TestAPosterSaysWhatIsNeededInBothFormats(t *testing.T) {
	t.Parallel()
	sizes := map[paper.PosterFormat]image.Point{paper.Upright: {842, 1191}, paper.Across: {842, 596}}
	for _, format := range paper.PosterFormats {
		for _, l := range i18n.Locales {
			data := posters(t, format, poster(l))
			golden(t, "poster-"+string(format)+"."+string(l), textOf(t, "a.pdf", data))
			pages := rendered(t, data, 72)
			if len(pages) != 1 || pages[0].Bounds().Max != sizes[format] {
				t.Fatalf("%s: %d pages, the first of %v", format, len(pages), pages[0].Bounds())
			}
			equal(t, scanned(t, pages[0]), link)
		}
	}
}

func TestAPosterWithFarTooMuchStaysOnOnePage(t *testing.T) {
	t.Parallel()
	p := poster(i18n.Chinese)
	p.Theme, p.Title, p.Summary, p.Host, p.Venue = strings.Repeat(long, 2), strings.Repeat(long, 3), strings.Repeat(long, 6), strings.Repeat(long, 3), long
	p.Online, p.Times = true, nil
	for day := 1; day <= 30; day++ {
		for hour := 8; hour < 18; hour++ {
			p.Times = append(p.Times, span(7, day, hour, hour))
		}
	}
	for _, format := range paper.PosterFormats {
		pages := rendered(t, posters(t, format, p), 72)
		equal(t, len(pages), 1)
		equal(t, scanned(t, pages[0]), link)
	}
}

func TestAPosterWithNextToNothingIsMade(t *testing.T) {
	t.Parallel()
	text := textOf(t, "a.pdf", posters(t, paper.Upright, paper.Poster{Edition: "活动周", Title: "讲座", Link: link}))
	equal(t, lettersOf(text), "活动周讲座扫码查看详情week.example.cn/s/0k3v9m2xq7ab")
}

func TestPostersAreOneFileWithAPageEach(t *testing.T) {
	t.Parallel()
	equal(t, len(rendered(t, posters(t, paper.Across, poster(i18n.Chinese), poster(i18n.English)), 72)), 2)
}

func TestPostersRefuseAnUnknownFormatAndALinkThatNoCodeHolds(t *testing.T) {
	t.Parallel()
	equal(t, errs.As(paper.Posters(io.Discard, "letter")).Key, "paper.format_unknown")
	p := poster(i18n.Chinese)
	p.Link = "https://week.example.cn/" + strings.Repeat("a", 3000)
	equal(t, errs.As(paper.Posters(io.Discard, paper.Upright, p)).Key, "paper.qr_long")
}

func TestAQRCodeIsReadByAnotherReader(t *testing.T) {
	t.Parallel()
	for _, text := range []string{link, "湖南省职业教育活动周", strings.Repeat("0123456789", 50)} {
		q, err := paper.NewQR(text)
		if err != nil {
			t.Fatal(err)
		}
		data, err := q.PNG(5)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, scanned(t, picture), text)
	}
}

func certificate(l i18n.Locale) paper.Certificate {
	return paper.Certificate{
		Locale: l, Edition: "2026年湖南省职业教育活动周", Host: "示例职业技术学院", Activity: "走进智能制造实训中心", First: "2026-07-20", Last: "2026-07-21", Venue: "智能制造实训中心",
		Sessions: 3, Attendance: form.Figure{Value: form.Int(1203), Provenance: form.Verified}, Office: "湖南省教育厅", On: clock.Day("2026-09-03"), Number: "0k3v9m2xq7ab",
		Link: link, Made: at(2026, 9, 3, 9, 0),
	}
}

func certificates(t testing.TB, list ...paper.Certificate) []byte {
	t.Helper()
	needFont(t)
	var b strings.Builder
	if err := paper.Certificates(&b, list...); err != nil {
		t.Fatal(err)
	}
	keep(t, ".pdf", b.String())
	return []byte(b.String())
}

func TestACertificateThanksTheHostWithFiguresAndTheirProvenance(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Locales {
		data := certificates(t, certificate(l))
		golden(t, "certificate."+string(l), textOf(t, "a.pdf", data))
		equal(t, scanned(t, rendered(t, data, 150)[0]), link)
	}
}

func TestACertificateWithLongNamesStaysOnOnePage(t *testing.T) {
	t.Parallel()
	c := certificate(i18n.Chinese)
	c.Host, c.Activity, c.Venue, c.Office = strings.Repeat(long, 2), strings.Repeat(long, 2), long, long
	plain := paper.Certificate{Edition: "活动周", Host: "学校", Activity: "讲座", First: "2026-07-20", Office: "教育局", On: "2026-08-01"}
	data := certificates(t, c, plain)
	equal(t, len(rendered(t, data, 72)), 2)
	if !strings.HasSuffix(lettersOf(textOf(t, "a.pdf", data)), "感谢状学校：在活动周期间，贵单位于2026年7月20日举办“讲座”活动，为宣传职业教育、弘扬工匠精神作出了积极贡献。谨致谢忱。教育局2026年8月1日") {
		t.Error(textOf(t, "a.pdf", data))
	}
}
