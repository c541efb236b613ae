"""Histories to make files of, and the programs that judge the files."""
