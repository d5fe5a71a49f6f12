/*
 * A plain yes or no.  What a person wrote and what the lists hold pass
 * through the same fold, so the lists read as people spell: "sí" meets
 * "Si!", "हाँ" meets "हां", "НЕТ" meets "нет".
 */
#include <stdint.h>
#include <string.h>

#include "agent/words.h"
#include "base/text.h"

#define MESSAGE_MAX	256	/* bytes; a plain answer is shorter */

enum {				/* folds to */
	DROPPED = 0,		/* nothing */
	BLANK = ' ',
	ALONE = 0x200000,	/* set: a word of its own (emoji) */
	ASKING = 0x400000	/* a question mark: not an answer at all */
};

static const char *const yes[] = {
	"👍", "✅", "✔", "☑", "👌",
	/* English */
	"y", "yes", "yeah", "yea", "yah", "yep", "yup", "yess", "aye", "ok",
	"okay", "okey", "k", "sure", "sure thing", "surely", "of course",
	"certainly", "absolutely", "definitely", "affirmative", "indeed",
	"correct", "right", "that's right", "that's correct", "that's fine",
	"exactly", "agreed", "i agree", "fine", "alright", "all right",
	"sounds good", "looks good", "confirm", "confirmed", "i confirm",
	"approve", "approved", "i approve", "accept", "proceed",
	"please proceed", "go ahead", "go for it", "go on", "do it",
	"do that", "do so", "please do", "just do it", "execute",
	"make it so", "by all means", "i'm sure", "i am sure", "i do",
	"yes i do", "for sure",
	/* German */
	"ja", "jawohl", "jap", "jep", "jo", "klar", "na klar", "natürlich",
	"sicher", "gerne", "gern", "genau", "selbstverständlich",
	"auf jeden fall", "unbedingt", "einverstanden", "in ordnung",
	"mach das", "mach es", "mach's", "mach mal", "tu das", "tu es",
	"bestätigt", "bestätigen", "ich bestätige", "passt", "stimmt",
	/* Spanish */
	"sí", "sip", "claro", "claro que sí", "por supuesto", "vale",
	"de acuerdo", "está bien", "dale", "adelante", "hazlo", "confirmo",
	"confirmar", "confirmado", "desde luego", "así es", "correcto",
	"exacto", "seguro", "estoy seguro", "estoy segura",
	/* French */
	"oui", "ouais", "ouaip", "d'accord", "bien sûr", "bien sûr que oui",
	"certainement", "absolument", "tout à fait", "vas-y", "allez-y",
	"fais-le", "faites-le", "je confirme", "confirme", "confirmer",
	"confirmé", "c'est bon", "c'est ça", "entendu", "volontiers",
	/* Italian */
	"sì", "certo", "certo che sì", "certamente", "va bene", "procedi",
	"fallo", "confermo", "conferma", "confermato", "esatto",
	"assolutamente sì", "sicuro", "naturalmente",
	/* Portuguese */
	"sim", "claro que sim", "com certeza", "pode sim", "isso mesmo",
	"está bem", "tá bom", "tá bem", "tá certo", "beleza", "faça isso",
	"faz isso", "prossiga", "vá em frente", "pode fazer", "certeza",
	/* Dutch */
	"jazeker", "jawel", "zeker", "zeker weten", "natuurlijk", "prima",
	"akkoord", "doe maar", "doe het", "graag", "uiteraard", "klopt",
	"oké", "is goed", "dat is goed", "ga je gang", "bevestig",
	"bevestigd", "ik bevestig",
	/* Turkish */
	"evet", "tamam", "tamamdır", "olur", "elbette", "tabii", "tabi",
	"tabii ki", "tabi ki", "kesinlikle", "onaylıyorum", "onayla",
	"onaylandı", "kabul", "kabul ediyorum", "devam et", "yap", "aynen",
	"eminim", "peki",
	/* Russian */
	"да", "ага", "угу", "конечно", "да конечно", "разумеется", "хорошо",
	"ладно", "давай", "давайте", "подтверждаю", "подтвердить",
	"согласен", "согласна", "верно", "точно", "именно", "ок", "окей",
	"безусловно", "действуй", "продолжай",
	/* Arabic */
	"نعم", "أجل", "ايوه", "أيوا", "بلى", "اكيد", "بالتأكيد", "بالطبع",
	"طبعا", "موافق", "موافقة", "أوافق", "تمام", "حسنا", "ماشي", "أوكي",
	"تأكيد", "أؤكد", "صحيح", "naam", "aywa",
	/* Urdu */
	"ہاں", "جی", "جی ہاں", "ہاں جی", "بالکل", "جی بالکل", "ضرور",
	"ٹھیک ہے", "ٹھیک", "درست", "درست ہے", "کر دو", "کر دیں", "کردو",
	"کر دیجیے", "یقینا", "اوکے",
	/* Hindi */
	"हाँ", "हा", "जी", "जी हाँ", "हाँ जी", "बिल्कुल", "बिलकुल",
	"जी बिल्कुल", "ज़रूर", "ठीक है", "ठीक", "सही", "सही है", "करो",
	"कर दो", "कर दीजिए", "कीजिए", "पक्का", "ओके", "अवश्य", "बेशक",
	"haan", "han", "haan ji", "ji haan", "ji han", "theek hai",
	"thik hai", "bilkul",
	NULL
};

