// Package notice reads an official Chinese notice and drafts an edition from it:
// who wrote to whom under which number, when the week is and what its theme is,
// what is to be publicised and how, who owes what by when, and whom to ask.
//
// [Parse] works with rules of the genre only (GB/T 9704-2012 layout of official
// documents: letterhead, document number, addressees, numbered levels 一、（一）1.（1）,
// annex list, signature and date) and with the grammar of dates, duties and contacts.
// It copes with texts as they are found: OCR without line breaks, blanks inside words,
// lines wrapped by a page, remnants of HTML, the page's own lines about a document
// (来源, 浏览次数, a time stamp), titles broken into paragraphs. No rule knows a file, a unit or a
// sentence of one notice.
//
// Every value carries the [Span] of the text that it was read from, in runes, and a
// [Certainty]. A person corrects the [Draft]; it travels as JSON in both directions.
//
// How it works: [Parse] builds a compact view of the text (no white space, folded
// forms) that remembers where each rune stood; all rules scan that view, and spans
// lead back to the text. Every scan is linear, and look-back is bounded.
//
// What the package does not know: units, regions, editions, files and their formats
// (extract turns .docx, .html and .pdf into text), the clock, the catalogue. It does
// not decide which units an audience phrase means.
package notice
