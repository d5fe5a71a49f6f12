"""The reference server of openai-chatkit, to compare ours with.

One question a line: {"request": "the body", "say": ["pie", "ces"],
"title": "of the thread" or null, "fail": null, "unknown" or "told"}; one
answer a line: {"events": [...]}, {"json": ...} or {"error": "..."}.  The
words stand for what a model would have said.  t/630-chatkit-oracle.t asks.
"""

import asyncio
import json
import sys
import types as python_types
import warnings
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Any

warnings.simplefilter("ignore")


def pretend_agents() -> None:
    """Three names of the Agents SDK are all that is asked of it here."""
    for path, name in (("agents", None), ("agents.models", None),
                       ("agents.models.chatcmpl_helpers",
                        "HEADERS_OVERRIDE"),
                       ("agents.models.openai_responses",
                        "_HEADERS_OVERRIDE")):
        module = python_types.ModuleType(path)
        if name is not None:
            setattr(module, name, ContextVar(path, default=None))
        sys.modules[path] = module
    sys.modules["agents"].__version__ = "0"


pretend_agents()

from chatkit.errors import CustomStreamError  # noqa: E402
from chatkit.server import ChatKitServer, StreamingResult  # noqa: E402
from chatkit.store import NotFoundError, Store  # noqa: E402
from chatkit.types import (  # noqa: E402
    AssistantMessageContent, AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone, AssistantMessageContentPartTextDelta,
    AssistantMessageItem, Page, ThreadItemAddedEvent, ThreadItemDoneEvent,
    ThreadItemUpdatedEvent, ThreadMetadata)


class Shelf(Store):
    """Threads and items in memory, in the order they came."""

    def __init__(self) -> None:
        self.threads: dict[str, Any] = {}
        self.items: dict[str, dict[str, Any]] = {}

    @staticmethod
    def page(of: dict[str, Any], after: str | None, limit: int,
             order: str) -> Page:
        ids = list(of) if order == "asc" else list(reversed(of))
        begin = ids.index(after) + 1 if after else 0
        chosen = ids[begin:begin + limit]
        more = begin + limit < len(ids)
        return Page(data=[of[i] for i in chosen], has_more=more,
                    after=chosen[-1] if more else None)

    async def load_thread(self, thread_id, context):
        if thread_id not in self.threads:
            raise NotFoundError(thread_id)
        return self.threads[thread_id].model_copy(deep=True)

    async def save_thread(self, thread, context):
        self.threads[thread.id] = ThreadMetadata.model_validate(
            thread.model_dump())
        self.items.setdefault(thread.id, {})

    async def load_thread_items(self, thread_id, after, limit, order,
                                context):
        return self.page(self.items[thread_id], after, limit, order)

    async def load_threads(self, limit, after, order, context):
        return self.page(self.threads, after, limit, order)

    async def add_thread_item(self, thread_id, item, context):
        self.items[thread_id][item.id] = item

    async def save_item(self, thread_id, item, context):
        self.items[thread_id][item.id] = item

    async def load_item(self, thread_id, item_id, context):
        return self.items[thread_id][item_id]

    async def delete_thread(self, thread_id, context):
        self.threads.pop(thread_id)
        self.items.pop(thread_id)

    async def delete_thread_item(self, thread_id, item_id, context):
        self.items[thread_id].pop(item_id)

    async def save_attachment(self, attachment, context):
        raise NotImplementedError

    async def load_attachment(self, attachment_id, context):
        raise NotImplementedError

    async def delete_attachment(self, attachment_id, context):
        raise NotImplementedError


class Server(ChatKitServer):
    """Says what it is told to say."""

    async def respond(self, thread, input_user_message, context):
        if context.get("title"):
            thread.title = context["title"]
        if context.get("say"):
            async for event in self.said(thread, context):
                yield event
        if context.get("fail") == "told":
            raise CustomStreamError("It went wrong.", allow_retry=True)
        if context.get("fail"):
            raise RuntimeError("It went wrong.")

    async def said(self, thread, context):
        item = AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id, created_at=datetime.now(timezone.utc),
            content=[])
        yield ThreadItemAddedEvent(item=item)

        def update(change):
            return ThreadItemUpdatedEvent(item_id=item.id, update=change)

        yield update(AssistantMessageContentPartAdded(
            content_index=0, content=AssistantMessageContent(text="")))
        for piece in context["say"]:
            yield update(AssistantMessageContentPartTextDelta(
                content_index=0, delta=piece))
        whole = AssistantMessageContent(text="".join(context["say"]))
        yield update(AssistantMessageContentPartDone(
            content_index=0, content=whole))
        yield ThreadItemDoneEvent(
            item=item.model_copy(update={"content": [whole]}))

    async def add_feedback(self, thread_id, item_ids, feedback, context):
        pass


async def answer(server: Server, question: dict[str, Any]) -> dict[str, Any]:
    result = await server.process(question["request"], question)
    if not isinstance(result, StreamingResult):
        return {"json": json.loads(result.json)}
    raw = b"".join([piece async for piece in result])
    return {"events": [json.loads(frame[len("data: "):])
                       for frame in raw.decode().split("\n\n") if frame]}


def main() -> None:
    server = Server(Shelf())
    loop = asyncio.new_event_loop()
    for line in sys.stdin:
        try:
            reply = loop.run_until_complete(
                answer(server, json.loads(line)))
        except Exception as e:      # whatever it is, the test wants to see it
            reply = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
