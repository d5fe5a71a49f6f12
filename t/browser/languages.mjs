// The pages for readers of each language, in their zone and in their
// direction; by the browser's language, and by choice.
import { ok, is, perl, person, signUp, leave, test, run, until, accessible,
	shoot } from "./lib.mjs";
import { tooWide } from "./chatpage.mjs";
import { LANGUAGES, PARTS, SAME, texts, wordsOf } from
	"./languages-known.mjs";

const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };
const DESKTOP = { width: 1280, height: 800 };
const READERS = {
	ar: ["ar-EG", "Africa/Cairo"], de: ["de-DE", "Europe/Berlin"],
	es: ["es-MX", "America/Mexico_City"], fr: ["fr-FR", "Europe/Paris"],
	ur: ["ur-PK", "Asia/Karachi"],
};
/** Minutes that are on two days in the zones above; past midnight in some of
 * them, where hours are written in the shortest way or with two digits. */
const DUE = "2031-03-05T23:30:00Z";
const SAID = "2021-03-05T23:30:00Z";
const TIME = { timeStyle: "short" };
const english = await wordsOf("en");
const keys = new Set(PARTS.flatMap((part) => Object.keys(english[part])));

/** What the page calls it in this language; the element is a part. */
function words(all, tag) {
	return (part, key, values = {}) => {
		let text = all[part][key];
		if (typeof text !== "string")
			text = text[new Intl.PluralRules(tag).select(values.n)];
		return text.replace(/\{(\w+)\}/g, (_, name) =>
			typeof values[name] === "number" ?
				new Intl.NumberFormat(tag).format(values[name]) :
				values[name]);
	};
}

/**
 * All a reader can see or hear, through shadow roots: text and names, but
 * not what the service or the person says.
 */
function heard(page) {
	return page.evaluate(() => {
		const found = [];
		const put = (text) => {
			if (text?.trim()) found.push(text.trim().replace(/\s+/g, " "));
		};
		const look = (node) => {
			if (node.nodeType === Node.TEXT_NODE) return put(node.data);
			if (!(node instanceof Element ||
			    node instanceof ShadowRoot)) return;
			if (node instanceof Element) {
				if (node.matches("script, style, option[lang], " +
				    ".ck-widget, .ck-text, .ck-work, [data-site]") ||
				    (node.localName !== "openai-chatkit" &&
				    !node.checkVisibility?.() &&
				    node !== document.documentElement)) return;
				for (const name of ["aria-label", "title",
					"placeholder", "alt"])
					put(node.getAttribute(name));
				if (node.shadowRoot) look(node.shadowRoot);
			}
			for (const child of node.childNodes) look(child);
		};
		look(document.documentElement);
		put(document.title);
		return found;
	});
}

/** The page as it stands is all in this language. */
async function speaks(page, language, all, name) {
	const said = await heard(page);
	if (await page.locator("openai-chatkit").count())
		ok(said.includes(all.element["composer.label"]),
			`${name}: the element is listened to, too`);
	const own = new Set(PARTS.flatMap((part) => texts(all[part])
		.map(([, , text]) => text)));
	const foreign = new Set(PARTS.flatMap((part) => texts(english[part])
		.map(([, , text]) => text)).filter((text) => !own.has(text) &&
		!SAME[language].includes(text) && /\p{L}{2}/u.test(
		text.replace(/\{\w+\}/g, ""))));
	ok(said.some((text) => own.has(text)), `${name}: says something`);
	is(said.filter((text) => keys.has(text) || /^\w+(\.\w+)+$/.test(text) ||
		/\{\w+\}/.test(text)), [], `${name}: no key is shown, and no gap`);
	is(said.filter((text) => foreign.has(text)), [],
		`${name}: nothing is in English`);
}

async function fits(page, name) {
	await page.setViewportSize(NARROW);
	is(await tooWide(page), [], `${name}: nothing is too wide at 320`);
}

/** It looks good: at 320, to axe, and on a picture of a telephone. */
async function look(page, language, all, name) {
	const title = `${language}, ${name}`;
	await speaks(page, language, all, title);
	await accessible(page, title, { preload: false });
	await fits(page, title);
	await speaks(page, language, all, `${title}, narrow`);
	await page.setViewportSize(PHONE);
	await shoot(page, `${name}-${language}-phone`);
	await page.setViewportSize(DESKTOP);
	await shoot(page, `${name}-${language}-desktop`);
}

const middle = async (locator) => {
	const { x, width } = await locator.boundingBox();
	return x + width / 2;
};