static const char *const no[] = {
	"👎", "❌", "✖", "🚫", "🛑",
	/* English */
	"n", "no", "nope", "nah", "nay", "naw", "noo", "no way", "never",
	"not now", "not yet", "not today", "of course not", "certainly not",
	"absolutely not", "definitely not", "surely not", "negative",
	"don't", "do not", "don't do it", "do not do it", "don't do that",
	"do not do that", "don't delete it", "don't delete them",
	"do not delete it", "do not delete them", "don't delete",
	"don't proceed", "do not proceed", "i don't", "no i don't",
	"i do not", "rather not", "i'd rather not", "better not", "cancel",
	"cancel it", "cancel that", "cancelled", "abort", "stop",
	"stop it", "stop that", "never mind", "nevermind", "forget it",
	"forget about it", "leave it", "leave them", "leave it alone",
	"keep it", "keep them", "reject", "rejected", "decline",
	"i decline", "i disagree", "not at all", "by no means",
	/* German */
	"nein", "nee", "nö", "ne danke", "auf keinen fall", "niemals",
	"lieber nicht", "besser nicht", "bitte nicht", "nicht",
	"natürlich nicht", "sicher nicht", "noch nicht", "jetzt nicht",
	"abbrechen", "abbruch", "brich ab", "stopp", "halt", "lass es",
	"lass das", "keinesfalls", "mach das nicht", "mach es nicht",
	"nicht löschen",
	/* Spanish */
	"nop", "claro que no", "por supuesto que no", "desde luego que no",
	"nunca", "jamás", "cancelar", "cancela", "cancélalo", "cancelado",
	"mejor no", "no lo hagas", "ni hablar", "en absoluto",
	"todavía no", "ahora no", "para nada", "detente", "déjalo",
	"olvídalo", "no lo borres", "no lo elimines",
	/* French */
	"non", "nan", "bien sûr que non", "absolument pas", "pas du tout",
	"surtout pas", "certainement pas", "jamais", "annuler", "annule",
	"annulez", "annulé", "arrête", "arrêtez", "laisse tomber",
	"laissez tomber", "pas maintenant", "pas encore", "ne le fais pas",
	"ne fais pas ça", "ne faites pas ça", "plutôt pas", "laisse",
	/* Italian */
	"certo che no", "assolutamente no", "annulla", "annullare",
	"annullato", "ferma", "fermati", "fermo", "lascia stare",
	"lascia perdere", "non farlo", "mai", "meglio di no", "non ora",
	"non adesso", "non ancora", "per niente", "neanche per sogno",
	/* Portuguese */
	"não", "claro que não", "com certeza não", "de jeito nenhum",
	"de modo nenhum", "melhor não", "não faça isso", "não faz isso",
	"deixa pra lá", "deixa", "deixe", "esquece", "esqueça", "cancele",
	"pare", "agora não", "ainda não", "nem pensar",
	/* Dutch */
	"neen", "liever niet", "beter niet", "niet doen", "doe maar niet",
	"niet", "nog niet", "nu niet", "annuleer", "annuleren", "nooit",
	"absoluut niet", "zeker niet", "natuurlijk niet", "laat maar",
	"laat het", "niet verwijderen",
	/* Turkish */
	"hayır", "yok", "olmaz", "asla", "kesinlikle hayır", "tabii ki hayır",
	"iptal", "iptal et", "vazgeç", "vazgeçtim", "dur", "yapma",
	"istemiyorum", "şimdi değil", "boşver", "boş ver", "silme",
	"sakın", "gerek yok",
	/* Russian */
	"нет", "неа", "не", "не надо", "не нужно", "не стоит", "нельзя",
	"ни в коем случае", "конечно нет", "точно нет", "отмена",
	"отменить", "отмени", "отменяю", "стоп", "никогда", "не сейчас",
	"ещё нет", "лучше не надо", "не удаляй", "не удаляйте", "не делай",
	"не хочу", "оставь", "забудь", "ни за что",
	/* Arabic */
	"لا", "كلا", "أبدا", "مطلقا", "بالطبع لا", "بالتأكيد لا", "طبعا لا",
	"إلغاء", "ألغ", "الغي", "ألغها", "ألغه", "توقف", "ليس الآن",
	"لا تفعل", "لا تفعل ذلك", "لا تحذف", "لا تحذفها", "لا تحذفه",
	"لا أريد", "غير موافق", "مش الآن", "ليس بعد",
	/* Urdu */
	"نہیں", "نہی", "جی نہیں", "نہیں جی", "بالکل نہیں", "ہرگز نہیں",
	"کبھی نہیں", "ابھی نہیں", "مت کرو", "مت کریں", "نہ کرو", "نہ کریں",
	"منسوخ", "منسوخ کرو", "منسوخ کریں", "رہنے دو", "رہنے دیں", "رکو",
	"رکیں", "نا", "چھوڑو",
	/* Hindi */
	"नहीं", "नही", "ना", "न", "जी नहीं", "नहीं जी", "बिल्कुल नहीं",
	"बिलकुल नहीं", "कभी नहीं", "अभी नहीं", "हरगिज़ नहीं", "मत करो",
	"मत कीजिए", "रद्द", "रद्द करो", "रद्द करें", "रहने दो",
	"रहने दीजिए", "रुको", "रुकिए", "छोड़ो", "मत हटाओ", "nahi", "nahin",
	"nahi ji", "ji nahi", "ji nahin", "mat karo", "bilkul nahi",
	NULL
};

