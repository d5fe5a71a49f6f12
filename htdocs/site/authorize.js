// @ts-check
// /authorize: a program asks for a person's tasks, and the person answers
// (the browser's part of RFC 6749 4.1).  The service judges what was asked
// and says where the answer goes; this page goes to no other address.

import { h } from "../chatkit/dom.js";
import { call, ApiError, sentence } from "./api.js";
import { beginPage } from "./page-words.js";
import { belongTo, config, el, me, pageFailed, setTitle } from "./page.js";
import { words } from "./words.js";

/**
 * What the service asks the person: GET /api/oauth/consent.  host is that of
 * the client's own document, null for one the operator has registered.
 * @typedef {{client: {id: string, name: string, host: string | null,
 *     uri: string | null, registered: boolean},
 *     redirect_host: string | null, redirect_scheme: string,
 *     loopback: boolean, scopes: string[], resource: string}} Question
 */

const CONSENT = "/api/oauth/consent";
const READ = "tasks:read", WRITE = "tasks:write";
/** How long a click may be one that was meant for what was here before. */
const SETTLE = 500;
/** What to say of what the service refuses by these codes.
 * @type {Record<string, import("./page-words.js").Key>} */
const SAID = {
	client_invalid: "authorize.client",
	client_unreachable: "authorize.away",
	invalid_request: "authorize.request",
	redirect_invalid: "authorize.redirect",
	too_many_apps: "authorize.many",
};
/** What only the program can put right, or another way to come here. */
const HOPELESS = ["client_invalid", "redirect_invalid", "invalid_request"];

/** @type {Awaited<ReturnType<typeof beginPage>>} */
let texts;
/** @type {import("./page.js").Me} */
let person;
let busy = false;

/** A host as browsers write it: letters of other scripts, which can look like
 * these, are xn--….  @param {string} host */
function written(host)
{
	try {
		return new URL(`https://${host}`).host;
	} catch {
		return host;
	}
}

/** What is shown, of the three parts. @param {"wait" | "ask" | "said"} part */
function show(part)
{
	for (const id of ["wait", "ask", "said"])
		el(id).hidden = id !== part;
}

/**
 * Say something in the question's place.
 * @param {string} title
 * @param {...(Node | "" | false)} more
 */
function say(title, ...more)
{
	const box = el("said");
	el("title").textContent = title;
	setTitle(title);
	box.replaceChildren(...more.filter((one) => one instanceof Node));
	show("said");
	box.focus();
}

/** @param {unknown} error */
function inWords(error)
{
	const known = error instanceof ApiError ? error : null;
	return known?.kind === "missing" ? texts.t("authorize.off") :
	    known && SAID[known.code] ? texts.t(SAID[known.code]) :
	    sentence(error);
}

/** Trying again is of no use. @param {unknown} error */
function hopeless(error)
{
	return error instanceof ApiError && (error.kind === "missing" ||
	    HOPELESS.includes(error.code));
}

/** It cannot be asked, or not be answered. @param {unknown} error */
function failed(error)
{
	const detail = hopeless(error) && error instanceof ApiError &&
	    error.kind !== "missing" && error.detail;
	say(texts.t("authorize.failed"), h("p", { text: inWords(error) }),
	    detail && h("p", { class: "muted" },
		`${texts.t("authorize.detail")} `,
		h("bdi", { lang: "en", text: detail })),
	    h("p", { class: "ways" }, hopeless(error) ?
		h("a", { class: "button", href: "/chat",
		    text: texts.t("verify.go_on") }) :
		h("button", { type: "button", text: words.t("page.retry"),
		    on: { click: ask } })));
}

/** @param {string} to as the service gave it */
function wayBack(to)
{
	return h("p", { class: "ways" }, h("a", { class: "button", href: to,
	    text: texts.t("authorize.back") }));
}

/**
 * Take the answer to the program, and say so for as long as this page is
 * still there: an address of a program's own scheme leaves it where it is.
 * @param {string} title
 * @param {string} to as the service gave it
 */
function goBack(title, to)
{
	const site = /^https?:/i.test(to);
	say(title, h("p", { text: texts.t(site ? "authorize.going" :
	    "authorize.close") }), wayBack(to));
	location.replace(to);
}

/**
 * The program is to hear that it asked wrongly, but not before its person has
 * seen where that leads: else anybody who describes a program could have a
 * link of ours lead anywhere (RFC 9700 section 4.11.2).
 * @param {string} to as the service gave it
 */
function complain(to)
{
	const { host, protocol } = new URL(to);
	const site = /^https?:$/.test(protocol);
	say(texts.t("authorize.failed"),
	    h("p", { text: texts.t("authorize.request") }),
	    h("p", { class: "muted" }, `${texts.t("authorize.to")} `,
		h("bdi", { text: site ? host :
		    texts.t("authorize.to.app", { scheme: protocol }) })),
	    wayBack(to));
}

// ---- the question

/** The button counts only after it was seen for a moment: who clicks twice on
 * something else does not allow with the second. */
