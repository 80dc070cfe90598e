"""papers/cvar_vqe."""