/* Kind words that may stand beside an answer and are none themselves. */
static const char *const polite[] = {
	"🙏", "please", "pls", "plz", "thanks", "thank you",
	"thank you very much",
	"thx", "many thanks", "sir", "bitte", "danke", "danke schön",
	"vielen dank", "por favor", "gracias", "muchas gracias",
	"s'il te plaît", "s'il vous plaît", "svp", "stp", "merci",
	"merci beaucoup", "per favore", "per piacere", "per cortesia",
	"grazie", "se faz favor", "faz favor", "obrigado", "obrigada",
	"alsjeblieft", "alstublieft", "aub", "a.u.b.", "dank je", "dank u",
	"bedankt", "dankjewel", "lütfen", "teşekkürler", "teşekkür ederim",
	"sağ ol", "пожалуйста", "спасибо", "من فضلك", "لو سمحت", "رجاء",
	"شكرا", "شكرا لك", "براہ کرم", "براہ مہربانی", "مہربانی", "شکریہ",
	"कृपया", "प्लीज़", "धन्यवाद", "शुक्रिया",
	NULL
};

/*
 * What is to be done, after a yes: no answer alone ("delete it" may well
 * be a new wish), but "yes, delete it" is a plain yes.
 */
static const char *const echo[] = {
	"delete", "delete it", "delete them", "delete that", "remove",
	"remove it", "remove them", "remove that", NULL
};

