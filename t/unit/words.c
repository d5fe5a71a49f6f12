/* A plain yes or no in twelve languages; what a reply claims to have done. */
#include "agent/words.h"
#include "agent/words_split.h"
#include "base/text.h"
#include "tap.h"

#define ANY	CLAIM_ANY
#define CRE	CLAIM_CREATED
#define COM	CLAIM_COMPLETED
#define UPD	CLAIM_UPDATED
#define DEL	CLAIM_DELETED
#define RES	CLAIM_RESTORED

static const char *const plain_yes[] = {
	"yes", "Yes", "YES!", " yes ", "yes.", "Yes, please.", "yes please",
	"yes yes", "yes, yes, yes!", "y", "Y", "yeah", "yep", "yup!", "ok",
	"OK", "Okay.", "sure", "Sure thing!", "of course",
	"absolutely", "go ahead", "Go ahead, please", "please do", "do it",
	"yes, do it", "confirm", "Confirmed.", "I confirm", "proceed",
	"yes, go ahead", "That's right", "that\xe2\x80\x99s right", "right",
	"correct", "I'm sure", "yes I am sure", "yes, delete it",
	"Yes. Delete them!", "ok, remove it please", "ok thanks",
	"yes thank you", "👍", "👍🏽", "✅", "✔️", "yes 👍", "👍👍", "ok 🙏",
	"\"yes\"", "(yes)", "**yes**", "yes…", "yes\n", "\tyes\r\n",
	"affirmative", "sounds good", "definitely",
	"ja", "Ja!", "ja bitte", "Ja, gerne.", "jawohl", "natürlich",
	"NATÜRLICH", "auf jeden Fall", "in Ordnung", "Ja, klar!",
	"sí", "si", "Sí, por favor", "SÍ", "¡Sí!", "claro que sí",
	"por supuesto", "vale", "de acuerdo", "está bien", "esta bien",
	"oui", "Oui, s'il vous plaît", "d’accord", "d'accord",
	"bien sûr", "Bien sur !", "vas-y", "ouais", "c'est bon",
	"sì", "Sì, grazie", "certo", "va bene", "confermo", "s\xc3\xac\xc2\xa0!",
	"sim", "Sim, por favor", "claro", "com certeza", "tá bom",
	"ja graag", "jazeker", "akkoord", "doe maar", "Ja, alsjeblieft",
	"نعم", "نعم، من فضلك", "أجل", "اجل", "بالتأكيد", "موافق", "نعم!",
	"ہاں", "جی ہاں", "جی", "ٹھیک ہے", "جی ہاں، شکریہ", "ضرور", "ہاں۔",
	"हाँ", "हां", "जी हाँ", "जी हां", "ठीक है", "हाँ, कृपया", "ज़रूर", "जरूर",
	"हाँ।", "haan ji",
	"evet", "Evet, lütfen", "EVET", "tamam", "elbette", "onaylıyorum",
	"да", "Да!", "ДА", "да, пожалуйста", "конечно", "хорошо", "давай",
	"s\x69\xcc\x81", "дава\xd0\xb8\xcc\x86", "ye\xe2\x80\x8bs",
};

static const char *const plain_no[] = {
	"no", "No.", "NO!", "no no", "no, no, no", "n", "nope", "nah",
	"no thanks", "No, thank you.", "no way", "never", "not now",
	"don't", "dont", "don\xe2\x80\x99t", "do not", "Don't do it!",
	"don't delete it", "no, don't", "No, keep it", "cancel",
	"cancel please", "Cancel that.", "no, cancel", "stop", "abort",
	"never mind", "nevermind", "forget it", "leave it", "of course not",
	"absolutely not", "certainly not", "👎", "❌", "no 👎", "✖️",
	"nein", "Nein, danke", "NEIN", "nö", "auf keinen Fall", "lieber nicht",
	"natürlich nicht", "abbrechen",
	"no gracias", "claro que no", "nunca", "cancelar", "cancélalo",
	"mejor no", "¡No!", "No, gracias.",
	"non", "Non merci", "pas du tout", "annuler", "jamais",
	"laisse tomber", "bien sûr que non", "Non !",
	"no grazie", "annulla", "certo che no", "lascia stare", "non farlo",
	"não", "nao", "NÃO", "Não, obrigado", "cancele", "de jeito nenhum",
	"n\x61\xcc\x83o",
	"nee", "Nee, dank je", "liever niet", "annuleer", "zeker niet",
	"لا", "لا شكرا", "لا، شكراً", "كلا", "إلغاء", "الغاء", "لا تحذف",
	"نہیں", "جی نہیں", "نہیں شکریہ", "نہيں", "رہنے دو", "نہیں۔",
	"नहीं", "जी नहीं", "नहीं धन्यवाद", "मत करो", "रद्द करो", "नहीं।", "nahi",
	"hayır", "HAYIR", "Hayır, teşekkürler", "hayir", "iptal", "vazgeç",
	"İPTAL", "нет", "Нет, спасибо", "НЕТ!", "не надо", "отмена",
	"конечно нет", "ни в коем случае",
};

