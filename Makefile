# Two commands, from a fresh clone with nothing but Python 3.11+ and make.
PYTHON ?= python3

.PHONY: demo test docs pictures fuzz graphs mutation release-check clean

demo:  ## install into an environment of its own and run the main job
	$(PYTHON) -m venv .venv-demo
	.venv-demo/bin/python -m pip install --quiet --disable-pip-version-check .
	.venv-demo/bin/python -m brainparams

test:  ## install into an environment of its own and run the whole suite; less than 95 % of the lines run fails
	$(PYTHON) -m venv .venv-test
	.venv-test/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	.venv-test/bin/ruff check .
	.venv-test/bin/ruff format --check .
	.venv-test/bin/mypy
	.venv-test/bin/python -m pytest -n auto --cov --cov-report=

docs:  ## build the site with warnings as errors, every cell run
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	.venv-docs/bin/sphinx-build -W --keep-going -b html docs docs/_build/html

pictures:  ## draw the pictures of the README from the checkout
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	.venv-docs/bin/python docs/pictures.py

fuzz: .venv-test  ## ten million texts and files to whatever reads one; hours
	.venv-test/bin/python tests/fuzz.py

graphs: .venv-test  ## 3,000 random graphs of all operations against draws; an hour
	.venv-test/bin/python tests/graphs.py --n 3000

mutation: .venv-test  ## change the core in 300 places and count what no test notices; hours
	.venv-test/bin/python tests/mutation.py --n 300

.venv-test:
	$(PYTHON) -m venv .venv-test
	.venv-test/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'

release-check:  ## build twice, inspect, install into an empty environment, type-check a downstream sample
	$(PYTHON) -m venv .venv-release
	.venv-release/bin/python -m pip install --quiet --disable-pip-version-check build twine check-wheel-contents cffconvert
	.venv-release/bin/python tests/release/check.py

clean:
	rm -rf .venv-demo .venv-test .venv-docs .venv-release docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis
