/*
 * Every limit that keeps a stranger's input, or a broken upstream, from
 * costing more than it should.  Settings have their ranges in conf.c.
 */
#ifndef BASE_BOUNDS_H
#define BASE_BOUNDS_H

/* http */
#define MAX_BODY		(256 * 1024)	/* of most routes */
#define MAX_SPEECH_BODY	(1536 * 1024)	/* a recording as base64 */
#define MAX_FORM		(16 * 1024)	/* what people fill in */
#define MAX_BODY_SECONDS	60		/* until it has come */
#define MAX_PATH_SEGMENTS	8
#define MAX_TOKEN		8192		/* bytes of a bearer token */
#define MAX_KID			255		/* bytes of a key's id */
#define MAX_JWE			(16 * 1024)	/* four cookies' worth */
#define MAX_COOKIE		4096		/* a browser keeps no more */
#define MAX_IDEMPOTENCY_KEY	255		/* bytes */
#define MAX_USER_ID		255		/* bytes */

/* json from outside */
#define JSON_DEPTH		32
#define JSON_VALUES		200000
#define JSON_VALUES_BODY	1000		/* of a request */
#define JSON_DEPTH_ARGUMENTS	16		/* of a tool call */
#define JSON_DEPTH_TOKEN	16		/* of a JWT's parts, of keys */
#define JSON_VALUES_JWKS	20000		/* of a key set */

/* an issuer's answer */
#define MAX_JWKS		(256 * 1024)	/* bytes of a key set */
#define MAX_JWKS_KEYS		64

/* a session of hosted ChatKit */
#define MAX_SESSION_ANSWER	(64 * 1024)	/* bytes from the vendor */
#define MAX_CLIENT_SECRET	8192		/* bytes: it becomes a header */

/* database: waiting for a connection and for one round trip, together */
#define DB_DEADLINE_MS		10000

/* what people store */
#define MAX_TITLE		500		/* characters of a task title */
#define MAX_DESCRIPTION		5000		/* characters */
#define MAX_CONVERSATION_TITLE	200		/* characters */
#define MAX_LIST		100		/* rows of one page */
#define MAX_PARTS		100		/* of a message with tags */
#define MAX_ACCESS_TOKENS	20		/* of one user */
#define MAX_TOKEN_NAME		100		/* characters */
#define MAX_TOKEN_DAYS		3650
#define MAX_APPS		50		/* grants of one user */

/* programs that ask people for access */
#define MAX_CLIENT_ID		500		/* bytes */
#define MAX_CLIENT_NAME		100		/* characters */
#define MAX_CLIENT_DOCUMENT	(16 * 1024)	/* bytes of a description */
#define JSON_VALUES_CLIENT	500		/* of one */
#define MAX_REDIRECT_URI	2000		/* bytes */
#define MAX_REDIRECT_URIS	32

/* what people have in their accounts */
#define MAX_EMAIL		254		/* bytes: RFC 5321 section
						   4.5.3.1.3, less the <> */
#define MAX_NAME		255		/* UTF-16 units */
#define MAX_IMAGE		2048		/* UTF-16 units of a picture's
						   address: it is in each JWT */
#define MAX_AGENT		255		/* bytes kept of User-Agent */

/* outgoing mail */
#define MAX_MAIL		(256 * 1024)	/* bytes, encoded */

/* a model's answer (model-apis: limits that stop a runaway stream) */
#define MAX_SSE_LINE		(1024 * 1024)
#define MAX_SSE_EVENT		(4 * 1024 * 1024)
#define MAX_STREAM		(32 * 1024 * 1024)
#define MAX_EVENTS		200000
#define MAX_ERROR_BODY		(64 * 1024)
#define MAX_REPLY_TEXT		(256 * 1024)	/* text of one step */
#define MAX_CALLS		64		/* tool calls of one step */
#define MAX_ITEMS		256		/* calls, and what is between */
#define MAX_ARGUMENTS		(256 * 1024)	/* of one call */
#define MAX_ARGUMENTS_STEP	(1024 * 1024)
#define MAX_CALL_ID		200
#define MAX_CALL_NAME		64
#define MAX_PROVIDER_DATA	(64 * 1024)	/* kept with a call, */
#define MAX_PROVIDER_STEP	(256 * 1024)	/* with all of a step's */

/* dictation: some servers add times and tokens to the words */
#define MAX_TRANSCRIPT		(256 * 1024)	/* bytes of an answer */
#define JSON_VALUES_TRANSCRIPT	20000

#endif
