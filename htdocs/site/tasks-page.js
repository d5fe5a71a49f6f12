// @ts-check
// /tasks: the task list alone.

import { begin, el, linkBack, me, pageFailed } from "./page.js";
import { TaskView } from "./tasks.js";

async function start()
{
	linkBack();
	const [person] = await Promise.all([me(), begin()]);
	if (person)
		await TaskView.open(el("main"), { user: person.user_id });
	else
		(await import("./away.js")).askToSignIn();
}

start().catch(pageFailed);
