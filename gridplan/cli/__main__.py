"""`python -m gridplan.cli`."""

import sys

from gridplan.cli import main

sys.exit(main())
