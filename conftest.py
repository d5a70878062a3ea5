"""Settings of every test: generated inputs have no deadline, and pages write into a folder of their own."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
from hypothesis import settings

# programs that import what the suite does not install; `make mutation` and `make docs` do
collect_ignore = ["docs/conf.py", "tests/mutation.py"]

# They go through the same lines over and over, which others go through too: coverage would take a third of their time.
UNWATCHED = {
    "test_convolution", "test_convolution_long_sums", "test_convolution_moments", "test_engines_budget",
    "test_engines_coverage", "test_engines_digits", "test_engines_laws", "test_engines_limits",
    "test_engines_random_graphs", "test_engines_stepwise", "test_every_kind_and_question", "test_questions_choices",
    "test_records_fuzz", "test_records_random_graphs", "test_reference_cases",
}  # fmt: skip

settings.register_profile("brainparams", deadline=None)
settings.load_profile("brainparams")


def pytest_collection_modifyitems(items):
    """Let coverage pass over tests that take long."""
    for each in items:
        if each.path.stem in UNWATCHED:
            each.add_marker("no_cover")


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
