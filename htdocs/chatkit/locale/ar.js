// Arabic, in the order of en.js and en-more.js.  A name that may be in Latin
// letters stands in an isolate, \u2068 to \u2069: its own direction is its own.

export default {
	// --- the conversation: states, errors and what to do next
	"error.offline":
	    "أنت غير متصل بالإنترنت. ما ترسله الآن يصل عند عودة الاتصال.",
	"error.away":
	    "أنت غير متصل بالإنترنت. ما كتبته محفوظ: أرسله عند عودة الاتصال.",
	"error.unreachable":
	    "تعذّر الاتصال بالخادم. يُرجى المحاولة مجددًا بعد قليل.",
	"error.unauthorized":
	    "انتهت جلستك. سجّل الدخول من جديد للمتابعة؛ ما كتبته محفوظ.",
	"error.forbidden":
	    "لا يمكنك الوصول إلى هذا. سجّل الدخول بالحساب الذي يملكه.",
	"error.not_found": "لم يعد هذا موجودًا. ربما حُذف.",
	"error.busy": "ما زال رد آخر يُكتب هنا. يُرجى الانتظار حتى ينتهي.",
	"error.rate_limited": "يُرجى الانتظار لحظة قبل إرسال رسالة أخرى.",
	"error.limited":
	    "بلغت الحد المسموح به لهذا اليوم. يمكنك المتابعة: {day}، {time}.",
	"error.refused": "لم يقبل الخادم هذا. يُرجى تغييره والمحاولة مجددًا.",
	"error.too_long":
	    "هذه الرسالة أطول من اللازم. يُرجى اختصارها وإرسالها من جديد.",
	"error.server":
	    "حدث خطأ ما. يُرجى المحاولة مجددًا أو صياغة طلبك بطريقة أخرى.",
	"error.cut": "انقطع الاتصال، وآخر الرد ناقص. يُرجى المحاولة مجددًا.",
	"error.bad_answer":
	    "أجاب الخادم بما لا معنى له هنا. هل تطلب شبكتك تسجيل الدخول " +
	    "أولًا؟ يُرجى المحاولة مجددًا.",
	"error.stopped": "أوقفت هذا قبل إرساله.",
	"state.stopping": "جارٍ الإيقاف",
	"state.reconnecting": "انقطع الاتصال. جارٍ إعادة الاتصال",
	"state.loading": "جارٍ التحميل",
	"state.sending": "جارٍ الإرسال",
	"state.streaming": "الرد يُكتب الآن",
	"mark.stopped": "أُوقف الرد",
	"mark.cut": "بقية هذا الرد ناقصة",
	"local.sending": "جارٍ الإرسال",
	"local.queued": "في انتظار الإرسال",
	"local.failed": "لم تُرسل",

	// --- messages and their actions
	"log.name": "المحادثة",
	"log.new": "محادثة جديدة",
	"log.history": "سجل المحادثات",
	"log.module":
	    "تعذّر تحميل جزء من المحادثة. تحقق من اتصالك وحاول مجددًا.",
	"log.hosted":
	    "هذه المحادثة مستضافة في مكان آخر وتحتاج إلى برنامج غير هذا. " +
	    "يُرجى إبلاغ القائمين على هذا الموقع.",
	"log.retry": "إعادة المحاولة",
	"log.messages": "الرسائل",
	"log.you": "قلتَ",
	"log.assistant": "قال المساعد",
	"log.thinking": "جارٍ التفكير…",
	"log.answer": "الرد: \u2068{text}\u2069",
	"log.unread": "وصل رد جديد في محادثة أخرى.",
	"log.older": "تحميل الرسائل الأقدم",
	"log.latest": "الانتقال إلى أحدث رسالة",
	"log.latest_new": {
		zero: "لا رسائل جديدة: انتقل إلى الأحدث",
		one: "رسالة جديدة واحدة: انتقل إليها",
		two: "رسالتان جديدتان: انتقل إلى الأحدث",
		few: "{n} رسائل جديدة: انتقل إلى الأحدث",
		many: "{n} رسالة جديدة: انتقل إلى الأحدث",
		other: "{n} رسالة جديدة: انتقل إلى الأحدث",
	},
	"log.empty": "لم يُقل شيء هنا بعد.",
	"log.unopened": "تعذّر فتح هذه المحادثة.",
	"log.send_now": "إرسال الآن",
	"log.discard": "تجاهل",
	"log.close": "إغلاق",
	"log.copy": "نسخ الرد",
	"log.copy_own": "نسخ الرسالة",
	"log.copied": "تم النسخ",
	"log.not_copied": "لم يسمح المتصفح بالنسخ.",
	"log.edit": "تعديل الرسالة",
	"log.again": "رد من جديد",
	"log.good": "رد جيد",
	"log.bad": "رد سيئ",
	"log.thanks": "شكرًا على إخبارنا برأيك.",
	"log.steps": {
		zero: "بلا خطوات",
		one: "خطوة واحدة",
		two: "خطوتان",
		few: "{n} خطوات",
		many: "{n} خطوة",
		other: "{n} خطوة",
	},
	"log.thought": {
		zero: "فكّر أقل من ثانية",
		one: "فكّر ثانية واحدة",
		two: "فكّر ثانيتين",
		few: "فكّر {n} ثوانٍ",
		many: "فكّر {n} ثانية",
		other: "فكّر {n} ثانية",
	},
	"log.working": "جارٍ العمل…",
	"log.task_runs": "قيد التنفيذ",
	"log.task_done": "تم",
	"log.searched": "بحث في الويب",
	"log.files": "اطّلع على ملفات",
	"log.image": "صورة",
	"log.drawing": "يجري إنشاء صورة…",
	"log.quoted": "اقتباس",
	"log.attached": "الملفات المرفقة",
	"log.skipped": "تم التخطي",
	"log.widget": "تعذّر عرض هذا الجزء من الرد.",

	// --- composer: writing, attaching, choosing, dictating
	"composer.label": "الرسالة",
	"composer.placeholder": "اكتب رسالة",
	"composer.send": "إرسال",
	"composer.stop": "إيقاف الرد",
	"composer.save": "إرسال الرسالة المعدّلة",
	"composer.empty": "اكتب رسالة أولًا.",
	"composer.room": {
		zero: "لم يبقَ أي حرف",
		one: "بقي حرف واحد",
		two: "بقي حرفان",
		few: "بقيت {n} أحرف",
		many: "بقي {n} حرفًا",
		other: "بقي {n} حرف",
	},
	"composer.too_long": {
		zero: "لا أحرف زائدة.",
		one: "حرف واحد زائد. اختصر الرسالة لإرسالها.",
		two: "حرفان زائدان. اختصر الرسالة لإرسالها.",
		few: "{n} أحرف زائدة. اختصر الرسالة لإرسالها.",
		many: "{n} حرفًا زائدًا. اختصر الرسالة لإرسالها.",
		other: "{n} حرف زائد. اختصر الرسالة لإرسالها.",
	},
	"composer.locked": "لا يمكن كتابة شيء هنا في الوقت الحالي.",
	"composer.closed": "أُغلقت هذه المحادثة. ابدأ محادثة جديدة للمتابعة.",
	"composer.uploading": "ما زالت الملفات تُرفع. يُرجى الانتظار لحظة.",
	"composer.upload_failed":
	    "تعذّر رفع أحد الملفات. أعد المحاولة أو أزل الملف.",
	"composer.editing": "أنت تعدّل رسالتك. سيُستبدل ما جاء بعدها.",
	"composer.leave_edit": "إبقاؤها كما كانت",
	"composer.unquote": "إزالة الاقتباس",
	"composer.add": "إضافة ملفات أو أدوات",
	"composer.tools": "الأدوات",
	"composer.model": "النموذج: \u2068{name}\u2069",
	"composer.choose_model": "اختيار نموذج",
	"composer.mention": "الإشارة إلى شيء",
	"composer.commands": "الأوامر",
	"composer.actions": "الإجراءات",
	"composer.found": {
		zero: "لا اقتراحات. مفتاح Escape للخروج.",
		one: "اقتراح واحد. مفتاح Enter لاختياره، وEscape للخروج.",
		two:
		    "اقتراحان. مفاتيح الأسهم للتنقل، وEnter للاختيار، " +
		    "وEscape للخروج.",
		few:
		    "{n} اقتراحات. مفاتيح الأسهم للتنقل، وEnter للاختيار، " +
		    "وEscape للخروج.",
		many:
		    "{n} اقتراحًا. مفاتيح الأسهم للتنقل، وEnter للاختيار، " +
		    "وEscape للخروج.",
		other:
		    "{n} اقتراح. مفاتيح الأسهم للتنقل، وEnter للاختيار، " +
		    "وEscape للخروج.",
	},
	"composer.tags": "المشار إليه في هذه الرسالة",
	"composer.untag": "إزالة \u2068{name}\u2069",
	"composer.attach": "إرفاق ملفات",
	"composer.files": "الملفات المرفقة",
	"composer.drop": "أفلت الملفات هنا لإرفاقها",
	"composer.progress": "جارٍ رفع \u2068{name}\u2069",
	"composer.not_uploaded":
	    "تعذّر رفع «\u2068{name}\u2069». أعد المحاولة أو أزله.",
	"composer.cancel_upload": "إلغاء رفع \u2068{name}\u2069",
	"composer.upload_again": "رفع \u2068{name}\u2069 من جديد",
	"composer.remove_file": "إزالة \u2068{name}\u2069",
	"composer.too_many_files": {
		zero: "لا يمكن إرفاق ملفات بالرسالة.",
		one: "لا يمكن إرفاق أكثر من ملف واحد بالرسالة.",
		two: "لا يمكن إرفاق أكثر من ملفين بالرسالة.",
		few: "لا يمكن إرفاق أكثر من {n} ملفات بالرسالة.",
		many: "لا يمكن إرفاق أكثر من {n} ملفًا بالرسالة.",
		other: "لا يمكن إرفاق أكثر من {n} ملف بالرسالة.",
	},
	"composer.too_large":
	    "حجم «\u2068{name}\u2069» أكبر من اللازم. الحد الأقصى " +
	    "\u2068{size}\u2069.",
	"composer.wrong_type":
	    "لا يمكن إرفاق «\u2068{name}\u2069». يمكن إرفاق ما يلي: " +
	    "\u2068{types}\u2069.",
	"composer.empty_file": "الملف «\u2068{name}\u2069» فارغ.",
	"composer.dictate": "إملاء",
	"dictation.asking": "في انتظار الميكروفون",
	"dictation.recording": "جارٍ التسجيل",
	"dictation.transcribing": "جارٍ تدوين ما قلته",
	"dictation.done": "تم",
	"dictation.cancel": "إلغاء",
	"dictation.refused":
	    "الميكروفون محظور. اسمح به لهذه الصفحة في متصفحك، ثم حاول مجددًا.",
	"dictation.no_microphone":
	    "لم يُعثر على ميكروفون. صِل واحدًا، ثم حاول مجددًا.",
	"dictation.in_use":
	    "لا يأتي صوت من الميكروفون. ربما يستخدمه برنامج آخر.",
	"dictation.unsupported":
	    "لا يستطيع هذا المتصفح التسجيل هنا. يمكنك الكتابة بدلًا من ذلك.",
	"dictation.nothing":
	    "لم يُفهم شيء. يُرجى المحاولة مجددًا من مكان أقرب إلى الميكروفون.",
	"questions.label": "أسئلة",
	"questions.own": "شيء آخر",
	"questions.skip": "تخطٍّ",
	"questions.send": "إرسال الإجابات",
	"questions.empty": "أجب عن سؤال واحد على الأقل، أو تخطَّ الأسئلة.",

	// --- history, search, start screen
	"start.greeting": "كيف يمكنني مساعدتك اليوم؟",
	"history.close": "إغلاق القائمة",
	"history.today": "اليوم",
	"history.yesterday": "أمس",
	"history.week": "آخر 7 أيام",
	"history.month": "آخر 30 يومًا",
	"history.empty": "لا محادثات بعد.",
	"history.unread": "\u2068{title}\u2069، فيها رد جديد",
	"history.menu": "خيارات «\u2068{title}\u2069»",
	"history.rename": "إعادة التسمية",
	"history.new_name": "الاسم الجديد",
	"history.delete": "حذف",
	"history.ask_delete": "أتريد حذف هذه المحادثة؟",
	"history.delete_means":
	    "ستُحذف «\u2068{title}\u2069» وكل رسائلها نهائيًا. أما ما أُنجز " +
	    "فيها فيبقى.",
	"history.deleted": "حُذفت المحادثة.",
	"search.placeholder": "البحث في محادثاتك",
	"search.found": "المحادثات التي عُثر عليها",
	"search.count": {
		zero: "لم يُعثر على محادثات",
		one: "عُثر على محادثة واحدة",
		two: "عُثر على محادثتين",
		few: "عُثر على {n} محادثات",
		many: "عُثر على {n} محادثة",
		other: "عُثر على {n} محادثة",
	},
	"search.nothing": "لم يُعثر على شيء. جرّب كلمات أقل أو كلمات أخرى.",
	"search.more": "هناك المزيد. أضف كلمة لتضييق البحث.",

	// --- widgets, tasks, sources
	"code.copy": "نسخ",
	"code.copied": "تم النسخ",
	"code.not_copied": "لم يسمح المتصفح بذلك",
	"code.label": "شفرة برمجية",
	"code.of": "شفرة برمجية: \u2068{language}\u2069",
	"table.label": "جدول",
	"image.label": "صورة",
	"task.done": "أُنجزت",
	"task.open": "لم تُنجز",
	"widget.more": {
		zero: "لا مزيد",
		one: "عرض عنصر آخر",
		two: "عرض عنصرين آخرين",
		few: "عرض {n} عناصر أخرى",
		many: "عرض {n} عنصرًا آخر",
		other: "عرض {n} عنصر آخر",
	},
	"widget.wait": "يمكن ذلك عند اكتمال الرد",
	"widget.choose": "اختر…",
	"widget.button": "زر",
	"widget.pattern": "يُرجى الالتزام بالصيغة المطلوبة.",
	"widget.collision":
	    "للحقل \u2068{name}\u2069 اسم شيء يرسله إجراؤه من قبل، فتُرك.",
	"chart.label": {
		zero: "رسم بياني: \u2068{names}\u2069، بلا قيم",
		one: "رسم بياني: \u2068{names}\u2069، قيمة واحدة",
		two: "رسم بياني: \u2068{names}\u2069، قيمتان لكل منها",
		few: "رسم بياني: \u2068{names}\u2069، {n} قيم لكل منها",
		many: "رسم بياني: \u2068{names}\u2069، {n} قيمة لكل منها",
		other: "رسم بياني: \u2068{names}\u2069، {n} قيمة لكل منها",
	},
	"chart.numbers": "الأرقام",
	"sources.title": {
		zero: "بلا مصادر",
		one: "مصدر واحد",
		two: "مصدران",
		few: "{n} مصادر",
		many: "{n} مصدرًا",
		other: "{n} مصدر",
	},
	"sources.mark": "المصدر {n}: \u2068{title}\u2069",

	// --- dialogs, menus, shortcuts
	"dialog.cancel": "إلغاء",
	"shortcut.title": "اختصارات لوحة المفاتيح",
	"shortcut.send": "إرسال الرسالة",
	"shortcut.line": "سطر جديد",
	"shortcut.edit": "تعديل رسالتك الأخيرة (في حقل فارغ)",
	"shortcut.stop": "إيقاف الرد، أو الخروج من قائمة أو تعديل",
	"shortcut.search": "البحث في المحادثات",
	"shortcut.list": "عرض هذه القائمة",
};
