"""How the site is built: Sphinx, MyST notebooks, the pydata theme. ``make docs`` runs it with warnings as errors."""

import sys
from pathlib import Path

from docutils import nodes

import brainparams

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "brainparams"
author = "The brainparams developers"
copyright = f"2026, {author}"
version = release = brainparams.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
    "numpydoc",
    "myst_nb",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinxcontrib.bibtex",
    "site_pages",  # the pages that are made from the package itself
]
intersphinx_mapping = {}  # the site builds without a network
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "jupyter_execute"]
templates_path = ["_templates"]

# every code cell is run, and a cell that fails fails the build; ``>>>`` examples run with the test suite
nb_execution_mode = "force"  # what a cell prints depends on the package, which a cache of cells does not know
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # the docstrings give types and units
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
bibtex_bibfiles = ["../src/brainparams/citations/references.bib"]
bibtex_default_style = "unsrt"

html_theme = "pydata_sphinx_theme"
html_title = "brainparams"
html_static_path = ["_static"]
html_extra_path = ["llms.txt", "_live"]  # a page for language models; live pages, written by site_pages
html_css_files = ["site.css"]
html_js_files = ["filter.js"]
html_show_sourcelink = False
html_theme_options = {
    "navigation_with_keys": False,
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
}


def setup(app):
    """Take away the blank line that ends an example in its source."""
    app.connect("doctree-read", lambda app, doctree: end_examples(doctree))


def end_examples(doctree) -> None:
    """Take away the blank line that ends an example in its source."""
    for block in doctree.findall(nodes.literal_block):
        block[:] = [nodes.Text(block.astext().rstrip())]
