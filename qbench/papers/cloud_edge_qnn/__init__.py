"""papers/cloud_edge_qnn."""