async function reader(language) {
	const [tag, zone] = READERS[language];
	const all = await wordsOf(language);
	const t = words(all, tag);
	const mirrored = ["ar", "ur"].includes(language);
	const context = await person({ locale: tag, timezoneId: zone });
	const page = await context.newPage();
	const field = page.getByRole("textbox",
		{ name: t("element", "composer.label"), exact: true });
	const button = (part, key, values) => page.getByRole("button",
		{ name: t(part, key, values), exact: true });
	const send = button("element", "composer.send");
	const log = page.getByRole("log");
	/** A date as this reader writes it. */
	const written = (when, how) => page.evaluate((args) =>
		new Intl.DateTimeFormat(args.tag, { ...args.how,
			timeZone: args.zone }).format(new Date(args.when)),
	{ when, how, tag, zone });
	const visit = async (path) => {
		await page.goto(path);
		await page.locator("html[data-ready]").waitFor();
		is(await page.evaluate(() => [document.documentElement.lang,
			document.documentElement.dir]),
		[tag, mirrored ? "rtl" : "ltr"], `${path}: language, direction`);
	};
	const say = async (text, until_) => {
		await field.fill(text);
		await field.press("Enter");
		await until_.waitFor();
		await send.waitFor();
	};
	/** Its middle is on the side where lines begin, or where they end. */
	const side = async (locator, frame, wanted, name) => {
		const right = await middle(locator) > await middle(frame);
		is(right ? "right" : "left",
			(wanted === "end") === mirrored ? "left" : "right", name);
	};

	await test(`${language}: signing in`, async () => {
		await visit("/sign-in");
		await page.getByRole("heading", { level: 1,
			name: t("pages", "sign_in.title") }).waitFor();
		await button("pages", "sign_in.go").click();
		await page.getByText(t("pages", "form.missing")).first().waitFor();
		await look(page, language, all, "sign-in");
	});

	const { id } = await signUp(context);
	await perl("sql", "insert into task (user_id, id, title, due_at) " +
		`values ('${id}', 1, 'Milk', '${DUE}'), ` +
		`('${id}', 2, 'Bread', null), ` +
		`('${id}', 3, 'Eggs', '2020-02-02T12:00:00Z')`);

	await test(`${language}: the chat`, async () => {
		await visit("/chat");
		await field.waitFor();
		await page.getByRole("heading",
			{ name: t("frame", "chat.greeting") }).waitFor();
		await button("frame", "chat.prompt.today").waitFor();
		await page.getByText(t("tasks", "tasks.count", { n: 3 })).waitFor();
		await side(send, page.locator("openai-chatkit form").last(),
			"end", "Send is where lines end");
		await look(page, language, all, "start");
	});

	await test(`${language}: a conversation`, async () => {
		await say("Show my tasks", log.getByRole("checkbox").first());
		await say("Delete Milk", log.getByRole("button",
			{ name: "Keep", exact: true }));
		const mine = log.getByRole("article").filter({ has:
			page.getByRole("heading",
				{ name: t("element", "log.you"), exact: true }) });
		is(await mine.count(), 2, "the person's messages are named so");
		await side(mine.last().locator("[dir=auto]").first(), log, "end",
			"the person's stand where lines end");
		const when = `created_at = '${SAID}' where user_id = '${id}'`;
		await perl("sql", `update message set started_at = null, ${when}; ` +
			`update conversation set ${when}`);
		await page.reload();
		await log.getByRole("button", { name: "Keep", exact: true })
			.waitFor();
		const times = await log.locator("time").evaluateAll((all) =>
			all.map((time) => time.textContent));
		ok(times.length >= 4, "messages have times");
		is([...new Set(times)], [await written(SAID, TIME)],
			"in this language and zone");
		await log.getByText(await written(SAID, { dateStyle: "long" }),
			{ exact: true }).waitFor();
		ok(true, "below the name of their day");
		await look(page, language, all, "chat");
	});

	await test(`${language}: the list of conversations`, async () => {
		await button("element", "log.history").click();
		const list = page.getByRole("complementary",
			{ name: t("element", "log.history") });
		await list.getByRole("heading",
			{ name: await written(SAID, { month: "long",
				year: "numeric" }), exact: true }).waitFor();
		await list.getByRole("listitem").first().waitFor();
		await side(list, page.locator("openai-chatkit"), "start",
			"it stands where lines begin");
		await look(page, language, all, "history");
		await button("element", "history.close").click();
		await list.waitFor({ state: "hidden" });
	});

	await test(`${language}: the tasks`, async () => {
		await visit("/tasks");
		await page.getByText(t("tasks", "tasks.count", { n: 3 }),
			{ exact: true }).waitFor();
		await page.getByText(t("tasks", "tasks.due.at", {
			day: await written(DUE, { day: "numeric", month: "short",
				year: "numeric" }),
			time: await written(DUE, TIME) }), { exact: true })
			.waitFor();
		ok(true, "a day, and a time as the chat writes it");
		const box = page.getByRole("checkbox", { name: /Bread/ });
		await side(box, page.getByText("Bread", { exact: true }), "start",
			"its box is where the line begins");
		await page.getByRole("button", { name: "Milk", exact: true })
			.click();
		await button("tasks", "tasks.save").waitFor();
		await look(page, language, all, "tasks");
	});

	await test(`${language}: the profile`, async () => {
		await visit("/profile");
		await page.getByRole("heading",
			{ name: t("pages", "sessions.title") }).waitFor();
		await page.getByText(t("pages", "sessions.this")).first()
			.waitFor();
		await page.getByText(t("pages", "tokens.none")).waitFor();
		await look(page, language, all, "profile");
	});
	await leave(context);
}

await run(async () => {
	for (const language of LANGUAGES) await reader(language);

	await test("another language than the browser's", async () => {
		const context = await person();
		await signUp(context);
		const page = await context.newPage();
		await page.goto("/tasks");
		await page.getByRole("button",
			{ name: english.frame["nav.account"], exact: true }).click();
		const all = await wordsOf("ar");
		await page.getByLabel(english.frame["menu.language"])
			.selectOption("ar");
		await page.locator("html[lang=ar][dir=rtl][data-ready]").waitFor();
		await page.getByRole("button",
			{ name: all.tasks["tasks.add"], exact: true }).waitFor();
		await page.goto("/chat");
		await page.getByRole("textbox",
			{ name: all.element["composer.label"], exact: true })
			.waitFor();
		await until("the whole page to be Arabic", async () =>
			await page.evaluate(() => document.documentElement.lang) ===
				"ar");
		await speaks(page, "ar", all, "chosen");
		await leave(context);
	});
});
