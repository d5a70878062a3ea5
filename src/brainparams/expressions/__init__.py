"""A graph as sums of products, and the distribution function of it: what convolution is made of."""

from __future__ import annotations

from .factoring import Product, factored
from .grids import Gridded, gridded
from .integration import cdf
from .search import quantiles

__all__ = ["Gridded", "Product", "cdf", "factored", "gridded", "quantiles"]
