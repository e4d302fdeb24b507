package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"openweek/internal/errs"
)

// AnchorFile gives an Options.Anchor that appends anchors to a file, one JSON object a line. The
// file belongs outside of the database server, best on a medium that the database's administrator
// cannot write.
func AnchorFile(path string) func(Anchor) error {
	return func(a Anchor) (err error) {
		defer errs.Wrap(&err, "audit.AnchorFile(%s)", path)
		line, err := json.Marshal(a)
		if err != nil {
			return err
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		if _, err := f.Write(append(line, '\n')); err != nil {
			return err
		}
		return f.Sync()
	}
}

// ReadAnchors reads what AnchorFile wrote. Errors: audit.anchor_line (Invalid, "line").
func ReadAnchors(r io.Reader) (list []Anchor, err error) {
	defer errs.Wrap(&err, "audit.ReadAnchors")
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var a Anchor
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return nil, errs.Invalid("audit.anchor_line", "line", n).Because(err)
		}
		list = append(list, a)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("anchors: %w", err)
	}
	return list, nil
}
