"""A graph as sums of products, and the distribution function of it: what convolution is made of."""
