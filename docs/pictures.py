"""Draw the pictures of the README from the checkout: ``make pictures``."""

from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

import brainparams as bp
from brainparams.command_line.demo import human_brain

STATIC = Path(__file__).parent / "_static"
MACHINES = {"GPT-3": "1.75e11 parameter", "Kimi K2": "1.03e12 parameter"}


def draw(theme: str, file: Path) -> Path:
    """Draw the parameters of a human brain beside two machines; the same numbers give the same file."""
    with mpl.rc_context({"svg.hashsalt": "brainparams"}), bp.plots.style(theme, font_size=11):
        figure, ax = pyplot.subplots(figsize=(8.0, 3.0), layout="constrained")
        human_brain().plot(ax, lines=MACHINES)
        with mpl.rc_context({"svg.fonttype": "none"}):
            figure.savefig(file, metadata={"Date": None, "Creator": None})
        pyplot.close(figure)
    return file


if __name__ == "__main__":
    mpl.use("Agg")
    for theme, name in (("light", "brain.svg"), ("dark", "brain-dark.svg")):
        print(draw(theme, STATIC / name))
