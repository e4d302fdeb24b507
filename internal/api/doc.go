// Package api is the JSON interface under /api/v1, described by OpenAPI 3.1 at /api/openapi.json.
//
// Its bodies are types of its own, so that the domain may change without breaking programs that
// offices have written. Errors are RFC 9457 problems and are written by httpx, as everywhere.
//
// A route that is not in Routes does not exist.
package api
