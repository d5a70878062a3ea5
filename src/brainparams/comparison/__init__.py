"""Estimates side by side: why two of them differ, and many of them, brains and machines, on one ladder."""
