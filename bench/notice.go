package main

import (
	"fmt"
	"os"
	"time"

	"openweek/internal/extract"
	"openweek/internal/notice"
)

// The notice that the product ships.
const sampleNotice = "internal/sample/notice_hunan_2020.txt"

// parsing measures reading one notice from its file's bytes to the draft.
func parsing(runs int) ([]row, error) {
	data, err := os.ReadFile(sampleNotice)
	if err != nil {
		return nil, err
	}
	var times []time.Duration
	for range runs * 20 {
		began := time.Now()
		document, err := extract.Text(sampleNotice, data)
		if err != nil {
			return nil, err
		}
		if _, err := notice.Parse(document.Text); err != nil {
			return nil, err
		}
		times = append(times, time.Since(began))
	}
	return []row{{"notice parsing", "ms per notice", milliseconds(median(times)), "< 50 ms", "< 5 ms"}}, nil
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}
