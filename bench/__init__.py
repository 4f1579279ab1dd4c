"""Measures, never tests: what a build or a search costs here and now."""

import os
import sys
from pathlib import Path

# Node, which runs the engine, comes with the development packages. Without them the system's is taken.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
