# `make demo` and `make test` need no Kubernetes; `make test-kubernetes` has the rest. `make help` lists the others.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where there is an environment for development, it has all that demo and serve need.
LOCAL_VENV := $(if $(wildcard $(VENV)/.installed),$(VENV),.venv-local)
.DEFAULT_GOAL := help

.PHONY: help demo serve demo-kubernetes down test test-kubernetes test-sbom test-score test-monitoring check-code check-deployment tools-java documents-short corpus simulation-short clients clients-cluster clients-typescript without-npm check licences audit sbom unit browser tools local contract real-clients e2e chaos chaos-short openapi documents ats simulation simulate simulate-day fuzz fuzz-short bench bench-compare bench-publish bench-documents soak docs lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(LOCAL_VENV)/.installed ## a CV in, a PDF out, on this machine, without Kubernetes
	@$(LOCAL_VENV)/bin/python -m local demo

serve: $(LOCAL_VENV)/.installed ## the API on 127.0.0.1:8080, without Kubernetes, until Ctrl-C; PORT=8081 takes another port, ORIGIN=http://localhost:1234 lets a page call it
	@$(LOCAL_VENV)/bin/python -m local --port $(or $(PORT),8080) $(if $(ORIGIN),--origin $(ORIGIN))

demo-kubernetes: ## a one-node Kubernetes, the release on it, a CV in, a PDF out
	@$(PYTHON) -m cluster.demo

down: ## stop all that demo-kubernetes and test started on this machine
	@$(PYTHON) -m cluster down

# Needs Python and Chromium, neither a cluster nor Go, Java or Node.js. Half of the time of `local` is waiting, the others
# compute: two at a time use two cores. Make 3.81 mixes their output; a later one prints it when a part ends.
TEST_PARTS := local check-code unit contract documents-short browser simulation-short fuzz-short
test: $(VENV)/.installed ## all that needs no Kubernetes: lint, types, unit tests, the whole system on this machine, documents, a browser
	@echo 'Two at a time, each with its output when it ends: $(TEST_PARTS)'
	@$(MAKE) --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) $(TEST_PARTS)

test-kubernetes: check-deployment audit $(if $(shell command -v npm),clients,without-npm) real-clients simulation e2e $(if $(shell command -v npm),clients-cluster) chaos-short ## the rest: the real cluster with all documents and faults, the chart, the clients, known vulnerabilities

# .pre-commit-config.yaml runs the same commands.
check: check-code check-deployment ## format, lint, types, layers, dependencies and their licences, workflows, chart

check-code: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(MAKE) --silent licences
	$(BIN)/zizmor --offline --no-progress --quiet --pedantic .github

# Builds actionlint and Helm, with Go.
check-deployment: $(BIN)/actionlint
	$(BIN)/actionlint -shellcheck= -pyflakes=
	$(PYTHON) -m cluster helm lint --strict --quiet charts/pdf-export --set firebase.project=p --set firebase.bucket=b
	$(PYTHON) -m cluster helm lint --strict --quiet charts/pdf-export --values charts/pdf-export/values-demo.yaml
	$(PYTHON) -m cluster helm lint --strict --quiet charts/pdf-export --values charts/pdf-export/values-hardened.yaml --set firebase.project=p --set firebase.bucket=b

licences:
	@$(BIN)/pip-licenses --format json --output-file /dev/null \
		--packages $$(sed -nE 's/^([a-z0-9._-]+)==.*/\1/p' requirements/control.txt requirements/renderer.txt | sort -u)

# What of it can be had offline: sources of advisories that do not answer are told, and fail nothing.
audit: $(VENV)/.installed ## known vulnerabilities of what is pinned; Go modules against their hashes
	$(BIN)/python -m requirements.audit
	$(BIN)/pytest tests/audit -rs

sbom: ## what is in each image, as CycloneDX: out/sbom/*.cdx.json
	@$(PYTHON) -m cluster sbom

