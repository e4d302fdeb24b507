#!/usr/bin/env bash
# What a change must pass before its tests are looked at.
set -euo pipefail
cd "$(dirname "$0")/.."
# Compiled as `make build` compiles: a cold cache is filled once instead of twice.
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-trimpath"

sources() { find . -name "$1" -not -path './node_modules/*' -not -path './.cache/*' -print0 | sort -z; }
digest() { sources '*_templ.go' | xargs -0r sha256sum | sha256sum; }

echo "check: gofmt"
unformatted=$(sources '*.go' | xargs -0r gofmt -l)
if [ -n "$unformatted" ]; then
  echo "check: not formatted (gofmt -w): $unformatted" >&2
  exit 1
fi

echo "check: generated files"
before=$(digest)
go tool templ fmt -fail internal >/dev/null || { echo "check: templ files were not formatted; they are now" >&2; exit 1; }
go tool templ generate -path internal -log-level error
if [ "$before" != "$(digest)" ]; then
  echo "check: generated files did not fit their sources; they were made anew, commit them" >&2
  exit 1
fi

echo "check: go vet"
go vet ./...
echo "check: staticcheck"
go tool staticcheck ./...
echo "check: the rules of the house"
go test -count=1 ./internal/archtest

# A checkout in continuous integration has nothing that its commit has not.
if [ "${CI:-}" = true ] && git rev-parse --git-dir >/dev/null 2>&1 && [ -n "$(git status --porcelain)" ]; then
  echo "check: the build changed the checkout:" >&2
  git status --porcelain >&2
  exit 1
fi