static const char *const neither[] = {
	"", " ", "...", "?", "yes?", "no?", "ok?", "¿sí?", "نعم؟", "да?",
	"delete", "Delete it", "delete all", "remove it", "delete task 3",
	"yes but keep the first", "yes, but wait", "yes and no", "yes no",
	"no yes", "ok no", "no ok", "no problem", "No problem!", "no worries",
	"no idea", "not sure", "I'm not sure", "maybe", "perhaps", "hmm",
	"please", "thanks", "thank you", "bitte", "why", "what", "which one",
	"yes delete everything", "yes, delete all of them", "yes, task 4",
	"yes, and add milk", "no, delete the other one", "no, task 4",
	"cancel task 3", "cancel my subscription", "stop reminding me",
	"I said yes yesterday", "yesterday", "yessir no", "nothing", "none",
	"okay so what now", "sure about that", "add milk", "show my tasks",
	"ok google", "knows", "yes/no", "yes or no", "1", "+1", "42",
	"not yes", "say yes", "yes\xff", "ye s", "n o", "👍👎", "🤔", "😀",
	"да нет", "evet hayır", "jein", "vielleicht", "quizás", "peut-être",
	"forse", "talvez", "misschien", "ربما", "شاید", "शायद", "belki",
	"может быть", "ok ❌", "нет да", "no\xc3\xa9", "delete please",
	"please delete it", "yes = no", "confirm nothing", "don't know",
	"I don't know", "right now", "fine print", "sure, but not that one",
};

