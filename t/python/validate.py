"""Is this ChatKit's?  Asked of the pydantic models of openai-chatkit.

One question a line, {"kind": "event", "text": "{...}"}; one answer a line,
{"ok": true} or {"error": "..."}.  Kinds: see KINDS.  t/lib/ChatKit.pm asks.

The models alone ignore members they do not know and let any widget pass, so
what was read is written again and must be the same, and each node of a
widget is read by itself.
"""

import json
import re
import sys
import warnings
from datetime import datetime
from typing import Any

warnings.simplefilter("ignore")

from pydantic import TypeAdapter, ValidationError  # noqa: E402
from chatkit import types, widgets  # noqa: E402

KINDS = {
    "request": TypeAdapter(types.ChatKitReq),
    "event": TypeAdapter(types.ThreadStreamEvent),
    "thread": TypeAdapter(types.Thread),
    "threads": TypeAdapter(types.Page[types.Thread]),
    "items": TypeAdapter(types.Page[types.ThreadItem]),
    "sync": TypeAdapter(types.SyncCustomActionResponse),
    "attachment": TypeAdapter(types.Attachment),
    "transcription": TypeAdapter(types.TranscriptionResult),
}
ROOT = TypeAdapter(widgets.StrictWidgetRoot)
NODE = TypeAdapter(widgets.StrictWidgetComponent)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


class Wrong(Exception):
    """What is not as it should be, and where."""


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Wrong(f"member {name!r} twice")
        found[name] = value
    return found


def no_number(text: str) -> Any:
    raise Wrong(f"{text} is no JSON")


def time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def same(sent: Any, dump: Any, at: str, more: bool = False) -> None:
    """Is dump what was sent?  more: it may have members besides."""
    if isinstance(sent, dict) and isinstance(dump, dict):
        for name, value in sent.items():
            here = f"{at}.{name}" if at else name
            if value is None and more:
                continue
            if name not in dump:
                raise Wrong(f"{here}: the models do not know it"
                            if value is not None else f"{here}: is null")
            same(value, dump[name], here, more)
        for name in dump:
            if name not in sent and not more:
                raise Wrong(f"{at}.{name}: left out, though it is not null")
        return
    if isinstance(sent, list) and isinstance(dump, list):
        if len(sent) != len(dump):
            raise Wrong(f"{at}: {len(sent)} elements became {len(dump)}")
        for i, (one, other) in enumerate(zip(sent, dump)):
            same(one, other, f"{at}[{i}]", more)
        return
    if isinstance(sent, bool) == isinstance(dump, bool) and sent == dump:
        return
    if (isinstance(sent, str) and isinstance(dump, str)
            and TIME.fullmatch(sent) and TIME.fullmatch(dump)
            and time(sent) == time(dump)):
        return
    raise Wrong(f"{at}: {sent!r} became {dump!r}")


def written(adapter: TypeAdapter, value: Any) -> Any:
    return adapter.dump_python(adapter.validate_python(value), mode="json",
                               exclude_none=True)


def check_node(adapter: TypeAdapter, node: Any, at: str) -> None:
    """This node of a widget, and each below it."""
    if not isinstance(node, dict):
        raise Wrong(f"{at}: no object")
    children = node.get("children")
    alone = dict(node)
    if isinstance(children, list):
        alone["children"] = []
    elif "children" in alone:
        # Of a Transition: one, which is looked at by itself.
        alone["children"] = {"type": "Spacer"}
    try:
        same(alone, written(adapter, alone), at)
    except ValidationError as e:
        raise Wrong(f"{at} ({node.get('type')}): {short(e)}") from e
    below = children if isinstance(children, list) else [children]
    for i, child in enumerate(below if "children" in node else []):
        check_node(NODE, child, f"{at}.children[{i}]")
        row = isinstance(child, dict) and child.get("type") == "ListViewItem"
        if row != (node.get("type") == "ListView"):
            raise Wrong(f"{at}.children[{i}]: a ListViewItem is what a "
                        "ListView holds, and nothing else")


def without_widgets(value: Any, at: str) -> Any:
    """A copy with each widget replaced by a blank, once it is checked."""
    if isinstance(value, list):
        return [without_widgets(v, f"{at}[{i}]") for i, v in enumerate(value)]
    if not isinstance(value, dict):
        return value
    copy = {}
    kind = value.get("type")
    for name, v in value.items():
        here = f"{at}.{name}" if at else name
        if name == "widget" and kind in ("widget", "widget.root.updated"):
            check_node(ROOT, v, here)
            v = {"type": "Basic"}
        elif name == "component" and kind == "widget.component.updated":
            check_node(NODE, v, here)
            v = {"type": "Spacer"}
        elif name == "data" and kind == "input_tag":
            pass        # anybody's
        else:
            v = without_widgets(v, here)
        copy[name] = v
    return copy


def short(e: ValidationError) -> str:
    first = e.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}"


def check(kind: str, text: str) -> None:
    adapter = KINDS[kind]
    value = json.loads(text, object_pairs_hook=members,
                       parse_constant=no_number)
    adapter.validate_json(text)
    if kind == "request":
        same(value, written(adapter, value), "", more=True)
    else:
        plain = without_widgets(value, "")
        same(plain, written(adapter, plain), "")


def main() -> None:
    for line in sys.stdin:
        answer: dict[str, Any] = {"ok": True}
        try:
            question = json.loads(line)
            check(question["kind"], question["text"])
        except ValidationError as e:
            answer = {"error": short(e)}
        except (Wrong, ValueError, KeyError) as e:
            answer = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
