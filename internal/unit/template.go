package unit

import (
	"io"

	"openweek/internal/errs"
)

// WriteUnitTemplate writes an empty workbook with the columns that Import reads.
func WriteUnitTemplate(w io.Writer) (err error) {
	defer errs.Wrap(&err, "unit.WriteUnitTemplate")
	return writeSheet(w, "单位", unitColumns, nil)
}

// WritePeopleTemplate writes an empty workbook with the columns that ImportPeople reads.
func WritePeopleTemplate(w io.Writer) (err error) {
	defer errs.Wrap(&err, "unit.WritePeopleTemplate")
	return writeSheet(w, "人员", personColumns, nil)
}

// WriteRegionTemplate writes an empty workbook with the columns that ImportRegions reads.
func WriteRegionTemplate(w io.Writer) (err error) {
	defer errs.Wrap(&err, "unit.WriteRegionTemplate")
	return writeSheet(w, "区划", regionColumns, nil)
}
