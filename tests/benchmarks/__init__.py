"""asv suites. Tracks are costs, deterministic, lower is better; timings and memory ride along."""
