// @ts-check
// Turns: a message of the person's, what came of it, and what can be done
// with it.

import "./more.js";
import { h } from "./dom.js";
import { copy, iconButton, timeOf, UserView } from "./item.js";

export { markdown, viewOf } from "./item.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./i18n.js").Key} Key */
/** @typedef {import("./item.js").View} View */

/**
 * Make parent's children these, moving as few as can be: a node that is moved
 * loses the focus.
 *
 * @param {Element} parent
 * @param {Element[]} nodes
 */
export function arrange(parent, nodes)
{
	const keep = new Set(nodes);
	for (const child of [...parent.children])
		if (!keep.has(child))
			child.remove();
	let at = parent.firstElementChild;
	for (const node of nodes) {
		if (node === at)
			at = at.nextElementSibling;
		else
			parent.insertBefore(node, at);
	}
}

/** A message of the person's and what came of it. */
export class Turn {
	element = h("section", { class: "ck-turn" });
	/** @type {View[]} */
	views = [];
	/** The turn its day is told against.
	 * @type {Turn | undefined} */
	before;
	#day = h("p", { class: "ck-day", hidden: true });
	#bar = h("div", { class: "ck-actions", hidden: true });
	/** @type {Record<string, HTMLButtonElement>} */
	#buttons = {};

	/** @param {Host} host */
	constructor(host)
	{
		this.host = host;
	}

	/**
	 * @param {View[]} views
	 * @returns {boolean} they were others
	 */
	set(views)
	{
		if (views.length === this.views.length &&
		    views.every((view, n) => view === this.views[n]))
			return false;
		this.views = views;
		for (const view of views)
			view.turn = this;
		arrange(this.element, [this.#day, ...views.map((view) =>
		    view.element), this.#bar]);
		return true;
	}

	/** What answers: all but the person's message. */
	get answers()
	{
		return this.views.filter((view) => !(view instanceof UserView));
	}

	/** Name the day it begins with; "" takes the name away.
	 * @param {string} day */
	day(day)
	{
		this.#day.textContent = day;
		this.#day.hidden = !day;
	}

	/**
	 * Show what can be done with it.
	 * @param {boolean} last nothing follows it
	 * @param {boolean} busy it is still growing
	 */
	actions(last, busy)
	{
		const { host, answers } = this;
		const { feedback, retry } =
		    host.options.threadItemActions ?? {};
		const first = this.views[0];
		if (first instanceof UserView)
			first.editable(last && !busy &&
			    host.conversation.canEdit);
		const had = this.#bar.contains(host.root.activeElement);
		this.element.classList.toggle("ck-last", last);
		this.#bar.hidden = answers.length === 0 || last && busy;
		if (!this.#bar.hidden) {
			this.#show("copy", this.copy() !== "");
			this.#show("reload", last && Boolean(retry));
			this.#show("thumb-up", Boolean(feedback));
			this.#show("thumb-down", Boolean(feedback));
			this.pressed();
			if (!this.#bar.querySelector("time"))
				this.#bar.append(timeOf(host,
				    answers[0].item.created_at) ?? "");
		}
		if (had && this.#bar.hidden)
			/** @type {HTMLElement} */ (this.element.closest(
			    ".ck-scroll"))?.focus({ preventScroll: true });
	}

	/** @param {string} name @param {boolean} shown */
	#show(name, shown)
	{
		if (shown && !this.#buttons[name]) {
			const [key, press] = this.#does(name);
			this.#bar.append(this.#buttons[name] = iconButton(
			    this.host.locale.t(key), name, press));
		}
		if (this.#buttons[name])
			this.#buttons[name].hidden = !shown;
	}

	/** @param {string} name @returns {[Key, () => void]} */
	#does(name)
	{
		const { host } = this;
		return name === "copy" ? ["log.copy", () =>
		    copy(host, this.copy())] :
		    name === "reload" ? ["log.again", () => {
			host.conversation.retry(this.views[0].item.id)
			    .catch((error) => host.fail(error));
		}] : name === "thumb-up" ? ["log.good", () =>
		    this.#judge("positive")] :
		    ["log.bad", () => this.#judge("negative")];
	}

	/** @param {"positive" | "negative"} kind */
	async #judge(kind)
	{
		const { host } = this;
		try {
			await host.conversation.feedback(this.answers.map(
			    (view) => view.item.id), kind);
			this.pressed();
			host.status(host.locale.t("log.thanks"));
		} catch (error) {
			host.fail(error);
		}
	}

	/** Show which thumb was given. */
	pressed()
	{
		const { feedback } = this.host.conversation.thread;
		const given = this.answers.map((view) => feedback.get(
		    view.item.id)).find(Boolean);
		this.#buttons["thumb-up"]?.setAttribute("aria-pressed",
		    String(given === "positive"));
		this.#buttons["thumb-down"]?.setAttribute("aria-pressed",
		    String(given === "negative"));
	}

	copy()
	{
		return this.answers.map((view) => view.copy()).filter(Boolean)
		    .join("\n\n");
	}
}
