// A page with nothing on it but what the tests of Markdown and widgets have
// drawn: the shadow root, the style sheets and the policy of the real ones.
import { Backend } from "./backend.mjs";
import { allowHost, person, wish } from "./lib.mjs";

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Drawing</title><link rel="stylesheet" href="/draw.css">
<script type="module" src="/draw.js"></script></head>
<body><main><h1>Drawing</h1><div id="host"></div></main></body></html>`;

const script = `
import { h } from "/chatkit/dom.js";
import { icon } from "/chatkit/icons.js";
import { Locale } from "/chatkit/i18n.js";
import { MarkdownView, safeLink } from "/chatkit/markdown.js";
import { drawWidget } from "/chatkit/widget.js";
import * as sources from "/chatkit/sources.js";

const locale = await Locale.load("en");
const host = document.getElementById("host");
const root = host.attachShadow({ mode: "open" });
const sheets = ["style", "markdown", "widget"].map(name => h("link",
    { rel: "stylesheet", href: "/chatkit/" + name + ".css" }));
const box = h("div", { class: "ck box" });
const asked = new URLSearchParams(location.search);
document.documentElement.dir = box.dir = asked.get("dir") ?? "ltr";
host.style.colorScheme = asked.get("scheme") ?? "light";
for (const [name, value] of [["display", "block"], ["block-size", "auto"],
    ["overflow", "visible"], ["padding", "16px"]])
	box.style.setProperty(name, value);
root.append(...sheets, box);
const RUNS = ("script iframe object embed base meta link style template " +
    "math video audio body marquee animate foreignobject use").split(" ");
globalThis.pwned = () => { document.title = "pwned"; };
globalThis.draw = {
	h, icon, locale, safeLink, sources, box, root, acts: [], errors: [],
	streaming: false, answer: null,
	allowImage: url => url.startsWith(location.origin + "/favicon"),
	markdown() {
		return new MarkdownView({ locale,
			allowImage: draw.allowImage,
			onLink: url => { draw.acts.push(url); } });
	},
	/** The HTML that a text ends up as. */
	html(text) {
		const view = draw.markdown();
		view.set(text);
		return view.element.innerHTML;
	},
	widget(tree) {
		const drawn = drawWidget(tree, {
			locale, markdown: draw.markdown,
			act: action => {
				draw.acts.push(JSON.parse(
				    JSON.stringify(action)));
				return draw.answer ? draw.answer(action) :
				    Promise.resolve();
			},
			allowImage: draw.allowImage,
			streaming: () => draw.streaming,
			error: error => { draw.errors.push(error.message); },
		});
		draw.drawn = drawn;
		box.append(drawn.element);
		return drawn;
	},
	frame: () => new Promise(requestAnimationFrame),
	/** What in these nodes is more than words. */
	suspects: (within) => [...within.querySelectorAll("*")].flatMap(el => [
		...RUNS.includes(el.localName.toLowerCase()) ?
		    [el.localName] : [],
		...[...el.attributes].filter(({ name, value }) =>
		    /^on|srcset|srcdoc|formaction|xlink/.test(name) ||
		    /^(href|src)$/.test(name) &&
		    !/^(https?|mailto|tel):/.test(value))
		    .map(({ name, value }) => name + "=" + value),
		...el.localName === "a" && (el.target !== "_blank" ||
		    !/noopener/.test(el.rel)) ? ["a link that keeps us"] : [],
	]),
	$: (selector) => box.querySelector(selector),
};
await Promise.all(sheets.map(sheet => sheet.sheet ? 0 :
    new Promise(ready => { sheet.onload = ready; })));
document.body.dataset.ready = "";
`;

const style = "body { margin: 0 } #host { block-size: auto; contain: none }";

/** The server of such pages; stop() it in the end. */
export async function studio() {
	const backend = await new Backend().start();
	Object.assign(backend.pages, { "/draw.html": page, "/draw.js": script,
		"/draw.css": style });
	wish.url ??= backend.url;
	allowHost(new URL(backend.url).host);
	return backend;
}

/** A fresh page of it. */
export async function canvas(backend, query = "", options = {}) {
	const context = await person(options);
	const it = await context.newPage();
	await it.goto(`${backend.url}/draw.html${query}`);
	await it.waitForSelector("body[data-ready]");
	return it;
}