/* U+0100 to U+017F without their marks; '*' keeps the letter. */
static const char latin_a[] =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkkllllllllll"
    "nnnnnn***oooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* U+00E0 to U+00FF likewise. */
static const char latin_1[] = "aaaaaa*ceeeeiiii*nooooo*ouuuuy*y";

static uint32_t
fold_latin(uint32_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c + 32;
	if (c >= 0xc0 && c <= 0xde && c != 0xd7)
		c += 32;
	if (c >= 0xe0 && c <= 0xff && latin_1[c - 0xe0] != '*')
		return (uint32_t)latin_1[c - 0xe0];
	if (c >= 0x100 && c < 0x100 + sizeof(latin_a) - 1 &&
	    latin_a[c - 0x100] != '*')
		return (uint32_t)latin_a[c - 0x100];
	return c;
}

static uint32_t
fold_cyrillic(uint32_t c)
{
	if (c >= 0x410 && c <= 0x42f)
		c += 0x20;
	else if (c >= 0x400 && c <= 0x40f)
		c += 0x50;
	if (c == 0x451)
		return 0x435;		/* ё is often written е */
	return c == 0x439 ? 0x438 : c;	/* й decomposes into и and a mark */
}

/* Arabic and Urdu keyboards have different letters for the same thing. */
static uint32_t
fold_arabic(uint32_t c)
{
	switch (c) {
	case 0x622: case 0x623: case 0x625: case 0x671:
		return 0x627;				/* alef */
	case 0x629: case 0x6be: case 0x6c0: case 0x6c1: case 0x6c2:
	case 0x6c3: case 0x6d5:
		return 0x647;				/* heh */
	case 0x649: case 0x6cc: case 0x6d2:
		return 0x64a;				/* yeh */
	case 0x6a9:
		return 0x643;				/* kaf */
	case 0x640: case 0x670:
		return DROPPED;
	case 0x60c: case 0x61b: case 0x6d4: case 0x66d:
		return BLANK;
	case 0x61f:
		return ASKING;
	}
	return c >= 0x64b && c <= 0x65f ? DROPPED : c;
}

static uint32_t
fold_devanagari(uint32_t c)
{
	static const uint16_t bare[] = {	/* U+0958 to U+095F */
		0x915, 0x916, 0x917, 0x91c, 0x921, 0x922, 0x92b, 0x92f
	};

	if (c == 0x901)
		return 0x902;			/* chandrabindu: anusvara */
	if (c == 0x93c)
		return DROPPED;			/* nukta */
	if (c >= 0x958 && c <= 0x95f)
		return bare[c - 0x958];
	return c == 0x964 || c == 0x965 || c == 0x970 ? BLANK : c;
}

static uint32_t
fold_ascii(uint32_t c)
{
	if (c == '?')
		return ASKING;
	if (c == '\'' || c == '`')
		return DROPPED;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '+' || c == '=' || c == '<' ||
	    c == '>' || c == '#' || c == '@' || c == '%' || c == '$')
		return fold_latin(c);
	return BLANK;
}

