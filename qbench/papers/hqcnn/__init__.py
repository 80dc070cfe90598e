"""papers/hqcnn."""
