// Package paper writes what people print or mail: a filing, a receipt list and a notice as Word or PDF,
// and the texts of mails, robots and SMS.
//
// A Document is made of a handful of blocks; Docx and PDF write the same one, so that the text of both
// is the same. What goes into a document (Filing, ReceiptList, Notice) is a plain struct that a page
// fills in: this package knows catalogues and the types of the domain, but neither asks the domain for
// anything nor decides who may read it. Posters and Certificates are pages on which everything has its
// place; NewQR makes the codes on them. Letters writes for package message.
//
// PDFs carry Noto Sans SC, which `npm run build` copies into dist/; a binary that was built without it
// still writes Word, and Check says so.
package paper
