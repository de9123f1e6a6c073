"""The command ``regimes``."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Runs the command line; its exit status."""
    # Ctrl-C ends the command at once, as it ends any other.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from regimes import _regimes

    return _regimes.run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
