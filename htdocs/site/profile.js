// @ts-check
// /profile: name and address, password, sessions, tokens for programs, a copy
// of everything, the end of the account.

import { h } from "../chatkit/dom.js";
import { call, ApiError, sentence } from "./api.js";
import { enhance, Wrong, wrongOf } from "./form.js";
import { toast } from "./late.js";
import { beginPage } from "./page-words.js";
import { copies, programs } from "./programs.js";
import { belongTo, config, el, linkBack, me, others, pageFailed } from
    "./page.js";
import { words } from "./words.js";

/**
 * @typedef {{token: string, createdAt: string, updatedAt: string,
 *     ipAddress: string | null, userAgent: string | null}} Session
 * @typedef {{id: string, name: string, scopes: string[], created_at: string,
 *     expires_at: string | null, last_used_at: string | null}} Token
 */

/** @type {Awaited<ReturnType<typeof beginPage>>} */
let texts;
/** @type {import("./page.js").Me} */
let person;
/** @type {import("./page.js").Config} */
let settings;
/** @type {{session: {token: string}, user: {email: string, name: string,
 *     emailVerified: boolean}} | null} */
let own = null;

/** @param {string} path @param {unknown} body */
function post(path, body)
{
	return call("POST", `/api/auth/${path}`, { body });
}

/** @param {string} when */
function day(when)
{
	return texts.date(when, { dateStyle: "medium" });
}

/** @param {unknown} error */
function failed(error)
{
	if (error instanceof ApiError && error.kind === "unauthorized")
		pageFailed(error);
	else
		toast(sentence(error));
}

// ---- name and address

function showAddress()
{
	el("address").textContent = own?.user.email ?? "";
	el("unconfirmed").hidden = !settings.mail ||
	    own?.user.emailVerified !== false;
}

function nameAndAddress()
{
	el("name").value = own?.user.name ?? "";
	showAddress();
	enhance(el("name-form"), texts, async ({ name }) => {
		try {
			await post("update-user", { name });
		} catch (error) {
			throw wrongOf(error, texts);
		}
		toast(texts.t("profile.saved"));
	});
	el("confirm").addEventListener("click", async () => {
		try {
			await post("send-verification-email",
			    { email: own?.user.email, callbackURL: "/verify" });
			toast(texts.t("verify.resent"));
		} catch (error) {
			failed(error);
		}
	});
	el("email-form").hidden = !settings.mail;
	enhance(el("email-form"), texts, async ({ email }) => {
		try {
			await post("change-email", { newEmail: email,
			    callbackURL: "/verify" });
		} catch (error) {
			throw wrongOf(error, texts);
		}
		el("email-form").reset();
		el("email-sent").textContent = texts.t("profile.email.sent",
		    { email });
	});
}

// ---- password

function password()
{
	enhance(el("password-form"), texts, async (values) => {
		if (values.next.length < settings.password_min)
			throw new Wrong({ next: texts.t(
			    "account.password_too_short",
			    { n: settings.password_min }) });
		try {
			await post("change-password", {
				currentPassword: values.current,
				newPassword: values.next,
				revokeOtherSessions: values.others === "on",
			});
		} catch (error) {
			throw wrongOf(error, texts, {
			    INVALID_PASSWORD: "current",
			    PASSWORD_TOO_SHORT: "next",
			    PASSWORD_TOO_LONG: "next",
			    PASSWORD_TOO_WEAK: "next",
			}, { n: settings.password_min });
		}
		el("password-form").reset();
		toast(texts.t("profile.password.done"));
		await readOwn();
		await sessions();
	});
}

// ---- sessions

/** Which browser, where: in a person's words. @param {string | null} agent */
function device(agent)
{
	const browser = /Firefox|Edg|OPR|Chrome|Safari/.exec(
	    (agent ?? "").replace(/Chrome(?=.*(Edg|OPR))/, ""))?.[0];
	const system = /iPhone|iPad|Android|Windows|Mac OS|CrOS|Linux/.exec(
	    agent ?? "")?.[0];
	/** @type {Record<string, string>} */
	const names = { Edg: "Edge", OPR: "Opera", CrOS: "ChromeOS",
	    "Mac OS": "macOS" };
	return browser && system ? texts.t("sessions.device", {
	    browser: names[browser] ?? browser,
	    system: names[system] ?? system }) : texts.t("sessions.unknown");
}

/** @param {string} path @param {unknown} body */
async function endSession(path, body)
{
	try {
		await post(path, body);
		await sessions();
		toast(texts.t("sessions.ended"));
	} catch (error) {
		failed(error);
	}
}

/** @param {Session} session */
function sessionRow(session)
{
	const here = session.token === own?.session.token;
	return h("li", null,
	    h("div", null, h("strong", { text: device(session.userAgent) }),
		h("small", { text: [here ? texts.t("sessions.this") :
		    texts.t("sessions.seen", { when: day(session.updatedAt) }),
		    session.ipAddress].filter(Boolean).join(" · ") })),
	    !here && h("button", { type: "button",
		"aria-label": texts.t("sessions.end.what",
		    { name: device(session.userAgent) }),
		text: texts.t("sessions.end"), on: { click: () =>
		    endSession("revoke-session",
			{ token: session.token }) } }));
}

async function sessions()
{
	/** @type {Session[]} */
	let list;
	try {
		list = (await call("GET", "/api/auth/list-sessions")).json;
	} catch (error) {
		if (!(error instanceof ApiError) ||
		    error.code !== "SESSION_NOT_FRESH")
			throw error;
		el("fresh-form").hidden = false;
		return;
	}
	el("fresh-form").hidden = true;
	list.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
	el("sessions").replaceChildren(...list.map(sessionRow));
	el("end-others").hidden = list.length < 2;
}

