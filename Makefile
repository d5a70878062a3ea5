# Two commands, from a fresh clone with nothing but Python 3.11+ and make.
PYTHON ?= python3

.PHONY: demo test clean

demo:  ## install into an environment of its own and run the main job
	$(PYTHON) -m venv .venv-demo
	.venv-demo/bin/python -m pip install --quiet --disable-pip-version-check .
	.venv-demo/bin/python -m brainparams

test:  ## install into an environment of its own and run the whole suite
	$(PYTHON) -m venv .venv-test
	.venv-test/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	.venv-test/bin/ruff check .
	.venv-test/bin/ruff format --check .
	.venv-test/bin/mypy
	.venv-test/bin/python -m pytest

clean:
	rm -rf .venv-demo .venv-test .mypy_cache .pytest_cache .ruff_cache .hypothesis
