// Markdown of models as nodes: what it looks like, however it arrives, and
// whatever it is.
import { accessible, is, leave, like, ok, run, shoot, test } from "./lib.mjs";
import { canvas, studio } from "./drawing.mjs";
import { payloads } from "./payloads.mjs";

const TEXT = `# Title of *it*

Some **bold**, *em*, ~~gone~~, \`code &amp;\` and a
[link](https://example.org "t&quot;x") — &eacute; &#x41; \\*esc\\* &nope;
with <b>html</b>, https://auto.invalid/x_y_z?a=1&b=2, a@b.invalid. $$x_1 * y$$

Setext
======

- one
- two with \`code\`
  - nested **x**
- three

1. first

   para
2. second

- [ ] open
- [x] done **bold**

> quote
> more
> > inner

\`\`\`python
def f(x):
    return x * 2  # <b>
\`\`\`

| Task | Due | N |
|:-----|:---:|--:|
| Buy *milk* | today<br>soon | 1,200 |
| Pay [rent][r] | x | 3 |

Ref [r] and [text][r] ![alt](https://evil.invalid/x.png) ![ok](/favicon.svg "T")

    indented code

---

<div onclick="x()">
block <i>html</i>
</div>

[r]: https://ref.invalid/ "Ref"

***both*** _under_ snake_case_word 5 * 3 * 2 ** 4

- a

- b loose
* other list
2024\\. end`;

