import { request } from "node:http";

function answer({ statusCode: status, rawHeaders: raw }, parts) {
	const headers = new Headers();
	for (let i = 0; i < raw.length; i += 2)
		headers.append(raw[i], raw[i + 1]);
	const bare = status === 204 || status === 304;
	return new Response(bare ? null : Buffer.concat(parts),
		{ status, headers });
}

// fetch() has headers of its own; this sends these and no others.
function send(method, url, headers, body) {
	return new Promise((resolve, reject) => {
		const bytes = Buffer.from(body ?? "");
		if (method !== "GET") headers["content-length"] = bytes.length;
		const call = request(url, { method, headers }, (reply) => {
			const parts = [];
			reply.on("error", reject);
			reply.on("data", (part) => parts.push(part));
			reply.on("end", () => resolve(answer(reply, parts)));
		});
		call.on("error", reject);
		call.end(bytes);
	});
}

// A browser, as far as cookies go: keeps what it is sent, sends it back,
// and says which page it is on.
export class Browser {
	// origin: of the page, which is the site's public address; base: where
	// its server is really reached.
	constructor({ base, origin = new URL(base).origin, jar = {} }) {
		this.base = base;
		this.origin = origin;
		this.jar = jar;		// name: { value, ...attributes }
		this.fetch = this.fetch.bind(this);
	}

	cookies() {
		return Object.entries(this.jar)
			.map(([name, { value }]) => `${name}=${value}`)
			.join("; ");
	}

	keep(line) {
		const [pair, ...rest] = line.split(/;\s*/);
		const at = pair.indexOf("=");
		const name = pair.slice(0, at);
		const cookie = { value: pair.slice(at + 1) };
		for (const attribute of rest) {
			const [key, value = true] = attribute.split("=");
			cookie[key.toLowerCase()] = value;
		}
		if (cookie["max-age"] === "0") delete this.jar[name];
		else this.jar[name] = cookie;
		return [name, cookie];
	}

	// A header given as null is left out, even if a browser would send it.
	async fetch(input, init = {}) {
		const method = init.method ?? "GET";
		const more = init.headers instanceof Headers
			? Object.fromEntries(init.headers.entries())
			: init.headers ?? {};
		const headers = {
			"sec-fetch-dest": "empty",
			"sec-fetch-mode": "cors",
			"sec-fetch-site": "same-origin",
			origin: method === "GET" ? null : this.origin,
			cookie: this.cookies() || null,
		};
		for (const [name, value] of Object.entries(more))
			headers[name.toLowerCase()] = value;
		for (const [name, value] of Object.entries(headers))
			if (value === null) delete headers[name];
		const reply = await send(method, input, headers, init.body);
		this.reply = reply;
		this.set = {};		// what this reply set
		for (const line of reply.headers.getSetCookie()) {
			const [name, cookie] = this.keep(line);
			this.set[name] = cookie;
		}
		return reply;
	}

	// Without a client: { status, headers, text, json }.
	async call(method, path, body, headers = {}) {
		const init = { method, headers: { ...headers } };
		if (body !== undefined) {
			init.body = typeof body === "string" ? body
				: JSON.stringify(body);
			init.headers["content-type"] ??= "application/json";
		}
		const reply = await this.fetch(this.base + path, init);
		const text = await reply.text();
		let json;
		try {
			json = JSON.parse(text);
		} catch {
			json = undefined;
		}
		return { status: reply.status, headers: reply.headers, text,
			json };
	}
}
