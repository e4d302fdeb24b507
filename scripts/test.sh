#!/usr/bin/env bash
# Every test, on both engines and in a real browser, with one PostgreSQL for all packages.
# Arguments go to go test: scripts/test.sh -run Claim ./internal/booking/...
set -euo pipefail
cd "$(dirname "$0")/.."
# Compiled as `make build` compiles: a cold cache is filled once instead of twice.
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-trimpath"
mkdir -p .cache
if [ $# -eq 0 ]; then
  set -- -timeout 20m ./...
fi
go build -o .cache/testsum ./scripts/testsum
go build -o .cache/pgcluster ./internal/sqldb/sqldbtest/pgcluster
.cache/pgcluster -- go test -json "$@" | .cache/testsum
