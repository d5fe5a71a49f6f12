// English: the language that every other one is measured by.

export default {
	// --- the conversation: states, errors and what to do next

	// --- messages and their actions

	// --- composer: writing, attaching, choosing, dictating

	// --- history, search, start screen

	// --- widgets, tasks, sources

	// --- dialogs, menus, shortcuts
};