# By itself: the tool is built from source, for a quarter of an hour, and serves nothing else.
test-sbom: $(VENV)/.installed ## compare these lists with what the running pods have
	$(BIN)/pytest tests/sbom

# By itself, as well: kube-score takes minutes to build.
test-score: $(VENV)/.installed $(BIN)/kube-score ## what kube-score finds in the chart: nothing
	$(BIN)/pytest tests/score

# By itself, as well: Prometheus takes minutes of a CPU to build. What the alerts name is tested by `make unit`.
test-monitoring: $(VENV)/.installed $(BIN)/prometheus tools ## a Prometheus watches the real cluster: faults fire their alerts, the dashboard has data
	$(BIN)/pytest tests/monitoring

unit: $(VENV)/.installed ## tests that need no cluster
	$(BIN)/pytest tests/unit -n auto

browser: $(VENV)/.installed tools ## the API's page in a real browser
	$(BIN)/pytest tests/browser -n 2 --dist loadfile

clients: clients-typescript $(VENV)/.installed tools ## the clients: their types against the API's contract, their tests, an example in a browser
	$(BIN)/pytest tests/clients

clients-cluster: clients-typescript $(VENV)/.installed tools ## the example in a browser against the real cluster
	$(BIN)/pytest tests/clients/test_installation.py tests/clients/test_refusals.py --cluster

# Nothing else of the project needs Node.js.
without-npm:
	@echo 'no npm: the TypeScript client is not tested'

clients-typescript:
	cd clients/typescript && npm ci && npm run check:types && npm run typecheck && npm run build && npm test
	cd examples/react && npm ci && npm run build

tools: ## install what tests need beside Python: browsers, Poppler and the fonts of the image
	@$(PYTHON) -m cluster tools
	@$(PYTHON) -m local.fonts

tools-java: tools
	@$(PYTHON) -m cluster tools --java

# Most of the time is waiting, for expiries and for programs that start: two files at a time.
local: $(VENV)/.installed tools ## tests of the three programs on this machine, without Kubernetes
	$(BIN)/pytest tests/local -n 2 --dist loadfile

contract: $(VENV)/.installed tools ## the HTTP contract, expiry and idempotency, against python -m local
	$(BIN)/pytest tests/contract

# A machine without Go or Node.js skips their clients, with the reason.
real-clients: $(VENV)/.installed tools-java ## clients that others have written, each making an export: Java, curl, Node.js, Python, Go, generated ones
	$(BIN)/pytest tests/real_clients -rs

e2e: $(VENV)/.installed tools-java ## tests on the real cluster, which is started when it is not there
	$(BIN)/pytest tests/e2e tests/documents
	$(BIN)/pytest tests/contract --cluster

# All faults, three rounds in random order; SEED=1 repeats an order, ROUNDS=1 makes it shorter.
chaos: $(VENV)/.installed tools ## everything that can die does, on the real cluster: what became of each job
	$(BIN)/pytest tests/chaos --rounds $(or $(ROUNDS),3) --chaos-seed $(or $(SEED),$(shell date +%s))

chaos-short: $(VENV)/.installed tools
	$(BIN)/pytest tests/chaos -m brief

openapi: $(VENV)/.installed tools ## 2,000 requests from the OpenAPI document to the real cluster, all answers checked
	$(BIN)/pytest tests/e2e/test_openapi.py -s --cases 2000

documents: $(VENV)/.installed tools-java ## every template with every sample CV on the real cluster: conformance, text, layout
	$(BIN)/pytest tests/documents

documents-short: $(VENV)/.installed tools ## each sample CV once, printed on this machine: text and layout
	$(BIN)/pytest tests/documents --local --brief

ats: $(VENV)/.installed tools ## the share of a CV's words that PDF readers get, by template and script: docs/ats.md
	$(BIN)/python -m tests.documents.ats

corpus: $(VENV)/.installed tools ## every .json of a folder in each template on this machine: make corpus DIR=folder
	$(BIN)/python -m tests.documents.corpus $(if $(shell command -v mvn),,--no-conformance) $(DIR)

