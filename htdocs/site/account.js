// @ts-check
// Signing in and up, a new password, the page behind the link of a message.

import { call, ApiError } from "./api.js";
import { enhance, Wrong, wrongOf } from "./form.js";
import { beginPage } from "./page-words.js";
import { tellOthers } from "./leave.js";
import { config, el, pageFailed, setTitle } from "./page.js";
import { words } from "./words.js";

/** @type {Awaited<ReturnType<typeof beginPage>>} */
let texts;
const query = new URLSearchParams(location.search);

/** Where to go on: a path of this site and no other, and no form of ours. */
export function nextPath(wanted = query.get("next"))
{
	try {
		const url = new URL(wanted || "/chat", location.origin);
		/* "/.//host" has the path "//host", which is another site */
		if (wanted?.startsWith("/") && url.origin === location.origin &&
		    !/^\/(\/|sign-|forgot|reset|verify|api\/)/.test(
		    url.pathname))
			return url.pathname + url.search + url.hash;
	} catch {
		// no address at all
	}
	return "/chat";
}

/** Where the link of a message leads, and from there on to nextPath(). */
function verifyPath()
{
	return query.get("next") ?
	    `/verify?next=${encodeURIComponent(nextPath())}` : "/verify";
}

/** Say that it is done, in the form's place; focus goes there.
 * @param {HTMLElement} form */
function done(form)
{
	const box = el("done");
	form.hidden = true;
	box.hidden = false;
	box.focus();
	const heading = box.querySelector("h2")?.textContent;
	if (heading)
		setTitle(heading);
}

/** The address to send the message to once more. @param {string} email */
function offerResend(email)
{
	const button = el("resend");
	button.hidden = false;
	button.addEventListener("click", async () => {
		const said = el("resent");
		try {
			await call("POST", "/api/auth/send-verification-email",
			    { body: { email, callbackURL: verifyPath() } });
			said.textContent = texts.t("verify.resent");
		} catch (error) {
			said.textContent = error instanceof ApiError ?
			    error.sentence : words.t("error.server");
		}
	});
}

/** @param {HTMLFormElement} form */
function signIn(form)
{
	enhance(form, texts, async ({ email, password, remember }) => {
		try {
			await call("POST", "/api/auth/sign-in/email", { body:
			    { email, password,
			    rememberMe: remember === "on" } });
		} catch (error) {
			if (error instanceof ApiError &&
			    error.code === "EMAIL_NOT_VERIFIED")
				offerResend(email);
			throw wrongOf(error, texts);
		}
		await tellOthers();
		location.assign(nextPath());
	});
}

/**
 * @param {HTMLFormElement} form
 * @param {import("./page.js").Config} settings
 */
function signUp(form, settings)
{
	enhance(form, texts, async ({ name, email, password }) => {
		if (password.length < settings.password_min)
			throw new Wrong({ password: texts.t(
			    "account.password_too_short",
			    { n: settings.password_min }) });
		let answer;
		try {
			answer = await call("POST", "/api/auth/sign-up/email",
			    { body: { name, email, password,
			    callbackURL: verifyPath() } });
		} catch (error) {
			throw wrongOf(error, texts, {},
			    { n: settings.password_min });
		}
		if (answer.json.token) {
			await tellOthers();
			location.assign(nextPath());
		} else {
			el("sent-to").textContent = email;
			offerResend(email);
			done(form);
		}
	});
}

/** @param {HTMLFormElement} form */
function forgot(form)
{
	enhance(form, texts, async ({ email }) => {
		try {
			await call("POST", "/api/auth/request-password-reset",
			    { body: { email, redirectTo: "/reset" } });
		} catch (error) {
			throw wrongOf(error, texts);
		}
		el("sent-to").textContent = email;
		done(form);
	});
}

/**
 * @param {HTMLFormElement} form
 * @param {import("./page.js").Config} settings
 */
function reset(form, settings)
{
	const token = query.get("token");
	if (!token) {
		el("stale").hidden = false;
		form.hidden = true;
		return;
	}
	enhance(form, texts, async ({ password }) => {
		if (password.length < settings.password_min)
			throw new Wrong({ password: texts.t(
			    "account.password_too_short",
			    { n: settings.password_min }) });
		try {
			await call("POST", "/api/auth/reset-password",
			    { body: { newPassword: password, token } });
		} catch (error) {
			throw wrongOf(error, texts, {},
			    { n: settings.password_min });
		}
		/* it is used: nothing for the history */
		history.replaceState(null, "", location.pathname);
		done(form);
	});
}

/** @param {HTMLFormElement} form */
async function verify(form)
{
	if (query.get("error")) {
		el("stale").hidden = false;
		enhance(form, texts, async ({ email }) => {
			try {
				await call("POST",
				    "/api/auth/send-verification-email",
				    { body: { email,
				    callbackURL: verifyPath() } });
			} catch (error) {
				throw wrongOf(error, texts);
			}
			el("sent-to").textContent = email;
			done(form);
		});
		return;
	}
	form.hidden = true;
	el("confirmed").hidden = false;
	el("go-on").href = nextPath();
	const { json } = await call("GET", "/api/auth/get-session");
	el(json ? "go-on" : "to-sign-in").hidden = false;
}

async function start()
{
	const page = document.body.dataset.form ?? "";
	const [settings, more] = await Promise.all([config(), beginPage()]);
	const form = el("form");
	texts = more;
	for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (
	    document.querySelectorAll("a[data-next]")))
		if (query.get("next"))
			link.search = `?next=${encodeURIComponent(nextPath())}`;
	for (const one of document.querySelectorAll("[data-min]"))
		one.textContent = texts.t("form.password.min",
		    { n: settings.password_min });
	for (const one of /** @type {NodeListOf<HTMLElement>} */ (
	    document.querySelectorAll("[data-if]")))
		one.hidden = !(/** @type {any} */ (settings)[
		    one.dataset.if ?? ""]);
	if (!settings.accounts || (page === "sign-up" && !settings.sign_up) ||
	    (page === "forgot" && !settings.mail)) {
		form.hidden = true;
		el("off").hidden = false;
	} else if (page === "sign-in") {
		signIn(form);
	} else if (page === "sign-up") {
		signUp(form, settings);
	} else if (page === "forgot") {
		forgot(form);
	} else if (page === "reset") {
		reset(form, settings);
	} else {
		await verify(form);
	}
}

start().catch(pageFailed);
