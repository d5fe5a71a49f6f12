// @ts-check
// Markdown as marked cuts it, with bounds; what of it is safe to follow; and
// how a text that is still being written will probably go on.  No nodes here.

import { Lexer, Tokenizer } from "../vendor/marked.js";

/** @typedef {import("../vendor/marked.js").Tokens.Generic} Token */

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
export function lex(text, links)
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
export function isDrawn(token)
{
	return token.type !== "space" && token.type !== "def";
}

/**
 * Would both be drawn the same?  What a [name] points to can change although
 * the words do not, and a list's blank line changes all of its items.
 * @param {Token} a
 * @param {Token} b
 */
export function same(a, b)
{
	return a.raw === b.raw && a.type === b.type && a.loose === b.loose &&
	    (!/[[|]/.test(a.raw ?? "") ||
	    JSON.stringify(a) === JSON.stringify(b));
}

/* -------------------------------------------------- text not yet complete */

const FENCE = /^[\s>]*(?:[-*+]\s+|\d+[.)]\s+)*(`{3,}|~{3,})(.*)$/;
const MARKERS = new RegExp("^[ \\t>]*(?:[-*+_=#`~|]+|\\d+[.)]?|" +
    "[-*+][ \\t]+\\[?[ xX]?\\]?)?$");
const BLOCK = /^\s*(?:[-*+]\s|\d+[.)]\s|#{1,6}\s|\||>)/;

/**
 * A text that is still being written, as it will probably go on: what begins
 * at its end is closed or left out, so that no half of a mark is seen.
 * @param {string} text
 */
export function mend(text)
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
	if (last && MARKERS.test(last.trimEnd())) {
		lines[lines.length - 1] = "";
		text = text.slice(0, -last.length);
	}
	if (lines[lines.length - 1] === "")
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
	    (_, image, label) => image ? "" : label).replace(/!\[[^[\]\n]*$/,
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

const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,31}));/gi;

/**
 * Character references as characters; names we do not know stay.
 * @param {string} text
 */
export function decode(text)
{
	if (!text.includes("&"))
		return text;
	return text.replace(REFERENCE, (all, decimal, hex, name) => {
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