# 10,000 random CVs through fill, 300 through Chromium, 10,000 hostile connections to the API; SEED=1 repeats a run.
fuzz: $(VENV)/.installed tools ## random hostile CVs through the renderer, hostile connections to the API
	$(BIN)/pytest tests/fuzz -s --fill 10000 --print 300 --connections 10000 --hypothesis-seed $(or $(SEED),$(shell date +%s))

simulation: $(VENV)/.installed ## the controller among simulated faults: 200,000 steps, and what a broken one is noticed by
	$(BIN)/pytest tests/simulation -s --steps 200000 --hypothesis-seed 1

simulation-short: $(VENV)/.installed
	$(BIN)/pytest tests/simulation/test_machine.py -s -k law --steps 20000 --hypothesis-seed 1

# SEED=1 repeats a run, or goes on from a batch; STEPS=100000 makes it shorter.
simulate: $(VENV)/.installed ## the same, 5,000,000 steps in two processes
	$(BIN)/python -m tests.simulation --steps $(or $(STEPS),5000000) --seed $(or $(SEED),$(shell date +%s))

simulate-day: $(VENV)/.installed ## a day at 100 jobs/s and up to 1,000 renderers: queue times, pods, requests a job
	$(BIN)/python -m tests.simulation.day

fuzz-short: $(VENV)/.installed tools
	$(BIN)/pytest tests/fuzz -n 2 --hypothesis-seed 1

bench: $(VENV)/.installed tools ## the whole path beside bare Playwright; half an hour
	$(BIN)/python -m bench

bench-compare: $(VENV)/.installed ## two runs side by side: make bench-compare A=before.json B=after.json
	@$(BIN)/python -m bench.compare $(A) $(B)

bench-publish: $(VENV)/.installed ## tables and plots of out/bench.json into docs/performance.md
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python -m bench.publish

bench-documents: $(VENV)/.installed tools-java ## what a document costs beside its printing, and a template's first use
	$(BIN)/python -m bench.documents

soak: $(VENV)/.installed tools ## 10,000 renders through one pool: what each process holds before and after; a quarter of an hour
	$(BIN)/python -m bench.soak --renders $(or $(RENDERS),10000)

docs: $(VENV)/.installed ## what is made from the code: docs/errors.md, docs/warnings.md, docs/metrics.md
	$(BIN)/python -m docs.generate

lock: ## pin the dependencies of pyproject.toml anew (needs uv)
	$(PYTHON) requirements/lock.py

$(VENV)/.installed: requirements/dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt 2> $(VENV)/pip.log \
		|| (cat $(VENV)/pip.log >&2; exit 1)
	@cat $(VENV)/pip.log >&2; ! grep -q 'yanked version' $(VENV)/pip.log || (echo 'a pinned version was withdrawn: make lock' >&2; exit 1)
	touch $@

.venv-local/.installed: requirements/local.txt
	@$(PYTHON) -m local.install .venv-local

$(BIN)/actionlint: requirements/go/go.mod requirements/go/go.sum | $(VENV)/.installed
	go build -C requirements/go -trimpath -o $(abspath $@) github.com/rhysd/actionlint/cmd/actionlint

$(BIN)/kube-score: requirements/go/kube-score/go.mod requirements/go/kube-score/go.sum | $(VENV)/.installed
	go build -C requirements/go/kube-score -trimpath -o $(abspath $@) github.com/zegl/kube-score/cmd/kube-score

# Without the discovery of targets at cloud providers.
$(BIN)/prometheus: requirements/go/prometheus/go.mod requirements/go/prometheus/go.sum | $(VENV)/.installed
	go build -C requirements/go/prometheus -tags remove_all_sd,enable_kubernetes_sd -trimpath -o $(abspath $(BIN))/ \
		github.com/prometheus/prometheus/cmd/promtool github.com/prometheus/prometheus/cmd/prometheus

clean: ## remove what was built in this folder
	rm -rf $(VENV) .venv-local out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
