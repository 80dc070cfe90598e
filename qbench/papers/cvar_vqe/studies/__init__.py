"""What is measured for the claims of the paper: functions (params, streams, units) -> columns, one a module."""
