"""python -m preview: show a template as it is printed."""

import sys

from preview.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
