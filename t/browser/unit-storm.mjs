// Storms: what people, lines, tabs and servers do, in any order, some forty
// times over.  Afterwards every message is there, once, and every tab shows
// what the server has.  The seed of a storm that fails is told.
import { done, is } from "../node/tap.mjs";
import { html, problem, Server, settle, Tab, text, until } from
    "./unit-lib.mjs";

const STORMS = 40;
const STEPS = 60;

/** Numbers from 0 to below n, the same for the same seed. */
function dice(seed)
{
	let state = seed;
	return (n) => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) % n;
	};
}

/** A network and a proxy on a bad day. */
function badDay(server, roll)
{
	return async function bad(body, options) {
		const n = roll(100);
		if (n < 6)
			return new TypeError("no network");
		if (n < 10)
			return html(502);
		if (n < 13)
			return problem(503, "too_busy", { "Retry-After": "1" });
		if (n < 15)
			return problem(503, "database_unavailable");
		if (n >= 19 || !body.params.input)
			return null;
		// the server has it, and nobody hears of that
		server.before = null;
		await server.fetch("", options);
		server.before = bad;
		return new TypeError("the answer was lost");
	};
}

async function storm(seed)
{
	const roll = dice(seed);
	const server = new Server();
	const thread = server.thread();
	const sent = [];
	const tabs = [];
	const enter = async (how) => {
		const tab = tabs.length ? tabs[0].next(how)
		    : new Tab(server, how);
		tab.world.fast = true;
		tab.talk.open(thread);
		return tab;
	};
	tabs.push(await enter({ tab: "0" }));
	server.before = badDay(server, roll);
	for (let step = 0; step < STEPS; step++) {
		const tab = tabs[roll(tabs.length)];
		const turn = server.turns.findLast((t) => t.running);
		const what = roll(12);
		if (what < 3) {
			sent.push(`m${sent.length}`);
			tab.send(sent.at(-1));
		} else if (what < 5) {
			turn?.say(`w${step} `);
		} else if (what === 5) {
			turn?.say("end");
			turn?.end();
		} else if (what === 6) {
			turn?.cut();
		} else if (what === 7 && roll(3) === 0) {
			turn?.lose();
		} else if (what === 8) {
			tab.world.setOnline(!tab.world.isOnline);
		} else if (what === 9 && roll(3) === 0) {
			const next = await enter({ tab: tab.outbox.tab });
			tab.leave();
			tabs[tabs.indexOf(tab)] = next;
		} else if (what === 10 && tabs.length < 3 && roll(3) === 0) {
			tabs.push(await enter({ tab: `${step}` }));
		} else if (what === 11) {
			tab.world.focus();
		}
		for (let i = roll(6); i > 0; i--)
			await new Promise((resolve) => setImmediate(resolve));
	}
	await calm(server, tabs);

	const { items } = server.threads.get(thread);
	const there = items.filter((i) => i.type === "user_message").map(text);
	const truth = items.map((i) => (i.type === "user_message" ? "> " : "") +
	    text(i)).join("|");
	const shown = tabs.map((tab) => tab.lines.join("|"));
	for (const tab of tabs)
		tab.leave();
	return { once: there.length === new Set(there).size,
		lost: sent.filter((m) => !there.includes(m)),
		// several tabs type at once: theirs is any order
		order: tabs.length > 1 || there.join() === sent.join(),
		torn: shown.filter((lines) => lines !== truth) };
}

/** The storm is over: what failed is sent again by its author. */
async function calm(server, tabs)
{
	server.before = null;
	for (const tab of tabs)
		tab.world.setOnline(true);
	await until("calm", () => {
		for (const turn of server.turns.filter((t) => t.running)) {
			turn.say("end");
			turn.end();
		}
		for (const unsent of tabs[0].outbox.waiting())
			if (unsent.failed)
				tabs[0].talk.resend(unsent.id);
		return tabs[0].outbox.waiting().length === 0 &&
		    tabs.every((tab) => tab.talk.state === "idle" &&
		    tab.talk.thread.locals.length === 0);
	});
	await settle();
}

try {
	const first = Number(JSON.parse(process.argv[2] ?? "{}").seed ?? 1);
	const wrong = [];
	for (let seed = first; seed < first + STORMS; seed++) {
		const after = await storm(seed);
		if (!after.once || after.lost.length || !after.order ||
		    after.torn.length)
			wrong.push({ seed, ...after });
	}
	is(wrong, [], `${STORMS} storms: nothing lost, nothing twice`);
	done();
} catch (error) {
	done(error);
}
process.exit();
