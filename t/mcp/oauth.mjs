// The official TypeScript SDK comes to a token by itself: from the bare
// address over the refusal, the two documents, the person's consent and the
// code to a token, a call, and the next token when that one is no good.
//
// wish: { url, person (a token of the site's), clients: { name: { id, secret,
// document } } }
import { Client as V1Client } from
	"@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as V1Transport } from
	"@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client as V2Client, StreamableHTTPClientTransport as V2Transport }
	from "@modelcontextprotocol/client";
import { done, is, like, ok } from "../node/tap.mjs";

const wish = JSON.parse(process.argv[2]);
const { origin } = new URL(wish.url);
const back = "http://127.0.0.1:33418/back";
const who = { name: "taskchat-test", version: "1" };

const kinds = [
	{ name: "v1", Transport: V1Transport, make: () => new V1Client(who),
		code: (params) => params.get("code") },
	{ name: "v2", Transport: V2Transport, make: () => new V2Client(who,
		{ versionNegotiation: { mode: "auto" } }),
	// it looks at iss too
		code: (params) => params },
];

// What a client keeps, and where it sends the person.
class Keeper {
	constructor({ id, secret, document }) {
		if (document) this.clientMetadataUrl = id;
		else this.information = { client_id: id, client_secret: secret,
			issuer: origin };
		this.clientMetadata = { client_name: "SDK",
			redirect_uris: [back], response_types: ["code"],
			grant_types: ["authorization_code", "refresh_token"] };
		this.redirectUrl = back;
		this.saved = [];
	}
	state() { return "state of the client"; }
	clientInformation() { return this.information; }
	saveClientInformation(information) { this.information = information; }
	tokens() { return this.saved.at(-1); }
	saveTokens(tokens) { this.saved.push(tokens); }
	redirectToAuthorization(url) { this.asked = url; }
	saveCodeVerifier(verifier) { this.verifier = verifier; }
	codeVerifier() { return this.verifier; }
	saveDiscoveryState(state) { this.discovered = state; }
	discoveryState() { return this.discovered; }
}

// What the page of the consent does, for a person who allows those scopes.
async function consent(url, scopes) {
	const request = Object.fromEntries(url.searchParams);
	const headers = { Authorization: `Bearer ${wish.person}`,
		"Content-Type": "application/json" };
	const question = await fetch(`${origin}/api/oauth/consent${url.search}`,
		{ headers });
	const asked = await question.json();
	if (!asked.client) throw new Error(JSON.stringify(asked));
	const answer = await fetch(`${origin}/api/oauth/consent`, { headers,
		method: "POST", body: JSON.stringify({ request,
			allow: scopes.length > 0, scopes }) });
	return { asked, params: new URL((await answer.json()).redirect_to)
		.searchParams };
}

async function attempt(kind, keeper) {
	const client = kind.make();
	const transport = new kind.Transport(new URL(wish.url),
		{ authProvider: keeper });
	try {
		await client.connect(transport);
		return { client, transport };
	} catch (error) {
		return { transport, error };
	}
}

const both = ["tasks:read", "tasks:write"];

async function whole(kind, name, known) {
	const keeper = new Keeper(known);
	const first = await attempt(kind, keeper);
	is(first.error?.constructor.name, "UnauthorizedError",
		`${kind.name}, ${name}: sent to the person first`);
	const url = keeper.asked;
	is(url?.origin + url?.pathname, `${origin}/authorize`,
		"... at our page");
	const query = Object.fromEntries(url.searchParams);
	is([query.client_id, query.redirect_uri, query.resource,
		query.code_challenge_method, query.scope.split(" ").sort()],
		[known.id, back, wish.url, "S256", both],
		"... with all that has to be said");
	const { asked, params } = await consent(url, both);
	is([asked.client.registered, asked.loopback],
		[!known.document, true], "the person sees who asks");
	is([params.get("iss"), params.get("state")],
		[origin, query.state], "the client is told whose answer it is");
	await first.transport.finishAuth(kind.code(params));
	is(keeper.saved.length, 1, "the code becomes a token");

	const { client, error } = await attempt(kind, keeper);
	ok(client, "with it the client is let in", error);
	const title = `By ${kind.name}, ${name}`;
	const added = await client.callTool({ name: "add_task",
		arguments: { title } });
	ok(!added.isError, "... and may call", added);
	await client.close();

	// As if an hour had passed.
	keeper.saved.push({ ...keeper.tokens(),
		access_token: `tcg_${"A".repeat(43)}` });
	const before = keeper.tokens();
	const next = await attempt(kind, keeper);
	ok(next.client, "a token that is no good any more is replaced",
		next.error);
	is(keeper.saved.length, 3, "... once");
	ok(keeper.tokens().refresh_token &&
		keeper.tokens().refresh_token !== before.refresh_token,
		"... and with it what the next one is asked for by");
	const list = await next.client.callTool({ name: "list_tasks",
		arguments: { search: title } });
	is(list.structuredContent.tasks.map((t) => t.title), [title],
		"it is the same person's");
	await next.client.close();
}

// Less than was asked for, and more when it is needed.
async function further(kind, known) {
	const keeper = new Keeper(known);
	const first = await attempt(kind, keeper);
	const { params } = await consent(keeper.asked, ["tasks:read"]);
	await first.transport.finishAuth(kind.code(params));
	is(keeper.tokens().scope, "tasks:read",
		`${kind.name}: the person may allow less`);
	const { client } = await attempt(kind, keeper);
	const list = await client.callTool({ name: "list_tasks",
		arguments: {} });
	ok(!list.isError, "... which is enough to read", list);
	await client.close();

	const again = await attempt(kind, keeper);
	keeper.asked = null;
	const write = (c) => c.callTool({ name: "add_task",
		arguments: { title: `More, by ${kind.name}` } });
	let refusal;
	try {
		await write(again.client);
	} catch (error) {
		refusal = error;
	}
	if (kind.name === "v1") {
		// It asks for the next token, which can do no more.
		like(String(refusal), /403/, "... and not to write");
		return;
	}
	is(refusal?.constructor.name, "UnauthorizedError",
		"... and not to write");
	is(keeper.asked?.searchParams.get("scope").split(" ").sort(), both,
		"... so the person is asked for that, too");
	const more = await consent(keeper.asked, both);
	await again.transport.finishAuth(kind.code(more.params));
	const added = await write(again.client);
	ok(!added.isError, "... and then it can", added);
	await again.client.close();
}

async function denied(kind, known) {
	const keeper = new Keeper(known);
	const first = await attempt(kind, keeper);
	const { params } = await consent(keeper.asked, []);
	is([params.get("error"), params.get("code"), params.get("iss")],
		["access_denied", null, origin],
		`${kind.name}: the person may say no`);
	let error;
	try {
		await first.transport.finishAuth(kind.code(params));
	} catch (e) {
		error = e;
	}
	ok(error && keeper.saved.length === 0, "... and there is no token");
}

try {
	for (const kind of kinds) {
		for (const [name, known] of Object.entries(wish.clients)) {
			await whole(kind, name, known);
		}
		const [known] = Object.values(wish.clients);
		await further(kind, known);
		await denied(kind, known);
	}
	done();
} catch (error) {
	done(error);
}
