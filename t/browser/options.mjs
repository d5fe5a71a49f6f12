// Every option of the vendor's types does something that is seen.
import { existsSync, readFileSync } from "node:fs";
import { expectComplaints, is, launch, leave, like, ok, run, test, until }
	from "./lib.mjs";
import { answers as said, button, field, fromEnd, mine, rest, say,
	send, word } from "./chatpage.mjs";
import { answer, bench, called, calls, events, gate, kitPage, look, set }
	from "./options-page.mjs";
import { LANGUAGES } from "../../htdocs/chatkit/words.js";

const types = readFileSync(new URL("../types/node_modules/@openai/chatkit/" +
	"types/index.d.ts", import.meta.url), "utf8") + readFileSync(new URL(
	"../types/node_modules/@openai/chatkit/types/widgets.d.ts",
	import.meta.url), "utf8");

/** The strings of a union of the types. */
function union(name) {
	const text = new RegExp(`type ${name} =([^;]*);`).exec(types)[1];
	return [...text.matchAll(/'([^']+)'/g)].map(([, one]) => one);
}

const has = (language) => existsSync(new URL(
	`../../htdocs/chatkit/locale/${language}.js`, import.meta.url));

/** Red, green and blue of a colour as it is painted. */
const painted = (page, colour) => page.evaluate((c) => {
	const pen = document.createElement("canvas").getContext("2d");
	pen.fillStyle = c;
	pen.fillRect(0, 0, 1, 1);
	return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}, colour);

