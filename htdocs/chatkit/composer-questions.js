// @ts-check
// Questions the server asks before it goes on (structured input): a form in
// the place of the field.  Loaded with the first one.

import "./more.js";
import { h } from "./dom.js";

/** @typedef {import("./composer.js").Composer} Composer */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./wire.js").StructuredInput} StructuredInput */
/** @typedef {import("./wire.js").StructuredQuestion} StructuredQuestion */
/** @typedef {import("./wire.js").StructuredAnswer} StructuredAnswer */

/**
 * Show the question that is open in the place of the field, or the field
 * again.  The focus goes along.
 * @param {Composer} composer
 */
export function ask(composer)
{
	const { host, questions } = composer;
	const item = host.conversation.thread.list().findLast((one) =>
	    one.type !== "end_of_turn");
	const open = item?.type === "structured_input" &&
	    item.status === "pending" ? item : null;
	if (questions?.item.id === open?.id)
		return;
	const focused = composer.element.contains(host.root.activeElement);
	questions?.element.remove();
	composer.questions = open && new Questions(host, open);
	if (composer.questions)
		composer.box.before(composer.questions.element);
	composer.refresh();
	if (focused)
		composer.focus();
	else if (open)
		host.announce(open.inputs[0]?.question ?? "");
}

export class Questions {
	/** By id of the question: what is answered as the form stands.
	 * @type {Map<string, () => string[]>} */
	#read = new Map();
	#note = h("p", { class: "ck-composer-note" });
	#busy = false;

	/**
	 * @param {Host} host
	 * @param {StructuredInput} item pending
	 */
	constructor(host, item)
	{
		this.host = host;
		this.item = item;
		void host.style("panels.css");
		const t = host.locale.t.bind(host.locale);
		// Not a <form>: it stands within the composer's.
		this.element = h("div", {
			class: "ck-questions", role: "group",
			"aria-label": t("questions.label"),
			on: { keydown: (/** @type {KeyboardEvent} */ e) => {
				if (e.key !== "Enter" || e.isComposing ||
				    e.target instanceof HTMLButtonElement ||
				    e.target instanceof HTMLTextAreaElement &&
				    !e.ctrlKey && !e.metaKey)
					return;
				e.preventDefault();
				void this.#send("answered");
			} },
		}, h("div", { class: "ck-questions-list" },
		    item.inputs.map((one, n) => this.#question(one, n))),
		this.#note, h("div", { class: "ck-questions-foot" },
		    h("button", { type: "button", class: "ck-button ck-quiet",
			text: t("questions.skip"),
			on: { click: () => void this.#send("skipped") } }),
		    h("button", { type: "button",
			class: "ck-button ck-primary",
			text: t("questions.send"),
			on: { click: () => void this.#send("answered") } })));
	}

	focus()
	{
		/** @type {HTMLElement | null} */ (this.element.querySelector(
		    "input, textarea, button"))?.focus();
	}

	/**
	 * @param {StructuredQuestion} question
	 * @param {number} n
	 */
	#question(question, n)
	{
		const { locale } = this.host;
		if (question.type !== "multiple_choice") {
			const id = `ck-question-${n}`;
			const text = question.type === "freeform" &&
			    question.description;
			const field = h("textarea", { id, rows: "2",
			    dir: "auto", class: "ck-input",
			    "aria-describedby": text ? `${id}-about` : null });
			this.#read.set(question.id,
			    () => values([field.value]));
			return h("div", { class: "ck-question" },
			    h("label", { for: id, dir: "auto",
				text: question.question }),
			    text ? h("p", { id: `${id}-about`, dir: "auto",
				text }) : null, field);
		}
		const type = question.multiple ? "checkbox" : "radio";
		const boxes = question.options.map((option) => h("input",
		    { type, name: `ck-question-${n}`, value: option.value }));
		const own = h("input", { type: "text", class: "ck-input",
		    dir: "auto", "aria-label": locale.t("questions.own"),
		    placeholder: locale.t("questions.own") });
		// One choice, or words of one's own: the later of the two.
		own.addEventListener("input", () => {
			if (type === "radio" && own.value)
				for (const box of boxes)
					box.checked = false;
		});
		for (const box of boxes)
			box.addEventListener("change", () => {
				if (type === "radio")
					own.value = "";
			});
		this.#read.set(question.id, () => values([...boxes
		    .filter((box) => box.checked).map((box) => box.value),
		    own.value]));
		return h("fieldset", { class: "ck-question" },
		    h("legend", { dir: "auto", text: question.question }),
		    boxes.map((box, i) => h("label", { class: "ck-pick" }, box,
			h("span", { dir: "auto",
			    text: question.options[i].value }))), own);
	}

	/** @param {"answered" | "skipped"} status */
	async #send(status)
	{
		if (this.#busy)
			return;
		const { host } = this;
		/** @type {Record<string, StructuredAnswer>} */
		const answers = {};
		for (const [id, read] of this.#read) {
			const given = status === "skipped" ? [] : read();
			answers[id] = { values: given,
			    skipped: given.length === 0 };
		}
		if (status === "answered" &&
		    Object.values(answers).every((one) => one.skipped)) {
			const why = host.locale.t("questions.empty");
			this.#note.textContent = why;
			host.announce(why);
			this.focus();
			return;
		}
		this.#note.textContent = "";
		this.#busy = true;
		this.element.setAttribute("aria-busy", "true");
		try {
			await host.conversation.answer(this.item.id,
			    { status, answers });
		} catch (error) {
			host.fail(error);
		}
		this.#busy = false;
		this.element.removeAttribute("aria-busy");
	}
}

/** @param {string[]} given */
function values(given)
{
	return given.map((value) => value.trim()).filter(Boolean);
}