function settle()
{
	const allow = el("allow");
	allow.ariaDisabled = "true";
	clearTimeout(settling);
	settling = setTimeout(() => { allow.ariaDisabled = null; }, SETTLE);
}
/** @type {ReturnType<typeof setTimeout> | undefined} */
let settling;

/** What there is to be careful about; "": nothing. @param {Question} asked */
function warning({ client, redirect_host: host, redirect_scheme: scheme,
    loopback })
{
	if (loopback)
		return texts.t("authorize.warn.here");
	if (!host || !/^https?$/i.test(scheme))
		return texts.t("authorize.warn.app");
	return client.host && written(client.host) !== written(host) ?
	    texts.t("authorize.warn.host", { client: written(client.host),
		host: written(host) }) : "";
}

/** @param {Question} asked */
function put(asked)
{
	const { client, scopes, redirect_host: host } = asked;
	const narrow = scopes.includes(READ) && scopes.includes(WRITE);
	const careful = warning(asked);
	el("client").textContent = client.name;
	el("host").textContent = client.host ? written(client.host) :
	    texts.t("authorize.registered");
	el("choice").hidden = !narrow;
	el("granted").hidden = narrow;
	el("granted").textContent = texts.t(scopes.includes(WRITE) ?
	    "authorize.only.write" : "authorize.only.read");
	el("where").textContent = asked.loopback ?
	    texts.t("authorize.to.here") : host &&
	    /^https?$/i.test(asked.redirect_scheme) ? written(host) :
	    texts.t("authorize.to.app",
	    { scheme: `${asked.redirect_scheme}:` });
	el("warning").textContent = careful;
	el("warning").hidden = !careful;
	el("wrong").replaceChildren();
	el("allow").onclick = () => answer(true, narrow && el("read").checked ?
	    [READ] : scopes);
	el("cancel").onclick = () => answer(false, scopes);
	show("ask");
	settle();
}

/** @param {boolean} allow @param {string[]} scopes */
async function answer(allow, scopes)
{
	const button = el(allow ? "allow" : "cancel");
	if (busy || button.ariaDisabled)
		return;
	busy = true;
	button.setAttribute("aria-busy", "true");
	el("wrong").replaceChildren();
	try {
		const { json } = await call("POST", CONSENT, { body: {
			allow, scopes, request: Object.fromEntries(
			    new URLSearchParams(location.search)) } });
		goBack(texts.t(allow ? "authorize.allowed" :
		    "authorize.refused"), json.redirect_to);
	} catch (error) {
		if (!(error instanceof ApiError))
			throw error;
		if (error.kind === "unauthorized")
			pageFailed(error);
		else if (hopeless(error))
			failed(error);
		else
			el("wrong").replaceChildren(h("p",
			    { text: inWords(error) }));
	} finally {
		busy = false;
		button.removeAttribute("aria-busy");
	}
}

async function somebodyElse()
{
	try {
		await call("POST", "/api/auth/sign-out", { body: {} });
		await (await import("./leave.js")).tellOthers(person);
		await toSignIn();
	} catch (error) {
		el("wrong").replaceChildren(h("p", { text: sentence(error) }));
	}
}

// ---- the start

/** This page does not stay in the history: one comes back by signing in. */
async function toSignIn()
{
	location.replace((await import("./away.js")).signInPath());
}

/** Have the service look at what was asked, and show it. */
async function ask()
{
	const again = !el("said").hidden;
	el("title").textContent = texts.t("authorize.title");
	setTitle(texts.t("authorize.title"));
	show("wait");
	try {
		const { json } = await call("GET", CONSENT + location.search);
		if (json.redirect_to) {
			complain(json.redirect_to);
			return;
		}
		put(json);
		if (again)
			el("main").focus();
	} catch (error) {
		if (error instanceof ApiError && error.kind === "unauthorized")
			await toSignIn();
		else
			failed(error);
	}
}

async function start()
{
	const [settings, more, who] = await Promise.all([config(), beginPage(),
	    me()]);
	texts = more;
	if (window.top !== window) {
		/* who can lay something over it would have it clicked on */
		say(texts.t("authorize.failed"),
		    h("p", { text: texts.t("authorize.framed") }),
		    h("p", { class: "ways" }, h("a", { class: "button",
			href: location.href, target: "_blank",
			rel: "noopener",
			text: texts.t("authorize.alone") })));
		return;
	}
	if (!settings.mcp_url) {
		failed(new ApiError("missing"));
		return;
	}
	if (!who) {
		if (settings.accounts)
			await toSignIn();
		else
			(await import("./away.js")).askToSignIn();
		return;
	}
	person = who;
	belongTo(who);
	el("person").textContent = who.email || who.name || who.user_id;
	el("other").hidden = !settings.accounts || !who.accounts;
	el("other").addEventListener("click", somebodyElse);
	addEventListener("focus", settle);
	document.addEventListener("visibilitychange", settle);
	await ask();
}

start().catch((error) => {
	el("wait").hidden = true;
	pageFailed(error);
});
