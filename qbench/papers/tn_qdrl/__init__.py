"""papers/tn_qdrl."""
