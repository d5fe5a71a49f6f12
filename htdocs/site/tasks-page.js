// @ts-check
// /tasks: the task list alone.

import { begin, belongTo, el, linkBack, me, pageFailed } from "./page.js";
import { TaskView } from "./tasks.js";

async function start()
{
	linkBack();
	const [person] = await Promise.all([me(), begin()]);
	if (!person) {
		(await import("./away.js")).askToSignIn();
		return;
	}
	belongTo(person);
	await TaskView.open(el("main"), { user: person.user_id });
}

start().catch(pageFailed);
