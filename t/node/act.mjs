// A few calls by the real Better Auth client, for a test that looks at both
// sides.
//
//	node act.mjs '{"base": "...", "jar": {...}, "calls": [...]}'
//
// base: where the server is reached; origin: its public address (base);
// jar: the cookies of the browser, by name: { value }; calls: the client's
// functions, ["signIn.email", { ... }]; a path, ["GET /api/auth/jwks"]; or
// ["verify", { token, issuer }], which checks a JWT with the keys the server
// publishes.  A token of "set-auth-jwt" is the one that came with the reply
// before.  Prints { replies: [...], jar }.
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { Browser } from "./browser.mjs";

const wish = JSON.parse(process.argv[2]);
const browser = new Browser(wish);
const client = createAuthClient({
	baseURL: wish.base,
	plugins: [jwtClient()],
	fetchOptions: { customFetchImpl: browser.fetch },
});

async function verify({ token, issuer }) {
	const jwks = createRemoteJWKSet(
		new URL(`${wish.base}/api/auth/jwks`));
	if (token === "set-auth-jwt")
		token = browser.reply.headers.get(token);
	try {
		const good = await jwtVerify(token, jwks,
			{ issuer, audience: issuer });
		return { claims: good.payload, head: good.protectedHeader };
	} catch (error) {
		return { error: error.code ?? String(error) };
	}
}

async function act(name, argument) {
	if (name === "verify") return verify(argument);
	if (name.includes(" ")) {
		const [method, path] = name.split(" ");
		return browser.call(method, path, argument);
	}
	const call = name.split(".")
		.reduce((object, member) => object[member], client);
	return call(argument);
}

const replies = [];
for (const call of wish.calls) replies.push(await act(...call));
console.log(JSON.stringify({ replies, jar: browser.jar }));
