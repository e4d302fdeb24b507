#!/usr/bin/env bash
# The demo under a reloading proxy: templ builds pages, esbuild styles and scripts, and the server
# starts anew whenever Go code changed. Open http://127.0.0.1:7331.
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
npm run --silent watch &
go tool templ generate --watch --path internal --proxy http://127.0.0.1:8080 --proxyport 7331 --open-browser=false \
  --cmd "go run ./cmd/openweek demo --dev --addr 127.0.0.1:8080 --data data/dev"
