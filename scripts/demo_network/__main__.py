from __future__ import annotations

import sys

from scripts.demo_network.main import main

sys.exit(main())
