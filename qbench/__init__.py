"""Executable verdicts on published claims of quantum advantage.

The floors, from the ground up: `quantum`, `radio` and `assignment` (physics and algorithms that know of no paper),
`papers` (one package a paper), `evidence` (claim, study, estimate, verdict, store), and the doors `cli` and
`pytest_plugin`.
"""

__version__ = "0.1.0"
