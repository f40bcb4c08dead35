"""Sphinx with MyST: Markdown that reads well as it stands, a reference made from the records,
nothing from a network.

Sphinx, because it turns a broken reference into an error and makes pages at build time from our own
records.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # reference.py

project = "gep"
author = "The gep maintainers"
copyright = "The gep maintainers, Apache-2.0"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "requirements.txt"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "gep: gross ecosystem product accounts"
html_static_path = ["_static"]
html_css_files = ["gep.css"]
html_show_sphinx = False
nitpicky = True


def setup(app):
    import reference

    app.connect("builder-inited", lambda app: reference.write(Path(app.srcdir) / "reference"))
