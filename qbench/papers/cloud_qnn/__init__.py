"""papers/cloud_qnn."""
