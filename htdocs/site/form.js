// @ts-check
// A form that a script sends: what is wrong is said beside each field and in
// a summary, nothing typed is lost, and a password can be looked at.
//
// In the document each field is an input with an id; <p id="ID-error"> is
// where its error goes, and <div class="summary" tabindex="-1"> is the
// form's first child.

import { h } from "../chatkit/dom.js";
import { ApiError, sentence } from "./api.js";

/** @typedef {import("../chatkit/words.js").Words<any>} Texts */

/** What is wrong with what was entered: sentences by the field's name. */
export class Wrong extends Error {
	/** @param {Record<string, string>} fields "" for the form as a whole */
	constructor(fields)
	{
		super("wrong");
		this.fields = fields;
	}
}

/** @typedef {HTMLInputElement | HTMLSelectElement} Input */

/** @param {HTMLFormElement} form @returns {Input[]} */
function inputs(form)
{
	return [...form.querySelectorAll("input[id], select[id]")].map((one) =>
	    /** @type {Input} */ (one));
}

/**
 * What the browser finds wrong, in the reader's language.
 * @param {Input} input
 * @param {Texts} texts
 */
function judge(input, texts)
{
	const { validity } = input;
	return validity.valid ? "" : texts.t(validity.valueMissing ?
	    "form.missing" : input.type === "email" ? "form.email" :
	    "form.refused");
}

/** @param {Input} input @param {string} text */
function mark(input, text)
{
	const place = document.getElementById(`${input.id}-error`);
	if (place)
		place.textContent = text;
	if (text)
		input.setAttribute("aria-invalid", "true");
	else
		input.removeAttribute("aria-invalid");
}

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} fields sentences by name
 * @param {Texts} texts
 */
function showWrong(form, fields, texts)
{
	const summary = /** @type {HTMLElement} */ (
	    form.querySelector(".summary"));
	const list = [];
	for (const input of inputs(form)) {
		const text = fields[input.name] ?? "";
		mark(input, text);
		const go = (/** @type {Event} */ event) => {
			event.preventDefault();
			input.focus();
		};
		if (text)
			list.push(h("li", null, h("a", { href: `#${input.id}`,
			    text: `${input.labels?.[0]?.textContent}: ${text}`,
			    on: { click: go } })));
	}
	summary.replaceChildren(
	    h("p", { text: fields[""] || texts.t("form.wrong") }),
	    list.length ? h("ul", null, list) : "");
	summary.focus();
}

/** A button beside each password that shows it.
 * @param {HTMLFormElement} form @param {Texts} texts */
function addShow(form, texts)
{
	for (const input of inputs(form)) {
		if (!(input instanceof HTMLInputElement) ||
		    input.type !== "password")
			continue;
		const name = input.labels?.[0]?.textContent ?? "";
		const button = h("button", { type: "button",
		    class: "quiet show", "aria-pressed": "false",
		    "aria-label": texts.t("form.show.what", { name }),
		    text: texts.t("form.show"), on: { click: () => {
			const shown = input.type === "password";
			input.type = shown ? "text" : "password";
			button.ariaPressed = String(shown);
			button.textContent = texts.t(shown ? "form.hide" :
			    "form.show");
			button.setAttribute("aria-label", texts.t(shown ?
			    "form.hide.what" : "form.show.what", { name }));
		} } });
		input.after(button);
		form.addEventListener("submit", () => {
			if (input.type === "text")
				button.click();
		}, { capture: true });
	}
}

/**
 * Have a form sent by send(values), which throws Wrong for what the person
 * can put right.  The form can be sent from now on.
 *
 * @param {HTMLFormElement} form
 * @param {Texts} texts
 * @param {(values: Record<string, string>) => Promise<void>} send
 */
export function enhance(form, texts, send)
{
	const button = /** @type {HTMLButtonElement} */ (
	    form.querySelector('button:not([type])'));
	const summary = h("div", { class: "summary", tabindex: "-1",
	    role: "alert" });
	let busy = false;

	form.noValidate = true;
	form.prepend(summary);
	addShow(form, texts);
	button.disabled = false;
	form.addEventListener("input", ({ target }) => {
		if (target instanceof HTMLInputElement &&
		    target.getAttribute("aria-invalid") &&
		    !judge(target, texts))
			mark(target, "");
	});
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (busy)
			return;
		/** @type {Record<string, string>} */
		const wrong = {};
		for (const input of inputs(form)) {
			const text = judge(input, texts);
			if (text)
				wrong[input.name] = text;
		}
		if (Object.keys(wrong).length) {
			showWrong(form, wrong, texts);
			return;
		}
		busy = true;
		button.setAttribute("aria-busy", "true");
		try {
			const values = Object.fromEntries(inputs(form).map(
			    (one) => [one.name, "checked" in one &&
			    one.type === "checkbox" && !one.checked ? "" :
			    one.value]));
			summary.replaceChildren();
			for (const input of inputs(form))
				mark(input, "");
			await send(values);
		} catch (error) {
			showWrong(form, error instanceof Wrong ? error.fields :
			    { "": sentence(error) }, texts);
		} finally {
			busy = false;
			button.removeAttribute("aria-busy");
		}
	});
}

/**
 * What the accounts refuse, as what is wrong with a field; what is not the
 * person's to put right stays as it is.
 *
 * @param {unknown} error
 * @param {Texts} texts
 * @param {Record<string, string>} names the field of a code, where it is
 *     another than the usual one
 * @param {Record<string, string | number>} [values]
 */
export function wrongOf(error, texts, names = {}, values = {})
{
	if (!(error instanceof ApiError))
		return error;
	const [, member] = /^\[body\.(\w+)\]/.exec(error.detail) ?? [];
	const code = error.code || (error.detail === "Email is the same" ?
	    "EMAIL_SAME" : "");
	/** @type {Record<string, string>} */
	const usual = {
		INVALID_EMAIL: "email", EMAIL_SAME: "email",
		USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "email",
		PASSWORD_TOO_SHORT: "password", PASSWORD_TOO_LONG: "password",
		PASSWORD_TOO_WEAK: "password", INVALID_PASSWORD: "password",
		INVALID_EMAIL_OR_PASSWORD: "", EMAIL_NOT_VERIFIED: "",
		INVALID_TOKEN: "", EMAIL_PASSWORD_SIGN_UP_DISABLED: "",
		CHANGE_EMAIL_DISABLED: "", RESET_PASSWORD_DISABLED: "",
		CREDENTIAL_ACCOUNT_NOT_FOUND: "",
	};
	if (code === "VALIDATION_ERROR" && member)
		return new Wrong({ [names[member] ?? member]: texts.t(
		    member === "email" ? "form.email" : "form.refused") });
	if (!(code in usual))
		return error;
	return new Wrong({ [names[code] ?? usual[code]]: texts.t(
	    `account.${code.toLowerCase()}`, values) });
}
