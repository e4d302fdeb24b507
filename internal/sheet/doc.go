// Package sheet reads and writes Excel workbooks (.xlsx).
//
// It does not know what the columns mean: a caller declares them with the
// titles that a header may have, in Chinese and English, and gets rows of
// trimmed text by column key, with every cell that could not be read as a
// [Problem]. Writing takes a row iterator, so an export of a hundred thousand
// rows needs no more memory than one of ten.
//
// # Cells that look like formulas
//
// Text is always written as text (inline string, number format "@"), so no
// value of a user becomes a formula in the workbook, not even when its cell is
// edited. That does not outlive "save as CSV", which drops the types: a
// spreadsheet that opens the CSV would run =HYPERLINK(…). So text that begins
// with = + - @, their full-width forms, tab or CR gets an apostrophe in front,
// the mark that spreadsheets themselves use for "this is text". Signed numbers
// and dashes (-5, +86 731-0000, —) cannot call anything and stay as they are.
// [Read] takes the apostrophe away again, so an exported file comes in
// unchanged.
package sheet
