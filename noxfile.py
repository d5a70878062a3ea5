"""What continuous integration runs: every Python with the newest and with the oldest libraries; long jobs.

``nox`` runs the tests on the Pythons that are there; ``nox -s lowest fuzz mutation`` the others by name.
"""

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["newest"]


@nox.session(python=PYTHONS)
def newest(session: nox.Session) -> None:
    """Run the suite with the newest version of every library."""
    session.install(".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS[0], venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """Run the suite with the oldest version of every library that pyproject.toml allows."""
    session.install("--resolution", "lowest-direct", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS[0])
def fuzz(session: nox.Session) -> None:
    """Feed ten million texts and files to whatever reads one."""
    session.install(".[test]")
    session.run("python", "tests/fuzz.py", *session.posargs)


@nox.session(python=PYTHONS[0])
def mutation(session: nox.Session) -> None:
    """Change the core line by line, and count the changes that no test notices."""
    session.install("--editable", ".[test]")
    session.run("python", "tests/mutation.py", *session.posargs)
