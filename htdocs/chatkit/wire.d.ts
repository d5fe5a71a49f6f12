// What goes over the wire between the element and a ChatKit backend: the
// shapes of openai-chatkit 1.6 as our code reads them.  Types only; the
// vendor's package publishes those of the options, not these.

import type { Widgets, UserMessageContent, Attachment } from "@openai/chatkit";

export interface Page<T> { data: T[]; has_more: boolean; after?: string }

export type ThreadStatus = { type: "active" } |
	{ type: "locked" | "closed"; reason?: string };

export interface ThreadData {
	id: string;
	created_at: string;
	title?: string;
	status: ThreadStatus;
	allowed_image_domains?: string[];
	items: Page<Item>;
	/** Ours, in answers to taskchat.search. */
	taskchat?: { snippet: string; item_id: string | null };
}

interface ItemBase { id: string; thread_id: string; created_at: string }

export interface UserMessage extends ItemBase {
	type: "user_message";
	content: UserMessageContent[];
	attachments: Attachment[];
	quoted_text?: string;
	inference_options: InferenceOptions;
}

export interface InferenceOptions { tool_choice?: { id: string }; model?: string }

export interface AssistantMessage extends ItemBase {
	type: "assistant_message";
	content: OutputText[];
}

export interface OutputText {
	type: "output_text";
	text: string;
	annotations: Annotation[];
}

export interface Annotation { type: "annotation"; source: Source; index?: number }

interface SourceBase {
	title: string;
	description?: string;
	timestamp?: string;
	group?: string;
}
export interface UrlSource extends SourceBase {
	type: "url"; url: string; attribution?: string;
}
export interface FileSource extends SourceBase { type: "file"; filename: string }
export interface EntitySource extends SourceBase {
	type: "entity"; id: string; icon?: string; label?: string;
	inline_label?: string; interactive?: boolean;
	data?: Record<string, string>;
}
export type Source = UrlSource | FileSource | EntitySource;

export interface ClientToolCall extends ItemBase {
	type: "client_tool_call";
	status: "pending" | "completed";
	call_id: string;
	name: string;
	arguments: Record<string, unknown>;
	output?: unknown;
}

export interface WidgetItem extends ItemBase {
	type: "widget";
	widget: Widgets.WidgetRoot;
	copy_text?: string;
}

interface TaskBase {
	status_indicator?: "none" | "loading" | "complete";
	title?: string;
}
export type Task =
	| TaskBase & { type: "custom"; icon?: string; content?: string }
	| TaskBase & { type: "web_search"; title_query?: string;
		queries: string[]; sources: UrlSource[] }
	| TaskBase & { type: "thought"; content: string }
	| TaskBase & { type: "file"; sources: FileSource[] }
	| TaskBase & { type: "image" };

export interface TaskItem extends ItemBase { type: "task"; task: Task }

export interface Workflow {
	type: "custom" | "reasoning";
	tasks: Task[];
	summary?: { title: string; icon?: string } | { duration: number };
	expanded?: boolean;
}
export interface WorkflowItem extends ItemBase { type: "workflow"; workflow: Workflow }

export interface GeneratedImage extends ItemBase {
	type: "generated_image";
	image?: { id: string; url: string };
}

export interface StructuredAnswer { values: string[]; skipped?: boolean }
interface QuestionBase { id: string; question: string; answer?: StructuredAnswer }
export type StructuredQuestion =
	| QuestionBase & { type: "multiple_choice";
		options: { value: string }[]; multiple?: boolean }
	| QuestionBase & { type: "freeform"; description?: string };
export interface StructuredInput extends ItemBase {
	type: "structured_input";
	status: "pending" | "answered" | "skipped";
	inputs: StructuredQuestion[];
}

export interface EndOfTurn extends ItemBase { type: "end_of_turn" }

export type Item = UserMessage | AssistantMessage | ClientToolCall |
	WidgetItem | TaskItem | WorkflowItem | GeneratedImage |
	StructuredInput | EndOfTurn;

export type ItemUpdate =
	| { type: "assistant_message.content_part.added";
		content_index: number; content: OutputText }
	| { type: "assistant_message.content_part.text_delta";
		content_index: number; delta: string }
	| { type: "assistant_message.content_part.annotation_added";
		content_index: number; annotation_index: number;
		annotation: Annotation }
	| { type: "assistant_message.content_part.done";
		content_index: number; content: OutputText }
	| { type: "widget.streaming_text.value_delta";
		component_id: string; delta: string; done: boolean }
	| { type: "widget.root.updated"; widget: Widgets.WidgetRoot }
	| { type: "widget.component.updated";
		component_id: string; component: Widgets.WidgetComponent }
	| { type: "workflow.task.added" | "workflow.task.updated";
		task_index: number; task: Task }
	| { type: "generated_image.updated";
		image: { id: string; url: string }; progress?: number };

export type ThreadStreamEvent =
	| { type: "thread.created" | "thread.updated"; thread: ThreadData }
	| { type: "thread.item.added" | "thread.item.done" |
		"thread.item.replaced"; item: Item }
	| { type: "thread.item.updated"; item_id: string; update: ItemUpdate }
	| { type: "thread.item.removed"; item_id: string }
	| { type: "stream_options"; stream_options: { allow_cancel: boolean } }
	| { type: "progress_update"; text: string; icon?: string }
	| { type: "client_effect"; name: string; data?: Record<string, unknown> }
	| { type: "notice"; level: "info" | "warning" | "danger";
		message: string; title?: string }
	| { type: "error"; code: string; message?: string; allow_retry?: boolean };

/** An action of a widget (the runtime's members beside the typed two). */
export interface Action {
	type: string;
	payload?: Record<string, unknown>;
	handler?: "server" | "client";
	loadingBehavior?: "auto" | "none" | "self" | "container";
	streaming?: boolean;
}
