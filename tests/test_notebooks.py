"""Every notebook of the examples runs from top to bottom, and shows what it is about."""

from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "examples" / "notebooks").glob("*.ipynb"))


@pytest.mark.filterwarnings("ignore")  # the kernel's own
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path):
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(path, 4)
    assert all(cell.cell_type != "code" or cell.outputs == [] for cell in notebook.cells)  # outputs stand on the site
    client.NotebookClient(notebook, timeout=300).execute()
    assert any(cell.outputs for cell in notebook.cells if cell.cell_type == "code")
