// The official TypeScript SDK as a client of /api/mcp: both of its
// generations, each era it can be told to speak.
//
// wish: { url, token, bad, titles } and what the test does when it is asked
// to (perl): stop, cont, kill one of two workers.
import { createInterface } from "node:readline";
import { Client as V1Client } from
	"@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as V1Transport } from
	"@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client as V2Client, StreamableHTTPClientTransport as V2Transport }
	from "@modelcontextprotocol/client";
import { done, is, like, ok } from "../node/tap.mjs";

const wish = JSON.parse(process.argv[2]);
const legacy = "2025-11-25";
const modern = "2026-07-28";
const who = { name: "taskchat-test", version: "1" };

// ---- the test's own hands

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function perl(name, args = null) {
	console.log(`#! ${JSON.stringify([name, args])}`);
	const answer = JSON.parse((await lines.next()).value);
	if (answer.error) throw new Error(answer.error);
	return answer.ok;
}

// ---- the clients

function v2(mode) {
	return (capabilities) => new V2Client(who,
		{ capabilities, versionNegotiation: { mode } });
}

const kinds = [
	{ name: "v1", speaks: legacy, Transport: V1Transport,
		make: (capabilities) => new V1Client(who, { capabilities }) },
	{ name: "v2 legacy", speaks: legacy, Transport: V2Transport,
		make: v2("legacy") },
	{ name: "v2 auto", speaks: modern, Transport: V2Transport,
		make: v2("auto") },
	{ name: "v2 pinned", speaks: modern, Transport: V2Transport,
		make: v2({ pin: modern }) },
];

// Every answer that came, by method and status; and what a client complained
// of while nobody was waiting.
async function connect(kind, token, capabilities = {}) {
	const client = kind.make(capabilities);
	const wire = [];
	const transport = new kind.Transport(new URL(wish.url), {
		requestInit: token ? {
			headers: { Authorization: `Bearer ${token}` } } : {},
		fetch: async (url, init) => {
			const answer = await fetch(url, init);
			wire.push({ method: init?.method ?? "GET",
				status: answer.status,
				session: answer.headers.get("mcp-session-id"),
				body: init?.body && JSON.parse(init.body) });
			return answer;
		},
	});
	const complaints = [];
	client.onerror = (error) => complaints.push(String(error));
	await client.connect(transport);
	return { client, wire, complaints };
}

async function refused(promise) {
	try {
		return { answer: await promise };
	} catch (error) {
		return { error };
	}
}

const textOf = (result) => result.content.map((c) => c.text).join("");

// ---- the matrix