function contrast(a, b) {
	const [x, y] = [a, b].map((rgb) => {
		const [r, g, bl] = rgb.map((n) => n / 255 <= .04045 ?
			n / 255 / 12.92 : ((n / 255 + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * bl;
	}).sort((m, n) => n - m);
	return (x + .05) / (y + .05);
}

const menu = (page, name) => page.getByRole("menu").getByText(name,
	{ exact: true });

let play = async function* () {};

await run(async () => {
	await launch(["--use-fake-device-for-media-stream",
		"--use-fake-ui-for-media-stream"]);
	const { backend, context } = await bench({
		permissions: ["microphone", "clipboard-read", "clipboard-write"] });
	backend.turn((...args) => play(...args));
	const text = (words) => async function* (_, b, { thread }) {
		yield { type: "thread.item.done", item: b.assistant(thread.id,
			words) };
	};
	const last = (type) => backend.requests.findLast((r) =>
		r.type === type);
	play = text("Well: `code`.");

	await test("api.url and api.fetch", async () => {
		const page = await kitPage(context, {}, true);
		await say(page, "hello");
		is(last("threads.create").headers["accept-language"], "en-US",
			"the reader's language goes with it");
		ok((await calls(page, "fetch")).every(([url, method]) =>
			url === "/chatkit" && method === "POST"), "its own fetch");
		await set(page, { api: { url: "/elsewhere" } });
		await until("the other backend to be asked", async () => {
			await field(page).fill("anybody?");
			await field(page).press("Enter");
			return backend.uploads.some((u) => u.url === "/elsewhere");
		});
		ok(true, "its address");
		backend.uploads.length = 0;
		await page.evaluate(() => localStorage.clear());
		await page.close();
	});

	const page = await kitPage(context, {});
	const shell = "section.ck";

	await test("frameTitle, and a name without it", async () => {
		const region = (name) => page.getByRole("region", { name,
			exact: true });
		ok(await region(word("log.name")).isVisible(), "Chat");
		await set(page, { frameTitle: "Ask the library" });
		ok(await region("Ask the library").isVisible(), "its own");
	});

	await test("header", async () => {
		const title = page.getByRole("heading", { level: 2 }).first();
		is(await title.textContent(), word("log.new"), "a new thread's");
		await set(page, { header: { title: { text: "Library" } } });
		is(await title.textContent(), "Library", "title.text");
		await set(page, { header: { title: { enabled: false } } });
		ok((await title.boundingBox()).width < 10, "title.enabled");
		await set(page, { header: { enabled: false } });
		is(await page.getByRole("banner").count() +
			await button(page, word("log.new")).count(), 0, "enabled");
		await set(page, { header: {
			leftAction: { icon: "menu", onClick: "()left" },
			rightAction: { icon: "settings-cog", onClick: "()right" } } });
		await button(page, "menu").click();
		await button(page, "settings cog").click();
		is([await calls(page, "left"), await calls(page, "right")],
			[[[]], [[]]], "its buttons");
		const [a, b, c] = await Promise.all(["menu", word("log.history"),
			"settings cog"].map((n) => button(page, n).boundingBox()));
		ok(a.x < b.x && b.x < c.x, "on their sides");
	});

	await test("every icon of the types is a picture", async () => {
		const names = [...new Set(["HeaderIcon", "ChatKitIcon",
			"WidgetIcon"].flatMap(union))];
		ok(names.length > 90, "all were found", names.length);
		const bad = await page.evaluate(async (list) => {
			const { icon } = await import("/chatkit/icons.js");
			await import("/chatkit/icons-more.js");
			const drawn = list.map((name) => icon(name));
			const dot = icon("lucide:no-such-thing");
			await new Promise((done) => setTimeout(done));
			const html = (svg) => [...svg.querySelectorAll("path")]
				.map((p) => p.getAttribute("d")).join();
			return list.filter((name, n) => html(drawn[n]) === "" ||
				(name !== "dot" && html(drawn[n]) === html(dot)));
		}, names);
		is(bad, [], "none is the dot of unknown ones");
	});

	await test("history", async () => {
		backend.seed("Seeds");
		await set(page, { history: { enabled: false } });
		is(await button(page, word("log.history")).count(), 0, "enabled");
		const options = async (history) => {
			await set(page, { history });
			await button(page, word("log.history")).click();
			const row = page.getByRole("complementary")
				.getByRole("listitem").filter({ hasText: "Seeds" });
			await row.waitFor();
			const more = row.getByRole("button").nth(1);
			const found = [];
			if (await more.count()) {
				await more.click();
				await page.getByRole("menuitem").first().waitFor();
				found.push(...await page.getByRole("menuitem")
					.allTextContents());
				await page.keyboard.press("Escape");
			}
			await button(page, word("history.close")).first().click();
			return found;
		};
		const [rename, remove] = [word("history.rename"),
			word("history.delete")];
		is(await options({ enabled: true }), [rename, remove], "both");
		is(await options({ showDelete: false }), [rename], "showDelete");
		is(await options({ showRename: false }), [remove], "showRename");
		is(await options({ showRename: false, showDelete: false }), [],
			"neither");
		is([(await events(page, "history.open")).length,
			(await events(page, "history.close")).length], [4, 4],
		"its events");
	});

	await test("startScreen", async () => {
		ok(await page.getByRole("heading", { name:
			word("start.greeting") }).isVisible(), "the usual greeting");
		await set(page, { startScreen: { greeting: "What shall we read?",
			prompts: [{ label: "Something new", icon: "book-open",
				prompt: "Show me new books" },
			{ label: "By Woolf", prompt: [
				{ type: "input_text", text: "All by " },
				{ type: "input_tag", id: "a1", text: "Woolf",
					data: { born: "1882" } }] }] } });
		ok(await page.getByRole("heading", { name:
			"What shall we read?" }).isVisible(), "greeting");
		await button(page, "Something new").locator("svg path").first()
			.waitFor({ state: "attached" });
		await button(page, "Something new").click();
		await said(page).first().waitFor();
		is(last("threads.create").params.input.content, [{
			type: "input_text", text: "Show me new books" }],
		"a prompt of text");
		await rest(page);
		await button(page, word("log.new")).click();
		await button(page, "By Woolf").click();
		await said(page).first().waitFor();
		is(last("threads.create").params.input.content, [
			{ type: "input_text", text: "All by " },
			{ type: "input_tag", id: "a1", text: "Woolf",
				data: { born: "1882" } }], "one of content");
		await rest(page);
		await button(page, word("log.new")).click();
	});

	await test("composer.placeholder", async () => {
		is(await field(page).getAttribute("placeholder"),
			word("composer.placeholder"), "the usual one");
		await set(page, { composer: { placeholder: "Ask a librarian" } });
		is(await field(page).getAttribute("placeholder"),
			"Ask a librarian", "its own");
	});

	await test("composer.tools", async () => {
		const tools = [
			{ id: "find", label: "Find a book", shortLabel: "Find",
				icon: "search", placeholderOverride: "Which book?" },
			{ id: "deep", label: "Deep search", icon: "globe",
				persistent: true },
			{ id: "pin", label: "By author", icon: "profile",
				pinned: true }];
		await set(page, { composer: { tools, placeholder: "Ask" } });
		const add = button(page, word("composer.add"));
		await add.click();
		is(await page.getByRole("menuitemradio").allTextContents(),
			["Find a book", "Deep search"], "in the menu, unless pinned");
		await menu(page, "Find a book").click();
		is(await events(page, "tool.change").then((e) => e.at(-1)),
			{ toolId: "find" }, "chosen");
		ok(await button(page, "Find").isVisible(), "shortLabel");
		is(await field(page).getAttribute("placeholder"), "Which book?",
			"placeholderOverride");
		await say(page, "moby dick");
		is(last("threads.create").params.input.inference_options,
			{ tool_choice: { id: "find" } }, "sent");
		is(await button(page, "Find").count(), 0, "and gone");
		await add.click();
		await menu(page, "Deep search").click();
		for (const words of ["deep", "deeper"]) {
			await say(page, words);
			is(last("threads.add_user_message").params.input
				.inference_options, { tool_choice: { id: "deep" } },
			`persistent: ${words}`);
		}
		await button(page, "Deep search").click();
		await button(page, "By author").click();
		is(await button(page, "By author").getAttribute("aria-pressed"),
			"true", "pinned: at hand");
		await button(page, "By author").click();
		is(await events(page, "tool.change").then((e) => e.at(-1)),
			{ toolId: null }, "let go of");
	});

	await test("composer.models", async () => {
		const models = [{ id: "s", label: "Small" },
			{ id: "m", label: "Middle", default: true,
				description: "For most" },
			{ id: "l", label: "Large", disabled: true }];
		await set(page, { composer: { models } });
		const pick = button(page, word("composer.model",
			{ name: "Middle" }));
		await pick.waitFor();
		await say(page, "which?");
		is(last("threads.add_user_message").params.input
			.inference_options, { model: "m" }, "the default one");
		await pick.click();
		ok(await menu(page, "For most").isVisible(), "description");
		await menu(page, "Large").click({ force: true });
		is(await page.getByRole("menuitemradio", { name: "Large" })
			.getAttribute("aria-disabled"), "true", "disabled");
		await menu(page, "Small").click();
		await say(page, "and now?");
		is(last("threads.add_user_message").params.input
			.inference_options, { model: "s" }, "the chosen one");
		await page.evaluate(() => globalThis.kit().setComposerValue(
			{ selectedModelId: "m" }));
		await pick.waitFor();
	});

	const attach = async (...files) => {
		const chooser = page.waitForEvent("filechooser");
		await button(page, word("composer.attach")).click();
		await (await chooser).setFiles(files.map(([name, mimeType, size]) =>
			({ name, mimeType, buffer: Buffer.alloc(size, "x") })));
	};
	const note = (words) => page.locator("#ck-composer-note")
		.getByText(words).waitFor();
	const files = (n) => until(`${n} files`, async () =>
		await page.locator(".ck-attached li").count() === n);
	const attachments = { enabled: true };

	await test("attachments: direct", async () => {
		await set(page, { composer: {} });
		is(await button(page, word("composer.attach")).count(), 0,
			"only if enabled");
		await set(page, { composer: { attachments },
			api: { url: "/chatkit", uploadStrategy: { type: "direct",
				uploadUrl: "/upload" } } });
		backend.upload = (path, body) => ({ type: "file", id: "atc_d",
			name: "a.txt", mime_type: "text/plain",
			size: body.length });
		await attach(["a.txt", "text/plain", 3000]);
		await files(1);
		await until("the upload", () => backend.uploads.length === 1);
		const [{ url, method, type, bytes }] = backend.uploads;
		is([url, method], ["/upload", "POST"], "where to");
		like(type, /^multipart\/form-data/, "as a form");
		like(bytes.toString("latin1"),
			/name="file"; filename="a\.txt"[^]*x{3000}/, "the file");
		await page.getByRole("progressbar").waitFor({ state: "detached" });
		await say(page, "read this");
		is(last("threads.add_user_message").params.input.attachments,
			["atc_d"], "sent by its id");
		ok(await mine(page).last().getByText("atc_d").isVisible(),
			"shown in the message as the server has it");
	});

	await test("attachments: two phases, by POST and by PUT", async () => {
		backend.uploads.length = 0;
		let how = "POST";
		backend.on("attachments.create", ({ params }) => ({ type: "image",
			id: `atc_${how}`, name: params.name,
			mime_type: params.mime_type, preview_url: "/favicon.svg",
			upload_descriptor: { url: `/put/${how}`, method: how,
				headers: { "X-Mine": "yes" } } }));
		const mineToo = [];
		backend.upload = (path, body, q) => {
			mineToo.push(q.headers["x-mine"]);
			return {};
		};
		await set(page, { composer: { attachments },
			api: { url: "/chatkit", uploadStrategy:
				{ type: "two_phase" } } });
		await attach(["p.png", "image/png", 500]);
		await until("the upload", () => backend.uploads.length === 1);
		is(last("attachments.create").params, { name: "p.png", size: 500,
			mime_type: "image/png" }, "announced");
		how = "PUT";
		await attach(["q.png", "image/png", 600]);
		await until("both", () => backend.uploads.length === 2);
		const [post, put] = backend.uploads;
		is([post.method, post.url, put.method, put.url], ["POST",
			"/put/POST", "PUT", "/put/PUT"], "as they were told");
		like(post.type, /^multipart/, "a form");
		is([put.type, put.bytes.length], ["image/png", 600],
			"the bytes alone");
		is(mineToo, ["yes", "yes"], "with its headers");
		await page.getByRole("progressbar").waitFor({ state: "detached" })
			.catch(() => {});
		await button(page, word("composer.remove_file",
			{ name: "q.png" })).click();
		await files(1);
		await until("the server to be told", () =>
			last("attachments.delete"));
		is(last("attachments.delete").params, { attachment_id: "atc_PUT" },
			"taken back");
		await button(page, word("composer.remove_file",
			{ name: "p.png" })).click();
	});

	await test("attachments: limits, and an upload that fails", async () => {
		expectComplaints(/status of 500.*\/put/s, /\/put\/BAD/);
		await set(page, { composer: { attachments: { enabled: true,
			maxCount: 2, accept: { "image/*": [".png", ".jpg"],
				"text/plain": [".txt"] },
			maxSize: { "image/*": 1000, "*": 100 } } },
		api: { url: "/chatkit", uploadStrategy: { type: "direct",
			uploadUrl: "/put/x" } } });
		let n = 0;
		backend.upload = () => ({ type: "file", id: `atc_${++n}`,
			name: "x", mime_type: "text/plain" });
		await attach(["x.pdf", "application/pdf", 10]);
		await note(word("composer.wrong_type", { name: "x.pdf",
			types: "PNG, JPG, TXT" }));
		await attach(["big.txt", "text/plain", 101]);
		await note("big.txt");
		await attach(["big.png", "image/png", 1001]);
		await note("big.png");
		await attach(["none.txt", "text/plain", 0]);
		await note(word("composer.empty_file", { name: "none.txt" }));
		await attach(["a.txt", "text/plain", 100],
			["b.png", "image/png", 1000], ["c.txt", "text/plain", 1]);
		await note(word("composer.too_many_files", { n: 2 }));
		await files(2);
		ok(true, "two of three");
		for (const name of ["a.txt", "b.png"])
			await button(page, word("composer.remove_file", { name }))
				.click();
		backend.upload = () => { throw new Error("no room"); };
		expectComplaints(/ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
		await attach(["a.txt", "text/plain", 100]);
		const again = button(page, word("composer.upload_again",
			{ name: "a.txt" }));
		await again.waitFor();
		await field(page).fill("with that");
		await field(page).press("Enter");
		await note(word("composer.upload_failed"));
		backend.upload = () => ({ type: "file", id: "atc_again",
			name: "a.txt", mime_type: "text/plain" });
		await again.click();
		await again.waitFor({ state: "detached" });
		await page.getByRole("progressbar").waitFor({ state: "detached" })
			.catch(() => {});
		await field(page).press("Enter");
		await said(page).last().waitFor();
		await until("the message", () => last("threads.add_user_message")
			.params.input.attachments.join() === "atc_again");
		ok(true, "after which it can be sent");
		await rest(page);
	});

	await test("attachments: pasted and dropped", async () => {
		let n = 0;
		backend.upload = (path, body) => ({ type: "file",
			id: `atc_p${++n}`, mime_type: "text/plain",
			name: /filename="([^"]*)"/.exec(body.toString())[1] });
		await set(page, { composer: { attachments },
			api: { url: "/chatkit", uploadStrategy: { type: "direct",
				uploadUrl: "/upload" } } });
		const bring = (where, types, name) => page.evaluate(
			([selector, events, file]) => {
				const node = globalThis.root().querySelector(selector);
				const data = new DataTransfer();
				data.items.add(new File(["words"], file,
					{ type: "text/plain" }));
				for (const type of events)
					node.dispatchEvent(type === "paste" ?
						new ClipboardEvent(type, { bubbles: true,
							cancelable: true, clipboardData: data }) :
						new DragEvent(type, { bubbles: true,
							cancelable: true, dataTransfer: data }));
			}, [where, types, name]);
		await bring("textarea", ["paste"], "pasted.txt");
		await files(1);
		await bring("section", ["dragenter"], "dropped.txt");
		await page.getByText(word("composer.drop")).waitFor();
		await bring("section", ["dragover", "drop"], "dropped.txt");
		await files(2);
		is(await page.getByText(word("composer.drop")).count(), 0,
			"the sign that it can be dropped is gone");
		await page.getByRole("progressbar").first().waitFor(
			{ state: "detached" });
		await say(page, "both");
		is(last("threads.add_user_message").params.input.attachments
			.length, 2, "both are sent");
		await set(page, { composer: {} });
		await bring("section", ["dragenter"], "unwanted.txt");
		await bring("textarea", ["paste"], "unwanted.txt");
		await field(page).fill("x");
		await field(page).fill("");
		is([await page.getByText(word("composer.drop")).count(),
			await page.locator(".ck-attached li").count()], [0, 0],
		"where there are no attachments nothing is taken");
	});

	await test("composer.dictation", async () => {
		backend.on("input.transcribe", () => ({ text: "read me a story" }));
		await set(page, { composer: { dictation: { enabled: true } } });
		await button(page, word("composer.dictate")).click();
		const stop = page.getByRole("button",
			{ name: word("dictation.done") });
		await until("the microphone", () => stop.isEnabled());
		await stop.click();
		await until("the words", async () => await field(page)
			.inputValue() === "read me a story");
		const { audio_base64: audio, mime_type: type } =
			last("input.transcribe").params;
		like(type, /^audio\/(webm|mp4|ogg)/, "its kind");
		ok(Buffer.from(audio, "base64").length > 0, "and sound");
		await field(page).fill("");
		await button(page, word("composer.dictate")).click();
		await button(page, word("dictation.cancel")).click();
		await field(page).waitFor();
		is(backend.requests.filter((r) => r.type === "input.transcribe")
			.length, 1, "cancelled: nothing is sent");
		await set(page, { composer: { dictation: { enabled: false } } });
		await until("its button to go", async () => await button(page,
			word("composer.dictate")).count() === 0);
	});

	await test("threadItemActions", async () => {
		const [good, again] = [word("log.good"), word("log.again")];
		is([await button(page, good).count(), await button(page, again)
			.count()], [0, 0], "none unless asked for");
		await set(page, { threadItemActions: { feedback: true,
			retry: true } });
		await button(page, good).last().click();
		await until("feedback", () => last("items.feedback"));
		is(last("items.feedback").params.kind, "positive", "feedback");
		await button(page, word("log.bad")).last().click();
		await until("the other", () =>
			last("items.feedback").params.kind === "negative");
		play = text("Once more.");
		await button(page, again).last().click();
		await said(page).getByText("Once more.").waitFor();
		const question = last("threads.retry_after_item").params;
		is([...backend.threads.get(question.thread_id).items].at(-2).id,
			question.item_id, "retry names the person's message");
		await rest(page);
		await set(page, { threadItemActions: { retry: true } });
		ok(!await button(page, good).last().isVisible(), "feedback off");
	});

	await test("disclaimer", async () => {
		await set(page, { disclaimer: { text:
			"It **errs**. [Why?](https://example.org/why)" } });
		const why = page.getByRole("link", { name: "Why?" });
		await why.waitFor();
		is(await why.getAttribute("rel"), "noopener noreferrer", "a link");
		const [quiet] = await look(page, ".ck-composer-disclaimer",
			"color");
		await set(page, { disclaimer: { text: "It errs.",
			highContrast: true } });
		await page.getByText("It errs.").waitFor();
		const [loud] = await look(page, ".ck-composer-disclaimer", "color");
		const [ground] = await look(page, shell, "background-color");
		const [q, l, g] = [await painted(page, quiet),
			await painted(page, loud), await painted(page, ground)];
		ok(contrast(l, g) > contrast(q, g), "highContrast");
		ok(contrast(q, g) >= 4.5, "readable without");
		await set(page, {});
		await until("it to go", async () => !await page.getByText(
			"It errs.").isVisible());
	});

	await test("entities", async () => {
		const people = [{ id: "p1", title: "Ann Lee", group: "People",
			icon: "profile", interactive: true, data: { role: "chief" } },
		{ id: "d1", title: "Annual plan", group: "Documents" }];
		await answer(page, "search", people);
		await answer(page, "preview", { preview: { type: "Basic",
			children: [{ type: "Text", value: "Chief librarian" }] } });
		await set(page, { entities: { onTagSearch: "()search",
			onClick: "()click", onRequestPreview: "()preview",
			showComposerMenu: true } });
		await button(page, word("composer.mention")).click();
		await page.getByRole("option", { name: "Ann Lee" }).waitFor();
		is(await field(page).inputValue(), "@", "its button writes @");
		is(await page.getByRole("listbox").getByRole("group").evaluateAll(
			(all) => all.map((el) => el.getAttribute("aria-label"))),
		["People", "Documents"], "in groups");
		await field(page).fill("ask @an");
		await until("the search", async () => (await calls(page,
			"search")).some(([query]) => query === "an"));
		await page.getByRole("option", { name: "Ann Lee" }).waitFor();
		await page.keyboard.press("Enter");
		const chip = page.getByRole("list", { name: word("composer.tags") })
			.getByRole("button", { name: "Ann Lee", exact: true });
		await chip.waitFor();
		await chip.click();
		is((await called(page, "click"))[0][0].id, "p1", "onClick");
		await chip.hover();
		await page.getByText("Chief librarian").waitFor();
		is((await called(page, "preview"))[0][0].data, { role: "chief" },
			"onRequestPreview");
		await page.mouse.move(2, 2);
		await field(page).focus();
		await page.keyboard.press("End");
		await page.keyboard.type("please");
		await page.keyboard.press("Enter");
		await until("the message", () => JSON.stringify(last(
			"threads.add_user_message").params).includes('"id":"p1"'));
		is(last("threads.add_user_message").params.input.content, [
			{ type: "input_text", text: "ask " },
			{ type: "input_tag", id: "p1", text: "Ann Lee",
				data: { role: "chief" }, group: "People",
				interactive: true },
			{ type: "input_text", text: " please" }], "the tag is sent");
		await rest(page);
		await mine(page).last().getByRole("button", { name: "Ann Lee" })
			.click();
		is((await called(page, "click"))[0][0].id, "p1",
			"and can be clicked in the message");
		await set(page, { entities: { onTagSearch: "()search" } });
		await until("the button to go", async () => await button(page,
			word("composer.mention")).count() === 0);
	});

	await test("commands", async () => {
		const list = [{ id: "c1", label: "Insert a quote",
			description: "From any book", icon: "write",
			group: "Library" }, { id: "c2", label: "Print",
			group: "Library" }];
		await answer(page, "commands", list);
		await answer(page, "run", { type: "menu", commands: [
			{ id: "c3", label: "Moby Dick" }] }, { type: "entity",
			entity: { id: "q1", title: "Call me Ishmael" } }, undefined);
		await set(page, { commands: { enabled: true,
			onSearch: "()commands", onSelect: "()run" } });
		await field(page).fill("/");
		await page.getByRole("option", { name: "Insert a quote" })
			.waitFor();
		ok(await page.getByText("From any book").isVisible(),
			"with its description");
		ok(await page.getByRole("option", { name: word("log.new") })
			.isVisible(), "and what the composer can do itself");
		await page.getByRole("option", { name: "Insert a quote" }).click();
		await page.getByRole("option", { name: "Moby Dick" }).click();
		await page.getByRole("list", { name: word("composer.tags") })
			.getByRole("button", { name: "Call me Ishmael",
				exact: true }).waitFor();
		is((await calls(page, "run")).map(([c]) => c.id), ["c1", "c3"],
			"a command, one of its menu, an entity");
		await field(page).fill("");
		await field(page).fill("/pri");
		await until("the search", async () => (await calls(page,
			"commands")).some(([query]) => query === "pri"));
		await page.getByRole("option", { name: "Print" }).click();
		await called(page, "run");
		is(await field(page).inputValue(), "", "one with an effect alone");
		await set(page, { commands: { enabled: false } });
		await field(page).fill("/");
		is(await page.getByRole("option").count(), 0, "enabled");
		await field(page).fill("");
	});

	await test("thread.autoScroll", async () => {
		for (const autoScroll of [true, false]) {
			await set(page, { thread: { autoScroll } });
			await button(page, word("log.new")).click();
			const more = gate();
			play = async function* (_, b, { thread }) {
				const item = b.assistant(thread.id, "");
				yield { type: "thread.item.added", item };
				const delta = (words) => ({ type: "thread.item.updated",
					item_id: item.id, update: { type:
						"assistant_message.content_part.text_delta",
					content_index: 0, delta: words } });
				yield delta("First.\n\n");
				await more;
				yield delta("line\n\n".repeat(60));
				const whole = `First.\n\n${"line\n\n".repeat(60)}End.`;
				yield { type: "thread.item.done", item: { ...item,
					content: [{ type: "output_text", text: whole,
						annotations: [] }] } };
			};
			await field(page).fill("long");
			await field(page).press("Enter");
			await said(page).getByText("First.").waitFor();
			more.open();
			await said(page).getByText("End.").waitFor();
			await rest(page);
			if (autoScroll)
				await until("the end", async () =>
					await fromEnd(page) < 50);
			else
				ok(await fromEnd(page) > 400, "it stays where it was");
		}
	});

	await test("onClientTool, also one that waits since before", async () => {
		play = text("Thank you.");
		const id = backend.seed("Waiting", [{ type: "user_message",
			content: [{ type: "input_text", text: "which page?" }],
			attachments: [], inference_options: {} },
		{ type: "client_tool_call", status: "pending", call_id: "c",
			name: "page", arguments: { full: true } }]);
		await answer(page, "tool", { path: "/books" });
		await set(page, { onClientTool: "()tool" });
		await page.evaluate((t) => globalThis.kit().setThreadId(t), id);
		await said(page).getByText("Thank you.").waitFor();
		is(await calls(page, "tool"), [[{ name: "page",
			params: { full: true } }]], "called once");
		is(last("threads.add_client_tool_output").params, { thread_id: id,
			result: { path: "/books" } }, "and answered");
		await rest(page);
	});
	await page.close();

	await test("initialThread", async () => {
		const id = backend.seed("Given", [{ type: "user_message",
			content: [{ type: "input_text", text: "from before" }],
			attachments: [], inference_options: {} },
		{ type: "assistant_message", content: [{ type: "output_text",
			text: "Yes.", annotations: [] }] }]);
		const it = await kitPage(context, { initialThread: id });
		await mine(it).getByText("from before").waitFor();
		is(await events(it, "thread.load.end"), [{ threadId: id }],
			"is read");
		await it.close();
	});

	await test("theme: scheme, radius, density, typography", async () => {
		expectComplaints(/Failed to decode downloaded font/,
			/OTS parsing error/);
		const it = await kitPage(context, {});
		play = text("A `word` of code.");
		await say(it, "code");
		is(await look(it, shell, "color-scheme"), ["normal"],
			"as the page is");
		const bright = async () => {
			const [c] = await look(it, shell, "background-color");
			return contrast(await painted(it, c), [0, 0, 0]);
		};
		for (const scheme of ["light", "dark"]) {
			await set(it, { theme: scheme });
			is((await bright()) > 10, scheme === "light", scheme);
			await set(it, { theme: { colorScheme: scheme } });
			is((await bright()) > 10, scheme === "light",
				`colorScheme ${scheme}`);
		}
		const radii = [];
		for (const radius of ["pill", "round", "soft", "sharp"]) {
			await set(it, { theme: { radius } });
			radii.push(parseFloat((await look(it,
				".ck-composer-box", "border-top-left-radius"))[0]));
		}
		ok(radii[0] > radii[1] && radii[1] > radii[2] &&
			radii[2] > radii[3] && radii[3] === 0, "radius", radii);
		const heights = [];
		for (const density of ["compact", "normal", "spacious"]) {
			await set(it, { theme: { density } });
			heights.push(await it.locator("openai-chatkit " +
				".ck-composer-box").evaluate((el) => el.offsetHeight));
		}
		ok(heights[0] < heights[1] && heights[1] < heights[2],
			"density", heights);
		for (const baseSize of [14, 15, 16, 17, 18]) {
			await set(it, { theme: { typography: { baseSize } } });
			is(await look(it, ".ck-answer", "font-size"),
				[`${baseSize}px`], `baseSize ${baseSize}`);
		}
		backend.pages["/book.woff2"] = "not a font";
		const asked = it.waitForRequest("**/book.woff2");
		await set(it, { theme: { typography: { fontFamily: "Book, serif",
			fontFamilyMono: "Typewriter, monospace",
			fontSources: [{ family: "Book", src: "/book.woff2",
				weight: 400, style: "normal", display: "swap" }] } } });
		is(await look(it, ".ck-answer", "font-family"), ["Book, serif"],
			"fontFamily");
		is(await look(it, ".ck-answer code", "font-family"),
			["Typewriter, monospace"], "fontFamilyMono");
		await asked;
		is(await it.evaluate(() => [...document.fonts].map((f) =>
			`${f.family} ${f.weight} ${f.display}`)), ["Book 400 swap"],
		"fontSources");
		await set(it, {});
		is(await look(it, shell, "color-scheme", "--ck-mono"), ["normal",
			(await look(it, "div", "--ck-mono"))[0]], "all of it goes");
		await it.close();
	});

	await test("theme: colours", async () => {
		const it = await kitPage(context, {});
		await say(it, "colours");
		const colour = async (...at) => painted(it,
			(await look(it, ...at))[0]);
		const settle = async (theme) => {
			const before = await it.evaluate(() => globalThis.root()
				.querySelector("section").getAttribute("style"));
			await set(it, { theme });
			await until("the colours", () => it.evaluate((b) =>
				globalThis.root().querySelector("section")
					.getAttribute("style") !== b, before));
		};
		const bubble = async () => colour(".ck-user .ck-bubble",
			"background-color");
		const grounds = new Set();
		for (const grayscale of [{ hue: 20, tint: 9 },
			{ hue: 240, tint: 9 }, { hue: 240, tint: 0 },
			{ hue: 240, tint: 9, shade: -4 }]) {
			await settle({ color: { grayscale } });
			grounds.add((await bubble()).join());
			ok(contrast(await colour(shell, "color"), await colour(
				shell, "background-color")) >= 4.5,
			`readable: ${JSON.stringify(grayscale)}`);
		}
		is(grounds.size, 4, "grayscale: hue, tint and shade count",
			[...grounds]);
		await settle({ color: { surface: { background: "#102030",
			foreground: "#ffe0c0" } } });
		is([await colour(shell, "background-color"), await colour(shell,
			"color")], [[16, 32, 48], [255, 224, 192]], "surface");
		const levels = new Set();
		for (const level of [0, 1, 2, 3]) {
			await settle({ color: { accent: { primary: "#7a1fa2",
				level } } });
			levels.add((await bubble()).join());
		}
		is(levels.size, 4, "accent.level");
		await field(it).fill("x");
		await until("accent.primary", async () => (await colour(
			".ck-composer-send", "background-color")).join() ===
			"122,31,162");
		for (const colorScheme of ["light", "dark"]) {
			await settle({ colorScheme, color: { accent: {
				primary: colorScheme === "dark" ? "#000044" : "#ffee66",
				level: 2 } } });
			await until(`an accent one can read: ${colorScheme}`,
				async () => contrast(await colour(
					".ck-composer-send", "color"), await colour(
					".ck-composer-send", "background-color")) >= 4.5);
		}
		await it.close();
	});

	await test("every locale of the types is spoken, or English", async () => {
		const tags = [...new Set([...union("TranslatedLocale"),
			...union("SupportedLocale")])];
		ok(tags.length >= 100, "all were found", tags.length);
		for (const language of LANGUAGES)
			if (!has(language))
				expectComplaints(new RegExp(
					`chatkit/locale/${language}\\.js`));
		const it = await kitPage(context, {});
		const got = await it.evaluate(async (all) => {
			const found = {};
			for (const tag of all) {
				const ready = new Promise((done) => globalThis.kit()
					.addEventListener("chatkit.ready", done,
						{ once: true }));
				await globalThis.set({ locale: tag });
				await ready;
				const root = globalThis.root();
				const shell = root.querySelector("section");
				found[tag] = [shell.lang, shell.dir, root.querySelector(
					"textarea").getAttribute("aria-label") !== "",
				root.querySelectorAll("section").length];
			}
			return found;
		}, tags);
		const wrong = tags.filter((tag) => {
			const own = tag.split("-")[0];
			const language = LANGUAGES.includes(own) && has(own) ? own :
				"en";
			return JSON.stringify(got[tag]) !== JSON.stringify([language,
				["ar", "ur"].includes(language) ? "rtl" : "ltr",
				true, 1]);
		});
		is(wrong, [], "language and direction");
		await it.close();
	});

	await test("options that cannot be", async () => {
		const it = await kitPage(context, {});
		const wrong = async (options, why) => {
			const before = (await events(it, "error")).length;
			like(await set(it, options), why, `${why.source}`);
			is((await events(it, "error")).length, before + 1,
				"chatkit.error");
			like((await events(it, "error")).at(-1), why, "says so too");
		};
		await wrong({ api: undefined }, /api\.url is missing/);
		await wrong({ api: {} }, /api\.url is missing/);
		await wrong({ theme: "blue" }, /theme has to be one of light/);
		await wrong({ theme: { radius: "round-ish" } },
			/theme\.radius has to be one of pill, round/);
		await wrong({ composer: { tools: "all" },
			header: { leftAction: { icon: "menu", onClick: 1 } } },
		/header\.leftAction\.onClick.*composer\.tools/);
		await wrong({ composer: { attachments: { enabled: true } } },
			/api\.uploadStrategy/);
		await field(it).fill("as before");
		ok(await send(it).isEnabled(), "what was there stays");
		is(await set(it, { futureOption: { a: 1 }, theme: undefined,
			initialThread: null }), "", "what nobody knows is let through");
		await set(it, { api: { getClientSecret: "()secret" } });
		await it.getByText(word("log.hosted")).waitFor();
		like((await events(it, "error")).at(-1), /api\.url/,
			"the hosted kind is told what it needs");
		like(await it.evaluate(() => document.querySelector(
			"openai-chatkit").fetchUpdates().catch((e) => e.message)),
		/api\.url/, "and its methods reject");
		await it.close();
	});

	await leave(context);
	await backend.stop();
});