/* U+2000 to U+206F: blanks, dashes and quotes; some without a width. */
static uint32_t
fold_punctuation(uint32_t c)
{
	if ((c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	    c >= 0x2060 || c == 0x2018 || c == 0x2019 || c == 0x201b)
		return DROPPED;
	return c >= 0x2047 && c <= 0x2049 ? ASKING : BLANK;
}

/* What holds no letter: marks, blanks, pictures. */
static uint32_t
fold_sign(uint32_t c)
{
	if (c == 0xbf || c == 0xff1f || c == 0x2753 || c == 0x2754)
		return ASKING;
	if (c == 0xad || c == 0xb4 || c == 0x2bc || c == 0xfeff ||
	    (c >= 0x300 && c <= 0x36f) || (c >= 0xfe00 && c <= 0xfe0f) ||
	    (c >= 0x1f3fb && c <= 0x1f3ff))
		return DROPPED;		/* accents, variants, skin tones */
	if (c == 0xa0 || c == 0xa1 || c == 0xab || c == 0xbb || c == 0xb7 ||
	    (c >= 0x3000 && c <= 0x3003) || c == 0xff01 || c == 0xff0c)
		return BLANK;
	if ((c >= 0x2600 && c <= 0x27bf) || c >= 0x1f000)
		return c | ALONE;
	return c;
}

static uint32_t
fold(uint32_t c)
{
	if (c < 0x80)
		return fold_ascii(c);
	if (c >= 0xc0 && c < 0x180)
		return fold_latin(c);
	if (c >= 0x400 && c < 0x460)
		return fold_cyrillic(c);
	if (c >= 0x600 && c < 0x700)
		return fold_arabic(c);
	if (c >= 0x900 && c < 0x980)
		return fold_devanagari(c);
	if (c >= 0x2000 && c < 0x2070)
		return fold_punctuation(c);
	return fold_sign(c);
}

/* The next character of well-formed UTF-8 that is not empty. */
static uint32_t
next_char(struct str *s)
{
	const unsigned char *p = (const unsigned char *)s->p;
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	uint32_t c;
	size_t i;

	c = n == 1 ? p[0] : p[0] & (0x7fU >> n);
	for (i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3f);
	s->p += n;
	s->n -= n;
	return c;
}

struct folded {		/* words with one blank after each */
	uint32_t	 c[MESSAGE_MAX + 2];
	size_t		 n;
};

static void
folded_put(struct folded *f, uint32_t c)
{
	if (c == BLANK && (f->n == 0 || f->c[f->n - 1] == BLANK))
		return;
	f->c[f->n++] = c;
}

/*
 * False for a question.  An emoji takes at least three bytes and becomes
 * three characters, so the array never overflows.
 */
static bool
fold_all(struct str s, struct folded *f)
{
	uint32_t c;

	f->n = 0;
	while (s.n > 0) {
		c = fold(next_char(&s));
		if (c == ASKING)
			return false;
		if (c == DROPPED)
			continue;
		if (c & ALONE) {
			folded_put(f, BLANK);
			folded_put(f, c);
			folded_put(f, BLANK);
		} else
			folded_put(f, c);
	}
	folded_put(f, BLANK);
	return true;
}

/* Length of the phrase at from, its blank included, or 0. */
static size_t
phrase_at(const struct folded *f, size_t from, const char *phrase)
{
	struct folded want;

	fold_all(str_of(phrase), &want);
	if (want.n > f->n - from || memcmp(f->c + from, want.c,
	    want.n * sizeof(want.c[0])) != 0)
		return 0;
	return want.n;
}

/* The longest phrase of a list that stands there. */
static size_t
longest_at(const struct folded *f, size_t from, const char *const *list)
{
	size_t n, best = 0;

	for (; *list != NULL; list++) {
		n = phrase_at(f, from, *list);
		if (n > best)
			best = n;
	}
	return best;
}

/*
 * Every word must belong to a phrase, and all answers be the same: "ok
 * no" and "yes but wait" are for the model to understand.
 */
enum answer
words_answer(struct arena *a, struct str message)
{
	size_t at = 0, n_yes, n_no, n_other;
	bool said_yes = false, said_no = false;
	struct folded f;

	(void)a;
	if (message.n == 0 || message.n > MESSAGE_MAX || !utf8_ok(message) ||
	    !fold_all(message, &f))
		return ANSWER_NONE;
	while (at < f.n) {
		n_yes = longest_at(&f, at, yes);
		n_no = longest_at(&f, at, no);
		n_other = longest_at(&f, at, polite);
		if (n_other == 0 && said_yes && n_yes == 0)
			n_other = longest_at(&f, at, echo);
		if (n_yes > n_no && n_yes > n_other) {
			said_yes = true;
			at += n_yes;
		} else if (n_no > n_other) {
			said_no = true;
			at += n_no;
		} else if (n_other > 0)
			at += n_other;
		else
			return ANSWER_NONE;
	}
	if (said_yes == said_no)
		return ANSWER_NONE;
	return said_yes ? ANSWER_YES : ANSWER_NO;
}