async function good(kind) {
	const { client, wire, complaints } = await connect(kind, wish.token);
	const is_modern = kind.speaks === modern;
	is(wire[0].body.method,
		is_modern ? "server/discover" : "initialize",
		`${kind.name}: how it begins`);
	is(wire[0].status, 200, "... and is answered");
	is(client.getServerVersion()?.name, "taskchat", "... by whom");
	is(Object.keys(client.getServerCapabilities()).sort(),
		["completions", "prompts", "resources", "tools"],
		"... who can do that");
	like(client.getInstructions(), /task/, "... and says what it is for");
	if (!is_modern) {
		is(wire.filter((w) => w.body?.method ===
			"notifications/initialized").map((w) => w.status),
			[202], "the notification is accepted");
	}
	const { tools } = await client.listTools();
	is(tools.map((t) => t.name).sort(), ["add_task", "complete_task",
		"delete_task", "list_tasks", "restore_task", "update_task"],
		"tools are listed");
	ok(tools.every((t) => t.title && t.description && t.inputSchema &&
		t.outputSchema && [t.annotations.readOnlyHint,
			t.annotations.destructiveHint,
			t.annotations.idempotentHint,
			t.annotations.openWorldHint].every(
			(hint) => typeof hint === "boolean")),
		"... with all a host wants to know", tools);

	// The client itself checks what comes by the schema it was told.
	const title = `Milk for ${kind.name}`;
	const added = await client.callTool({ name: "add_task",
		arguments: { title } });
	ok(!added.isError, "a call", added);
	is(JSON.parse(textOf(added)), added.structuredContent,
		"... says the same as text and as data");
	like(textOf(added), new RegExp(title), "... and that it was done");
	const list = await client.callTool({ name: "list_tasks",
		arguments: { search: title } });
	is(list.structuredContent.tasks.map((t) => t.title), [title],
		"it is in the list");
	const completed = await client.callTool({ name: "complete_task",
		arguments: { task_id: list.structuredContent.tasks[0].id } });
	ok(!completed.isError, "another call", completed);

	const missing = await client.callTool({ name: "complete_task",
		arguments: { task_id: 999999999 } });
	is(missing.isError, true, "no such task: an error of the tool");
	ok(textOf(missing).length > 10, "... that says what is wrong", missing);
	const empty = await client.callTool({ name: "add_task",
		arguments: {} });
	is(empty.isError, true, "no title: an error of the tool");
	like(textOf(empty), /title/, "... that names what is missing");
	const unknown = await refused(client.callTool({ name: "no_such_tool",
		arguments: {} }));
	is(unknown.error?.code, -32602,
		"no such tool: an error of the protocol");

	await texts(client, kind);
	await pages(client);

	const gets = wire.filter((w) => w.method === "GET");
	is(gets.map((w) => w.status), gets.map(() => 405),
		"a GET is answered 405");
	is(wire.filter((w) => w.session !== null), [], "there is no session");
	await client.close();
	is(complaints, [], "and the client had nothing to complain of");
}

// Prompts, resources, completion.
async function texts(client, kind) {
	const { prompts } = await client.listPrompts();
	ok(prompts.length >= 2 && prompts.every((p) => p.description),
		"prompts are listed", prompts);
	for (const prompt of prompts) {
		if (prompt.arguments?.some((a) => a.required)) continue;
		const got = await client.getPrompt({ name: prompt.name,
			arguments: {} });
		ok(got.messages[0]?.content.text.length > 20,
			`... ${prompt.name} is there`, got);
	}
	is((await refused(client.getPrompt({ name: "no_such_prompt",
		arguments: {} }))).error?.code, -32602, "... another is not");

	const { resources } = await client.listResources();
	ok(resources.length > 0, "resources are listed", resources);
	const read = await client.readResource({ uri: resources[0].uri });
	is(read.contents[0].uri, resources[0].uri, "... and can be read");
	const { resourceTemplates } = await client.listResourceTemplates();
	ok(resourceTemplates.length > 0, "... by a template",
		resourceTemplates);
	const uri = resourceTemplates[0].uriTemplate.replace(/\{.*?\}/,
		"999999999");
	const none = await refused(client.readResource({ uri }));
	// Their second generation turns the old number into the new one.
	is(none.error?.code, kind.name === "v1" ? -32002 : -32602,
		"... which may lead nowhere");

	const name = /\{(\w+)\}/.exec(resourceTemplates[0].uriTemplate)[1];
	const { completion } = await client.complete({
		ref: { type: "ref/resource",
			uri: resourceTemplates[0].uriTemplate },
		argument: { name, value: "" } });
	ok(Array.isArray(completion.values) && completion.values.length > 0,
		"... which is completed", completion);
}

// All there are, each once, however many pages that takes.
async function pages(client) {
	const seen = [];
	let cursor;
	for (let page = 1; page < 50; page++) {
		const got = await client.listResources(
			cursor === undefined ? undefined : { cursor });
		seen.push(...got.resources.map((r) => r.uri));
		cursor = got.nextCursor;
		if (cursor === undefined) break;
	}
	ok(seen.length >= wish.tasks, `all ${wish.tasks} tasks are resources`,
		seen.length);
	is(new Set(seen).size, seen.length, "... each once");
	const wrong = await refused(client.listResources(
		{ cursor: "nothing" }));
	is(wrong.error?.code, -32602, "a cursor of nobody's is refused");
}

