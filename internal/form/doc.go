// Package form keeps field sets with versions (表单) and the values that are filled into them.
//
// A Definition is a JSON document: sections of fields, conditions under which they are shown, and
// checks between them. Parse checks all of it, so that a form that was published can be filled. What
// has been filled in is Values; they are read from a page's input or from JSON, validated as a draft
// or for handing in, compared field by field, and stay readable in the version they were filled in.
//
// Conditions and checks are written in a small language without loops, calls or assignments; see
// Expression. A figure carries where it comes from (来源标注), and the ones that the product counts
// itself are asked for through a Source that the caller gives.
//
// It does not know what a form is filled in for, who may file and who reviews. It does not seal:
// Definition.Split parts the values of persons from the others, for the caller to seal and store.
package form