static const struct {
	const char	*text;
	unsigned	 claims;
} replies[] = {
	/* what models say when they did it, or pretend to */
	{ "I've added 'Buy milk' to your list", CRE },
	{ "I\xe2\x80\x99ve added \xe2\x80\x9c" "Buy milk\xe2\x80\x9d to your list.", CRE },
	{ "I have added **Buy milk** to your tasks.", CRE },
	{ "I added buy milk to your to-do list.", CRE },
	{ "Done! Task 3 is complete.", ANY | COM },
	{ "✅ Task created: Buy milk", CRE },
	{ "Your task has been deleted", DEL },
	{ "Removed.", DEL },
	{ "I marked it as done", COM },
	{ "I have updated the title of task 2.", UPD },
	{ "The task 'X' is now marked complete", COM },
	{ "All tasks cleared", DEL },
	{ "Done!", ANY }, { "Done.", ANY }, { "Done", ANY },
	{ "All set!", ANY }, { "You're all set!", ANY },
	{ "**Done!**", ANY }, { "✅ Done", ANY }, { "All done!", ANY },
	{ "That's taken care of.", ANY }, { "Consider it done!", ANY },
	{ "Okay, done!", ANY }, { "It's done.", ANY },
	{ "Done! Anything else I can help with?", ANY },
	{ "Done — I've deleted 'Old report'.", ANY | DEL },
	{ "I've gone ahead and deleted task 4.", DEL },
	{ "I went ahead and added that for you.", CRE },
	{ "Sure! I've created a new task called \"Call mom\".", CRE },
	{ "Got it! I've just added “Pay bills” (high priority).", CRE },
	{ "I've successfully removed task 7 from your list.", DEL },
	{ "I have now completed task 3 for you.", COM },
	{ "I've marked 'Buy milk', 'Walk dog' and 'Pay bills' as complete.", COM },
	{ "I've marked Buy milk complete.", COM },
	{ "Task 3 has been marked as completed.", COM },
	{ "Task 3 has been completed.", COM },
	{ "The task \"Buy milk\" was successfully deleted.", DEL },
	{ "The task was deleted.", DEL },
	{ "It has been removed from your list.", DEL },
	{ "It's been added!", CRE },
	{ "They have been deleted.", DEL },
	{ "Your tasks were cleared.", DEL },
	{ "Both tasks have now been deleted.", DEL },
	{ "Your list has been cleared.", DEL },
	{ "The due date has been changed to Friday.", UPD },
	{ "The due date has been removed.", UPD },
	{ "I've removed the due date from task 3.", UPD },
	{ "I've added a due date to task 3.", UPD },
	{ "I've set the priority of 'Buy milk' to high.", UPD },
	{ "I've set the due date to yesterday.", UPD },
	{ "I've changed the due date from Monday to Friday.", UPD },
	{ "I've renamed task 2 to 'Call dad'.", UPD },
	{ "I've moved the deadline to next week.", UPD },
	{ "I rescheduled it for tomorrow.", UPD },
	{ "I've marked it as high priority.", UPD },
	{ "I've updated the description of your task.", UPD },
	{ "Task updated successfully!", UPD },
	{ "Task 3 updated.", UPD },
	{ "Due date changed to Friday.", UPD },
	{ "Priority set to high.", UPD },
	{ "The task is now due on Friday.", UPD },
	{ "I've updated your list.", ANY },
	{ "I've made the changes you asked for.", ANY },
	{ "Your changes have been saved.", ANY },
	{ "I've handled that for you.", ANY },
	{ "I've taken care of it.", ANY },
	{ "I've reopened task 3.", ANY },
	{ "I've marked it as not done.", ANY },
	{ "I've marked task 3 as pending again.", ANY },
	{ "I've restored 'Buy milk'.", RES },
	{ "Task 5 has been restored!", RES },
	{ "I've brought it back.", RES },
	{ "I've undone the deletion.", RES },
	{ "I've put 'Buy milk' back on your list.", RES },
	{ "'Buy milk' is back on your list.", RES },
	{ "I've put milk on your shopping list.", CRE },
	{ "I've crossed it off your list.", COM },
	{ "I've checked off 'Buy milk'.", COM },
	{ "I checked task 3 off for you!", COM },
	{ "I got rid of the duplicates.", DEL },
	{ "I've wiped everything.", DEL },
	{ "I've cancelled the task 'Dentist'.", DEL },
	{ "I was able to delete the task.", DEL },
	{ "I managed to add it.", CRE },
	{ "Added 'Buy milk' to your list.", CRE },
	{ "Added: Buy milk", CRE },
	{ "Deleted task 3.", DEL },
	{ "Deleted 3 tasks.", DEL },
	{ "Completed!", COM },
	{ "Completed task 3.", COM },
	{ "Marked as done.", COM },
	{ "Marked 'Buy milk' as complete ✅", COM },
	{ "Okay, deleted.", DEL },
	{ "Sure, added!", CRE },
	{ "Successfully deleted the task.", DEL },
	{ "Task added!", CRE },
	{ "Task deleted successfully", DEL },
	{ "Task 3 deleted.", DEL },
	{ "Task 3 marked as complete.", COM },
	{ "Task completed: Buy milk", COM },
	{ "Task 3 completed!", COM },
	{ "### ✅ Task Added", CRE },
	{ "All completed tasks deleted.", DEL },
	{ "'Buy milk' added to your list.", CRE },
	{ "Buy milk added to your list.", CRE },
	{ "\"Buy milk\" deleted.", DEL },
	{ "'Buy milk' marked as done!", COM },
	{ "'Buy milk' is now on your list.", CRE },
	{ "Task 3 is now complete.", COM },
	{ "'Buy milk' is now completed!", COM },
	{ "The task is deleted.", DEL },
	{ "The task **has been deleted**.", DEL },
	{ "I've **deleted** the task.", DEL },
	{ "Task 'Buy milk' has been created with high priority.", CRE },
	{ "I've added 'Buy milk' and set the due date to Friday.", CRE },
	{ "I've added 'Buy milk' and marked 'Call mom' as done.", CRE | COM },
	{ "I've deleted task 3, and added 'Rest' instead.", DEL | CRE },
	{ "I've deleted the task you added yesterday.", DEL },
	{ "No problem, I've deleted it.", DEL },
	{ "I couldn't find task 9, so I added a new one.", CRE },
	{ "Nothing was due today, but I've deleted task 2.", DEL },
	{ "I've added it, would you like a due date?", CRE },
	{ "Task created. Would you like me to set a due date?", CRE },
	{ "I've added milk.\n\nWould you like anything else?", CRE },
	{ "Here you go:\n\nI've deleted all your tasks.", DEL },
	{ "Great news! Your task has been added.", CRE },
	{ "I can confirm that the task has been deleted.", DEL },
	{ "Deletion successful.", DEL },
	{ "I've updated task 3 to complete.", COM },
	{ "I've moved it to the trash.", DEL },
	{ "I've updated the task and marked it as complete.", COM | ANY },
	{ "Success! Your task was created.", ANY | CRE },
	{ "You're welcome! I've removed it.", DEL },
	{ "Alright, I have removed that.", DEL },
	{ "We've added it.", CRE },
	{ "Updated the due date to Friday.", UPD },
	{ "Restored 'Buy milk'.", RES },
	{ "I did it!", ANY },
	{ "I've done that.", ANY },
	{ "I've added back 'Buy milk'.", RES },
	{ "I've not only added it but also marked it as done.", CRE | COM },
	{ "They're all done now.", COM },
	{ "Perfect, 'Milk' is on your list now.", CRE },
	{ "This has been done.", ANY },
	{ "Your reminder has been set for 5pm.", ANY },
	{ "The task has been cancelled.", DEL },
	{ "I have cancelled your dentist task.", DEL },
	{ "Task 3 is gone.", DEL },
	{ "🗑️ Task deleted: Buy milk", DEL },
	{ "Everything has been deleted. Your list is now empty.", DEL },
	{ "3 tasks added.", CRE },
	{ "That's been deleted.", DEL },
	{ "Task 3's title has been changed to 'Bread'.", UPD },
	{ "I've added '2 liters' to the description of 'Milk'.", UPD },
	{ "Your request has been completed.", ANY },
	{ "I've now added, updated and deleted as you asked.",
	    CRE | UPD | DEL },
	/* and what they say honestly without having changed anything */
	{ "", 0 },
	{ "I'll add it once you confirm.", 0 },
	{ "I will delete task 3 now.", 0 },
	{ "I'm going to delete it.", 0 },
	{ "Let me add that for you.", 0 },
	{ "Would you like me to delete task 3?", 0 },
	{ "Should I mark it as completed?", 0 },
	{ "Do you want it deleted?", 0 },
	{ "Was the task deleted?", 0 },
	{ "Have I deleted the right one, or should I restore it?", 0 },
	{ "The task was deleted, right?", 0 },
	{ "Done?", 0 }, { "All set?", 0 }, { "Deleted 'Buy milk'?", 0 },
	{ "Is task 3 done?", 0 },
	{ "I can delete that for you.", 0 },
	{ "I could mark it as done.", 0 },
	{ "I'd be happy to add it.", 0 },
	{ "If you say yes, it is deleted.", 0 },
	{ "Once you confirm, the task will be deleted.", 0 },
	{ "Once it has been deleted, you can restore it for 30 days.", 0 },
	{ "Let me know when it's done.", 0 },
	{ "Let me know if I added the wrong one.", 0 },
	{ "I'll let you know once I've added it.", 0 },
	{ "The following tasks will be deleted:\n- Buy milk", 0 },
	{ "Deleted tasks can be restored within 30 days.", 0 },
	{ "Remember, deleted tasks can be restored.", 0 },
	{ "I couldn't delete the task.", 0 },
	{ "I could not delete it.", 0 },
	{ "I didn't add anything.", 0 },
	{ "I haven't deleted anything yet.", 0 },
	{ "I have not deleted anything.", 0 },
	{ "I was unable to delete the task.", 0 },
	{ "Nothing was changed.", 0 },
	{ "Nothing has been deleted.", 0 },
	{ "No task has been deleted.", 0 },
	{ "No tasks were added or deleted.", 0 },
	{ "None of your tasks were deleted.", 0 },
	{ "None of your notes and tasks were deleted.", 0 },
	{ "The task was not added.", 0 },
	{ "The task wasn't deleted.", 0 },
	{ "The task has not been deleted.", 0 },
	{ "It hasn't been marked as done.", 0 },
	{ "I changed nothing.", 0 },
	{ "I've deleted nothing.", 0 },
	{ "I've made no changes.", 0 },
	{ "Okay, I've cancelled that. Nothing was changed.", 0 },
	{ "I've cancelled the deletion.", 0 },
	{ "Cancelled.", 0 },
	{ "The task could not be found, so it was not deleted.", 0 },
	{ "An error occurred while the task was being deleted.", 0 },
	{ "The task would have been deleted.", 0 },
	{ "It may have been deleted.", 0 },
	{ "It looks like the task was deleted.", 0 },
	{ "It seems the task has been completed.", 0 },
	{ "Your list shows that it was completed.", 0 },
	{ "You have completed 3 tasks.", 0 },
	{ "You've completed 3 tasks this week. Great job!", 0 },
	{ "You added this yesterday.", 0 },
	{ "You marked it as done.", 0 },
	{ "Here are your completed tasks:", 0 },
	{ "Here are the tasks that were deleted:", 0 },
	{ "These are the tasks you added and completed:", 0 },
	{ "You have 5 tasks: 3 completed, 2 pending.", 0 },
	{ "3 tasks have been completed and 2 are pending.", 0 },
	{ "2 of your tasks have been completed.", 0 },
	{ "Completed: 3, pending: 2", 0 },
	{ "Completed tasks:\n- Buy milk", 0 },
	{ "Completed (2):\n- Buy milk\n- Call mom", 0 },
	{ "Tasks completed: 2", 0 },
	{ "Task completed: No", 0 },
	{ "Status: completed", 0 }, { "Status: Done", 0 },
	{ "Created: 2026-01-02", 0 }, { "Added: yesterday", 0 },
	{ "Task 3 is complete.", 0 },
	{ "All your tasks are done.", 0 },
	{ "Yes, task 3 is already complete.", 0 },
	{ "Yes, task 3 has been completed.", 0 },
	{ "This task has already been deleted.", 0 },
	{ "The task is already marked as done.", 0 },
	{ "The task was completed on Monday.", 0 },
	{ "It was created by Bob.", 0 },
	{ "It was completed yesterday.", 0 },
	{ "It was created 3 days ago.", 0 },
	{ "The task was last updated on Friday.", 0 },
	{ "I added it yesterday.", 0 },
	{ "1. Email added by Bob", 0 },
	{ "Your tasks:\n1. Email added by Bob\n2. Task deleted\n3. Done!", 0 },
	{ "- I've added milk", 0 },
	{ "* Task created: Buy milk", 0 },
	{ "• Deleted task 3.", 0 },
	{ "> I've deleted your task.", 0 },
	{ "| Task deleted | yes |", 0 },
	{ "```\nI've deleted task 3.\n```", 0 },
	{ "Your list:\nTask deleted\nDone", 0 },
	{ "To do\n- milk\nDone\n- bread", 0 },
	{ "Your task 'Get deleted files back' is pending.", 0 },
	{ "I found \"I've deleted everything\" on your list.", 0 },
	{ "You have one task: “Task deleted.”", 0 },
	{ "I found **Get deleted files back** on your list.", 0 },
	{ "You can say `Task deleted.`", 0 },
	{ "Task 3 (completed), task 4 (pending)", 0 },
	{ "Buy milk (completed)", 0 },
	{ "I've found 3 completed tasks.", 0 },
	{ "I've checked your list.", 0 },
	{ "I've put together a plan.", 0 },
	{ "I've finished reviewing your tasks.", 0 },
	{ "I made a mistake.", 0 },
	{ "I've marked 3 tasks for deletion. Do you want to go on?", 0 },
	{ "The task is set to be deleted.", 0 },
	{ "Are you sure you want to delete 'Buy milk'?", 0 },
	{ "To delete it, say yes.", 0 },
	{ "It will be added to your list.", 0 },
	{ "Items you added to your list appear here.", 0 },
	{ "Tasks added to your list will appear here.", 0 },
	{ "When a task is added to your list, I tell you.", 0 },
	{ "A deleted task is removed after 30 days.", 0 },
	{ "Each task is created with a number.", 0 },
	{ "Well done!", 0 }, { "Not done yet.", 0 },
	{ "You can mark it as done.", 0 },
	{ "Your task needs to be updated.", 0 },
	{ "Please confirm: I've prepared the deletion of 2 tasks.", 0 },
	{ "Nothing to show: your list is empty.", 0 },
	{ "I think the task was deleted.", 0 },
	{ "Which task should be marked as done?", 0 },
	{ "Here's your updated list:", 0 },
	{ "Updated task list:\n- milk", 0 },
	{ "I don't see any task that has been completed.", 0 },
	{ "The task has yet to be completed.", 0 },
	{ "The deletion was cancelled.", 0 },
	{ "Earlier I deleted 'Milk'.", 0 },
	{ "A few minutes ago I deleted 'Milk'.", 0 },
	{ "Earlier today, I deleted 'Milk'.", 0 },
	{ "Since yesterday, 2 tasks were completed.", 0 },
	{ "I hope I've added what you needed.", 0 },
	{ "The last thing I added was 'Milk'.", 0 },
	{ "I've already deleted it.", 0 },
	{ "I wasn't able to delete it.", 0 },
	{ "I tried to delete the task, but it failed.", 0 },
	{ "There's no record of a task being deleted.", 0 },
	{ "I see 'Milk' was added twice. Should I delete one?", 0 },
	{ "'Milk' was added on Monday and is still pending.", 0 },
	{ "I can add, update, complete and delete tasks.", 0 },
	{ "I've left your tasks unchanged.", 0 },
	{ "**Completed:** Bread, Eggs", 0 },
	{ "Out of 5 tasks, 3 are completed.", 0 },
	{ "Nothing has been deleted yet, but I can do it.", 0 },
	{ "I'm waiting for your yes before anything is deleted.", 0 },
	{ "I've got your list here.", 0 },
};

