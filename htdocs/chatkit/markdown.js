// @ts-check
// Markdown of models as nodes: marked cuts a text into tokens, and nodes are
// made of those, never HTML.  What is HTML in the text stays visible as text.

import { Lexer, Tokenizer } from "../vendor/marked.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

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

const MAX_TEXT = 1_000_000;	// characters; longer ones are plain
const MAX_DEPTH = 16;		// of lists and quotes in each other
const MAX_INLINE = 40;		// of emphasis and links in each other
const MAX_COST = 2_000_000;	// characters looked through for marks
const MAX_OPEN = 20;		// marks that are closed for the sake of looks

/* ------------------------------------------------------------ the tokens */

/** Marked's rules without HTML, and with an end to what they may cost. */
class Rules extends Tokenizer {
	#depth = 0;
	#marks = 0;
	#cost = 0;

	/** @param {string} src */
	html(src)
	{
		void src;
		return undefined;
	}

	/**
	 * Of all tags only a line's end, which tables cannot have otherwise.
	 * @param {string} src
	 * @returns {any}
	 */
	tag(src)
	{
		const br = /^<br\s*\/?>/i.exec(src);
		return br ? { type: "br", raw: br[0] } : undefined;
	}

	/**
	 * A formula is shown as it is written: its _ and * mean no emphasis.
	 * @param {string} src
	 * @returns {any}
	 */
	escape(src)
	{
		const math = /^\$\$([^$]+)\$\$/.exec(src);
		return math ? { type: "math", raw: math[0], text: math[1] }
		    : super.escape(src);
	}

	/** @param {string} src */
	blockquote(src)
	{
		return this.#deeper(() => super.blockquote(src));
	}

	/** @param {string} src */
	list(src)
	{
		return this.#deeper(() => super.list(src));
	}