function freshen()
{
	el("fresh-email").value = own?.user.email ?? "";
	enhance(el("fresh-form"), texts, async (values) => {
		try {
			await post("sign-in/email", { email: own?.user.email,
			    password: values.password });
		} catch (error) {
			throw wrongOf(error, texts, {
			    INVALID_EMAIL_OR_PASSWORD: "password" });
		}
		el("fresh-form").reset();
		await readOwn();
		await sessions();
		el("sessions").querySelector("button")?.focus();
	});
	el("end-others").addEventListener("click", () =>
	    endSession("revoke-other-sessions", {}));
}

async function readOwn()
{
	own = (await call("GET", "/api/auth/get-session")).json;
}

// ---- tokens for programs

/** @param {string} what of this person's */
function ownPath(what)
{
	return `/api/${encodeURIComponent(person.user_id)}/${what}`;
}

function tokensPath(id = "")
{
	return ownPath("access-tokens") + (id && `/${encodeURIComponent(id)}`);
}

/** @param {Token} token */
function tokenRow(token)
{
	const facts = [
		texts.t(token.scopes.includes("tasks:write") ?
		    "tokens.scope.write" : "tokens.scope.read"),
		token.expires_at ? texts.t("tokens.until",
		    { when: day(token.expires_at) }) :
		    texts.t("tokens.forever"),
		token.last_used_at ? texts.t("tokens.used",
		    { when: day(token.last_used_at) }) :
		    texts.t("tokens.unused"),
	];
	return h("li", null,
	    h("div", null, h("strong", { dir: "auto", text: token.name }),
		h("small", { text: facts.join(" · ") })),
	    h("button", { type: "button", class: "danger",
		"aria-label": texts.t("tokens.revoke.what",
		    { name: token.name }),
		text: texts.t("tokens.revoke"), on: { click: async () => {
			try {
				await call("DELETE", tokensPath(token.id));
				await tokens();
				toast(texts.t("tokens.revoked",
				    { name: token.name }));
			} catch (error) {
				failed(error);
			}
		} } }));
}

async function tokens()
{
	const { json } = await call("GET", tokensPath());
	el("tokens").replaceChildren(.../** @type {Token[]} */ (
	    json.tokens).map(tokenRow));
	el("no-tokens").hidden = json.tokens.length > 0;
}

/** The only time it is seen. @param {string} token */
function showToken(token)
{
	const box = el("new-token"), out = el("token");
	out.textContent = token;
	box.hidden = false;
	box.focus();
	copies(texts, el("copy"), out);
}

function makeTokens()
{
	enhance(el("token-form"), texts, async ({ label, days, scope }) => {
		const { json } = await call("POST", tokensPath(), { body: {
			name: label.trim(),
			scopes: scope === "read" ? ["tasks:read"] :
			    ["tasks:read", "tasks:write"],
			expires_in_days: days === "" ? null : Number(days),
		} }).catch((error) => {
			throw error instanceof ApiError &&
			    error.kind === "conflict" ? new Wrong({
			    "": texts.t("tokens.many") }) : error;
		});
		el("token-form").reset();
		showToken(json.token);
		await tokens();
	});
}

// ---- the end

function deletion()
{
	const dialog = /** @type {HTMLDialogElement} */ (el("delete"));
	const word = texts.t("delete.word");

	el("delete-word").textContent = word;
	el("open-delete").addEventListener("click", () => dialog.showModal());
	el("keep").addEventListener("click", () => dialog.close());
	enhance(el("delete-form"), texts, async (values) => {
		if (values.word.trim().toLocaleLowerCase() !== word)
			throw new Wrong({ word: texts.t("delete.word.wrong",
			    { word }) });
		try {
			await post("delete-user",
			    { password: values.password });
		} catch (error) {
			throw wrongOf(error, texts);
		}
		for (const store of [() => localStorage,
		    () => sessionStorage]) {
			try {
				store().clear();
			} catch {
				// nothing is kept then
			}
		}
		others?.postMessage("");
		dialog.close();
		el("all").hidden = true;
		el("gone").hidden = false;
		el("gone").focus();
	});
}

/** A part that cannot be read says so in its place; the others go on.
 * @param {string} place @param {() => Promise<void>} read */
async function part(place, read)
{
	try {
		await read();
	} catch (error) {
		el(place).replaceChildren(h("li", null,
		    h("div", { text: sentence(error) }),
		    h("button", { type: "button", text: words.t("page.retry"),
			on: { click: () => part(place, read) } })));
	}
}

async function start()
{
	linkBack();
	const [conf, more, who] = await Promise.all([config(), beginPage(),
	    me()]);
	settings = conf;
	texts = more;
	if (!who) {
		(await import("./away.js")).askToSignIn();
		return;
	}
	person = who;
	belongTo(who);
	const account = settings.accounts && person.accounts;
	if (account)
		await readOwn();
	for (const one of /** @type {NodeListOf<HTMLElement>} */ (
	    document.querySelectorAll("[data-account]")))
		one.hidden = !account;
	el("elsewhere").hidden = account;
	for (const one of document.querySelectorAll("[data-min]"))
		one.textContent = texts.t("form.password.min",
		    { n: settings.password_min });
	el("export").href = ownPath("export");
	makeTokens();
	el("all").hidden = false;
	if (settings.mcp_url)
		part("apps", programs(texts, ownPath("apps"),
		    settings.mcp_url));
	part("tokens", tokens);
	if (account) {
		nameAndAddress();
		password();
		freshen();
		deletion();
		part("sessions", sessions);
	}
}

start().catch(pageFailed);
