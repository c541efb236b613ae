"""What is wrong with texts that were typed, or with what a platform makes of them: rules by code."""
