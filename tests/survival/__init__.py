"""Runs that are killed, starved or lied to, and what is left of their results: with real processes and real faults."""