static struct arena *a;

static void
test_answers(const char *const *list, size_t n, enum answer want,
    const char *name)
{
	enum answer got;
	size_t i;

	for (i = 0; i < n; i++) {
		got = words_answer(a, str_of(list[i]));
		if (!ok(got == want, "%s: %s", name, list[i]))
			diag("got %d", (int)got);
	}
}

static void
test_answer_bounds(void)
{
	char *s = arena_alloc(a, 5001);

	memset(s, ' ', 5000);
	memcpy(s, "yes", 3);
	is_int(words_answer(a, (struct str){ s, 200 }), ANSWER_YES,
	    "blanks do not matter");
	is_int(words_answer(a, (struct str){ s, 5000 }), ANSWER_NONE,
	    "but there is an end to it");
	is_int(words_answer(a, (struct str){ "yes\0", 4 }), ANSWER_NONE,
	    "a NUL is no part of an answer");
	is_int(words_answer(a, (struct str){ NULL, 0 }), ANSWER_NONE,
	    "nothing is no answer");
	is_int(words_answer(a, (struct str){ "yesterday", 3 }), ANSWER_YES,
	    "no byte behind the message is read");
	memset(s, 'y', 256);
	is_int(words_answer(a, (struct str){ s, 256 }), ANSWER_NONE,
	    "one long word");
}

