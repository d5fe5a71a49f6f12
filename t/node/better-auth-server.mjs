// Better Auth itself, the original taskchat is measured by.
//
//	node better-auth-server.mjs '{"database": {...}, "secret": "...", ...}'
//
// database: for pg's Pool; secret; port (0: any); base: its public address
// (http://127.0.0.1:PORT); mailbox: a file that messages are written to,
// without one no message is sent; ids: how ids are made ("uuid",
// "serial"); migrate: false to leave the tables alone.  Prints one line of
// JSON with its port and what its migration found to do, then serves until
// it is ended.
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { bearer, jwt } from "better-auth/plugins";
import pg from "pg";

const wish = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((listening) =>
	server.listen(wish.port ?? 0, "127.0.0.1", listening));
const { port } = server.address();

function write(what) {
	return async ({ user, url, token }) => {
		appendFileSync(wish.mailbox,
			JSON.stringify({ what, to: user.email, url, token })
			+ "\n");
	};
}

const options = {
	baseURL: wish.base ?? `http://127.0.0.1:${port}`,
	secret: wish.secret,
	// pg reads dates in one style only.
	database: new pg.Pool({ ...wish.database,
		options: `-c datestyle=ISO ${wish.database.options ?? ""}` }),
	telemetry: { enabled: false },
	rateLimit: { enabled: false },
	logger: { level: "error" },
	emailAndPassword: {
		enabled: true,
		minPasswordLength: 8,
		...(wish.mailbox ? { sendResetPassword: write("reset") } : {}),
	},
	user: { deleteUser: { enabled: true } },
	plugins: [jwt(), bearer()],
};
if (wish.ids) options.advanced = { database: { generateId: wish.ids } };

const plan = await getMigrations(options);
if (wish.migrate ?? true) await plan.runMigrations();

server.on("request", toNodeHandler(betterAuth(options)));
console.log(JSON.stringify({
	port,
	todo: {
		tables: plan.toBeCreated.map(({ table }) => table),
		columns: plan.toBeAdded.flatMap(({ table, fields }) =>
			Object.keys(fields).map((field) =>
				`${table}.${field}`)),
		indexes: plan.toBeAddedIndexes.map(({ name }) => name),
		unsafe: plan.unsafeChanges,
		problems: plan.schemaProblems,
	},
}));
