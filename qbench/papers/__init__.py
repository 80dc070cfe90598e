"""One package a paper: its system model, its method, its baselines, its studies."""