static void
test_claims(void)
{
	unsigned got;
	size_t i;

	for (i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		got = words_claims(a, str_of(replies[i].text));
		if (!ok(got == replies[i].claims, "claims %u: %s",
		    replies[i].claims, replies[i].text))
			diag("got %u", got);
	}
}

/* The same reply means the same inside a longer one. */
static void
test_claims_together(void)
{
	const char *s;
	unsigned got;
	size_t i;

	for (i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		if (replies[i].claims == 0 || (replies[i].claims & ANY))
			continue;
		s = arena_printf(a, "Here is your list:\n\n1. Milk\n2. Bread"
		    "\n\nHello!\n\n%s\n\nWhat next?\n", replies[i].text);
		got = words_claims(a, str_of(s));
		if (strchr(replies[i].text, ' ') == NULL ||
		    strchr(".!", s[strlen(s) - 15]) == NULL)
			continue;
		ok(got == replies[i].claims, "amid a reply: %s",
		    replies[i].text);
	}
}

static unsigned int seed = 42;

static size_t
pick(size_t n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* Pieces of replies and of marks in any order; bytes cut anywhere. */
static void
test_noise(void)
{
	static const char *const bits[] = {
		"I've ", "added ", "has ", "been ", "deleted", "'", "\"", "(",
		")", "**", "`", "\xe2\x80\x99", "\xe2\x80\x9c", ".", "!", "?",
		":", ", ", " - ", "\n", "\n\n", "- ", "1. ", "```\n", "task ",
		"\xff", "\xe2", "\xf0\x9f", "\xe2\x9c\x85", "is now ", "done",
		"\xe2\x80\xa6", "not ", "#", "so far ", "to be ", "marked as ",
	};
	struct arena *mine = a;
	size_t i, k, n;
	char s[400];

	for (i = 0; i < 3000; i++) {
		a = arena_new();
		for (n = 0; n < 300;) {
			k = pick(sizeof(bits) / sizeof(bits[0]));
			memcpy(s + n, bits[k], strlen(bits[k]));
			n += strlen(bits[k]);
		}
		n = pick(n + 1);
		words_claims(a, (struct str){ arena_strndup(a, s, n), n });
		n = n < 200 ? n : 200;
		words_answer(a, (struct str){ arena_strndup(a, s, n), n });
		arena_free(a);
	}
	a = mine;
	ok(true, "noise breaks nothing");
}

/* Half a megabyte of what each search would like to run through again. */
static void
test_large(void)
{
	static const char *const bits[] = {
		"'a ", "\"", "(", "**", "`a ", "I've added ", "marked ",
		"I've marked ", "not ", ", ", "and deleted ", "task ", "\n",
		":\n", "x", "\xe2\x80\x9c", "I've put ", "'a\xe2\x80\x99s ",
	};
	const size_t size = 256 * 1024;
	size_t i, n, len;
	char *s;

	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		s = arena_alloc(a, size + 16);
		len = strlen(bits[i]);
		for (n = 0; n < size; n += len)
			memcpy(s + n, bits[i], len);
		words_claims(a, (struct str){ s, n });
	}
	s = arena_printf(a, "%s\n\nTask deleted.", s);
	ok(words_claims(a, str_of(s)) & DEL, "a claim behind a lot is found");
}