async function bad(kind, token, name) {
	const { error } = await refused(connect(kind, token));
	ok(error, `${kind.name}: ${name} token does not connect`);
	like([error?.name, error?.code, error?.status, error?.message,
		error?.cause?.message].join(" "), /401|[Uu]nauthorized/,
		"... and the client knows why");
}

// ---- asked before it deletes

async function add(client, title) {
	const added = await client.callTool({ name: "add_task",
		arguments: { title } });
	return added.structuredContent.task_id;
}

async function has(client, title) {
	const list = await client.callTool({ name: "list_tasks",
		arguments: { search: title } });
	return list.structuredContent.tasks.some((t) => t.title === title);
}

async function asked(kind) {
	const { client } = await connect(kind, wish.token,
		{ elicitation: { form: {} } });
	await client.listTools();
	const messages = [];
	let answer;
	client.setRequestHandler("elicitation/create", async (request) => {
		messages.push(request.params.message);
		return answer;
	});
	const call = async (id) => client.callTool({ name: "delete_task",
		arguments: { task_id: id } });

	const title = `Old shoes of ${kind.name}`;
	const id = await add(client, title);
	for (const no of [{ action: "decline" }, { action: "cancel" },
		{ action: "accept", content: { confirm: false } }]) {
		answer = no;
		const said = await call(id);
		is(said.isError, true,
			`${kind.name}: ${JSON.stringify(no)} is no`);
		ok(await has(client, title), "... and it is still there");
	}
	answer = { action: "accept", content: { confirm: true } };
	const said = await call(id);
	ok(!said.isError, `${kind.name}: yes is yes`, said);
	ok(!await has(client, title), "... and it is gone");
	is(messages.length, 4, "the person was asked each time");
	like(messages[0], /Old shoes/, "... by the task's title");
	await client.close();
}

// Who cannot be asked says by a token that the person agreed.
async function told(kind) {
	const { client } = await connect(kind, wish.token);
	await client.listTools();
	const title = `Old boots of ${kind.name}`;
	const id = await add(client, title);
	const first = await client.callTool({ name: "delete_task",
		arguments: { task_id: id } });
	is(first.isError, true, `${kind.name}: nothing is deleted unasked`);
	like(textOf(first), /Old boots/, "... the task is named");
	ok(await has(client, title), "... and still there");
	const token = /\btcq_[\w-]{43}/.exec(textOf(first))?.[0];
	ok(token, "... a token says how to go on", textOf(first));
	const second = await client.callTool({ name: "delete_task",
		arguments: { task_id: id, confirm_token: token } });
	ok(!second.isError, "with it the task is deleted", second);
	ok(!await has(client, title), "... and gone");
	const third = await client.callTool({ name: "delete_task",
		arguments: { task_id: id, confirm_token: token } });
	is(third.isError, true, "it was good for once");
	await client.close();
}

// ---- any worker will do

async function alternate(kind) {
	await perl("cont", 0);
	await perl("stop", 1);
	const { client } = await connect(kind, wish.token);
	const title = `Round of ${kind.name}`;
	await add(client, title);
	for (const turn of [1, 0, 1]) {
		await perl("cont", turn);
		await perl("stop", 1 - turn);
		ok(await has(client, title),
			`${kind.name}: worker ${turn} goes on`);
	}
	await perl("cont", 0);
	await client.close();
}

async function killed(kind) {
	const { client } = await connect(kind, wish.token);
	const title = `Rest of ${kind.name}`;
	await add(client, title);
	await perl("kill");
	ok(await has(client, title),
		`${kind.name}: one of two workers is killed`);
	await client.close();
}

try {
	for (const kind of kinds) {
		await good(kind);
		await bad(kind, wish.bad, "a bad");
		await bad(kind, "", "no");
		if (kind.speaks === modern) await asked(kind);
		await told(kind);
		await alternate(kind);
	}
	await killed(kinds[0]);
	await killed(kinds[2]);
	done();
} catch (error) {
	done(error);
}
process.stdin.destroy();
