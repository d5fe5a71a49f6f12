// Urdu: what single pages say; the frame's words are in ur.js.

export default {
	// --- forms
	"form.name": "نام",
	"form.email.label": "ای میل",
	"form.password": "پاس ورڈ",
	"form.password.new": "نیا پاس ورڈ",
	"form.password.current": "موجودہ پاس ورڈ",
	"form.password.min": {
		one: "کم از کم {n} حرف۔",
		other: "کم از کم {n} حروف۔",
	},
	"form.show": "دکھائیں",
	"form.show.what": "دکھائیں: \u2068{name}\u2069",
	"form.hide": "چھپائیں",
	"form.hide.what": "چھپائیں: \u2068{name}\u2069",
	"form.wrong": "براہِ کرم اسے دوبارہ دیکھیں:",
	"form.missing": "براہِ کرم اسے پُر کریں۔",
	"form.email": "براہِ کرم ایسا پتہ لکھیں: \u2068name@example.org\u2069",
	"form.refused": "یہ استعمال نہیں ہو سکتا۔ براہِ کرم اسے بدلیں۔",

	// --- signing in and up, a new password
	"sign_in.title": "سائن ان",
	"sign_in.go": "سائن ان کریں",
	"sign_in.remember": "اس ڈیوائس پر سائن ان رہیں",
	"sign_in.forgot": "پاس ورڈ بھول گئے؟",
	"sign_in.new": "پہلی بار آئے ہیں؟",
	"sign_up.title": "اکاؤنٹ بنائیں",
	"sign_up.go": "اکاؤنٹ بنائیں",
	"sign_up.known": "پہلے سے اکاؤنٹ ہے؟",
	"sign_up.sent":
	    "مکمل کرنے کے لیے اس پتے پر بھیجے گئے پیغام میں موجود لنک کھولیں:",
	"sign_up.off":
	    "یہاں اکاؤنٹ نہیں بنائے جا سکتے۔ یہ سائٹ چلانے والوں سے پوچھیں۔",
	"mail.sent": "اپنی ای میل دیکھیں",
	"forgot.title": "نیا پاس ورڈ",
	"forgot.how":
	    "ہمیں اپنا پتہ بتائیں، ہم آپ کو نیا پاس ورڈ چننے کا لنک بھیجیں " +
	    "گے۔",
	"forgot.go": "لنک بھیجیں",
	"forgot.sent": "اگر اس پتے کا اکاؤنٹ موجود ہے تو لنک راستے میں ہے:",
	"forgot.hour":
	    "یہ ایک گھنٹے تک کارآمد ہے۔ پیغام نہیں ملا؟ اسپیم میں دیکھیں، یا " +
	    "دوبارہ کوشش کریں۔",
	"forgot.off":
	    "یہ سائٹ ای میل نہیں بھیجتی۔ نئے پاس ورڈ کے لیے اسے چلانے والوں " +
	    "سے کہیں۔",
	"reset.title": "نیا پاس ورڈ چنیں",
	"reset.go": "پاس ورڈ محفوظ کریں",
	"reset.done": "آپ کا پاس ورڈ بدل گیا ہے",
	"reset.done.more":
	    "آپ کو ہر جگہ سے سائن آؤٹ کر دیا گیا ہے۔ نئے پاس ورڈ سے سائن ان " +
	    "کریں۔",
	"reset.stale":
	    "یہ لنک اب کارآمد نہیں: یہ استعمال ہو چکا ہے، یا ایک گھنٹے سے " +
	    "پرانا ہے۔",
	"reset.again": "نیا لنک مانگیں",
	"verify.title": "آپ کا ای میل پتہ",
	"verify.done": "آپ کے پتے کی تصدیق ہو گئی",
	"verify.go_on": "چیٹ پر جائیں",
	"verify.go": "نیا لنک بھیجیں",
	"verify.stale":
	    "یہ لنک اب کارآمد نہیں۔ ہم آپ کو نیا لنک بھیج سکتے ہیں۔",
	"verify.sent": "اگر اس پتے کی تصدیق باقی ہے تو نیا لنک راستے میں ہے:",
	"verify.resend": "پیغام دوبارہ بھیجیں",
	"verify.resent": "دوبارہ بھیج دیا گیا۔ پہنچنے میں ایک منٹ لگ سکتا ہے۔",
	"account.back": "سائن ان پر واپس جائیں",
	"account.off":
	    "یہاں اکاؤنٹ نہیں ہوتے۔ اپنی سائٹ پر سائن ان کریں؛ پھر یہ صفحات " +
	    "آپ کو پہچان لیں گے۔",

	// --- what the accounts refuse
	"account.invalid_email":
	    "براہِ کرم ایسا پتہ لکھیں: \u2068name@example.org\u2069",
	"account.email_same": "آپ کا پتہ پہلے ہی یہی ہے۔",
	"account.user_already_exists_use_another_email":
	    "اس پتے کا اکاؤنٹ موجود ہے۔ سائن ان کریں، یا کوئی اور پتہ " +
	    "استعمال کریں۔",
	"account.password_too_short": {
		one: "براہِ کرم کم از کم {n} حرف رکھیں۔",
		other: "براہِ کرم کم از کم {n} حروف رکھیں۔",
	},
	"account.password_too_long": "براہِ کرم زیادہ سے زیادہ 128 حروف رکھیں۔",
	"account.password_too_weak":
	    "یہ پاس ورڈ بہت سے لوگ استعمال کرتے ہیں، اس لیے اس کا اندازہ " +
	    "لگانا آسان ہے۔ براہِ کرم کوئی اور چنیں۔",
	"account.invalid_password":
	    "یہ آپ کا پاس ورڈ نہیں ہے۔ براہِ کرم دوبارہ کوشش کریں۔",
	"account.invalid_email_or_password":
	    "پتہ اور پاس ورڈ آپس میں نہیں ملتے۔ براہِ کرم دوبارہ کوشش کریں۔",
	"account.email_not_verified":
	    "آپ کے پتے کی تصدیق ابھی نہیں ہوئی۔ ہمارے بھیجے ہوئے پیغام میں " +
	    "موجود لنک کھولیں۔",
	"account.invalid_token":
	    "یہ لنک اب کارآمد نہیں۔ براہِ کرم نیا لنک مانگیں۔",
	"account.email_password_sign_up_disabled":
	    "یہاں اکاؤنٹ نہیں بنائے جا سکتے۔ یہ سائٹ چلانے والوں سے پوچھیں۔",
	"account.change_email_disabled":
	    "یہ سائٹ ای میل نہیں بھیجتی، اس لیے پتہ نہیں بدلا جا سکتا۔",
	"account.reset_password_disabled":
	    "یہ سائٹ ای میل نہیں بھیجتی۔ نئے پاس ورڈ کے لیے اسے چلانے والوں " +
	    "سے کہیں۔",
	"account.credential_account_not_found":
	    "اس اکاؤنٹ کا کوئی پاس ورڈ نہیں ہے۔",

	// --- profile
	"profile.title": "پروفائل",
	"profile.elsewhere":
	    "آپ کا نام اور پاس ورڈ اُس سائٹ کے پاس ہیں جس پر آپ نے سائن ان " +
	    "کیا۔",
	"profile.you": "آپ",
	"profile.save": "محفوظ کریں",
	"profile.saved": "محفوظ ہو گیا۔",
	"profile.unconfirmed": "ابھی تصدیق نہیں ہوئی۔",
	"profile.confirm": "مجھے لنک بھیجیں",
	"profile.email.new": "نیا پتہ",
	"profile.email.change": "پتہ بدلیں",
	"profile.email.sent":
	    "سائن آؤٹ کرنے سے پہلے \u2068{email}\u2069 پر بھیجے گئے پیغام " +
	    "میں موجود لنک کھولیں۔ تب تک آپ کا پتہ وہی رہے گا۔",
	"profile.password": "پاس ورڈ",
	"profile.password.others": "مجھے باقی ہر جگہ سے سائن آؤٹ کریں",
	"profile.password.change": "پاس ورڈ بدلیں",
	"profile.password.done": "آپ کا پاس ورڈ بدل گیا ہے۔",

	// --- sessions
	"sessions.title": "آپ کہاں کہاں سائن ان ہیں",
	"sessions.device": "\u2068{system}\u2069 پر \u2068{browser}\u2069",
	"sessions.unknown": "نامعلوم پروگرام",
	"sessions.this": "یہ والا",
	"sessions.seen": "آخری بار {when} کو دیکھا گیا",
	"sessions.end": "سائن آؤٹ کریں",
	"sessions.end.what": "سائن آؤٹ کریں: \u2068{name}\u2069",
	"sessions.end.others": "باقی ہر جگہ سے سائن آؤٹ کریں",
	"sessions.ended": "وہاں سے سائن آؤٹ ہو گیا۔",
	"sessions.fresh":
	    "آپ کو سائن ان کیے ایک دن سے زیادہ ہو گیا ہے۔ یہ فہرست دیکھنے کے " +
	    "لیے اپنا پاس ورڈ ایک بار پھر لکھیں۔",
	"sessions.fresh.go": "فہرست دکھائیں",

	// --- access tokens
	"tokens.title": "پروگراموں کے لیے رسائی",
	"tokens.what":
	    "ٹوکن سے کوئی اسکرپٹ یا MCP کلائنٹ آپ کے کاموں پر کام کر سکتا " +
	    "ہے، اور کسی چیز پر نہیں۔ جس کے پاس یہ ہو وہ اسے استعمال کر سکتا " +
	    "ہے: اسے پاس ورڈ کی طرح سنبھال کر رکھیں۔",
	"tokens.none": "آپ کے پاس کوئی ٹوکن نہیں۔",
	"tokens.once": "اسے ابھی کاپی کر لیں: یہ دوبارہ نہیں دکھایا جائے گا۔",
	"tokens.copy": "کاپی کریں",
	"tokens.copied": "کاپی ہو گیا۔",
	"tokens.name": "یہ کس لیے ہے؟",
	"tokens.days": "کب تک کارآمد",
	"tokens.days.30": "30 دن",
	"tokens.days.90": "90 دن",
	"tokens.days.365": "ایک سال",
	"tokens.days.none": "ہمیشہ",
	"tokens.scope": "اجازت",
	"tokens.scope.write": "کام پڑھنے اور بدلنے کی",
	"tokens.scope.read": "صرف کام پڑھنے کی",
	"tokens.make": "ٹوکن بنائیں",
	"tokens.until": "{when} تک",
	"tokens.forever": "ہمیشہ کے لیے",
	"tokens.used": "{when} کو استعمال ہوا",
	"tokens.unused": "کبھی استعمال نہیں ہوا",
	"tokens.revoke": "منسوخ کریں",
	"tokens.revoke.what": "منسوخ کریں: \u2068{name}\u2069",
	"tokens.revoked": "”\u2068{name}\u2069“ منسوخ ہو گیا۔",
	"tokens.many":
	    "آپ کے پاس پہلے ہی اتنے ٹوکن ہیں جتنے کی اجازت ہے۔ پہلے ایک " +
	    "منسوخ کریں۔",

	// --- a copy of everything, the end of the account
	"export.title": "آپ کا ڈیٹا",
	"export.what":
	    "آپ کا جو کچھ یہاں محفوظ ہے – کام، چیٹس، اکاؤنٹ – ایک JSON فائل " +
	    "میں۔",
	"export.go": "ڈاؤن لوڈ کریں",
	"delete.title": "اکاؤنٹ حذف کریں",
	"delete.what":
	    "آپ کا اکاؤنٹ، آپ کے تمام کام اور تمام چیٹس فوراً اور ہمیشہ کے " +
	    "لیے حذف ہو جائیں گے۔ انہیں کوئی واپس نہیں لا سکتا۔",
	"delete.open": "میرا اکاؤنٹ حذف کریں…",
	"delete.sure": "کیا آپ کا اکاؤنٹ حذف کر دیا جائے؟",
	"delete.type": "تصدیق کے لیے یہ لفظ لکھیں:",
	"delete.word": "حذف",
	"delete.word.wrong": "براہِ کرم ”{word}“ لکھیں۔",
	"delete.go": "ہمیشہ کے لیے حذف کریں",
	"delete.keep": "رہنے دیں",
	"delete.done": "آپ کا اکاؤنٹ حذف ہو گیا ہے",
	"delete.done.more":
	    "اس کے ساتھ آپ کے تمام کام اور چیٹس بھی ختم ہو گئے ہیں۔",
	"delete.leave": "ابتدائی صفحے پر جائیں",

	// --- the start page, a page that is not there
	"start.title": "آپ کے کام، باتوں باتوں میں",
	"start.lead":
	    "بتائیں کہ آپ کو کیا کرنا ہے۔ ایک اسسٹنٹ فہرست سنبھالتا ہے، " +
	    "بتاتا ہے کہ کس کام کا وقت ہو گیا، اور کچھ بھی حذف کرنے سے پہلے " +
	    "پوچھتا ہے۔",
	"start.elsewhere":
	    "یہاں اکاؤنٹ نہیں ہوتے: اپنی سائٹ پر سائن ان کریں، پھر یہ صفحات " +
	    "آپ کو پہچان لیں گے۔",
	"start.sample": "ایک مثال: کہتے ہی دو کام شامل ہو گئے",
	"start.sample.said":
	    "کل نو بجے دانتوں کے ڈاکٹر کو فون کرنا ہے، اور دودھ خریدنا ہے",
	"start.sample.answer": "دونوں شامل کر دیے۔",
	"start.sample.one": "دانتوں کے ڈاکٹر کو فون کرنا",
	"start.sample.two": "دودھ خریدنا",
	"start.sample.due": "کل، 9:00",
	"start.talk": "بات کریں",
	"start.talk.more":
	    "سادہ الفاظ کافی ہیں، اور ایک ساتھ کئی باتیں بھی کہی جا سکتی ہیں۔",
	"start.list": "فہرست دیکھیں",
	"start.list.more":
	    "کام چیٹ کے ساتھ ہی نظر آتے ہیں۔ جب ہاتھ سے بدلنا جلدی ہو تو خود " +
	    "بدل لیں۔",
	"start.yours": "سب آپ کا ہی رہتا ہے",
	"start.yours.more":
	    "سب کچھ اسی سرور پر محفوظ ہے۔ جب چاہیں اس کی نقل لے لیں، یا اسے " +
	    "حذف کر دیں۔",
	"start.operators": "منتظمین اور پروگراموں کے لیے:",
	"start.ready": "کیا یہ تیار ہے؟",
	"start.api": "API، جس سے curl بھی بات کر سکتا ہے",
	"missing.title": "ایسا کوئی صفحہ نہیں ہے",
	"missing.more": "شاید پتے کے ہجے غلط ہیں، یا صفحہ کہیں اور چلا گیا ہے۔",

	// --- the button for other pages
	"embed.title": "آپ کے صفحات پر چیٹ",
	"embed.what":
	    "کونے میں ایک گول بٹن چیٹ کھولتا ہے۔ یہ اس صفحے پر موجود ہے: " +
	    "آزما کر دیکھیں۔",
	"embed.how": "ایک سطر",
	"embed.how.more":
	    "اسے اس سائٹ کے کسی صفحے میں ڈالیں، یا کسی ایسی جگہ جسے اس کے " +
	    "منتظم نے اجازت دی ہو:",
	"embed.attributes": "یہ کیسا دکھے",
	"embed.position":
	    "\u2068“start”\u2069 یا \u2068“end”\u2069: وہ طرف جہاں یہ ہوگا۔",
	"embed.label": "بٹن کا نام۔",
	"embed.theme":
	    "\u2068“light”\u2069 یا \u2068“dark”\u2069؛ ورنہ جیسا پڑھنے والے " +
	    "کے سسٹم میں ہے۔",
	"embed.locale": "کوئی زبان، مثلاً \u2068“de”\u2069؛ ورنہ صفحے کی زبان۔",
	"embed.accent": "بٹن کا رنگ، مثلاً \u2068“#0b6e58”\u2069۔",
	"embed.token":
	    "دوسری سائٹ پر: وہاں کا ایک پتہ جو سائن ان شخص کے لیے " +
	    "\u2068{\"token\": \"…\"}\u2069 جواب میں دے۔",
	"embed.policy":
	    "جس صفحے پر \u2068Content-Security-Policy\u2069 ہو، وہ اس سائٹ " +
	    "کا پتہ \u2068script-src\u2069، \u2068style-src\u2069 اور " +
	    "\u2068connect-src\u2069 میں لکھے۔",

	// --- the vendor's element
	"official.title": "فراہم کنندہ کا چیٹ عنصر",
	"official.what":
	    "یہ صفحہ OpenAI کا اپنا ChatKit اس کے سرورز سے لوڈ کرتا ہے اور " +
	    "اسے اس سرور سے جوڑتا ہے۔ اس سائٹ کی چیٹ کو دونوں کی ضرورت نہیں۔",
	"official.loading": "لوڈ ہو رہا ہے…",
	"official.key":
	    "اس سائٹ کی ڈومین کلید نہیں ہے۔ اس کا منتظم یہ فراہم کنندہ سے لے " +
	    "کر \u2068chatkit_domain_key\u2069 میں لکھتا ہے؛ اس کے بغیر یہ " +
	    "صرف localhost پر چلتا ہے۔",
	"official.failed":
	    "فراہم کنندہ کا اسکرپٹ لوڈ نہیں ہوا۔ شاید اسے روک دیا گیا ہے، یا " +
	    "اس کے سرورز سے رابطہ نہیں ہو رہا۔ اس سائٹ کی چیٹ پھر بھی چلتی " +
	    "ہے۔",
	"official.slow":
	    "فراہم کنندہ کے عنصر نے ابھی جواب نہیں دیا۔ اگر یہ خالی رہے تو " +
	    "غالباً اس کی ڈومین کلید اس پتے کے لیے نہیں ہے۔",
};
