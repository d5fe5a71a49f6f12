// Urdu, in the order of en.js and en-more.js: آپ for the reader.  A
// name that may be in Latin letters stands in an isolate, \u2068 to \u2069.

export default {
	// --- the conversation: states, errors and what to do next
	"error.offline":
	    "آپ آف لائن ہیں۔ اب جو بھیجیں گے وہ رابطہ بحال ہونے پر چلا جائے " +
	    "گا۔",
	"error.away":
	    "آپ آف لائن ہیں۔ آپ کا لکھا ہوا محفوظ ہے: رابطہ بحال ہونے پر اسے " +
	    "بھیج دیں۔",
	"error.unreachable":
	    "سرور سے رابطہ نہیں ہو سکا۔ براہِ کرم تھوڑی دیر میں دوبارہ کوشش " +
	    "کریں۔",
	"error.unauthorized":
	    "آپ کا سیشن ختم ہو گیا ہے۔ جاری رکھنے کے لیے دوبارہ سائن ان " +
	    "کریں؛ آپ کا لکھا ہوا محفوظ ہے۔",
	"error.forbidden":
	    "آپ کو اس تک رسائی نہیں ہے۔ اُس اکاؤنٹ سے سائن ان کریں جس کا یہ " +
	    "ہے۔",
	"error.not_found": "یہ اب یہاں نہیں ہے۔ شاید اسے حذف کر دیا گیا ہے۔",
	"error.busy":
	    "یہاں ابھی ایک اور جواب لکھا جا رہا ہے۔ براہِ کرم اس کے مکمل " +
	    "ہونے کا انتظار کریں۔",
	"error.rate_limited":
	    "براہِ کرم اگلا پیغام بھیجنے سے پہلے تھوڑا انتظار کریں۔",
	"error.limited":
	    "آج کی حد پوری ہو گئی ہے۔ آپ آگے جاری رکھ سکتے ہیں: {day}، {time}۔",
	"error.refused":
	    "سرور نے اسے قبول نہیں کیا۔ براہِ کرم اسے بدل کر دوبارہ کوشش " +
	    "کریں۔",
	"error.too_long":
	    "یہ پیغام بہت لمبا ہے۔ براہِ کرم اسے مختصر کر کے دوبارہ بھیجیں۔",
	"error.server":
	    "کچھ غلط ہو گیا۔ براہِ کرم دوبارہ کوشش کریں یا اپنی بات دوسرے " +
	    "الفاظ میں کہیں۔",
	"error.cut":
	    "رابطہ ٹوٹ گیا اور جواب کا آخری حصہ موجود نہیں۔ براہِ کرم دوبارہ " +
	    "کوشش کریں۔",
	"error.bad_answer":
	    "سرور نے ایسا جواب دیا جس کا یہاں کوئی مطلب نہیں۔ کیا آپ کا نیٹ " +
	    "ورک پہلے سائن ان مانگ رہا ہے؟ براہِ کرم دوبارہ کوشش کریں۔",
	"error.stopped": "آپ نے اسے بھیجے جانے سے پہلے روک دیا۔",
	"state.stopping": "روکا جا رہا ہے",
	"state.reconnecting": "رابطہ ٹوٹ گیا۔ دوبارہ جوڑا جا رہا ہے",
	"state.loading": "لوڈ ہو رہا ہے",
	"state.sending": "بھیجا جا رہا ہے",
	"state.streaming": "جواب لکھا جا رہا ہے",
	"mark.stopped": "روک دیا گیا",
	"mark.cut": "اس جواب کا باقی حصہ موجود نہیں",
	"local.sending": "بھیجا جا رہا ہے",
	"local.queued": "بھیجے جانے کا منتظر",
	"local.failed": "نہیں بھیجا گیا",

	// --- messages and their actions
	"log.name": "چیٹ",
	"log.new": "نئی چیٹ",
	"log.history": "پچھلی چیٹس",
	"log.module":
	    "چیٹ کا ایک حصہ لوڈ نہیں ہو سکا۔ اپنا انٹرنیٹ دیکھ کر دوبارہ " +
	    "کوشش کریں۔",
	"log.hosted":
	    "یہ چیٹ کہیں اور چلتی ہے اور اسے کسی دوسرے پروگرام کی ضرورت ہے۔ " +
	    "براہِ کرم یہ سائٹ چلانے والوں کو بتائیں۔",
	"log.retry": "دوبارہ کوشش کریں",
	"log.messages": "پیغامات",
	"log.you": "آپ نے کہا",
	"log.assistant": "اسسٹنٹ نے کہا",
	"log.thinking": "سوچا جا رہا ہے…",
	"log.answer": "جواب: \u2068{text}\u2069",
	"log.unread": "ایک اور گفتگو میں نیا جواب آیا ہے۔",
	"log.older": "پرانے پیغامات لوڈ کریں",
	"log.latest": "تازہ ترین پیغام پر جائیں",
	"log.latest_new": {
		one: "{n} نیا پیغام: اس پر جائیں",
		other: "{n} نئے پیغامات: تازہ ترین پر جائیں",
	},
	"log.empty": "یہاں ابھی تک کچھ نہیں کہا گیا۔",
	"log.unopened": "یہ گفتگو نہیں کھل سکی۔",
	"log.send_now": "ابھی بھیجیں",
	"log.discard": "رد کریں",
	"log.close": "بند کریں",
	"log.copy": "جواب کاپی کریں",
	"log.copy_own": "پیغام کاپی کریں",
	"log.copied": "کاپی ہو گیا",
	"log.not_copied": "براؤزر نے کاپی کرنے کی اجازت نہیں دی۔",
	"log.edit": "پیغام میں ترمیم کریں",
	"log.again": "دوبارہ جواب دیں",
	"log.good": "اچھا جواب",
	"log.bad": "برا جواب",
	"log.thanks": "رائے دینے کا شکریہ۔",
	"log.steps": { one: "{n} مرحلہ", other: "{n} مراحل" },
	"log.thought": { one: "{n} سیکنڈ سوچا", other: "{n} سیکنڈ سوچا" },
	"log.working": "کام جاری ہے…",
	"log.task_runs": "جاری ہے",
	"log.task_done": "مکمل",
	"log.searched": "ویب پر تلاش کیا",
	"log.files": "فائلیں دیکھیں",
	"log.image": "تصویر",
	"log.drawing": "تصویر بنائی جا رہی ہے…",
	"log.quoted": "اقتباس",
	"log.attached": "منسلک فائلیں",
	"log.skipped": "چھوڑ دیا گیا",
	"log.widget": "جواب کا یہ حصہ دکھایا نہیں جا سکا۔",

	// --- composer: writing, attaching, choosing, dictating
	"composer.label": "پیغام",
	"composer.placeholder": "پیغام لکھیں",
	"composer.send": "بھیجیں",
	"composer.stop": "جواب روکیں",
	"composer.save": "ترمیم شدہ پیغام بھیجیں",
	"composer.empty": "پہلے پیغام لکھیں۔",
	"composer.room": { one: "{n} حرف باقی ہے", other: "{n} حروف باقی ہیں" },
	"composer.too_long": {
		one: "{n} حرف زیادہ ہے۔ بھیجنے کے لیے پیغام مختصر کریں۔",
		other: "{n} حروف زیادہ ہیں۔ بھیجنے کے لیے پیغام مختصر کریں۔",
	},
	"composer.locked": "یہاں فی الحال کچھ نہیں لکھا جا سکتا۔",
	"composer.closed":
	    "یہ چیٹ بند ہو چکی ہے۔ جاری رکھنے کے لیے نئی چیٹ شروع کریں۔",
	"composer.uploading":
	    "فائلیں ابھی اپ لوڈ ہو رہی ہیں۔ براہِ کرم تھوڑا انتظار کریں۔",
	"composer.upload_failed":
	    "ایک فائل اپ لوڈ نہیں ہو سکی۔ دوبارہ کوشش کریں یا اسے ہٹا دیں۔",
	"composer.editing":
	    "آپ اپنے پیغام میں ترمیم کر رہے ہیں۔ اس کے بعد کی باتیں بدل دی " +
	    "جائیں گی۔",
	"composer.leave_edit": "جیسا تھا ویسا ہی رہنے دیں",
	"composer.unquote": "اقتباس ہٹائیں",
	"composer.add": "فائلیں یا ٹولز شامل کریں",
	"composer.tools": "ٹولز",
	"composer.model": "ماڈل: \u2068{name}\u2069",
	"composer.choose_model": "ماڈل چنیں",
	"composer.mention": "کسی چیز کا ذکر کریں",
	"composer.commands": "کمانڈز",
	"composer.actions": "کارروائیاں",
	"composer.found": {
		one:
		    "{n} تجویز۔ چننے کے لیے Enter، چھوڑنے کے لیے Escape " +
		    "دبائیں۔",
		other:
		    "{n} تجاویز۔ آگے پیچھے جانے کے لیے تیر والے بٹن، چننے کے " +
		    "لیے Enter، چھوڑنے کے لیے Escape دبائیں۔",
	},
	"composer.tags": "اس پیغام میں جن کا ذکر ہے",
	"composer.untag": "\u2068{name}\u2069 ہٹائیں",
	"composer.attach": "فائلیں منسلک کریں",
	"composer.files": "منسلک فائلیں",
	"composer.drop": "منسلک کرنے کے لیے فائلیں یہاں چھوڑیں",
	"composer.progress": "\u2068{name}\u2069 اپ لوڈ ہو رہی ہے",
	"composer.not_uploaded":
	    "”\u2068{name}\u2069“ اپ لوڈ نہیں ہو سکی۔ دوبارہ کوشش کریں یا " +
	    "اسے ہٹا دیں۔",
	"composer.cancel_upload": "\u2068{name}\u2069 کا اپ لوڈ منسوخ کریں",
	"composer.upload_again": "\u2068{name}\u2069 دوبارہ اپ لوڈ کریں",
	"composer.remove_file": "\u2068{name}\u2069 ہٹائیں",
	"composer.too_many_files": {
		one: "ایک پیغام کے ساتھ صرف {n} فائل منسلک ہو سکتی ہے۔",
		other:
		    "ایک پیغام کے ساتھ زیادہ سے زیادہ {n} فائلیں منسلک ہو " +
		    "سکتی ہیں۔",
	},
	"composer.too_large":
	    "”\u2068{name}\u2069“ بہت بڑی ہے۔ یہ زیادہ سے زیادہ " +
	    "\u2068{size}\u2069 کی ہو سکتی ہے۔",
	"composer.wrong_type":
	    "”\u2068{name}\u2069“ منسلک نہیں ہو سکتی۔ یہ منسلک ہو سکتی ہیں: " +
	    "\u2068{types}\u2069۔",
	"composer.empty_file": "فائل ”\u2068{name}\u2069“ خالی ہے۔",
	"composer.dictate": "بول کر لکھوائیں",
	"dictation.asking": "مائیکروفون کا انتظار ہے",
	"dictation.recording": "ریکارڈنگ ہو رہی ہے",
	"dictation.transcribing": "آپ کی بات لکھی جا رہی ہے",
	"dictation.done": "مکمل",
	"dictation.cancel": "منسوخ کریں",
	"dictation.refused":
	    "مائیکروفون کی اجازت نہیں ہے۔ اپنے براؤزر میں اس صفحے کو اجازت " +
	    "دیں، پھر دوبارہ کوشش کریں۔",
	"dictation.no_microphone":
	    "کوئی مائیکروفون نہیں ملا۔ مائیکروفون لگائیں، پھر دوبارہ کوشش " +
	    "کریں۔",
	"dictation.in_use":
	    "مائیکروفون سے آواز نہیں آ رہی۔ شاید کوئی اور پروگرام اسے " +
	    "استعمال کر رہا ہے۔",
	"dictation.unsupported":
	    "یہ براؤزر یہاں ریکارڈ نہیں کر سکتا۔ آپ ٹائپ کر سکتے ہیں۔",
	"dictation.nothing":
	    "کچھ سمجھ نہیں آیا۔ براہِ کرم مائیکروفون کے ذرا قریب ہو کر " +
	    "دوبارہ کوشش کریں۔",
	"questions.label": "سوالات",
	"questions.own": "کچھ اور",
	"questions.skip": "چھوڑ دیں",
	"questions.send": "جوابات بھیجیں",
	"questions.empty": "کم از کم ایک سوال کا جواب دیں، یا انہیں چھوڑ دیں۔",

	// --- history, search, start screen
	"start.greeting": "آج میں آپ کی کیا مدد کروں؟",
	"history.close": "فہرست بند کریں",
	"history.today": "آج",
	"history.yesterday": "کل",
	"history.week": "پچھلے 7 دن",
	"history.month": "پچھلے 30 دن",
	"history.empty": "ابھی کوئی چیٹ نہیں ہے۔",
	"history.unread": "\u2068{title}\u2069، نئے جواب کے ساتھ",
	"history.menu": "”\u2068{title}\u2069“ کے اختیارات",
	"history.rename": "نام بدلیں",
	"history.new_name": "نیا نام",
	"history.delete": "حذف کریں",
	"history.ask_delete": "کیا یہ چیٹ حذف کر دی جائے؟",
	"history.delete_means":
	    "”\u2068{title}\u2069“ اور اس کے تمام پیغامات ہمیشہ کے لیے ختم " +
	    "ہو جائیں گے۔ اس میں جو کام کیا گیا وہ برقرار رہے گا۔",
	"history.deleted": "چیٹ حذف ہو گئی۔",
	"search.placeholder": "اپنی چیٹس میں تلاش کریں",
	"search.found": "ملنے والی چیٹس",
	"search.count": { one: "{n} چیٹ ملی", other: "{n} چیٹس ملیں" },
	"search.nothing": "کچھ نہیں ملا۔ کم یا دوسرے الفاظ آزمائیں۔",
	"search.more": "اور بھی ہیں۔ تلاش محدود کرنے کے لیے ایک لفظ بڑھائیں۔",

	// --- widgets, tasks, sources
	"code.copy": "کاپی کریں",
	"code.copied": "کاپی ہو گیا",
	"code.not_copied": "براؤزر نے اجازت نہیں دی",
	"code.label": "کوڈ",
	"code.of": "کوڈ: \u2068{language}\u2069",
	"table.label": "جدول",
	"image.label": "تصویر",
	"task.done": "ہو گیا",
	"task.open": "کرنا ہے",
	"widget.more": { one: "{n} اور دکھائیں", other: "{n} اور دکھائیں" },
	"widget.wait": "جواب مکمل ہونے پر ممکن ہوگا",
	"widget.choose": "چنیں…",
	"widget.button": "بٹن",
	"widget.pattern": "براہِ کرم مطلوبہ شکل میں لکھیں۔",
	"widget.collision":
	    "خانے \u2068{name}\u2069 کا نام ایسی چیز کا ہے جو اس کی کارروائی " +
	    "پہلے ہی بھیجتی ہے، اس لیے اسے چھوڑ دیا گیا۔",
	"chart.label": {
		one: "چارٹ: \u2068{names}\u2069، {n} قدر",
		other: "چارٹ: \u2068{names}\u2069، ہر ایک کی {n} قدریں",
	},
	"chart.numbers": "اعداد",
	"sources.title": { one: "{n} ماخذ", other: "{n} مآخذ" },
	"sources.mark": "ماخذ {n}: \u2068{title}\u2069",

	// --- dialogs, menus, shortcuts
	"dialog.cancel": "منسوخ کریں",
	"shortcut.title": "کی بورڈ شارٹ کٹس",
	"shortcut.send": "پیغام بھیجیں",
	"shortcut.line": "نئی سطر",
	"shortcut.edit": "اپنے آخری پیغام میں ترمیم کریں (خالی خانے میں)",
	"shortcut.stop": "جواب روکیں، مینو یا ترمیم سے نکلیں",
	"shortcut.search": "چیٹس میں تلاش کریں",
	"shortcut.list": "یہ فہرست دکھائیں",
};
