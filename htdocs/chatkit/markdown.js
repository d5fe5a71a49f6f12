// @ts-check
// Markdown of models as nodes: marked cuts a text into tokens, and nodes are
// made of those, never HTML.  What is HTML in the text stays visible as text.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { decode, isDrawn, lex, mend, safeImage, safeLink, same }
    from "./markdown-text.js";

export { safeImage, safeLink };

/** @typedef {import("./i18n.js").Locale} Locale */
/** @typedef {import("./wire.d.ts").Annotation} Annotation */
/** @typedef {import("../vendor/marked.js").Tokens.Generic} Token */

/**
 * @typedef {object} MarkdownOptions
 * @property {Locale} locale
 * @property {(url: string) => boolean} [allowImage] may this image be
 * loaded?  The address is absolute.  Left out: none may.
 * @property {(url: string, event: Event) => void} [onLink] a
 * chatkit-link:// was clicked
 * @property {(source: import("./wire.d.ts").EntitySource) => void} [onEntity]
 * the footnote mark of an interactive entity was clicked
 */

/**
 * What is drawn of a token, so that it can grow in place.  start: where in
 * the text it begins, for the outermost.
 * @typedef {{token: Token, node: HTMLElement, body?: HTMLElement,
 *     kids?: Drawn[], start: number}} Drawn
 */

/** @typedef {{index: number, element: HTMLElement}} Mark */

const MAX_INLINE = 40;	// of emphasis and links in each other

/**
 * Put a text into the clipboard.  False: the browser would not.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text)
{
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		// no permission, or a page that came by plain http
	}
	const area = h("textarea", { readonly: true,
		style: { position: "fixed", opacity: 0 } });
	const root = document.activeElement;
	const focus = root?.shadowRoot?.activeElement ?? root;
	area.value = text;
	document.body.append(area);
	area.select();
	try {
		return document.execCommand("copy");
	} catch {
		return false;
	} finally {
		area.remove();
		if (focus instanceof HTMLElement)
			focus.focus({ preventScroll: true });
	}
}

/* --------------------------------------------------------------- the view */

/**
 * One text, drawn as it arrives.  Blocks that are complete are not touched
 * again; what is drawn after finish() is the same as set() of the whole text
 * would draw, however it was cut.
 */
export class MarkdownView {
	/** A <div class="ck-md">. */
	element = h("div", { class: "ck-md" });

	#text = "";
	/** A carriage return whose newline may be in the next delta. */
	#held = "";
	/** Where the part begins that may still change. */
	#at = 0;
	/** @type {Drawn[]} */
	#drawn = [];
	/** How many of them are before #at. */
	#settled = 0;
	/** @type {Record<string, any>} */
	#links = Object.create(null);
	#frame = 0;
	#whole = false;
	/** @type {Mark[]} */
	#marks = [];
	/** What annotate() was given last.
	 * @type {Annotation[] | undefined} */
	#wanted;
	/** Those for the block that is being made, and how far it is. */
	#here = { raw: "", start: 0, at: 0, marks: /** @type {Mark[]} */ ([]) };
	/** @type {MarkdownOptions} */
	#options;

	/** @param {MarkdownOptions} options */
	constructor(options)
	{
		this.#options = options;
	}

	/**
	 * More of the text.  Drawn with the next frame.
	 * @param {string} delta
	 */
	append(delta)
	{
		if (delta === "")
			return;
		delta = this.#held + delta;
		this.#held = delta.endsWith("\r") ? "\r" : "";
		this.#text += delta.slice(0, delta.length -
		    this.#held.length).replace(/\r\n?/g, "\n");
		this.#whole = false;
		this.#frame ||= requestAnimationFrame(() => this.#draw(false));
	}

	/**
	 * This is the whole text, and complete.  Drawn at once; blocks that
	 * are as they were stay the same nodes.
	 * @param {string} text
	 */
	set(text)
	{
		text = text.replace(/\r\n?/g, "\n");
		this.#whole &&= text === this.#text;
		this.#held = "";
		this.#text = text;
		this.finish();
	}

