/* Small talk: whole clauses that are about no task. */
#include "model/builtin.h"

static const struct { enum bt_does does; const char *phrases; } talk[] = {
	{ BT_CANCEL, "never mind|nevermind|forget it|cancel|cancel that|stop|"
	    "nothing|no thanks|no thank you|scratch that|forget that|"
	    "never mind that|nvm|nm|cancel it|forget about it|abort|"
	    "leave it|leave it as it is|don't bother|not now|none|"
	    "neither|none of them|no never mind|cancel this|quit" },
	{ BT_YES, "yes|y|yeah|yep|sure|yes please|confirm|do it|go ahead|ok "
	    "do it|yup|affirmative|proceed|of course|absolutely|yes do it|"
	    "i'm sure|i am sure|approve|confirmed|yes delete it|"
	    "yes delete them|correct|right" },
	{ BT_NO, "no|n|nope|nah|don't|do not|no don't|negative|not really|"
	    "please don't|no way|reject|don't do it|do not do it" },
	{ BT_THANKS, "thanks|thank you|thanks a lot|thank you so much|thx|ty|"
	    "many thanks|thank you very much|cheers|great thanks|"
	    "perfect thanks|ok thanks|okay thanks|cool thanks|"
	    "thanks so much|much appreciated|awesome thanks" },
	{ BT_FINE, "ok|okay|cool|great|nice|perfect|good|awesome|alright|got "
	    "it|i see|fine|wonderful|excellent|good job|well done|nice one|"
	    "all good|sounds good|bye|goodbye|good night|see you|k|lol" },
	{ BT_HELLO, "hi|hello|hey|good morning|good afternoon|good evening|"
	    "hi there|hello there|hey there|yo|howdy|greetings|start|sup|"
	    "hiya|good day|what's up|whats up|how are you|hey bot|"
	    "hello how are you|hi how are you|who are you|what are you|"
	    "are you an ai|are you a bot|are you a robot|are you real|"
	    "are you human|what is this|introduce yourself|"
	    "what's your name|what is your name|are you there|"
	    "is this an ai|which model are you|what model are you" },
	{ BT_HELP, "help|what can you do|how does this work|commands|"
	    "what can i say|what can i do|what can i do here|how do i use this|"
	    "what do you do|help me|i need help|can you help me|can you help|"
	    "what are your capabilities|how can you help|"
	    "how can you help me|what commands are there|show help|"
	    "show commands|what else can you do|what can you help me with|"
	    "what can you help with|list commands|options|menu|?|examples|"
	    "show me what you can do|tell me what you can do|usage|"
	    "what are my options|what do you know|how do you work|"
	    "what should i say|what can i ask|what can i ask you|"
	    "give me examples|show me examples|features|you do|do" },
	{ BT_TALK, "what were we discussing|what were we talking about|"
	    "what did we talk about|what did we discuss|where were we|"
	    "what did i ask|what did i ask you|what did i just ask|"
	    "what happened last time|summarize our conversation|"
	    "summarise our conversation|what have we discussed|"
	    "what have we talked about|what was i doing|"
	    "remind me what we discussed|what did i say|what did you do|"
	    "what did you just do|what have you done|what did i do|"
	    "what did we do|recap|where did we leave off|what was that|"
	    "what were we doing|what did i last ask|what just happened|"
	    "summarize this conversation|what did i say before|"
	    "what did we do last time|what have we done|"
	    "what did we do yesterday|what did we discuss yesterday|"
	    "what were we discussing yesterday|"
	    "what were we talking about yesterday|"
	    "what did we talk about yesterday|what was i saying|"
	    "what did we discuss last time|"
	    "remind me what we were discussing|"
	    "remind me what we were talking about|"
	    "what did we talk about last time|do you remember me|"
	    "do you remember what we discussed|what was the last thing i "
	    "said" },
	{ BT_WHO, "who am i|who am i signed in as|who am i logged in as|"
	    "what's my username|what is my username|what is my user id|"
	    "what's my user id|which account is this|which account am i using|"
	    "what account is this|what is my name|what's my name|whoami|"
	    "what's my account|what is my account|am i signed in|"
	    "am i logged in|who is signed in|who's signed in|"
	    "what account am i using|do you know who i am|"
	    "what user am i|which user am i|what's my email|"
	    "what is my email|who is logged in|what is my id|what's my id|"
	    "whose account is this|do you know my name" },
	{ BT_TIME, "what time is it|what's the time|what is the time|"
	    "what day is it|what day is today|what's the date|"
	    "what is the date|what is today's date|what's today's date|"
	    "what date is it|what day is it today|what's today|"
	    "what date is today|what is the date today|"
	    "what's the date today|today's date|what time is it now" },
};

enum bt_does
bt_talk_read(struct arena *a, struct bt_span s)
{
	const char *flat = s.n <= 12 ? bt_flat(a, s) : "";
	size_t i;

	if (*flat == '\0')
		return BT_UNKNOWN;
	for (i = 0; i < sizeof(talk) / sizeof(talk[0]); i++)
		if (bt_in(flat, talk[i].phrases))
			return talk[i].does;
	if (bt_phrase(s, "what did we talk|what did we discuss|what were we|"
	    "what did i ask|what did i say|what did you do|what did i tell|"
	    "summarize our|do you remember|remind me what we|"
	    "what have we") > 0 && !bt_within(s, s.n, BT_TASKS))
		return BT_TALK;
	return BT_UNKNOWN;
}
