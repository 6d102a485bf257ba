# make help lists the targets. Those that start something take its options in ARGS: make listen ARGS="--fail-first 2"
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ARGS ?=
name ?=
BUF := npx --yes @bufbuild/buf@1.75.0
# Lets the program below end in its own time, and make end without an error of its own.
CTRL_C_IS_FINE := trap : INT

COMPOSE := compose=$$(build-tools/containers compose) || { echo "Neither docker with compose nor podman with podman-compose runs here."; exit 1; }

.PHONY: build test test-long verify-examples run listen demo fuzz stress bench chaos format lint docs proto proto-lint proto-breaking proto-baseline \
  proto-format migrate-up migrate-create \
  image env grpc-up grpc-logs grpc-down docker-dev container-test measure-image helm-check licences upgrade-test reproducible obs-up obs-down obs-check help

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Try it
# Without an API key, and so reachable from this machine alone, unless the user decides on either.
run: ## start HTTPQueue on :50051, with an embedded Postgres in ./data unless DATABASE_URL is set
	@if [[ -z "$${HTTPQUEUE_AUTH+set}$${HTTPQUEUE_API_ADDRESS+set}" ]]; then \
	  export HTTPQUEUE_AUTH=off HTTPQUEUE_API_ADDRESS=127.0.0.1; \
	fi; \
	$(CTRL_C_IS_FINE); build-tools/httpqueue $(ARGS) || [[ $$? == 130 ]]

listen: ## start a receiver that prints each webhook; ARGS="--fail-first 2 --status 500 --delay 3s --port 8080"
	@$(CTRL_C_IS_FINE); build-tools/example Listen $(ARGS) || [[ $$? == 130 ]]

demo: ## register that receiver, push an event, wait, and show its delivery; ARGS="--event order.created"
	@build-tools/example Demo $(ARGS)

##@ Build and test
build: ## make target/httpqueue.jar without running the tests
	@./mvnw -q -B -ntp package -DskipTests

test: ## run all tests and the format check, and the linters where npm is installed
	@if command -v npx >/dev/null; then $(MAKE) proto-lint; else echo "proto-lint skipped: npm is not installed"; fi
	@./mvnw -B -ntp -f examples/java/pom.xml verify
	@./mvnw -B -ntp verify

test-long: ## run the tests that take minutes: very many rows, killed processes
	@./mvnw -B -ntp verify -Dgroups=long -DexcludedGroups=

verify-examples: ## have the receivers of examples/verify check what a server signs; languages that are missing are skipped
	@build-tools/verify-examples

format: ## format the Java and proto files
	@build-tools/format
	@if command -v npx >/dev/null; then $(MAKE) proto-format; else echo "proto-format skipped: npm is not installed"; fi

docs: ## write docs/configuration.md and docs/api.md anew from the code and the contract
	@./mvnw -q -B -ntp test -Dtest=ConfigurationPageTest,ApiPageTest -Dconfiguration-page=write

lint: proto-lint proto-breaking ## check formats, scripts and proto files (needs npm)
	@build-tools/format --check
	@for script in mvnw $$(grep -l '^#!/bin/sh' build-tools/* deploy/image/*); do sh -n "$$script"; done
	@for script in $$(grep -l '^#!/usr/bin/env bash' build-tools/*); do bash -n "$$script"; done
	@bash -n .ci/run

fuzz: ## try random inputs on all that reads what strangers send; ARGS="--seconds 60 EgressFuzz"
	@build-tools/fuzz $(ARGS)

stress: ## have threads race for what is shared without a lock; ARGS="--mode default FairShare"
	@build-tools/stress $(ARGS)

bench: ## measure throughput and latency; ARGS="--scenario steady --events 100000"
	@build-tools/bench io.httpqueue.bench.Bench $(ARGS)

chaos: ## kill servers and Postgres under load, and count what is lost; ARGS="--help"
	@build-tools/bench io.httpqueue.chaos.Chaos $(ARGS)

##@ Contract and database
proto: ## generate the Java classes of the gRPC contract
	@./mvnw -q -B -ntp generate-sources

proto-lint: ## check the proto files' rules and format (needs npm)
	@$(BUF) lint
	@$(BUF) format --diff --exit-code

proto-breaking: ## check that clients of the last release still work with the contract (needs npm)
	@$(BUF) breaking --against proto/baseline.binpb

proto-baseline: ## make the contract as it is now the one that proto-breaking compares with (needs npm)
	@$(BUF) build --exclude-source-info -o proto/baseline.binpb

proto-format: ## format the proto files (needs npm)
	@$(BUF) format --write

migrate-up: ## bring the database at DATABASE_URL to the newest schema
	@[[ -n "$${DATABASE_URL:-}" ]] || { echo "Set DATABASE_URL, for example postgres://user:password@localhost:5432/httpqueue"; exit 1; }
	@build-tools/httpqueue migrate

migrate-create: ## make an empty migration: make migrate-create name=add_webhook_labels
	@build-tools/new-migration "$(name)"

##@ Containers
image: ## build the container image httpqueue:local
	@build-tools/image

env: ## write .env with random secrets for docker-compose.yml, unless it is there
	@build-tools/make-env

grpc-up: env ## start HTTPQueue, Postgres and a proxy on :50051; HTTPQUEUE_SERVERS=3 starts three servers
	@$(COMPOSE) && $$compose up -d --build $(ARGS)

grpc-logs: ## follow the logs of grpc-up
	@$(CTRL_C_IS_FINE); $(COMPOSE) && $$compose logs -f $(ARGS) || [[ $$? == 130 ]]

grpc-down: ## stop what grpc-up started; ARGS=-v removes the data as well
	@$(COMPOSE) && $$compose down $(ARGS)

docker-dev: env ## start Postgres alone, on 127.0.0.1:5432
	@$(COMPOSE) && $$compose -f docker-compose.yml -f docker-compose.dev.yml up -d postgres

container-test: ## build the image, run three servers of it, kill one and Postgres, and see that all is delivered
	@build-tools/container-test

measure-image: image ## measure the image: size, start, memory idle and under load
	@build-tools/measure-image $(ARGS)

helm-check: ## render the Helm chart and check its manifests (needs Go)
	@build-tools/helm-check

##@ Release
licences: ## write the list of libraries in docs/licences.md anew
	@build-tools/licences

upgrade-test: ## run the release before on the new tables, beside a new server
	@build-tools/upgrade-test $(ARGS)

reproducible: ## build the jar twice, and fail if the two differ
	@build-tools/reproducible

obs-up: ## start Grafana :3000, Jaeger :16686 and Prometheus :9090 in containers
	@$(COMPOSE) && $$compose -f docker-compose.obs.yml up -d $(ARGS)

obs-down: ## stop what obs-up started
	@$(COMPOSE) && $$compose -f docker-compose.obs.yml down $(ARGS)

obs-check: ## test the alerts, and ask a Prometheus whether every dashboard and alert finds data on a server under load
	@observability/grafana/generate-dashboards --check
	@command -v promtool >/dev/null || { echo "This needs Prometheus and promtool (Debian: apt-get install prometheus)." >&2; exit 1; }
	@promtool check rules observability/prometheus/alerts.yaml
	@cd observability/prometheus && promtool test rules alerts.test.yaml
	@build-tools/bench io.httpqueue.observe.ObserveCheck $(ARGS)