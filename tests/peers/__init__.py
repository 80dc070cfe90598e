"""qbench beside the engines a user would pick instead: values compared first, then times, interleaved in one run."""
