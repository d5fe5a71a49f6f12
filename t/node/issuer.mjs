// Sites that have users of their own, as far as their tokens go: each made
// by the package such a site uses.
//
//	node issuer.mjs '{}'
//
// Prints a line of JSON with its port, then serves until it is ended:
//
//	GET /realms/site/protocol/openid-connect/certs	keys of Keycloak's kind
//	GET /.well-known/jwks.json			keys of Auth0's kind
//	GET /all.json					a key of every kind
//	POST /sign { alg, claims, header, secret }	a JWT made by jose
//	POST /authjs { url, secret, user, more }	cookies of a sign-in
//	POST /nextauth { claims, secret, seconds }	a cookie of version 4
import { createServer } from "node:http";
import { Auth } from "@auth/core";
import Credentials from "@auth/core/providers/credentials";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import nextauth from "next-auth/jwt";

const keys = {};

async function make(alg) {
	const pair = await generateKeyPair(alg, { extractable: true });
	const kid = alg.toLowerCase();
	const use = alg === "RSA-OAEP" ? "enc" : "sig";
	keys[alg] = { ...pair, kid,
		jwk: { ...await exportJWK(pair.publicKey), kid, alg, use } };
}

const signing = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384",
	"EdDSA"];
for (const alg of [...signing, "RSA-OAEP"]) await make(alg);

function set(...algs) {
	return { keys: algs.map((alg) => keys[alg].jwk) };
}

async function sign({ alg, claims, header = {}, secret }) {
	const head = { alg, ...header };
	if (!secret && !("kid" in head)) head.kid = keys[alg].kid;
	for (const name of Object.keys(head))
		if (head[name] === null) delete head[name];
	return { token: await new SignJWT(claims).setProtectedHeader(head)
		.sign(secret ? new TextEncoder().encode(secret)
			: keys[alg].privateKey) };
}

// A sign-in at Auth.js, both requests of it.
async function authjs({ url, secret, user, more = {} }) {
	const config = {
		secret,
		trustHost: true,
		basePath: "/auth",
		logger: { error() {}, warn() {}, debug() {} },
		providers: [Credentials({ authorize: () => user })],
		callbacks: { jwt: ({ token }) => ({ ...token, ...more }) },
	};
	const ask = await Auth(new Request(`${url}/auth/csrf`), config);
	const { csrfToken } = await ask.json();
	const cookie = ask.headers.getSetCookie()
		.map((line) => line.split(";")[0]).join("; ");
	const reply = await Auth(
		new Request(`${url}/auth/callback/credentials`, {
			method: "POST",
			headers: { cookie, "content-type":
				"application/x-www-form-urlencoded" },
			body: new URLSearchParams({ csrfToken }),
		}), config);
	return { cookies: reply.headers.getSetCookie()
		.map((line) => line.split(";")[0])
		.filter((pair) => /session-token/.test(pair)) };
}

async function v4({ claims, secret, seconds }) {
	return { token: await nextauth.encode({ token: claims, secret,
		maxAge: seconds }) };
}

const routes = {
	"GET /realms/site/protocol/openid-connect/certs":
		() => set("RSA-OAEP", "RS256"),
	"GET /.well-known/jwks.json": () => set("RS256"),
	"GET /all.json": () => set("RSA-OAEP", ...signing),
	"POST /sign": sign,
	"POST /authjs": authjs,
	"POST /nextauth": v4,
};

async function answer(call, reply) {
	const route = routes[`${call.method} ${call.url}`];
	const parts = [];
	for await (const part of call) parts.push(part);
	const body = Buffer.concat(parts).toString() || "{}";
	let status = 200;
	let data;
	try {
		if (!route) throw new Error(`no ${call.method} ${call.url}`);
		data = await route(JSON.parse(body));
	} catch (error) {
		status = 500;
		data = { error: String(error) };
	}
	reply.writeHead(status, { "content-type": "application/json" });
	reply.end(JSON.stringify(data));
}

const server = createServer(answer);
server.listen(0, "127.0.0.1", () =>
	console.log(JSON.stringify({ port: server.address().port })));
