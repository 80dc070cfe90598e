"""A slow second implementation of the verdict rule, written from its text alone."""
