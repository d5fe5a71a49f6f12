"""The official Python SDK as a client of /api/mcp, in each era.

Asked with {"url": …, "token": …, "bad": …}; prints a line of JSON: for each
way to connect what came of it.
"""

import asyncio
import json
import sys

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

ASK = json.loads(sys.argv[1])


def first(error):
    """The reason within the groups a task group wraps around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def visit(mode, token):
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers) as http:
        transport = streamable_http_client(ASK["url"], http_client=http)
        async with Client(transport, mode=mode) as client:
            title = f"From Python, {mode}"
            tools = await client.list_tools()
            added = await client.call_tool("add_task", {"title": title})
            found = await client.call_tool("list_tasks", {"search": title})
            failed = await client.call_tool(
                "complete_task", {"task_id": 999999999})
            try:
                await client.call_tool("no_such_tool", {})
                unknown = None
            except MCPError as error:
                unknown = error.error.code
            return {
                "revision": client.protocol_version,
                "tools": sorted(tool.name for tool in tools.tools),
                "added": not added.is_error,
                "found": [task["title"] for task in
                          found.structured_content["tasks"]] == [title],
                "failed": failed.is_error,
                "unknown": unknown,
            }


async def refused(mode):
    try:
        await visit(mode, ASK["bad"])
    except Exception as error:
        return str(first(error))
    return None


async def main():
    print(json.dumps({
        mode: {**await visit(mode, ASK["token"]),
               "refused": await refused(mode)}
        for mode in ("auto", "legacy", "2026-07-28")}))

asyncio.run(main())
