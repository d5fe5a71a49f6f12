// What the service says to the pages, as /api/openapi.json has it.  Types
// only.

/** What the operator has set: GET /api/config. */
export interface Config {
	site_name: string;
	accounts: boolean;
	sign_up: boolean;
	verify_email: boolean;
	/** A new password can be asked for. */
	mail: boolean;
	password_min: number;
	message_max: number;
	dictation: boolean;
	undo_days: number;
	chatkit_domain_key: string | null;
	image_domains: string[];
	/** Where programs connect; null: MCP is off. */
	mcp_url: string | null;
	version: string;
}

/** Who is signed in: GET /api/me. */
export interface Me {
	user_id: string;
	name?: string | null;
	email?: string | null;
	issuer: string;
	accounts: boolean;
}

export interface Task {
	id: number;
	title: string;
	description: string;
	completed: boolean;
	priority: "low" | "normal" | "high";
	due_at: string | null;
	version: number;
	created_at: string;
	updated_at: string;
	completed_at: string | null;
}

export type Priority = Task["priority"];
export type Change = Partial<Pick<Task, "title" | "description" |
	"completed" | "priority" | "due_at">>;