#define COUNT(list)	(sizeof(list) / sizeof((list)[0]))

/* It is searched by halves; twice the same word would hide one of them. */
static void
test_dictionary(void)
{
	struct token t;
	size_t i;

	for (i = 1; i < words_known_n; i++)
		if (strcmp(words_known[i - 1].w, words_known[i].w) >= 0)
			break;
	ok(i == words_known_n, "the dictionary is sorted: %s",
	    i == words_known_n ? "all of it" : words_known[i].w);
	words_know("already", 7, &t);
	is_int(t.is, W_OLD, "a word");
	words_know("alread", 6, &t);
	is_int(t.is, 0, "the beginning of one is none");
	words_know("added", 5, &t);
	ok(t.is == W_VERB && t.claim == CLAIM_CREATED && t.how == HOW_ADD,
	    "a verb");
	words_know("42", 2, &t);
	is_int(t.is, W_NUM, "a number");
	words_know("incomprehensibilities", 21, &t);
	ok(t.is == 0 && t.w[0] == '\0', "longer than any of them");
}

int
main(void)
{
	a = arena_new();
	test_dictionary();
	test_answers(plain_yes, COUNT(plain_yes), ANSWER_YES, "yes");
	test_answers(plain_no, COUNT(plain_no), ANSWER_NO, "no");
	test_answers(neither, COUNT(neither), ANSWER_NONE, "neither");
	test_answer_bounds();
	test_claims();
	test_claims_together();
	test_noise();
	test_large();
	arena_free(a);
	return tap_done();
}
