"""Settings of every test: generated inputs have no deadline, and pages write into a folder of their own."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
from hypothesis import settings

# programs that import what the suite does not install; `make mutation` and `make docs` do
collect_ignore = ["docs/conf.py", "tests/mutation.py"]

settings.register_profile("brainparams", deadline=None)
settings.load_profile("brainparams")


@pytest.fixture(autouse=True)
def folder_of_its_own(request, monkeypatch, tmp_path_factory):
    """Let an example on a page save its files where they harm nobody."""
    if isinstance(request.node, pytest.DoctestItem) and request.path.suffix == ".md":
        monkeypatch.chdir(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def processes():
    """Yield an executor on fresh processes, as on systems that do not fork."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool
