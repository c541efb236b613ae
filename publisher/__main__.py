"""``python -m publisher`` is ``announce``."""

from publisher.cli import main

main()
