// Package search finds Chinese text by its characters, the same on both engines.
//
// The product writes the tokens itself: the engines' own analysers differ, and word segmentation
// misses or invents hits. A text is normalised (NFKC, small letters) and parted into pieces: runs of Han
// characters (and of other scripts that write no spaces), and words of letters and digits; all else
// parts. A run c1c2c3 becomes the pairs c1c2 c2c3 and its last character c3. So one character is a
// prefix, two are a token, and more are several tokens that the normalised text is then searched for.
//
// What is found is exact: a query's term is found where the normalised text contains it, words as whole
// words, and never across punctuation. Only where that finds nothing at all other ways are tried, on
// names alone (titles, hosts, places): pinyin in full (kaifangxiaoyuan), initials (kfxy), and one
// character written by another of the same sound.
//
// A document is filed under keys that the caller chooses in the order of its lists: matches come in
// that order, as many as are asked for, without being sorted. The index is derived: it is not copied
// with a store but put anew by whoever owns the documents.
//
// The package does not know what documents are, who may see them or in which order keys stand.
package search