await run(async () => {
	const backend = await studio();
	const page = await canvas(backend);
	const html = (text) => page.evaluate((t) => globalThis.draw.html(t),
		text);

	await test("what Markdown has is there", async () => {
		const got = await html(TEXT);
		for (const part of ["<h3 dir=\"auto\">Title of <em>it</em></h3>",
			"<strong>bold</strong>", "<del>gone</del>",
			"<code dir=\"ltr\">code &amp;amp;</code>",
			"href=\"https://example.org/\" title=\"t&quot;x\"",
			"— é A *esc* &amp;nope;", "&lt;b&gt;html&lt;/b&gt;",
			"href=\"https://auto.invalid/x_y_z?a=1&amp;b=2\"",
			"href=\"mailto:a@b.invalid\"",
			"class=\"ck-md-math\">x_1 * y</code>",
			"<h3 dir=\"auto\">Setext</h3>",
			"<span>nested <strong>x</strong></span>",
			"<p dir=\"auto\">first</p><p dir=\"auto\">para</p>",
			"aria-label=\"done\"", "aria-label=\"to do\"",
			"<blockquote dir=\"auto\"><p dir=\"auto\">inner</p>",
			"aria-label=\"Code: python\"", "# &lt;b&gt;\n</code>"
				.replace("\n", ""), "scope=\"col\"",
			"today<br>soon", "href=\"https://ref.invalid/\"",
			"<hr>", "&lt;div onclick=\"x()\"&gt;",
			"<em><strong>both</strong></em>", "snake_case_word",
			"2024. end"])
			ok(got.includes(part), `there is ${part}`);
		like(got, /href="https:\/\/evil\.invalid\/x\.png"[^>]*>alt</,
			"a picture that may not load is a link");
		like(got, /<img src="[^"]*favicon\.svg" alt="ok"/,
			"one that may is loaded");
		ok(!/<h[12]|<div onclick/.test(got), "the page's outline and " +
			"nodes stay ours");
	});

	await test("however it is cut, it ends the same", async () => {
		const bad = await page.evaluate(async (text) => {
			const want = globalThis.draw.html(text);
			const bad = [];
			let seed = 7;
			const some = (n) => (seed = (seed * 48271) % 2147483647) % n;
			for (let k = 0; k < 8; k++) {
				const view = globalThis.draw.markdown();
				for (let i = 0, n; i < text.length; i += n) {
					n = k === 0 ? 1 : 1 + some(k * 12);
					view.append(text.slice(i, i + n));
					await globalThis.draw.frame();
				}
				view.finish();
				if (view.element.innerHTML !== want)
					bad.push(`cut ${k}`);
			}
			const view = globalThis.draw.markdown();
			for (const c of text.replaceAll("\n", "\r\n"))
				view.append(c);
			view.finish();
			if (view.element.innerHTML !== want)
				bad.push("lines that end in CRLF");
			return bad;
		}, TEXT);
		is(bad.join(), "", "all cuts give the same nodes");
	});

	await test("what is complete is not touched again", async () => {
		const seen = await page.evaluate(async (text) => {
			const view = globalThis.draw.markdown();
			view.append("First *one*.\n\nSecond [a](https://a.invalid)" +
				" one.\n\nT");
			await globalThis.draw.frame();
			const [first, second] = view.element.children;
			const changes = new MutationObserver(() => {});
			for (const node of [first, second])
				changes.observe(node, { subtree: true,
					childList: true, characterData: true });
			for (let i = 0; i < text.length; i += 9) {
				view.append(text.slice(i, i + 9));
				await globalThis.draw.frame();
			}
			view.finish();
			return [changes.takeRecords().length,
				view.element.children[0] === first,
				view.element.children[1] === second];
		}, TEXT);
		is(seen.join(), "0,true,true", "both blocks are the same nodes");
	});

	await test("half a mark is not seen", async () => {
		const seen = await page.evaluate(async () => {
			const out = [];
			for (const [text, want] of [
				["a **bo", "a <strong>bo</strong>"],
				["a **", "a"], ["a *i", "a <em>i</em>"],
				["a **b *c", "a <strong>b <em>c</em></strong>"],
				["a `co", "a <code dir=\"ltr\">co</code>"],
				["a `", "a"], ["a **b*", "a <strong>b</strong>"],
				["see [the page](https://x.inv", "see the page"],
				["see ![pic](htt", "see"], ["a\n-", "a"],
				["a ~~b", "a <del>b</del>"],
				["2 * 3 is", "2 * 3 is"],
				["a_b is_c", "a_b is_c"]]) {
				const view = globalThis.draw.markdown();
				view.append(text);
				await globalThis.draw.frame();
				const got = view.element.innerHTML
					.replace(/<\/?p[^>]*>/g, "");
				if (got !== want) out.push(`${text} -> ${got}`);
			}
			const view = globalThis.draw.markdown();
			view.append("```js\nlet a = 1;\nlet");
			await globalThis.draw.frame();
			if (view.element.querySelector("pre code")?.textContent !==
				"let a = 1;\nlet") out.push("open fence");
			return out;
		});
		is(seen.join("\n"), "", "each begins as what it will be");
	});

	await test("no text hangs or breaks it", async () => {
		const bad = await page.evaluate(async () => {
			const bad = [];
			for (const c of ["[", "*", "_", "`", ">", "> ", "![", "[a](",
				"**a ", "~~", "<", "- ", "  - ", "\\", "&", "|", "#",
				"(", "*a_ ", "1. ", "__a", "a_b*", "$$", "*a **b ",
				"| a ", "[a][b] ", "> - ", "a", "&#x41;", "\n"]) {
				const view = globalThis.draw.markdown();
				const text = c.repeat(10000);
				view.append(text);
				await globalThis.draw.frame();
				view.set(text);
				const letters = (s) => s.replace(/[^a-z]/gi, "");
				const got = view.element.textContent;
				if (letters(c) === c && letters(got).length <
					letters(text).length) bad.push(c);
			}
			for (const text of [" ".repeat(900_000) + "x",
				"![".repeat(200_000) + "]x"]) {
				const view = globalThis.draw.markdown();
				view.append(text);
				await globalThis.draw.frame();
				if (!view.element.textContent.endsWith("x"))
					bad.push(text.slice(0, 2));
			}
			let nest = "";
			for (let i = 0; i < 1000; i++)
				nest += `${"  ".repeat(i)}- a\n`;
			const view = globalThis.draw.markdown();
			view.set(nest);
			if (view.element.textContent.match(/a/g).length !== 1000)
				bad.push("a list in a list in a list");
			view.set("x".repeat(1_200_000));
			if (view.element.textContent.length !== 1_200_000)
				bad.push("a very long text");
			return bad;
		});
		is(bad.join(), "", "all are drawn, and nothing is lost");
	});

	await test("nothing somebody writes is more than words", async () => {
		for (const payload of payloads) {
			const found = await page.evaluate(async (text) => {
				const { box, markdown, frame } = globalThis.draw;
				const bad = [];
				for (const whole of [true, false]) {
					const view = markdown();
					box.append(view.element);
					if (whole) view.set(text);
					else for (const c of text) view.append(c);
					await frame();
					view.finish();
					bad.push(...globalThis.draw.suspects(
						view.element));
					for (const el of view.element
						.querySelectorAll("button:not(.ck-md-copy)"))
						el.click();
					view.element.remove();
				}
				return bad;
			}, payload);
			is(found.join(), "", `harmless: ${payload.slice(0, 60)}`
				.replace(/[^ -~]/g, "?"));
		}
		is(await page.title(), "Drawing", "nothing of it ran");
	});

	await test("a link of the page's own goes to the page", async () => {
		const got = await page.evaluate(() => {
			const view = globalThis.draw.markdown();
			view.set("[go](chatkit-link://open/it?a=1)");
			globalThis.draw.box.append(view.element);
			view.element.querySelector("button").click();
			view.element.remove();
			return globalThis.draw.acts.pop();
		});
		is(got, "chatkit-link://open/it?a=1", "onLink is told");
	});

	await test("footnotes stand where they belong", async () => {
		const got = await page.evaluate(async () => {
			const view = globalThis.draw.markdown();
			const source = (n) => ({ type: "url", title: `Page ${n}`,
				url: `https://${n}.invalid/` });
			view.set("One 😀 fact. Two *facts*.\n\n- three");
			await view.annotate([
				{ type: "annotation", index: 11, source: source(1) },
				{ type: "annotation", index: 24, source: source(2) },
				{ type: "annotation", index: 35, source: source(1) },
				{ type: "annotation", source: source(3) }]);
			const marks = [...view.element.querySelectorAll("sup a")];
			return [view.element.textContent,
				...marks.map((a) => a.getAttribute("aria-label"))];
		});
		is(got[0].replace(/\s+/g, " "), "One 😀 fact.1 Two facts.2three1",
			"after the letter the index names");
		is(got.slice(1).join("; "), "Source 1: Page 1; Source 2: Page 2; " +
			"Source 1: Page 1", "one number for one source");
	});

	await test("sources are listed once each", async () => {
		const got = await page.evaluate(() => {
			const { sources, locale, box } = globalThis.draw;
			const clicked = [];
			const list = sources.drawSources([], { locale,
				onEntity: (e) => { clicked.push(e.id); } });
			box.append(list.element);
			const hidden = list.element.hidden;
			const url = { type: "url", title: "A", url: "https://a.invalid/",
				timestamp: "2026-11-20T10:00:00Z" };
			list.update([url, url,
				{ type: "file", title: "Doc", filename: "doc.pdf",
					description: "What it says",
					timestamp: "last week" },
				{ type: "url", title: "Bad", url: "javascript:pwned()" },
				{ type: "entity", id: "e1", title: "Thing",
					interactive: true, group: "Things" },
			].map((source) => ({ type: "annotation", source })));
			list.element.open = true;
			list.element.querySelector("button").click();
			const said = list.element.textContent;
			const out = [/Doc\s*doc.pdflast weekWhat it says/.test(said),
				/a\.invalidNov 20, 2026/.test(said), hidden, list.element.querySelector("summary")
				.textContent, list.element.querySelectorAll("li").length,
				list.element.querySelectorAll("a").length, ...clicked];
			list.element.remove();
			return out;
		});
		is(got.join(), "true,true,true,4 sources,4,1,e1", "numbered, grouped, safe");
	});

	await test("code can be copied", async () => {
		await page.context().grantPermissions(["clipboard-read",
			"clipboard-write"]);
		await page.evaluate(() => {
			const view = globalThis.draw.markdown();
			view.set("```\nlet a;\n\nlet b;\n```");
			globalThis.draw.box.append(view.element);
		});
		await page.getByRole("button", { name: "Copy" }).click();
		await page.getByRole("button", { name: "Copied" }).waitFor();
		is(await page.evaluate(() => navigator.clipboard.readText()),
			"let a;\n\nlet b;", "as it stands");
	});

	await test("code can be copied where there is no clipboard", async () => {
		await page.evaluate(() => {
			Object.defineProperty(navigator, "clipboard",
				{ value: undefined, configurable: true });
			document.addEventListener("copy", () => {
				globalThis.copied = String(getSelection());
			});
			globalThis.draw.box.replaceChildren();
			const view = globalThis.draw.markdown();
			view.append("```\nlet c;\r");
			view.finish();
			globalThis.draw.box.append(view.element);
		});
		await page.getByRole("button", { name: "Copy" }).click();
		await page.getByRole("button", { name: "Copied" }).waitFor();
		is(await page.evaluate(() => [globalThis.copied,
			globalThis.draw.root.activeElement?.className]),
		["let c;", "ck-md-copy"], "the text, and the focus stays");
	});

	await test("marks of files and things say what they are", async () => {
		const got = await page.evaluate(async () => {
			const { MarkdownView } = await import("/chatkit/markdown.js");
			const clicked = [];
			const view = new MarkdownView({
				locale: globalThis.draw.locale,
				onEntity: (e) => { clicked.push(e.id); } });
			view.set("A `code` and a | b.\n\n```\nx\n```");
			await view.annotate([
				{ index: 8, source: { type: "file", title: "Doc",
					filename: "d.pdf" } },
				{ index: 19, source: { type: "entity", id: "e", title: "E",
					interactive: true } },
				{ index: 99, source: { type: "url", title: "Bad",
					url: "javascript:pwned()" } },
			].map((a) => ({ type: "annotation", ...a })));
			view.element.querySelector("sup button").click();
			const marks = [...view.element.querySelectorAll("sup > *")]
				.map((el) => `${el.localName} ${el.ariaLabel}`);
			await view.annotate([]);
			return [...marks, ...clicked,
				view.element.querySelectorAll("sup").length];
		});
		is(got, ["span Source 1: Doc", "button Source 2: E",
			"span Source 3: Bad", "e", 0], "and go when they are gone");
	});

	for (const scheme of ["light", "dark"]) {
		await test(`it can be read, ${scheme}`, async () => {
			// axe tries styles of its own
			const it = await canvas(backend, `?scheme=${scheme}`,
				{ bypassCSP: true });
			await it.evaluate((text) => {
				const view = globalThis.draw.markdown();
				view.set(text);
				globalThis.draw.box.append(view.element);
			}, TEXT);
			await accessible(it, `Markdown, ${scheme}`,
				{ rules: { "heading-order": { enabled: false } } });
			await shoot(it, `markdown-${scheme}`, { fullPage: true });
			await leave(it.context());
		});
	}
	await backend.stop();
});
