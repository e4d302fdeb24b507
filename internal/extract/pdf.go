package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"openweek/internal/errs"
)

const (
	pdfTimeout = 30 * time.Second
	pdfWait    = 10 * time.Second // for a free reader
	pdfReaders = 2
	pdfMemory  = 512 << 20 // bytes that one reader may take
	wasmPage   = 64 << 10
)

// pdfReader is PDFium as WebAssembly. Compiling it takes seconds, so it happens at the first PDF and
// a server that never sees one never pays. A file is read by an instance of its own, which sees no
// file system and a bounded memory: a malicious PDF can at worst end its instance.
var pdfReader = sync.OnceValues(func() (pdfium.Pool, error) {
	return webassembly.Init(webassembly.Config{
		MaxTotal: pdfReaders,
		FSConfig: wazero.NewFSConfig(), // the default mounts the machine's root
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(pdfMemory / wasmPage).
			WithCloseOnContextDone(true), // so that Kill interrupts a page that never ends
		Stdout: io.Discard,
		Stderr: io.Discard,
	})
})

func pdfText(data []byte) (string, error) {
	pool, err := pdfReader()
	if err != nil {
		return "", errs.Internal(fmt.Errorf("starting PDFium: %w", err))
	}
	ctx, cancel := context.WithTimeout(context.Background(), pdfWait)
	defer cancel()
	instance, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return "", errs.Busy("extract.busy").Because(err)
	}
	return pdfWithin(instance, data, pdfTimeout)
}

// pdfWithin reads with an instance and disposes of it.
func pdfWithin(instance pdfium.Pdfium, data []byte, limit time.Duration) (string, error) {
	killed := make(chan struct{})
	timer := time.AfterFunc(limit, func() {
		defer close(killed)
		_ = instance.Kill() // an error means that it is gone already
	})
	pages, err := pdfPages(instance, data)
	if !timer.Stop() {
		<-killed
		return "", errs.Invalid("extract.timeout", "seconds", int(limit.Seconds()))
	}
	_ = instance.Close() // the text is read; a failing end of a throw-away instance changes nothing
	if err != nil {
		return "", err
	}
	return joinPages(pages), nil
}

func pdfPages(instance pdfium.Pdfium, data []byte) ([]string, error) {
	doc, err := instance.OpenDocument(&requests.OpenDocument{File: &data})
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return nil, errs.Invalid("extract.password").Because(err)
	case err != nil:
		return nil, broken(err)
	}
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	if err != nil {
		return nil, broken(err)
	}
	if count.PageCount > MaxPages {
		return nil, errs.Invalid("extract.too_many_pages", "limit", MaxPages)
	}
	var pages []string
	size := 0
	for i := range count.PageCount {
		page, err := instance.GetPageText(&requests.GetPageText{
			Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc.Document, Index: i}},
		})
		if err != nil {
			return nil, broken(err)
		}
		if size += len(page.Text); size > MaxText {
			return nil, tooLarge(MaxText)
		}
		pages = append(pages, page.Text)
	}
	return pages, nil
}

var (
	pageNumber = regexp.MustCompile(`^\s*(?:[-—–―_\x{FF0D}]+\s*)?\d{1,3}(?:\s*[-—–―_\x{FF0D}]+)?\s*$`)
	// A line that begins like this begins something, even after a full line.
	numbered = regexp.MustCompile(`^\s*(?:第?[一二三四五六七八九十百]+[、.．章节条]|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[、.．]|附件|[①-⑳])`)
)

// joinPages puts wrapped lines together again: a page knows lines only, a notice has paragraphs. A
// line that reaches the right edge and does not end a sentence goes on in the next, also over the
// end of a page, whose number is dropped.
func joinPages(pages []string) string {
	var lines []string
	for _, p := range pages {
		lines = append(lines, pageLines(p)...)
	}
	full := fullWidth(lines)
	var b strings.Builder
	begins := true // the line is the first of its paragraph
	for i, line := range lines {
		b.WriteString(line)
		edge := full - nearEdge
		if begins {
			edge -= indent
		}
		if i+1 < len(lines) && lineWidth(line) >= edge && !endsParagraph(line) && !numbered.MatchString(lines[i+1]) {
			last, _ := utf8.DecodeLastRuneInString(line)
			first, _ := utf8.DecodeRuneInString(lines[i+1])
			if !wide(last) && !wide(first) {
				b.WriteByte(' ') // words of Latin text
			}
			begins = false
			continue
		}
		b.WriteByte('\n')
		begins = true
	}
	return b.String()
}

// Widths in halves of a Han character: what punctuation that may not begin a line leaves free at the
// edge, and the two characters by which a paragraph's first line is set in.
const (
	nearEdge = 3
	indent   = 4
)

func pageLines(page string) []string {
	var lines []string
	for line := range strings.SplitSeq(lineEnds.Replace(page), "\n") {
		if line = strings.TrimRight(tidy(line), " \t\u3000"); line != "" {
			lines = append(lines, line)
		}
	}
	if n := len(lines); n > 1 && pageNumber.MatchString(lines[n-1]) {
		lines = lines[:n-1]
	}
	if len(lines) > 1 && pageNumber.MatchString(lines[0]) {
		lines = lines[1:]
	}
	return lines
}

// fullWidth is the width of a filled line: the greatest that several lines reach, so that one long
// table row does not count.
func fullWidth(lines []string) int {
	counts := map[int]int{}
	for _, l := range lines {
		w := lineWidth(l)
		for near := w - 2; near <= w; near++ {
			counts[near]++
		}
	}
	full := 1 << 30 // without two such lines nothing is joined
	for w, n := range counts {
		if n >= 2 && (full == 1<<30 || w > full) {
			full = w
		}
	}
	return full
}

// lineWidth counts a wide character as two.
func lineWidth(s string) (w int) {
	for _, r := range s {
		if w++; r >= 0x2E80 || r == '“' || r == '”' || r == '—' || r == '…' {
			w++
		}
	}
	return w
}

func endsParagraph(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(line)
	return strings.ContainsRune("。：:！？", last)
}
