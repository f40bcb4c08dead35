"""The executed notebooks as pages: what is stored in them is shown, nothing is run."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any


def pages(source: Path, target: Path) -> dict[str, str]:
    """One Markdown page a notebook, by name; its pictures are written beside it."""
    return {f"notebook-{path.stem}": page(path, target) for path in sorted(source.glob("*.ipynb"))}


def page(path: Path, target: Path) -> str:
    """The cells of a notebook, and what they gave."""
    out: list[str] = []
    for n, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"]):
        text = joined(cell["source"])
        if cell["cell_type"] == "markdown":
            out += [text, ""]
            if not n:
                out += [f"The notebook: `examples/notebooks/{path.name}`.", ""]
            continue
        out += ["```python", text.rstrip(";"), "```", ""]
        for k, output in enumerate(cell["outputs"]):
            out += [shown(output, target, f"{path.stem}-{n}-{k}.png"), ""]
    return "\n".join(out)


def shown(output: dict[str, Any], target: Path, picture: str) -> str:
    """One output: a picture, HTML as our own records write it, or text."""
    if output["output_type"] == "stream":
        return f"```text\n{joined(output['text']).rstrip()}\n```"
    data = output.get("data", {})
    if "image/png" in data:
        (target / picture).write_bytes(base64.b64decode(joined(data["image/png"])))
        return f"![what the cell above draws]({picture})"
    if "text/html" in data:
        body = "\n".join(line for line in joined(data["text/html"]).splitlines() if line.strip())
        return f'<div class="output">\n{body}\n</div>'
    return f"```text\n{joined(data.get('text/plain', '')).rstrip()}\n```"


def joined(text: str | list[str]) -> str:
    """Notebooks keep text as one piece or as lines."""
    return text if isinstance(text, str) else "".join(text)
