#!/usr/bin/env bash
# What takes too long for every change: all tests several times under the race detector, then each
# fuzz target for a while. OPENWEEK_STRESS asks tests that count for more rounds.
set -euo pipefail
cd "$(dirname "$0")/.."
export OPENWEEK_STRESS=1
scripts/test.sh -race -count="${COUNT:-5}" -timeout 120m ./internal/...
for package in $(go list ./internal/...); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "stress: $package $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-60s}" "$package"
  done
done
