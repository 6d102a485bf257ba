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

.PHONY: build test test-long run listen demo bench chaos format lint docs proto proto-lint proto-breaking proto-baseline proto-format migrate-up migrate-create \
  docker-dev grpc-up grpc-logs grpc-down obs-up help

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Try it
run: ## start HTTPQueue on :50051, with an embedded Postgres in ./data unless DATABASE_URL is set
	@$(CTRL_C_IS_FINE); build-tools/httpqueue $(ARGS) || [[ $$? == 130 ]]

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

format: ## format the Java and proto files
	@build-tools/format
	@if command -v npx >/dev/null; then $(MAKE) proto-format; else echo "proto-format skipped: npm is not installed"; fi

docs: ## write docs/configuration.md and docs/api.md anew from the code and the contract
	@./mvnw -q -B -ntp test -Dtest=ConfigurationPageTest,ApiPageTest -Dconfiguration-page=write

lint: proto-lint proto-breaking ## check formats, scripts and proto files (needs npm)
	@build-tools/format --check
	@for script in mvnw build-tools/*; do sh -n "$$script"; done
	@bash -n .ci/run

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

##@ To come
docker-dev: ## start Postgres in Docker (comes with the compose files)
	@echo "There is no docker-compose.yml yet. make run brings its own Postgres."; exit 1

grpc-up: ## start HTTPQueue and Postgres in Docker (comes with the compose files)
	@echo "There is no docker-compose.yml yet. make run starts HTTPQueue with its own Postgres."; exit 1

grpc-logs: ## follow the logs of grpc-up (comes with the compose files)
	@echo "There is no docker-compose.yml yet. make run prints its log."; exit 1

grpc-down: ## stop what grpc-up started (comes with the compose files)
	@echo "There is no docker-compose.yml yet. Ctrl-C ends make run."; exit 1

obs-up: ## start the observability stack (comes with docker-compose.obs.yml)
	@echo "There is no docker-compose.obs.yml yet. OTEL_EXPORTER_OTLP_ENDPOINT names a collector of your own."; exit 1
