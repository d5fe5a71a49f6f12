// The real Better Auth client and a server: everything the client can do
// with accounts, every refusal, and what goes over the wire meanwhile.
//
//	node better-auth-client.mjs '{"base": "http://127.0.0.1:8080", ...}'
//
// base: where the server is reached; origin: its public address (base);
// strict: it asks more of a caller than Better Auth 1.7 does (a bare session
// token is no bearer, a session that a sign-in came with ends, a reset ends
// all sessions, pages that are not listed may not even read); mailbox: the
// file that messages are written to, for the password reset, which alone is
// tried then.  Prints TAP.
import { readFileSync } from "node:fs";
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { Browser } from "./browser.mjs";
import { done, is, like, note, ok } from "./tap.mjs";

const wish = JSON.parse(process.argv[2]);
const base = wish.base;
const origin = wish.origin ?? new URL(base).origin;
const secure = origin.startsWith("https:");
const prefix = secure ? "__Secure-" : "";
const session_cookie = `${prefix}better-auth.session_token`;
const forget_cookie = `${prefix}better-auth.dont_remember`;
const api = "/api/auth";

// ---- people

// A browser of its own, and the client as a page in it has it.
function open() {
	const browser = new Browser({ base, origin });
	const client = createAuthClient({
		baseURL: base,
		plugins: [jwtClient()],
		fetchOptions: { customFetchImpl: browser.fetch },
	});
	return { browser, client };
}

// A program that has no cookies and sends this with every call.
function bearing(token) {
	return createAuthClient({
		baseURL: base,
		plugins: [jwtClient()],
		fetchOptions: { auth: { type: "Bearer", token } },
	});
}

let people = 0;
const run = Date.now().toString(36);

function somebody(name = "Ann Example") {
	people++;
	return { name, email: `p${people}.${run}@example.org`,
		password: `plenty of words ${run}` };
}

async function signed_up(more) {
	const who = somebody();
	const page = open();
	const { data } = await page.client.signUp.email({ ...who, ...more });
	return { ...page, who, data };
}

async function signed_in(who, more) {
	const page = open();
	const { data } = await page.client.signIn.email({
		email: who.email, password: who.password, ...more });
	return { ...page, who, data };
}

// ---- expectations

function refused({ data, error }, status, code, name, message) {
	is([data, error?.status, error?.code], [null, status, code], name);
	if (message) is(error?.message, message, `... saying "${message}"`);
	else if (code) ok(error?.message, "... and says something", error);
}

function refusal(reply, status, code, name) {
	is([reply.status, reply.json?.code], [status, code], name);
	ok(typeof reply.json?.message === "string" || !reply.json,
		"... in the shape of an error", reply.text);
	like(reply.headers.get("content-type") ?? "application/json",
		/^application\/json/, "... and JSON");
}

function attributes({ value, ...rest }) {
	return rest;
}

const usual = { path: "/", httponly: true, samesite: "Lax",
	...(secure ? { secure: true } : {}) };

const id = /^[A-Za-z0-9-]{1,36}$/;

function is_user(user, who, name) {
	ok(user && Object.keys(user).sort().join() === [
		"createdAt", "email", "emailVerified", "id", "image", "name",
		"updatedAt"].join(), `${name}: the members of a user`, user);
	is([user?.name, user?.email, user?.emailVerified],
		[who.name, who.email, false], "... theirs");
	like(user?.id, id, "... an id");
	ok(user?.createdAt instanceof Date && user.updatedAt instanceof Date,
		"... times the client understands", user);
}

function is_session(session, user, name) {
	ok(session && Object.keys(session).sort().join() === [
		"createdAt", "expiresAt", "id", "ipAddress", "token",
		"updatedAt", "userAgent", "userId"].join(),
		`${name}: the members of a session`, session);
	like(session?.token, /^[A-Za-z0-9]{32}$/, "... a token");
	is(session?.userId, user?.id, "... theirs");
	ok(session?.expiresAt instanceof Date, "... an end", session);
}

function days(session) {
	return Math.round((session.expiresAt - session.createdAt) / 864e5);
}

// ---- what is tried

const tests = {};

