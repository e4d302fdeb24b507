# make help lists the targets. Nothing here needs more than Go, Node and, for test, PostgreSQL and Chromium.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN     := bin/openweek
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
STAMP   := .cache/assets
GO      := $(shell find cmd internal -name '*.go' -not -name '*_test.go' -o -path 'internal/*' -name '*.toml' -o -path 'internal/*' -name '*.sql' -o -path 'internal/*' -name '*.txt' -o -path 'internal/*' -name '*.csv')
FRONT   := package.json package-lock.json $(shell find frontend -type f)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: build
build: $(BIN) ## bin/openweek with the front end in it

$(BIN): $(STAMP) $(GO) go.mod go.sum
	go build -trimpath -buildvcs=false -ldflags '-X main.version=$(VERSION)' -o $@ ./cmd/openweek

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-progress
	@touch $@

$(STAMP): node_modules/.package-lock.json $(FRONT)
	npm run --silent build
	@mkdir -p $(@D) && touch $@

.PHONY: run
run: build ## build and start the demo on http://127.0.0.1:8080
	$(BIN) demo --addr 127.0.0.1:8080 --data data/demo

.PHONY: dev
dev: $(STAMP) ## the demo, rebuilt whenever a source changes
	scripts/dev.sh

.PHONY: need
need: # what test needs from the machine, installed where this may install
	@scripts/need.sh

.PHONY: check
check: $(STAMP) ## format, vet, staticcheck, house rules, generated files fresh
	scripts/check.sh

.PHONY: test
test: need check build ## everything that CI runs
	scripts/test.sh

.PHONY: stress
stress: $(STAMP) ## tests again and again under the race detector, and every fuzz target
	scripts/stress.sh

.PHONY: bench
bench: build ## measure, print the table and write bench/RESULTS.md
	go run ./bench

.PHONY: screenshots
screenshots: build ## the pictures of the READMEs, from the running product
	go run ./e2e/screenshots

.PHONY: clean
clean: ## remove what was built
	rm -rf bin .cache node_modules
	find internal/web/assets/dist internal/paper/dist -mindepth 1 -not -name .keep -delete