	/** There is no more to come.  Drawn at once. */
	finish()
	{
		if (this.#held)
			this.#text += "\n";
		this.#held = "";
		this.#draw(true);
	}

	/**
	 * Put footnote marks where the annotations' index says; call again
	 * with all of them when there are more.  Numbers are those that
	 * drawSources() gives the same annotations.
	 * @param {Annotation[]} annotations
	 */
	async annotate(annotations)
	{
		this.#wanted = annotations;
		if (annotations.length === 0 && this.#marks.length === 0)
			return;
		const { footnotes } = await import("./sources.js");
		// imports of the same module need not end in their order
		if (this.#wanted !== annotations)
			return;
		const before = this.#marks;
		this.#marks = footnotes(annotations, this.#options);
		const offsets = [...before, ...this.#marks].map(m =>
		    this.#offset(m));
		for (const [i, drawn] of this.#drawn.entries()) {
			const end = this.#drawn[i + 1]?.start ?? Infinity;
			if (offsets.some(n => n > drawn.start && n <= end ||
			    (i === 0 && n <= 0)))
				this.#replace(this.#drawn, i, drawn.token,
				    drawn.start);
		}
	}

	/**
	 * Where a mark belongs in our text: the wire counts characters, not
	 * UTF-16.
	 * @param {Mark} mark
	 */
	#offset(mark)
	{
		let n = 0;

		if (!/[\ud800-\udbff]/.test(this.#text))
			return mark.index;
		for (let left = mark.index; left > 0 && n < this.#text.length;
		    left--)
			n += /** @type {number} */ (this.#text.codePointAt(n))
			    > 0xffff ? 2 : 1;
		return n;
	}

	/** @param {boolean} whole */
	#draw(whole)
	{
		cancelAnimationFrame(this.#frame);
		this.#frame = 0;
		if (this.#whole)
			return;
		this.#whole = whole;
		if (whole) {
			this.#at = 0;
			this.#settled = 0;
			this.#links = Object.create(null);
		}
		const tail = this.#text.slice(this.#at);
		const tokens = lex(whole ? tail : mend(tail), this.#links);
		this.#sync(this.element, this.#drawn, tokens, this.#settled,
		    this.#at);
		if (!whole)
			this.#settle(tokens, tail);
	}

	/**
	 * A block is complete once the first line of a later one is: no
	 * line after that can still belong to it.  (Where Markdown has an
	 * exception, finish() puts it right.)
	 * @param {Token[]} tokens
	 * @param {string} tail
	 */
	#settle(tokens, tail)
	{
		let n = 0, drawn = 0, at = 0, done = 0;

		for (const token of tokens) {
			if (isDrawn(token)) {
				if (tail.startsWith(token.raw, n) &&
				    tail.indexOf("\n", n) >= 0) {
					at = n;
					done = drawn;
				}
				drawn++;
			}
			n += token.raw.length;
		}
		this.#at += at;
		this.#settled += done;
	}

	/**
	 * Make the nodes of parent those of tokens, beginning with the from-th.
	 * @param {HTMLElement} parent
	 * @param {Drawn[]} list
	 * @param {Token[]} tokens
	 * @param {number} [from]
	 * @param {number} [at] where they begin in the text
	 */
	#sync(parent, list, tokens, from = 0, at = -1)
	{
		let i = from;

		for (const token of tokens) {
			const old = list[i];
			const start = at;
			if (at >= 0)
				at += token.raw.length;
			if (!isDrawn(token))
				continue;
			if (old === undefined) {
				list.push(this.#make(token, start));
				parent.append(list[i].node);
			} else if (same(old.token, token)) {
				old.start = start;
			} else if (!this.#grow(old, token, start)) {
				this.#replace(list, i, token, start);
			}
			i++;
		}
		for (const gone of list.splice(i))
			gone.node.remove();
	}

	/**
	 * @param {Drawn[]} list
	 * @param {number} i
	 * @param {Token} token
	 * @param {number} start
	 */
	#replace(list, i, token, start)
	{
		const old = list[i].node;

		list[i] = this.#make(token, start);
		old.replaceWith(list[i].node);
	}

	/**
	 * Draw a token into what was drawn of it when it was shorter.
	 * False: it has to be made anew.
	 * @param {Drawn} old
	 * @param {Token} token
	 * @param {number} start
	 */
	#grow(old, token, start)
	{
		const was = old.token;

		if (was.type !== token.type || !old.body || this.#marks.length)
			return false;
		if (token.type === "code") {
			const text = /** @type {Text} */ (old.body.firstChild);
			if (was.lang !== token.lang || !text ||
			    !token.text.startsWith(was.text))
				return false;
			text.appendData(token.text.slice(was.text.length));
		} else if (token.type === "table") {
			if (JSON.stringify([was.header, was.align]) !==
			    JSON.stringify([token.header, token.align]))
				return false;
			this.#sync(old.body, old.kids ?? [], rows(token));
		} else if (was.ordered !== token.ordered ||
		    was.start !== token.start || was.task !== token.task ||
		    was.checked !== token.checked) {
			return false;
		} else {
			this.#sync(old.body, old.kids ?? [],
			    token.items ?? token.tokens);
		}
		old.token = token;
		old.start = start;
		return true;
	}

	/**
	 * @param {Token} token
	 * @param {number} [start] where it is in the text; -1: inside another
	 * @returns {Drawn}
	 */
	#make(token, start = -1)
	{
		if (start >= 0)
			this.#here = { raw: token.raw, start, at: 0,
				marks: this.#marksOf(token, start) };
		const drawn = this.#block(token);
		drawn.start = start;
		if (start >= 0)
			(drawn.body?.lastElementChild ?? drawn.body ??
			    drawn.node).append(...this.#here.marks.map(
			    mark => mark.element));
		return drawn;
	}

	/**
	 * @param {Token} token
	 * @param {number} start
	 */
	#marksOf(token, start)
	{
		const last = start + token.raw.length >= this.#text.length;

		return this.#marks.filter(mark => {
			const n = this.#offset(mark);
			return (n > start || start === 0) &&
			    (last || n <= start + token.raw.length);
		});
	}

	/**
	 * @param {Token} token
	 * @returns {Drawn}
	 */
	#block(token)
	{
		const auto = { dir: "auto" };
		/** @type {HTMLElement} */
		let node;

		switch (token.type) {
		case "heading":
			node = h(token.depth === 1 ? "h3" : token.depth === 2 ?
			    "h4" : token.depth === 3 ? "h5" : "h6", auto,
			    this.#inline(token));
			break;
		case "hr":
			node = h("hr");
			break;
		case "code":
			return this.#code(token);
		case "blockquote":
			node = h("blockquote", auto);
			return this.#nest(token, node, token.tokens ?? []);
		case "list":
			node = token.ordered ? h("ol", { ...auto,
				start: String(token.start) }) : h("ul", auto);
			return this.#nest(token, node, token.items);
		case "list_item":
			node = h("li", { ...auto, class: token.task &&
				"ck-md-task" });
			return this.#nest(token, node, token.tokens ?? []);
		case "checkbox":
			return { token, node: this.#box(token), start: -1 };
		case "table":
			return this.#table(token);
		case "row":
			node = h("tr", null, this.#cells(token.cells));
			break;
		case "text":		// of a list without blank lines
			node = h("span", null, this.#inline(token));
			break;
		case "plain":
			node = h("p", { ...auto, class: "ck-md-plain",
				text: token.text });
			break;
		default:
			node = h("p", auto, this.#inline(token));
		}
		return { token, node, start: -1 };
	}

	/**
	 * @param {Token} token
	 * @param {HTMLElement} node
	 * @param {Token[]} tokens
	 * @returns {Drawn}
	 */
	#nest(token, node, tokens)
	{
		/** @type {Drawn[]} */
		const kids = [];

		this.#sync(node, kids, tokens);
		return { token, node, body: node, kids, start: -1 };
	}

	/**
	 * @param {Token} token
	 * @returns {Drawn}
	 */
	#code(token)
	{
		const t = this.#options.locale;
		const language = decode(token.lang ?? "").split(/\s/)[0]
		    .slice(0, 30);
		const code = h("code", null, document.createTextNode(
		    token.text));
		const say = h("span", { text: t.t("code.copy"),
			"aria-live": "polite" });
		const copy = h("button", { type: "button",
			class: "ck-md-copy" }, icon("copy"), say);

		copy.addEventListener("click", async () => {
			say.textContent = t.t(await copyText(
			    code.textContent ?? "") ? "code.copied" :
			    "code.not_copied");
			setTimeout(() => {
				say.textContent = t.t("code.copy");
			}, 2000);
		});
		const node = h("div", { class: "ck-md-code" },
		    h("div", { class: "ck-md-bar" },
			h("span", { text: language, dir: "ltr" }), copy),
		    h("pre", { tabindex: "0", dir: "ltr", role: "group",
			"aria-label": language ? t.t("code.of", { language }) :
			t.t("code.label") }, code));
		return { token, node, body: code, start: -1 };
	}

	/**
	 * @param {Token} token
	 * @returns {Drawn}
	 */
	#table(token)
	{
		/** @type {Drawn[]} */
		const kids = [];
		const body = h("tbody");
		const node = h("div", { class: "ck-md-table", tabindex: "0",
			role: "group",
			"aria-label": this.#options.locale.t("table.label") },
		    h("table", null, h("thead", null, h("tr", null,
			this.#cells(token.header))), body));

		this.#sync(body, kids, rows(token));
		return { token, node, body, kids, start: -1 };
	}

	/** @param {any[]} cells */
	#cells(cells)
	{
		return cells.map(cell => h(cell.header ? "th" : "td", {
			dir: "auto",
			scope: cell.header && "col",
			class: cell.align && `ck-md-${cell.align}`,
		}, this.#inline(cell)));
	}

	/** @param {Token} token */
	#box(token)
	{
		return h("input", { type: "checkbox", disabled: true,
			checked: token.checked || null,
			"aria-label": this.#options.locale.t(token.checked ?
			    "task.done" : "task.open") });
	}

	/**
	 * The nodes of what is in a line.
	 * @param {{tokens?: Token[], text?: string}} token
	 * @param {number} [depth]
	 * @param {boolean} [literal] & means &
	 * @returns {Node[]}
	 */
	#inline(token, depth = 0, literal = false)
	{
		/** @type {Node[]} */
		const nodes = [];

		if (!token.tokens || depth > MAX_INLINE)
			return [document.createTextNode(token.text ?? "")];
		for (const t of token.tokens) {
			const kids = () => this.#inline(t, depth + 1, literal);
			switch (t.type) {
			case "strong":
			case "em":
			case "del":
				nodes.push(h(t.type, null, kids()));
				continue;
			case "link":
				nodes.push(...this.#link(t, this.#inline(t,
				    depth + 1, t.autolink)));
				continue;
			case "codespan":
			case "math":
				nodes.push(h("code", { dir: "ltr", class:
					t.type === "math" && "ck-md-math",
					text: t.text }));
				break;
			case "br":
				nodes.push(h("br"));
				break;
			case "image":
				nodes.push(...this.#image(t));
				break;
			case "checkbox":
				nodes.push(this.#box(t));
				break;
			case "text":
				if (t.tokens) {
					nodes.push(...kids());
					continue;
				}
				nodes.push(...this.#words(t, literal));
				continue;
			case "escape":
				nodes.push(document.createTextNode(t.text));
				break;
			default:
				nodes.push(document.createTextNode(t.raw));
			}
			nodes.push(...this.#pass(t.raw).map(m => m.element));
		}
		return nodes;
	}

	/**
	 * @param {Token} token
	 * @param {boolean} literal
	 * @returns {Node[]}
	 */
	#words(token, literal)
	{
		const text = /** @type {string} */ (token.text);
		const marks = this.#pass(token.raw);
		/** @type {Node[]} */
		const nodes = [];
		let from = 0;

		for (const mark of marks) {
			const to = this.#offset(mark) - this.#here.start -
			    (this.#here.at - token.raw.length);
			const cut = Math.min(Math.max(to, from), text.length);
			nodes.push(document.createTextNode(decode(
			    text.slice(from, cut))), mark.element);
			from = cut;
		}
		text.slice(from) && nodes.push(document.createTextNode(
		    literal ? text.slice(from) : decode(text.slice(from))));
		return nodes;
	}

	/**
	 * Go past a part of the block; the marks that are due until its end.
	 * @param {string} raw
	 */
	#pass(raw)
	{
		const here = this.#here;
		let n = 0;

		if (here.marks.length === 0)
			return [];
		const at = here.raw.indexOf(raw, here.at);
		here.at = (at < 0 ? here.at : at) + raw.length;
		while (n < here.marks.length && this.#offset(here.marks[n]) <=
		    here.start + here.at)
			n++;
		return here.marks.splice(0, n);
	}

	/**
	 * @param {Token} token
	 * @param {Node[]} nodes what is clicked
	 * @returns {Node[]}
	 */
	#link(token, nodes)
	{
		const { onLink } = this.#options;
		const href = token.autolink ? token.href : decode(token.href);
		const title = decode(token.title ?? "");

		if (/^chatkit-link:\/\//i.test(href) && onLink) {
			const a = h("button", { type: "button",
				class: "ck-md-link", title: title || null },
			    nodes);
			a.addEventListener("click", e => onLink(href, e));
			return [a];
		}
		const url = safeLink(href);
		return url === null ? nodes : [h("a", { href: url,
			title: title || null, target: "_blank",
			rel: "noopener noreferrer" }, nodes)];
	}

	/**
	 * @param {Token} token
	 * @returns {Node[]}
	 */
	#image(token)
	{
		const url = safeImage(decode(token.href));
		const alt = decode(token.text);

		if (url !== null && this.#options.allowImage?.(url))
			return [h("img", { src: url, alt, loading: "lazy",
				decoding: "async",
				title: decode(token.title ?? "") || null,
				referrerpolicy: "no-referrer" })];
		return this.#link(token, [document.createTextNode(alt ||
		    this.#options.locale.t("image.label"))]);
	}
}

/**
 * A table's rows as tokens.
 * @param {Token} table
 * @returns {Token[]}
 */
function rows(table)
{
	return table.rows.map((/** @type {any[]} */ cells) => ({
		type: "row", cells,
		raw: "|" + cells.map(cell => cell.text).join("|"),
	}));
}
