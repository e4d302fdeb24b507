// Package web holds the table of all pages. A page that is not in Routes does not exist; the JSON
// API's table is api.Routes. The pages themselves are in portal (the public) and desk (staff), what
// they share in ui.
package web