tests["sign up"] = async () => {
	const who = somebody("Zoë \u2460 \"quoted\"");
	const { browser, client } = open();
	const { data, error } = await client.signUp.email({ ...who,
		image: "https://example.org/a.png" });
	is(error, null, "no error");
	is_user(data?.user, who, "signed up");
	is(data?.user.image, "https://example.org/a.png", "... with a picture");
	is(browser.reply.status, 200, "... 200");
	const cookie = browser.set[session_cookie];
	is(cookie && attributes(cookie), { "max-age": "604800", ...usual },
		"the session's cookie");
	const [token, signature] = decodeURIComponent(cookie?.value ?? ".")
		.split(".");
	is(token, data?.token, "... holds the token");
	like(signature, /^[A-Za-z0-9+/]{43}=$/, "... and its signature");
	like(cookie?.value, /^[A-Za-z0-9]{32}\.[A-Za-z0-9%]+$/,
		"... percent-encoded");
	is(Object.keys(browser.set), [session_cookie],
		"... and no other cookie");
	is(browser.reply.headers.get("set-auth-token"), `${token}.${signature}`,
		"the same for those who use no cookies");
	like(browser.reply.headers.get("access-control-expose-headers"),
		/\bset-auth-token\b/, "... which scripts may read");
	const { data: session } = await client.getSession();
	is(session?.user, data?.user, "signed in at once");

	refused(await open().client.signUp.email(who), 422,
		"USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "twice");
	refused(await open().client.signUp.email({ ...who,
		email: who.email.toUpperCase() }), 422,
		"USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "... in capitals");

	const capital = somebody();
	const { data: big } = await open().client.signUp.email({ ...capital,
		email: capital.email.toUpperCase() });
	is(big?.user.email, capital.email,
		"an address is kept in small letters");
	const unnamed = await open().client.signUp.email({ ...somebody(),
		name: "" });
	is(unnamed.data?.user.name, "", "a name may be empty");
};

tests["sign up, refused"] = async () => {
	const { browser, client } = open();
	const up = (more) => client.signUp.email({ ...somebody(), ...more });
	refused(await up({ password: "seven77" }), 400, "PASSWORD_TOO_SHORT",
		"seven characters");
	refused(await up({ password: "x".repeat(129) }), 400,
		"PASSWORD_TOO_LONG", "129 characters");
	refused(await up({ password: "\u{1F600}".repeat(65) }), 400,
		"PASSWORD_TOO_LONG", "130 code units of 65 characters");
	for (const email of ["nobody", "a b@example.org", "a@b", "",
		"z\u00f6e@example.org", "a@ex\u00e4mple.org", "a\n@example.org",
		"a@@example.org", "a@example.org ", "a\uff20example.org"]) {
		refused(await up({ email }), 400, "VALIDATION_ERROR",
			`the address ${JSON.stringify(email)}`,
			"[body.email] Invalid email address");
	}
	const { password, ...without } = somebody();
	const post = (body, headers) => browser.call("POST",
		`${api}/sign-up/email`, body, headers);
	let reply = await post(without);
	refusal(reply, 400, "VALIDATION_ERROR", "no password");
	const wanted = "[body.password] Invalid input: expected string,";
	is(reply.json?.message, `${wanted} received undefined`,
		"... says which field");
	reply = await post({ ...without, password: 12345678 });
	is(reply.json?.message, `${wanted} received number`,
		"a number for a password");
	reply = await post({});
	refusal(reply, 400, "VALIDATION_ERROR", "an empty object");
	like(reply.json?.message, /^\[body\.name\] .*; \[body\.email\] .*; /,
		"... names all that is missing");
	refusal(await post("{"), 400, "BAD_REQUEST", "broken JSON");
	refusal(await post("[]"), 400, "VALIDATION_ERROR", "a list");
	refusal(await post('"x"'), 400, "VALIDATION_ERROR", "a string");
	refusal(await post(undefined), 400, "VALIDATION_ERROR", "no body");
	refusal(await post("x", { "content-type": "text/plain" }), 415,
		"UNSUPPORTED_MEDIA_TYPE", "text");
	is(browser.jar, {}, "nobody is signed in by any of that");
};

tests["sign in"] = async () => {
	const { who, data: made } = await signed_up();
	const { browser, client } = open();
	const right = { email: who.email, password: who.password };
	const wrong = { ...right, password: `${who.password}x` };
	refused(await client.signIn.email(wrong), 401,
		"INVALID_EMAIL_OR_PASSWORD", "a wrong password",
		"Invalid email or password");
	const one = await browser.call("POST", `${api}/sign-in/email`, wrong);
	const other = await browser.call("POST", `${api}/sign-in/email`,
		{ ...wrong, email: `nobody.${run}@example.org` });
	is([other.status, other.text], [one.status, one.text],
		"an unknown address gets the same answer");
	refused(await client.signIn.email({ ...right, email: "nobody" }), 400,
		"INVALID_EMAIL", "no address");
	is(browser.jar, {}, "not signed in so far");

	const { data, error } = await client.signIn.email(right);
	is(error, null, "no error");
	is_user(data?.user, who, "signed in");
	is([data?.redirect, data && "url" in data], [false, false],
		"sent nowhere");
	ok(data?.token !== made?.token, "a new session each time");
	is(attributes(browser.set[session_cookie] ?? {}),
		{ "max-age": "604800", ...usual }, "the session's cookie");
	const { data: session } = await client.getSession();
	is(session?.session.token, data?.token, "the session");
	is(days(session.session), 7, "... of seven days");

	const loud = open();
	const upper = await loud.client.signIn.email({ ...right,
		email: who.email.toUpperCase() });
	is(upper.data?.user.id, data?.user.id, "the address in capitals");

	const form = open();
	const reply = await form.browser.call("POST", `${api}/sign-in/email`,
		new URLSearchParams(right).toString(),
		{ "content-type": "application/x-www-form-urlencoded" });
	is([reply.status, reply.json?.user?.email], [200, who.email],
		"from a form without a script");
};

tests["sign in and be sent on"] = async () => {
	const { who } = await signed_up();
	const { browser } = open();
	const to = (callbackURL) => browser.call("POST", `${api}/sign-in/email`,
		{ email: who.email, password: who.password, callbackURL });
	for (const good of ["/chat", "/chat?x=1", `${origin}/chat`]) {
		const reply = await to(good);
		is([reply.status, reply.json?.redirect, reply.json?.url],
			[200, true, good], `to ${good}`);
		// A web server may take it from a FastCGI program for an order.
		is(reply.headers.get("location"), wish.strict ? null : good,
			wish.strict ? "... not by a header"
				: "... and by a header");
	}
	for (const bad of ["https://evil.example/", "//evil.example", "/\\evil",
		"/%2fevil.example", "/%5cevil.example", "javascript:alert(1)",
		"evil"]) {
		refusal(await to(bad), 403, "INVALID_CALLBACK_URL",
			`never to ${bad}`);
	}
	is((await to(5)).status, 400, "nor to a number");
};

tests["signed in twice"] = async () => {
	const { browser, client, who } = await signed_up();
	const before = browser.jar[session_cookie].value;
	await client.signIn.email({ email: who.email, password: who.password });
	ok(browser.jar[session_cookie].value !== before, "another session");
	ok((await client.getSession()).data, "... which is good");
	browser.jar[session_cookie].value = before;
	const { data } = await client.getSession();
	if (wish.strict) is(data, null, "the one before is ended");
	else ok(data, "the one before goes on");
};

tests["not to be remembered"] = async () => {
	const { who } = await signed_up();
	const { browser, client } = await signed_in(who, { rememberMe: false });
	is(attributes(browser.set[session_cookie] ?? {}), usual,
		"the session's cookie goes with the browser");
	const forget = browser.set[forget_cookie];
	is(forget && attributes(forget), usual, "so does the one that says so");
	like(decodeURIComponent(forget?.value ?? ""),
		/^true\.[A-Za-z0-9+/]{43}=$/, "... signed");
	const { data } = await client.getSession();
	is(days(data.session), 1, "a session of a day");
	is(browser.jar[session_cookie]["max-age"], undefined,
		"reading it does not prolong the cookie");
};

tests["the session"] = async () => {
	const nobody = open();
	const none = await nobody.client.getSession();
	is([none.data, none.error], [null, null], "nobody is signed in");
	is(await nobody.browser.call("GET", `${api}/get-session`)
		.then(({ status, text }) => [status, text]), [200, "null"],
		"... as JSON");

	const { browser, client, who, data } = await signed_up();
	const { data: got } = await client.getSession();
	is_session(got?.session, got?.user, "signed in");
	is_user(got?.user, who, "signed in");
	is(Object.keys(got ?? {}).sort(), ["session", "user"], "... both");
	const reply = await browser.call("GET", `${api}/get-session`);
	like(reply.headers.get("cache-control"), /no-store/, "not to be kept");
	like(reply.headers.get("content-type"), /^application\/json/, "JSON");
	for (const time of [reply.json.user.createdAt,
		reply.json.session.expiresAt]) {
		like(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
			"a time with milliseconds");
	}
	const jwt = reply.headers.get("set-auth-jwt");
	ok(jwt, "a JWT comes with it");
	like(reply.headers.get("access-control-expose-headers"),
		/\bset-auth-jwt\b/, "... which scripts may read");
	refusal(await browser.call("POST", `${api}/get-session`, {}), 405,
		"METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED", "posted");

	const raw = decodeURIComponent(browser.jar[session_cookie].value);
	const asks = async (cookie) => (await new Browser({ base, origin })
		.call("GET", `${api}/get-session`, undefined, { cookie }))
		.json?.user?.email ?? null;
	is(await asks(`${session_cookie}=${raw}`), who.email,
		"a cookie that is not percent-encoded");
	is(await asks(`a=b; ${session_cookie}=${encodeURIComponent(raw)}; c=d`),
		who.email, "among others");
	const [token, signature] = raw.split(".");
	const other = (signature[0] === "A" ? "B" : "A") + signature.slice(1);
	for (const [name, value] of Object.entries({
		"without a signature": token,
		"with another signature": `${token}.${other}`,
		"with an empty signature": `${token}.`,
		"of another token": `${token.slice(1)}A.${signature}`,
		"of nothing": "",
		"of a JWT": jwt,
	})) {
		is(await asks(`${session_cookie}=${encodeURIComponent(value)}`),
			null, `a cookie ${name}`);
	}
	const wrong = secure ? "better-auth.session_token"
		: "__Secure-better-auth.session_token";
	is(await asks(`${wrong}=${encodeURIComponent(raw)}`), null,
		`a cookie named ${wrong}`);
};

tests["bearer"] = async () => {
	const { browser, who, data } = await signed_up();
	const signed = browser.reply.headers.get("set-auth-token");
	const client = bearing(signed);
	const { data: got } = await client.getSession();
	is(got?.user.email, who.email, "the signed token");
	is((await client.updateUser({ name: "By Bearer" })).data,
		{ status: true }, "... changes something, without an Origin");
	const coded = bearing(encodeURIComponent(signed));
	is((await coded.getSession()).data?.user.email, who.email,
		"percent-encoded");
	const bare = await bearing(data.token).getSession();
	is(bare.data?.user.email, wish.strict ? undefined : who.email,
		wish.strict ? "the bare token is none" : "the bare token");

	const ask = (authorization, path = "list-accounts") =>
		new Browser({ base, origin }).call("GET", `${api}/${path}`,
			undefined, { authorization });
	for (const scheme of ["bearer", "BEARER"]) {
		is((await ask(`${scheme} ${signed}`)).status, 200,
			`the scheme written ${scheme}`);
	}
	const jwt = (await browser.call("GET", `${api}/token`)).json?.token;
	for (const [name, value] of Object.entries({
		"a JWT": jwt, "rubbish": "rubbish", "another signature":
			signed.replace(/\../, (s) => s === ".A" ? ".B" : ".A"),
	})) {
		refusal(await ask(`Bearer ${value}`), 401, "UNAUTHORIZED",
			`${name} is no session`);
	}
	is((await ask(`Bearer rubbish`, "get-session")).text, "null",
		"nobody, with rubbish");
	const both = await browser.call("GET", `${api}/get-session`, undefined,
		{ authorization: "Bearer rubbish" });
	is([both.status, both.json], [200, null],
		"rubbish is not made good by a cookie");
};

tests["JWT"] = async () => {
	const { browser, client, data: { user } } = await signed_up();
	const { data, error } = await client.token();
	is(error, null, "no error");
	is(Object.keys(data ?? {}), ["token"], "a token and nothing else");
	const jwks = createRemoteJWKSet(new URL(`${base}${api}/jwks`));
	const { payload, protectedHeader } = await jwtVerify(data.token, jwks,
		{ issuer: origin, audience: origin, subject: user.id });
	is(protectedHeader.alg, "EdDSA", "signed with EdDSA");
	like(protectedHeader.kid, id, "... by a key with a name");
	is([payload.id, payload.email, payload.name, payload.emailVerified,
		payload.image], [user.id, user.email, user.name, false, null],
		"says who they are");
	is(new Date(payload.createdAt), user.createdAt, "... and since when");
	is(payload.exp - payload.iat, 900, "for a quarter of an hour");

	const set = await browser.call("GET", `${api}/jwks`);
	like(set.headers.get("content-type"), /^application\/json/,
		"the keys are JSON");
	const { data: keys } = await client.jwks();
	is(keys, set.json, "the client reads them");
	for (const key of keys.keys) {
		is([key.alg, key.crv, key.kty, typeof key.x, "d" in key],
			["EdDSA", "Ed25519", "OKP", "string", false],
			`the key ${key.kid}`);
	}
	ok(keys.keys.some(({ kid }) => kid === protectedHeader.kid),
		"the token's among them");

	await client.getSession();
	const along = browser.reply.headers.get("set-auth-jwt");
	const { payload: same } = await jwtVerify(along, jwks,
		{ issuer: origin, audience: origin });
	is(same.sub, user.id, "the one that comes with the session");
	const nobody = open();
	refused(await nobody.client.token(), 401, "UNAUTHORIZED",
		"none for nobody");
	await nobody.client.getSession();
	is(nobody.browser.reply.headers.get("set-auth-jwt"), null,
		"none comes along for nobody");
	const name = await nobody.client.jwks();
	is(name.data, keys, "the keys are for everybody");
};

tests["sessions"] = async () => {
	const first = await signed_up();
	const second = await signed_in(first.who);
	const third = await signed_in(first.who);
	const stranger = await signed_up();
	const tokens = async ({ client }) =>
		(await client.listSessions()).data?.map(({ token }) => token)
			.sort();
	const all = [first, second, third].map(({ data }) => data.token);
	is(await tokens(first), [...all].sort(), "three of them");
	const { data: list } = await first.client.listSessions();
	for (const session of list)
		is_session(session, first.data.user, "each");

	is((await first.client.revokeSession({ token: all[1] })).data,
		{ status: true }, "one is ended");
	is((await second.client.getSession()).data, null, "... at once");
	is(await tokens(first), [all[0], all[2]].sort(), "the others stay");
	is((await first.client.revokeSession({ token: all[1] })).data,
		{ status: true }, "ended again: the same answer");
	is((await first.client.revokeSession({ token: stranger.data.token }))
		.data, { status: true }, "somebody else's: the same answer");
	ok((await stranger.client.getSession()).data,
		"... but it goes on");
	refusal(await first.browser.call("POST", `${api}/revoke-session`, {}),
		400, "VALIDATION_ERROR", "without saying which");

	const fourth = await signed_in(first.who);
	is((await first.client.revokeOtherSessions()).data, { status: true },
		"the others are ended");
	is([(await third.client.getSession()).data,
		(await fourth.client.getSession()).data], [null, null],
		"... all of them");
	is(await tokens(first), [all[0]], "but this one");
	const fifth = await signed_in(first.who);
	is((await first.client.revokeSessions()).data, { status: true },
		"all are ended");
	is([(await first.client.getSession()).data,
		(await fifth.client.getSession()).data], [null, null],
		"... this one too");
	ok((await stranger.client.getSession()).data, "not somebody else's");
};

tests["a user changes"] = async () => {
	const { browser, client, data: { user } } = await signed_up();
	is((await client.updateUser({ name: "Bea", image: "/b.png" })).data,
		{ status: true }, "name and picture");
	ok(browser.set[session_cookie], "the cookie comes again");
	let { data } = await client.getSession();
	is([data.user.name, data.user.image], ["Bea", "/b.png"],
		"both changed");
	ok(data.user.updatedAt >= user.updatedAt, "... and when");
	is((await client.updateUser({ image: null })).data, { status: true },
		"no picture any more");
	({ data } = await client.getSession());
	is([data.user.name, data.user.image], ["Bea", null],
		"what is not named stays");
	refused(await client.updateUser({ email: "b@example.org" }), 400,
		"EMAIL_CAN_NOT_BE_UPDATED", "the address is not changed so");
	const nothing = await client.updateUser({});
	is([nothing.data, nothing.error.status], [null, 404],
		"nothing at all: the client asks with GET, and gets 404");
	const empty = await browser.call("POST", `${api}/update-user`, {});
	is([empty.status, empty.json], [400,
		{ message: "No fields to update" }], "nothing, posted");
	const id_given = await browser.call("POST", `${api}/update-user`,
		{ name: "C", id: "other", emailVerified: true });
	({ data } = await client.getSession());
	is([data.user.id, data.user.emailVerified], [user.id, false],
		"no other column can be set");
	ok(id_given.status === 200 || id_given.status === 400,
		"... whatever the answer is", id_given.status);

	const { data: logins } = await client.listAccounts();
	is(logins?.length, 1, "one way to sign in");
	const [login] = logins ?? [{}];
	is(Object.keys(login).sort(), ["accountId", "createdAt", "id",
		"providerId", "scopes", "updatedAt", "userId"],
		"its members, no password among them");
	is([login.providerId, login.accountId, login.userId, login.scopes],
		["credential", user.id, user.id, []], "by password");
};

tests["another password"] = async () => {
	const first = await signed_up();
	const { client, who } = first;
	const second = await signed_in(who);
	const change = (more) => client.changePassword({
		currentPassword: who.password,
		newPassword: "other words, also long", ...more });
	refused(await change({ currentPassword: "not that one" }), 400,
		"INVALID_PASSWORD", "a wrong one", "Invalid password");
	refused(await change({ newPassword: "seven77" }), 400,
		"PASSWORD_TOO_SHORT", "a short one");
	refused(await change({ newPassword: "x".repeat(129) }), 400,
		"PASSWORD_TOO_LONG", "a long one");
	refusal(await first.browser.call("POST", `${api}/change-password`,
		{ newPassword: "other words" }), 400, "VALIDATION_ERROR",
		"without the old one");
	const { data, error } = await change();
	is([error, data?.token], [null, null], "changed");
	is_user(data?.user, who, "changed");
	ok((await second.client.getSession()).data,
		"the other session goes on, as was asked");
	refused(await open().client.signIn.email({ email: who.email,
		password: who.password }), 401, "INVALID_EMAIL_OR_PASSWORD",
		"the old one is good no more");
	who.password = "other words, also long";
	const third = await signed_in(who);
	ok(third.data, "the new one is");

	const old = first.browser.jar[session_cookie].value;
	const again = await change({ currentPassword: who.password,
		newPassword: "third words, long as well",
		revokeOtherSessions: true });
	like(again.data?.token, /^[A-Za-z0-9]{32}$/,
		"changed again, alone now");
	const now = first.browser.jar[session_cookie].value;
	ok(now !== old && decodeURIComponent(now)
		.startsWith(`${again.data?.token}.`), "in a new session", now);
	is((await client.getSession()).data?.session.token, again.data?.token,
		"... which is good");
	is([(await second.client.getSession()).data,
		(await third.client.getSession()).data], [null, null],
		"the others are ended");
	first.browser.jar[session_cookie].value = old;
	is((await client.getSession()).data, null, "the one before too");
};

tests["is that the password?"] = async () => {
	const { client, browser, who } = await signed_up();
	// The client has no word for it; it makes one of any path.
	const verify = (password) => client.$fetch("/verify-password",
		{ method: "POST", body: { password } });
	is((await verify(who.password)).data, { status: true }, "it is");
	refused(await verify("another one"), 400, "INVALID_PASSWORD",
		"it is not");
	refusal(await browser.call("POST", `${api}/verify-password`, {}), 400,
		"VALIDATION_ERROR", "none is given");
};

tests["passwords in other letters"] = async () => {
	// U+FB01 and U+2460 become "fi" and "1" by NFKC, U+0041 U+030A one
	// letter; so a keyboard that writes them otherwise signs in as well.
	const password = "\ufb01anc\u00e9 A\u030a\u2460 long";
	const { who } = await signed_up({ password });
	for (const [name, same] of Object.entries({
		"as it was": password, "composed": "fianc\u00e9 \u00c51 long",
		"decomposed": "fiance\u0301 A\u030a1 long",
	})) {
		ok((await signed_in({ ...who, password: same })).data, name);
	}
	is((await signed_in({ ...who, password: "fiance A1 long" })).data, null,
		"without the accents");
	const widest = "\u{1F600}".repeat(64);
	const wide = await signed_up({ password: widest });
	ok((await signed_in({ ...wide.who, password: widest })).data,
		"64 characters beyond the first plane are not too long");
};

tests["deleted"] = async () => {
	const { browser, client, who } = await signed_up();
	const other = await signed_in(who);
	refused(await client.deleteUser({ password: "not that one" }), 400,
		"INVALID_PASSWORD", "not with a wrong password");
	ok((await client.getSession()).data, "still there");
	const { data } = await client.deleteUser({ password: who.password });
	is(data, { success: true, message: "User deleted" }, "deleted");
	is(browser.set[session_cookie]?.["max-age"], "0", "the cookie ends");
	is([(await client.getSession()).data,
		(await other.client.getSession()).data], [null, null],
		"so does every session");
	refused(await open().client.signIn.email({ email: who.email,
		password: who.password }), 401, "INVALID_EMAIL_OR_PASSWORD",
		"nobody of that name");
	const again = await signed_up({ email: who.email });
	ok(again.data, "the address is free again");
	is((await again.client.deleteUser()).data?.success, true,
		"a fresh session needs no password");
};

tests["sign out"] = async () => {
	const { browser, client, who } = await signed_up();
	const other = await signed_in(who);
	const token = browser.jar[session_cookie].value;
	is((await client.signOut()).data, { success: true }, "signed out");
	for (const name of [session_cookie, forget_cookie]) {
		const { value, ...rest } = browser.set[name] ?? {};
		is([value, rest["max-age"], rest.path], ["", "0", "/"],
			`${name} ends`);
	}
	is(browser.jar, {}, "no cookie is left");
	is((await client.getSession()).data, null, "nobody");
	browser.jar[session_cookie] = { value: token };
	is((await client.getSession()).data, null, "nor with the old cookie");
	is(browser.reply.headers.get("set-auth-jwt"), null, "... and no JWT");
	ok((await other.client.getSession()).data, "another session goes on");
	is((await open().client.signOut()).data, { success: true },
		"nobody may sign out, too");
};

tests["for those signed in"] = async () => {
	for (const [method, path, body] of [
		["GET", "token"], ["GET", "list-sessions"],
		["GET", "list-accounts"],
		["POST", "update-user", { name: "x" }],
		["POST", "change-password", { currentPassword: "x",
			newPassword: "long enough" }],
		["POST", "verify-password", { password: "x" }],
		["POST", "delete-user", {}], ["POST", "revoke-sessions", {}],
		["POST", "revoke-session", { token: "x" }],
		["POST", "revoke-other-sessions", {}],
	]) {
		const reply = await open().browser.call(method,
			`${api}/${path}`, body);
		refusal(reply, 401, "UNAUTHORIZED", `${method} ${path}`);
		is(reply.json?.message, "Unauthorized", "... and no more");
	}
};

tests["no such thing"] = async () => {
	const { browser } = await signed_up();
	for (const [method, path] of [
		["GET", "/nothing"], ["GET", "/ok/"],
		["POST", "/ok"], ["GET", "/sign-in/email"],
		["GET", "/sign-out"], ["GET", "/update-user"],
		["POST", "/token"], ["PUT", "/ok"],
		["DELETE", "/delete-user"], ["POST", "/set-password"],
	]) {
		const reply = await browser.call(method, `${api}${path}`,
			method === "GET" ? undefined : {});
		is([reply.status, reply.text], [404, ""], `${method} ${path}`);
	}
	const fine = await browser.call("GET", `${api}/ok`);
	is([fine.status, fine.json], [200, { ok: true }], "all is well");
	const page = await browser.call("GET",
		`${api}/error?error=<script>alert(1)</script>`);
	like(page.headers.get("content-type"), /^text\/html/,
		"an error for people");
	ok(!page.text.includes("<script>alert(1)"), "... who are not fooled");
};

tests["which page asks"] = async () => {
	const { browser, who } = await signed_up();
	const update = (headers) => browser.call("POST", `${api}/update-user`,
		{ name: "Changed" }, headers);
	is((await update({})).status, 200, "our own");
	refusal(await update({ origin: null }), 403, "MISSING_OR_NULL_ORIGIN",
		"none is named");
	refusal(await update({ origin: "null",
		"sec-fetch-site": "cross-site" }), 403,
		"MISSING_OR_NULL_ORIGIN", "a page in a sandbox");
	refusal(await update({ origin: "https://evil.example" }), 403,
		"INVALID_ORIGIN", "another");
	refusal(await update({ origin: `${origin}.evil.example` }), 403,
		"INVALID_ORIGIN", "one that begins like ours");
	is((await update({ origin: null, referer: `${origin}/page` })).status,
		200, "our own, by Referer");
	refusal(await update({ origin: null,
		referer: "https://evil.example/page" }), 403, "INVALID_ORIGIN",
		"another, by Referer");
	is((await browser.call("GET", `${api}/get-session`, undefined,
		{ origin: "https://evil.example" })).status,
		wish.strict ? 403 : 200, wish.strict ? "another, even to read"
			: "reading is not checked here");
	refusal(await browser.call("POST", `${api}/sign-out`, {},
		{ origin: "https://evil.example" }), 403, "INVALID_ORIGIN",
		"nobody is signed out by another page");

	const right = { email: who.email, password: who.password };
	const come = (headers) => open().browser.call("POST",
		`${api}/sign-in/email`, right, headers);
	const bare = { origin: null, "sec-fetch-site": null,
		"sec-fetch-mode": null, "sec-fetch-dest": null };
	is((await come(bare)).status, 200, "a program that is no browser");
	refusal(await come({ ...bare, origin: "https://evil.example" }), 403,
		"INVALID_ORIGIN", "signed in by another page");
	refusal(await come({ ...bare, "sec-fetch-site": "cross-site",
		"sec-fetch-mode": "navigate",
		"sec-fetch-dest": "document" }), 403,
		"CROSS_SITE_NAVIGATION_LOGIN_BLOCKED", "... by its form");
};

tests["what needs mail, without mail"] = async () => {
	const { browser, client, who } = await signed_up();
	const reset = await open().client.requestPasswordReset({
		email: who.email });
	is([reset.data, reset.error?.status], [null, 400], "password reset");
	ok(reset.error?.message, "... says that it is off", reset.error);
	refused(await client.sendVerificationEmail({ email: who.email }), 400,
		"VERIFICATION_EMAIL_NOT_ENABLED", "verification");
	const address = await client.changeEmail({
		newEmail: "new@example.org" });
	is([address.data, address.error?.status], [null, 400],
		"another address");
};

async function reset_password() {
	const post = () => readFileSync(wish.mailbox, "utf8");
	const last = () => [...post()
		.matchAll(/\/reset-password\/([A-Za-z0-9]{24})/g)].at(-1)?.[1];
	const arrived = async (before) => {
		for (let i = 0; i < 400 && last() === before; i++)
			await new Promise((on) => setTimeout(on, 25));
		return last();
	};
	const first = await signed_up();
	const { who } = first;
	if (!first.data?.token) {
		note("no session after sign-up: signing in");
		Object.assign(first, await signed_in(who));
	}
	const { client, browser } = open();
	const asks = (email, more) => client.requestPasswordReset({ email,
		redirectTo: "/new-password", ...more });
	const said = { status: true, message: "If this email exists in our "
		+ "system, check your email for the reset link" };
	is((await asks(`nobody.${run}@example.org`)).data, said,
		"nobody's address");
	const before = last();
	is((await asks(who.email)).data, said, "a known one: the same answer");
	const token = await arrived(before);
	like(token, /^[A-Za-z0-9]{24}$/, "a message came");
	ok(post().includes(who.email), "... to them");
	ok(!post().includes(`nobody.${run}`), "... and none to nobody");
	ok(post().includes(`${origin}${api}/reset-password/${token}`),
		"... with an address of the site", post());
	refused(await asks(who.email, { redirectTo: "https://evil.example/" }),
		403, "INVALID_REDIRECT_URL", "not for another site");

	const follow = (token, to) => browser.call("GET",
		`${api}/reset-password/${token}?callbackURL=`
		+ encodeURIComponent(to));
	const goes = ({ status, headers }) => [status,
		headers.get("location")?.replace(origin, "")];
	is(goes(await follow(token, "/new-password")),
		[302, `/new-password?token=${token}`],
		"the link leads to the page");
	is(goes(await follow("x".repeat(24), "/new-password")),
		[302, "/new-password?error=INVALID_TOKEN"],
		"a wrong one says so");
	refusal(await follow(token, "https://evil.example/"), 403,
		"INVALID_CALLBACK_URL", "never to another site");

	const set = (more) => client.resetPassword({ token,
		newPassword: "brand new words, long", ...more });
	refused(await set({ token: "x".repeat(24) }), 400, "INVALID_TOKEN",
		"a wrong token", "Invalid token");
	refused(await set({ newPassword: "seven77" }), 400,
		"PASSWORD_TOO_SHORT", "a short password");
	refused(await set({ newPassword: "x".repeat(129) }), 400,
		"PASSWORD_TOO_LONG", "a long one");
	is((await set()).data, { status: true }, "a new password");
	refused(await set(), 400, "INVALID_TOKEN", "the token is used up");
	is((await signed_in(who)).data, null,
		"the old password is good no more");
	ok((await signed_in({ ...who, password: "brand new words, long" }))
		.data, "the new one is");
	const { data } = await first.client.getSession();
	if (wish.strict) is(data, null, "the sessions of before are ended");
	else ok(data, "the sessions of before go on");
}

if (wish.mailbox) {
	for (const name of Object.keys(tests)) delete tests[name];
	tests["a forgotten password"] = reset_password;
}
try {
	for (const [name, test] of Object.entries(tests)) {
		note(name);
		await test();
	}
	done();
} catch (error) {
	done(error);
}
