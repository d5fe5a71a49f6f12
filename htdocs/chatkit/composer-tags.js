// @ts-check
// Tags in the composer: "@Name" in the text that stands for a thing of the
// page's, with a row of chips above the field.  A tag is a piece of plain
// text until somebody writes into it.  Loaded with the first one.

import "./more.js";
import { replace } from "./composer-text.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./composer.js").Composer} Composer */
/** @typedef {import("@openai/chatkit").UserMessageContent} Content */
/** @typedef {import("@openai/chatkit").Entity} Entity */
/** @typedef {Extract<Content, {type: "input_tag"}>} Tag */
/** @typedef {{from: number, to: number, tag: Tag, entity: Entity}} Place */

export class Tags {
	element = h("ul", { class: "ck-mentions", hidden: true });
	/** In order of the text. @type {Place[]} */
	#places = [];

	/** @param {Composer} composer */
	constructor(composer)
	{
		this.composer = composer;
		void composer.host.style("panels.css");
		this.element.setAttribute("aria-label",
		    composer.host.locale.t("composer.tags"));
	}

	/**
	 * Begin with this content.
	 * @param {Content[]} content
	 * @returns {string} the field's text
	 */
	load(content)
	{
		let text = "";
		this.#places = [];
		for (const part of content) {
			const from = text.length;
			if (part.type === "input_tag") {
				text += "@";
				this.#places.push({ from, to: from + 1 +
				    part.text.length, tag: part,
				    entity: entityOf(part) });
			}
			text += part.text;
		}
		this.#draw();
		return text;
	}

	/**
	 * "@" and the tag's text have been written at from.
	 * @param {number} from
	 * @param {Tag} tag
	 * @param {Entity} entity
	 */
	add(from, tag, entity)
	{
		this.#places.push({ from, to: from + 1 + tag.text.length, tag,
		    entity });
		this.#places.sort((a, b) => a.from - b.from);
		this.#draw();
		this.composer.changed();
	}

	/** @param {number} from */
	has(from)
	{
		return this.#places.some((place) => place.from === from);
	}

	/**
	 * The text has changed: tags behind the change move, those it touched
	 * are text from now on.
	 * @param {string} was
	 * @param {string} is
	 * @param {number} caret it stands behind what was written
	 */
	edited(was, is, caret)
	{
		const least = Math.min(was.length, is.length);
		let tail = 0;
		while (tail < Math.min(least, is.length - caret) &&
		    was[was.length - 1 - tail] === is[is.length - 1 - tail])
			tail++;
		let head = 0;
		while (head < least - tail && was[head] === is[head])
			head++;
		const end = was.length - tail;
		const moved = is.length - was.length;
		const before = this.#places.length;
		this.#places = this.#places.flatMap((place) =>
		    place.to <= head ? [place] : place.from >= end ?
		    [{ ...place, from: place.from + moved,
			to: place.to + moved }] : []);
		if (this.#places.length !== before)
			this.#draw();
	}

	/**
	 * Backspace behind a tag takes it away as a whole.
	 * @param {KeyboardEvent} e
	 */
	key(e)
	{
		const { selectionStart: at, selectionEnd } =
		    this.composer.field;
		const place = e.key === "Backspace" && at === selectionEnd &&
		    this.#places.find((one) => one.to === at);
		if (!place)
			return false;
		e.preventDefault();
		replace(this.composer, place.from, place.to, "");
		return true;
	}

	/**
	 * The message, without blanks at its ends.
	 * @param {string} text the field's
	 * @returns {Content[]}
	 */
	content(text)
	{
		/** @type {Content[]} */
		const content = [];
		const last = text.trimEnd().length;
		let at = text.length - text.trimStart().length;
		const put = (/** @type {number} */ to) => {
			if (to > at)
				content.push({ type: "input_text",
				    text: text.slice(at, to) });
		};
		for (const { from, to, tag } of this.#places) {
			put(from);
			content.push(tag);
			at = to;
		}
		put(last);
		return content;
	}

	#draw()
	{
		this.element.hidden = this.#places.length === 0;
		this.element.replaceChildren(...this.#places.map((place) =>
		    this.#chip(place)));
	}

	/** @param {Place} place */
	#chip(place)
	{
		const { host, field } = this.composer;
		const { entities } = host.options;
		const { entity, tag } = place;
		const chip = h("button", {
			type: "button", class: "ck-mention-name",
			on: { click: () => {
				if (entity.interactive && entities?.onClick) {
					entities.onClick(entity);
					return;
				}
				const at = this.#at(tag);
				field.focus();
				field.setSelectionRange(at.from, at.to);
			} },
		}, entity.icon ? icon(entity.icon) : null,
		h("span", { dir: "auto", text: tag.text }));
		const name = host.locale.t("composer.untag",
		    { name: tag.text });
		if (entities?.onRequestPreview)
			void this.#preview(chip, entity,
			    entities.onRequestPreview);
		return h("li", { class: "ck-mention" }, chip, h("button", {
			type: "button", class: "ck-icon-button",
			"aria-label": name, title: name,
			on: { click: () => {
				const at = this.#at(tag);
				replace(this.composer, at.from, at.to, "");
			} },
		}, icon("close")));
	}

	/**
	 * Where a tag stands by now: chips outlive the text around it.
	 * @param {Tag} tag
	 */
	#at(tag)
	{
		return this.#places.find((place) => place.tag === tag) ??
		    { from: 0, to: 0 };
	}

	/**
	 * @param {HTMLElement} chip
	 * @param {Entity} entity
	 * @param {NonNullable<import("@openai/chatkit").EntitiesOption[
	 *     "onRequestPreview"]>} request
	 */
	async #preview(chip, entity, request)
	{
		const { host } = this.composer;
		const [{ previewOn }, { markdown }] = await Promise.all([
			import("./sources.js"), import("./item.js")]);
		previewOn(chip, entity, request, {
			locale: host.locale,
			markdown: () => markdown(host),
			act: async () => {},
			allowImage: () => true,
			streaming: () => false,
			error: (error) => host.emit("error", { error }),
		});
	}
}

/**
 * @param {Tag} tag
 * @returns {Entity}
 */
function entityOf(tag)
{
	return {
		id: tag.id, title: tag.text, interactive: tag.interactive,
		...tag.group && { group: tag.group },
		data: /** @type {Record<string, string>} */ (tag.data ?? {}),
	};
}