	/**
	 * @param {string} src
	 * @param {string} masked
	 * @param {string} [before]
	 */
	emStrong(src, masked, before)
	{
		this.#cost += src.length;
		if (this.#cost > MAX_COST || this.#marks >= MAX_INLINE)
			return undefined;
		this.#marks++;
		try {
			return super.emStrong(src, masked, before);
		} finally {
			this.#marks--;
		}
	}

	/** @param {string} src */
	url(src)
	{
		return this.#tooLong(src) ? undefined : super.url(src);
	}

	/**
	 * @param {string} src
	 * @returns {any}
	 */
	inlineText(src)
	{
		if (!this.#tooLong(src))
			return super.inlineText(src);
		const [raw] = /** @type {RegExpExecArray} */ (
		    /^[^][^\\<![`*~_\n]*/.exec(src));
		return { type: "text", raw, text: raw };
	}

	/**
	 * Marked looks for an address from each letter to the next blank.
	 * @param {string} src
	 */
	#tooLong(src)
	{
		const word = /^\S{0,999}/.exec(src)?.[0].length ?? 0;

		this.#cost += word;
		return this.#cost > MAX_COST || word === 999;
	}

	/**
	 * @template T
	 * @param {() => T} rule
	 * @returns {T | undefined}
	 */
	#deeper(rule)
	{
		if (this.#depth >= MAX_DEPTH)
			return undefined;
		this.#depth++;
		try {
			return rule();
		} finally {
			this.#depth--;
		}
	}
}

const START_MATH = [(/** @type {string} */ src) => src.indexOf("$$")];

/**
 * The tokens of a text, whose raw parts together are the text again.
 * @param {string} text
 * @param {Record<string, any>} links definitions known; new ones are added
 * @returns {Token[]}
 */
function lex(text, links)
{
	const plain = [{ type: "plain", raw: text, text }];

	if (text.length > MAX_TEXT)
		return plain;
	try {
		const lexer = new Lexer({
			gfm: true,
			breaks: true,
			tokenizer: new Rules(),
			extensions: /** @type {any} */ (
			    { startInline: START_MATH, renderers: {},
			    childTokens: {} }),
		});
		Object.assign(lexer.tokens.links, links);
		const tokens = lexer.lex(text);
		Object.assign(links, lexer.tokens.links);
		return [...tokens];
	} catch {
		return plain;		// nested beyond the stack
	}
}

/** @param {Token} token */
function isDrawn(token)
{
	return token.type !== "space" && token.type !== "def";
}

/**
 * Would both be drawn the same?  What a [name] points to can change although
 * the words do not, and a list's blank line changes all of its items.
 * @param {Token} a
 * @param {Token} b
 */
function same(a, b)
{
	return a.raw === b.raw && a.type === b.type && a.loose === b.loose &&
	    (!/[[|]/.test(a.raw ?? "") ||
	    JSON.stringify(a) === JSON.stringify(b));
}

/* -------------------------------------------------- text not yet complete */

const FENCE = /^[\s>]*(?:[-*+]\s+|\d+[.)]\s+)*(`{3,}|~{3,})(.*)$/;
const MARKERS = /^[ \t>]*(?:[-*+_=#`~|]+|\d+[.)]?|[-*+][ \t]+\[?[ xX]?\]?)?[ \t]*$/;
const BLOCK = /^\s*(?:[-*+]\s|\d+[.)]\s|#{1,6}\s|\||>)/;

/**
 * A text that is still being written, as it will probably go on: what begins
 * at its end is closed or left out, so that no half of a mark is seen.
 * @param {string} text
 */
function mend(text)
{
	const lines = text.split("\n");
	let fence = "", i;

	for (const line of lines) {
		const m = FENCE.exec(line);
		if (m && !fence)
			fence = m[2].includes("`") ? "" : m[1];
		else if (m?.[1].startsWith(fence) && !m[2].trim())
			fence = "";
	}
	const last = lines[lines.length - 1];
	if (fence)
		return /^\s*[`~]{1,2}$/.test(last) ?
		    text.slice(0, -last.length) : text;
	if (last && MARKERS.test(last)) {
		lines.pop();
		text = text.slice(0, -last.length);
	}
	if (lines.length === 0 || lines[lines.length - 1] === "")
		return table(lines, text);
	for (i = lines.length - 1; i > 0 && !BLOCK.test(lines[i]); i--)
		if (lines[i - 1].trim() === "")
			break;
	const part = lines.slice(i).join("\n");
	return text.slice(0, text.length - part.length) + closed(part);
}

/**
 * The first row of a table is one before the line below it is there.
 * @param {string[]} lines
 * @param {string} text
 */
function table(lines, text)
{
	const n = lines.length;
	const head = lines[n - 2] ?? "";

	if (!/^\|.+\|\s*$/.test(head) || /\S/.test(lines[n - 3] ?? ""))
		return text;
	return text + "|" + "---|".repeat(head.split("|").length - 2);
}

/**
 * One paragraph with its open emphasis, code and links closed.
 * @param {string} text
 */
function closed(text)
{
	/** @type {{char: string, n: number}[]} */
	const open = [];
	const marks = /\\[^]|`+|\*+|_+|~~?(?!~)/g;

	text = text.replace(/(!?)\[([^[\]\n]*)\]\([^()\n]*$/,
	    (_, image, label) => image ? "" : label).replace(/!\[[^\]\n]*$/,
	    "").trimEnd();
	for (let m; (m = marks.exec(text)) !== null;) {
		const run = m[0], end = m.index + run.length;
		if (run[0] === "\\" || run.length > 3)
			continue;
		if (open.length > MAX_OPEN)
			return text;
		if (run[0] === "`") {
			const rest = text.slice(end);
			const close = rest.search(
			    new RegExp(`(?<!\`)${run}(?!\`)`));
			if (close >= 0) {
				marks.lastIndex = end + close + run.length;
				continue;
			}
			if (rest.trim() === "")
				text = text.slice(0, m.index);
			else
				open.push({ char: "`", n: run.length });
			break;
		}
		const left = emphasis(open, run, text[m.index - 1],
		    text[end]);
		if (end === text.length)
			text = text.slice(0, end - left);
	}
	text = text.trimEnd();
	for (const { char, n } of open.reverse())
		text += char.repeat(n);
	return text;
}

/**
 * A run of marks closes what is open, or opens.  How many of it did neither.
 * @param {{char: string, n: number}[]} open
 * @param {string} run
 * @param {string | undefined} before
 * @param {string | undefined} after
 */
function emphasis(open, run, before, after)
{
	const word = /[\p{L}\p{N}]/u, char = run[0];
	let n = run.length;

	if (before !== undefined && /\S/.test(before) &&
	    !(char === "_" && after !== undefined && word.test(after))) {
		for (let i = open.length - 1; i >= 0 && n > 0; i--) {
			if (open[i].char !== char)
				continue;
			const taken = Math.min(n, open[i].n);
			n -= taken;
			open[i].n -= taken;
			open.length = open[i].n > 0 ? i + 1 : i;
		}
	}
	if (n > 0 && after !== undefined && /\S/.test(after) &&
	    !(char === "_" && before !== undefined && word.test(before))) {
		open.push({ char, n });
		n = 0;
	}
	return n;
}

/* ------------------------------------------------------- words and links */

const NAMED = Object.fromEntries(("amp:& lt:< gt:> quot:\" apos:' " +
    "nbsp:\u00a0 shy:\u00ad ensp:\u2002 emsp:\u2003 thinsp:\u2009 copy:© " +
    "reg:® trade:™ hellip:… mdash:— ndash:– lsquo:‘ rsquo:’ sbquo:‚ " +
    "ldquo:“ rdquo:” bdquo:„ laquo:« raquo:» lsaquo:‹ rsaquo:› bull:• " +
    "middot:· dagger:† para:¶ sect:§ deg:° micro:µ plusmn:± times:× " +
    "divide:÷ minus:− ne:≠ le:≤ ge:≥ asymp:≈ equiv:≡ infin:∞ sum:∑ " +
    "radic:√ frac12:½ frac14:¼ frac34:¾ sup1:¹ sup2:² sup3:³ permil:‰ " +
    "euro:€ pound:£ yen:¥ cent:¢ larr:← uarr:↑ rarr:→ darr:↓ harr:↔ " +
    "rArr:⇒ check:✓ star:☆ hearts:♥ colon:: semi:; comma:, period:. " +
    "excl:! quest:? num:# percnt:% lpar:( rpar:) lsqb:[ rsqb:] lbrack:[ " +
    "rbrack:] lcub:{ rcub:} ast:* sol:/ bsol:\\ lowbar:_ grave:` vert:| " +
    "equals:= plus:+ dollar:$ commat:@ Hat:^ NewLine:\n Tab:\t iexcl:¡ " +
    "iquest:¿ ordf:ª ordm:º szlig:ß Auml:Ä Ouml:Ö Uuml:Ü auml:ä ouml:ö " +
    "uuml:ü Agrave:À Aacute:Á Acirc:Â Atilde:Ã Aring:Å AElig:Æ Ccedil:Ç " +
    "Egrave:È Eacute:É Ecirc:Ê Euml:Ë Iacute:Í Icirc:Î Ntilde:Ñ Oacute:Ó " +
    "Ocirc:Ô Oslash:Ø Uacute:Ú agrave:à aacute:á acirc:â atilde:ã aring:å " +
    "aelig:æ ccedil:ç egrave:è eacute:é ecirc:ê euml:ë igrave:ì iacute:í " +
    "icirc:î iuml:ï ntilde:ñ ograve:ò oacute:ó ocirc:ô otilde:õ oslash:ø " +
    "ugrave:ù uacute:ú ucirc:û yacute:ý yuml:ÿ alpha:α beta:β gamma:γ " +
    "delta:δ epsilon:ε lambda:λ mu:μ pi:π sigma:σ omega:ω Delta:Δ " +
    "Sigma:Σ Omega:Ω").split(" ").map(pair => {
	const at = pair.indexOf(":");
	return [pair.slice(0, at), pair.slice(at + 1)];
}));

/**
 * Character references as characters; names we do not know stay.
 * @param {string} text
 */
function decode(text)
{
	if (!text.includes("&"))
		return text;
	return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,31}));/g,
	    (all, decimal, hex, name) => {
		if (name)
			return Object.hasOwn(NAMED, name) ? NAMED[name] : all;
		const n = hex ? parseInt(hex, 16) : parseInt(decimal, 10);
		return n === 0 || n > 0x10ffff || (n >= 0xd800 && n < 0xe000)
		    ? "\ufffd" : String.fromCodePoint(n);
	});
}

/**
 * A link's address if it is one to follow (http, https, mailto, tel, or
 * relative to this page), else null.
 * @param {string} href
 * @returns {string | null}
 */
export function safeLink(href)
{
	try {
		const url = new URL(href, document.baseURI);
		return /^(?:https?|mailto|tel):$/.test(url.protocol) ?
		    url.href : null;
	} catch {
		return null;
	}
}

/**
 * An image's address if there is nothing in it but an image, else null.
 * @param {string} src
 * @returns {string | null}
 */
export function safeImage(src)
{
	try {
		const url = new URL(src, document.baseURI);
		return /^https?:$/.test(url.protocol) ||
		    /^(?:blob:|data:image\/(?:png|jpeg|gif|webp|avif)[;,])/i
		    .test(url.href) ? url.href : null;
	} catch {
		return null;
	}
}

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
		this.#held = "";
		this.#text = text.replace(/\r\n?/g, "\n");
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
		if (annotations.length === 0 && this.#marks.length === 0)
			return;
		const { footnotes } = await import("./sources.js");
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
		if (this.#whole && !whole)
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
