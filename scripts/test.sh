#!/usr/bin/env bash
# Every test, on both engines and in a real browser, with one PostgreSQL for all packages.
# Arguments go to go test: scripts/test.sh -run Claim ./internal/booking/...
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .cache
if [ $# -eq 0 ]; then
  set -- -timeout 20m ./...
fi
go build -o .cache/testsum ./scripts/testsum
go build -o .cache/pgcluster ./internal/sqldb/sqldbtest/pgcluster
.cache/pgcluster -- go test -json "$@" | .cache/testsum
