"""The site's settings. ``docs/build.py`` builds it, once in each language."""

import os
import sys
from pathlib import Path

import hanbin_data

sys.path.insert(0, str(Path(__file__).parent))

project = "hanbin_data"
author = "The hanbin_data maintainers"
project_copyright = author
version = release = hanbin_data.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "extension"]
templates_path = ["templates"]
locale_dirs = ["locale"]
nb_execution_mode = "off"
myst_heading_anchors = 2
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_custom_sections = ["Warns"]

# Where the site will stand, the one setting that its absolute addresses are made of.
site_address = os.environ.get("SITE_URL", "").rstrip("/")

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_show_sphinx = False
html_use_index = html_domain_indices = False
html_favicon = "static/favicon.svg"
html_context = {"default_mode": "auto"}
_notebooks = ["sidebar-nav-bs.html"]
html_sidebars = {"notebooks": _notebooks, "notebooks/*": _notebooks, "[!n]*": []}
html_theme_options = {
    "navbar_persistent": ["search-button.html", "language.html"],
    "navbar_end": ["theme-switcher.html"],
    "header_links_before_dropdown": 6,
    "secondary_sidebar_items": ["page-toc.html"],
    "footer_start": ["copyright.html"],
    "footer_end": [],
    "back_to_top_button": False,
    "show_prev_next": True,
}
