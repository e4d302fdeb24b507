// Package extract turns an uploaded file into plain text: .txt, .docx, .html
// and text .pdf, told apart by their content and never by their name.
//
// The text is what a reader sees, line by line: LF line ends, no byte order
// mark, no invisible or control characters, otherwise the characters of the
// file (it is not normalised, so "（" stays "（"). Offsets that other packages
// keep are rune offsets into Document.Text.
//
// It does not know what a notice is. Files come from strangers, so everything
// is bounded: size of the file, of what it unpacks to, of the text and of a
// line, depth of nested elements, number of pages and time.
package extract
