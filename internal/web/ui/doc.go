// Package ui holds what the pages of all faces share: layouts, the components of which every page
// is made, and View, which carries what a layout must know.
//
// Components take typed values that are ready to be shown; they ask nothing of the domain and
// decide nothing. Everything works without JavaScript and under a policy that forbids inline
// script and style. docs/pages.md shows how a page is written, /dev/gallery shows all components.
package ui
