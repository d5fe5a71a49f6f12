// Arabic: what single pages say; the frame's words are in ar.js.

export default {
	// --- forms
	"form.name": "الاسم",
	"form.email.label": "البريد الإلكتروني",
	"form.password": "كلمة المرور",
	"form.password.new": "كلمة المرور الجديدة",
	"form.password.current": "كلمة المرور الحالية",
	"form.password.min": {
		zero: "بلا حد أدنى للطول.",
		one: "حرف واحد على الأقل.",
		two: "حرفان على الأقل.",
		few: "{n} أحرف على الأقل.",
		many: "{n} حرفًا على الأقل.",
		other: "{n} حرف على الأقل.",
	},
	"form.show": "إظهار",
	"form.show.what": "إظهار: \u2068{name}\u2069",
	"form.hide": "إخفاء",
	"form.hide.what": "إخفاء: \u2068{name}\u2069",
	"form.wrong": "يُرجى النظر في هذا مرة أخرى:",
	"form.missing": "يُرجى ملء هذا الحقل.",
	"form.email": "يُرجى إدخال عنوان مثل \u2068name@example.org\u2069.",
	"form.refused": "لا يمكن استخدام هذا. يُرجى تغييره.",

	// --- signing in and up, a new password
	"sign_in.title": "تسجيل الدخول",
	"sign_in.go": "تسجيل الدخول",
	"sign_in.remember": "إبقائي مسجّل الدخول على هذا الجهاز",
	"sign_in.forgot": "هل نسيت كلمة المرور؟",
	"sign_in.new": "أنت جديد هنا؟",
	"sign_up.title": "إنشاء حساب",
	"sign_up.go": "إنشاء الحساب",
	"sign_up.known": "لديك حساب؟",
	"sign_up.sent":
	    "لإكمال التسجيل، افتح الرابط في الرسالة المرسلة إلى هذا العنوان:",
	"sign_up.off":
	    "لا يمكن إنشاء حسابات هنا. اسأل القائمين على هذا الموقع.",
	"mail.sent": "تفقّد بريدك",
	"forgot.title": "كلمة مرور جديدة",
	"forgot.how":
	    "أخبرنا بعنوانك، ونرسل إليك رابطًا لاختيار كلمة مرور جديدة.",
	"forgot.go": "إرسال الرابط",
	"forgot.sent": "إن كان هناك حساب بهذا العنوان، فالرابط في طريقه إليه:",
	"forgot.hour":
	    "الرابط صالح لمدة ساعة. لم تصلك رسالة؟ ابحث في البريد غير " +
	    "المرغوب فيه، أو حاول مجددًا.",
	"forgot.off":
	    "لا يرسل هذا الموقع بريدًا. اطلب كلمة مرور جديدة من القائمين " +
	    "عليه.",
	"reset.title": "اختر كلمة مرور جديدة",
	"reset.go": "حفظ كلمة المرور",
	"reset.done": "تغيّرت كلمة مرورك",
	"reset.done.more":
	    "سُجّل خروجك من كل مكان. سجّل الدخول بكلمة المرور الجديدة.",
	"reset.stale":
	    "لم يعد هذا الرابط صالحًا: فقد استُخدم، أو مضت عليه أكثر من ساعة.",
	"reset.again": "طلب رابط جديد",
	"verify.title": "عنوان بريدك الإلكتروني",
	"verify.done": "تم تأكيد عنوانك",
	"verify.go_on": "الذهاب إلى المحادثة",
	"verify.go": "إرسال رابط جديد",
	"verify.stale":
	    "لم يعد هذا الرابط صالحًا. يمكننا أن نرسل إليك رابطًا جديدًا.",
	"verify.sent":
	    "إن كان هذا العنوان ينتظر التأكيد، فرابط جديد في طريقه إليه:",
	"verify.resend": "إرسال الرسالة مرة أخرى",
	"verify.resent": "أُرسلت مرة أخرى. قد يستغرق وصولها دقيقة.",
	"account.back": "العودة إلى تسجيل الدخول",
	"account.off":
	    "لا حسابات هنا. سجّل الدخول في موقعك، وعندها تعرفك هذه الصفحات.",

	// --- what the accounts refuse
	"account.invalid_email":
	    "يُرجى إدخال عنوان مثل \u2068name@example.org\u2069.",
	"account.email_same": "هذا هو عنوانك أصلًا.",
	"account.user_already_exists_use_another_email":
	    "هناك حساب بهذا العنوان. سجّل الدخول، أو استخدم عنوانًا آخر.",
	"account.password_too_short": {
		zero: "يُرجى اختيار كلمة مرور.",
		one: "يُرجى استخدام حرف واحد على الأقل.",
		two: "يُرجى استخدام حرفين على الأقل.",
		few: "يُرجى استخدام {n} أحرف على الأقل.",
		many: "يُرجى استخدام {n} حرفًا على الأقل.",
		other: "يُرجى استخدام {n} حرف على الأقل.",
	},
	"account.password_too_long": "يُرجى استخدام 128 حرفًا على الأكثر.",
	"account.password_too_weak":
	    "كثيرون يستخدمون كلمة المرور هذه، فمن السهل تخمينها. يُرجى " +
	    "اختيار غيرها.",
	"account.invalid_password":
	    "هذه ليست كلمة مرورك. يُرجى المحاولة مجددًا.",
	"account.invalid_email_or_password":
	    "العنوان وكلمة المرور لا يتطابقان. يُرجى المحاولة مجددًا.",
	"account.email_not_verified":
	    "لم يُؤكَّد عنوانك بعد. افتح الرابط في الرسالة التي أرسلناها " +
	    "إليك.",
	"account.invalid_token":
	    "لم يعد هذا الرابط صالحًا. يُرجى طلب رابط جديد.",
	"account.email_password_sign_up_disabled":
	    "لا يمكن إنشاء حسابات هنا. اسأل القائمين على هذا الموقع.",
	"account.change_email_disabled":
	    "لا يرسل هذا الموقع بريدًا، فلا يمكن تغيير العنوان.",
	"account.reset_password_disabled":
	    "لا يرسل هذا الموقع بريدًا. اطلب كلمة مرور جديدة من القائمين " +
	    "عليه.",
	"account.credential_account_not_found": "ليست لهذا الحساب كلمة مرور.",

	// --- profile
	"profile.title": "الملف الشخصي",
	"profile.elsewhere":
	    "اسمك وكلمة مرورك محفوظان في الموقع الذي سجّلت الدخول فيه.",
	"profile.you": "أنت",
	"profile.save": "حفظ",
	"profile.saved": "تم الحفظ.",
	"profile.unconfirmed": "لم يُؤكَّد بعد.",
	"profile.confirm": "أرسلوا إليّ الرابط",
	"profile.email.new": "العنوان الجديد",
	"profile.email.change": "تغيير العنوان",
	"profile.email.sent":
	    "افتح الرابط في الرسالة المرسلة إلى \u2068{email}\u2069 قبل أن " +
	    "تسجّل الخروج. وحتى ذلك الحين يبقى عنوانك كما هو.",
	"profile.password": "كلمة المرور",
	"profile.password.others": "تسجيل خروجي من كل مكان آخر",
	"profile.password.change": "تغيير كلمة المرور",
	"profile.password.done": "تغيّرت كلمة مرورك.",

	// --- sessions
	"sessions.title": "الأماكن التي سجّلت الدخول فيها",
	"sessions.device": "\u2068{browser}\u2069 على \u2068{system}\u2069",
	"sessions.unknown": "برنامج غير معروف",
	"sessions.this": "هذا الجهاز",
	"sessions.seen": "آخر ظهور: {when}",
	"sessions.end": "تسجيل الخروج",
	"sessions.end.what": "تسجيل الخروج: \u2068{name}\u2069",
	"sessions.end.others": "تسجيل الخروج من كل مكان آخر",
	"sessions.ended": "تم تسجيل الخروج هناك.",
	"sessions.fresh":
	    "سجّلت الدخول قبل أكثر من يوم. لرؤية هذه القائمة، أدخل كلمة " +
	    "مرورك مرة أخرى.",
	"sessions.fresh.go": "عرض القائمة",

	// --- access tokens
	"tokens.title": "وصول البرامج",
	"tokens.what":
	    "يتيح رمز الوصول لبرنامج نصي أو لعميل MCP العمل على مهامك، " +
	    "وعليها وحدها. كل من يملكه يستطيع استخدامه: احفظه كما تحفظ كلمة " +
	    "المرور.",
	"tokens.none": "ليس لديك أي رمز.",
	"tokens.once": "انسخه الآن: لن يُعرض مرة أخرى.",
	"tokens.copy": "نسخ",
	"tokens.copied": "تم النسخ.",
	"tokens.name": "فيمَ سيُستخدم؟",
	"tokens.days": "مدة الصلاحية",
	"tokens.days.30": "30 يومًا",
	"tokens.days.90": "90 يومًا",
	"tokens.days.365": "سنة",
	"tokens.days.none": "بلا نهاية",
	"tokens.scope": "يُسمح له",
	"tokens.scope.write": "بقراءة المهام وتغييرها",
	"tokens.scope.read": "بقراءة المهام فقط",
	"tokens.make": "إنشاء رمز",
	"tokens.until": "حتى {when}",
	"tokens.forever": "بلا نهاية",
	"tokens.used": "استُخدم في {when}",
	"tokens.unused": "لم يُستخدم قط",
	"tokens.revoke": "إبطال",
	"tokens.revoke.what": "إبطال: \u2068{name}\u2069",
	"tokens.revoked": "أُبطل «\u2068{name}\u2069».",
	"tokens.many":
	    "لديك أكبر عدد مسموح به من الرموز. أبطل واحدًا منها أولًا.",

	// --- the address of MCP, connected programs
	"mcp.what":
	    "أعطِ هذا العنوان لمساعد أو محرر يدعم MCP. سيحيلك إلى هنا ليسأل " +
	    "عما يُسمح له به.",
	"mcp.copy": "نسخ العنوان",
	"apps.title": "البرامج المتصلة",
	"apps.none": "لا يوجد برنامج متصل.",
	"apps.since": "منذ {when}",
	"apps.scope.change": "بتغيير المهام فقط",
	"apps.end": "قطع الاتصال",
	"apps.end.what": "قطع الاتصال: \u2068{name}\u2069",
	"apps.ended": "قُطع اتصال «\u2068{name}\u2069».",
	"tokens.own": "رموز الوصول",

	// --- a program asks for access
	"authorize.title": "هل تسمح بالوصول إلى مهامك؟",
	"authorize.wait": "لحظة من فضلك…",
	"authorize.registered": "سجّله مشغّل هذا الموقع",
	"authorize.may": "يُسمح له",
	"authorize.both": "برؤية مهامك وتغييرها",
	"authorize.read": "برؤية مهامك فقط",
	"authorize.only.read": "يُسمح له برؤية مهامك دون تغييرها.",
	"authorize.only.write": "يُسمح له بتغيير مهامك دون رؤية القائمة.",
	"authorize.not": "لن يرى محادثاتك ولا كلمة مرورك.",
	"authorize.as": "سجّلت الدخول باسم",
	"authorize.other": "تسجيل الدخول بحساب آخر",
	"authorize.to": "ستُرسل الإجابة إلى",
	"authorize.to.here": "برنامج على هذا الحاسوب",
	"authorize.to.app":
	    "البرنامج الذي يفتح عناوين \u2068{scheme}\u2069 على هذا الجهاز",
	"authorize.warn.host":
	    "هذا البرنامج تابع لـ \u2068{client}\u2069، لكن الإجابة ستُرسل " +
	    "إلى \u2068{host}\u2069. لا تسمح بذلك إلا إذا كنت تتوقعه.",
	"authorize.warn.here":
	    "يستطيع أي برنامج على هذا الحاسوب أن يسأل هكذا وبأي اسم. لا تسمح " +
	    "بذلك إلا إذا بدأته بنفسك قبل قليل.",
	"authorize.warn.app":
	    "يستطيع أي برنامج على هذا الجهاز أن يدّعي مثل هذه العناوين. لا " +
	    "تسمح بذلك إلا إذا بدأته بنفسك قبل قليل.",
	"authorize.revoke": "يمكنك سحب هذا الإذن متى شئت من ملفك الشخصي.",
	"authorize.allow": "السماح",
	"authorize.cancel": "إلغاء",
	"authorize.allowed": "سُمح بالوصول",
	"authorize.refused": "لم يُسمح بالوصول",
	"authorize.going": "تجري إعادتك إلى البرنامج.",
	"authorize.close":
	    "يفتح متصفحك البرنامج، وقد يسألك أولًا. يمكنك إغلاق هذه الصفحة " +
	    "بعد ذلك.",
	"authorize.back": "العودة إلى البرنامج",
	"authorize.failed": "يتعذر توصيل هذا البرنامج",
	"authorize.off":
	    "لا يتيح هذا الموقع وصول البرامج. يستطيع مشغّله تفعيل ذلك.",
	"authorize.client":
	    "لا يعرّف البرنامج نفسه كما ينبغي، فلم يُسمح بشيء. لا يستطيع " +
	    "إصلاح ذلك إلا صانعوه.",
	"authorize.redirect":
	    "كانت الإجابة ستُرسل إلى عنوان لا يُعرف أنه لهذا البرنامج. لم " +
	    "يُرسل إليه شيء.",
	"authorize.request":
	    "الرابط الذي أتى بك إلى هذه الصفحة غير مكتمل. ابدأ من جديد في " +
	    "البرنامج الذي أحالك إلى هنا.",
	"authorize.away":
	    "لا يستجيب موقع البرنامج الذي يعرّف به. حاول مجددًا بعد قليل.",
	"authorize.many":
	    "لديك أقصى عدد من البرامج المتصلة. اقطع اتصال أحدها أولًا من " +
	    "ملفك الشخصي.",
	"authorize.detail": "لصانعيه:",
	"authorize.framed":
	    "لكي لا يجعلك أحد تنقر على ما لا تراه، لا تعمل هذه الصفحة إلا " +
	    "وحدها.",
	"authorize.alone": "فتحها وحدها",

	// --- a copy of everything, the end of the account
	"export.title": "بياناتك",
	"export.what":
	    "كل ما يخصك ومحفوظ هنا – المهام والمحادثات والحساب – في ملف JSON " +
	    "واحد.",
	"export.go": "تنزيل",
	"delete.title": "حذف الحساب",
	"delete.what":
	    "يُحذف حسابك وكل مهامك وكل محادثاتك فورًا ونهائيًا. لا يستطيع " +
	    "أحد استعادتها.",
	"delete.open": "حذف حسابي…",
	"delete.sure": "أتريد حذف حسابك؟",
	"delete.type": "اكتب هذه الكلمة للتأكيد:",
	"delete.word": "حذف",
	"delete.word.wrong": "يُرجى كتابة «{word}».",
	"delete.go": "حذف نهائي",
	"delete.keep": "الإبقاء عليه",
	"delete.done": "حُذف حسابك",
	"delete.done.more": "وحُذفت معه كل مهامك ومحادثاتك.",
	"delete.leave": "إلى صفحة البداية",

	// --- the start page, a page that is not there
	"start.title": "مهامك، بالكلام",
	"start.lead":
	    "قل ما عليك فعله. يتولى مساعد أمر القائمة، ويجد ما حان موعده، " +
	    "ويسألك قبل أن يحذف أي شيء.",
	"start.elsewhere":
	    "لا حسابات هنا: سجّل الدخول في موقعك، وعندها تعرفك هذه الصفحات.",
	"start.sample": "مثال: تُضاف مهمتان بمجرد قولهما",
	"start.sample.said":
	    "الاتصال بطبيب الأسنان غدًا الساعة التاسعة، وشراء الحليب",
	"start.sample.answer": "أضفت المهمتين.",
	"start.sample.one": "الاتصال بطبيب الأسنان",
	"start.sample.two": "شراء الحليب",
	"start.sample.due": "غدًا، 9:00",
	"start.talk": "تكلّم",
	"start.talk.more":
	    "تكفي الكلمات البسيطة، ولا بأس بعدة أمور دفعة واحدة.",
	"start.list": "شاهد القائمة",
	"start.list.more":
	    "تظهر المهام بجانب المحادثة. غيّرها بيدك كلما كان ذلك أسرع.",
	"start.yours": "تبقى لك",
	"start.yours.more":
	    "كل شيء محفوظ على هذا الخادم. خذ نسخة منه أو احذفه متى شئت.",
	"start.operators": "للمشغّلين والبرامج:",
	"start.ready": "هل هو جاهز؟",
	"start.api": "واجهة البرمجة، ويمكن مخاطبتها بأداة curl",
	"missing.title": "لا توجد صفحة كهذه",
	"missing.more": "ربما في العنوان خطأ إملائي، أو أن الصفحة انتقلت.",

	// --- the button for other pages
	"embed.title": "المحادثة على صفحاتك",
	"embed.what":
	    "زر دائري في الزاوية يفتح المحادثة. وهو في هذه الصفحة: جرّبه.",
	"embed.how": "سطر واحد",
	"embed.how.more":
	    "ضع هذا في صفحة من هذا الموقع، أو من مصدر سمح به مشغّله:",
	"embed.attributes": "كيف يبدو",
	"embed.position":
	    "\u2068“start”\u2069 أو \u2068“end”\u2069: الجانب الذي يقف عليه.",
	"embed.label": "اسم الزر.",
	"embed.theme":
	    "\u2068“light”\u2069 أو \u2068“dark”\u2069؛ وإلا فكما في نظام " +
	    "القارئ.",
	"embed.locale": "لغة مثل \u2068“de”\u2069؛ وإلا فلغة الصفحة.",
	"embed.accent": "لون للزر، مثل \u2068“#0b6e58”\u2069.",
	"embed.token":
	    "على موقع آخر: عنوان هناك يجيب بـ \u2068{\"token\": \"…\"}\u2069 " +
	    "لمن سجّل الدخول.",
	"embed.policy":
	    "الصفحة التي لها \u2068Content-Security-Policy\u2069 تذكر هذا " +
	    "المصدر في \u2068script-src\u2069 و\u2068style-src\u2069 " +
	    "و\u2068connect-src\u2069.",

	// --- the vendor's element
	"official.title": "عنصر المحادثة من مورّده",
	"official.what":
	    "تحمّل هذه الصفحة ChatKit من خوادم OpenAI نفسها وتصله بهذا " +
	    "الخادم. محادثة هذا الموقع لا تحتاج إلى أي منهما.",
	"official.loading": "جارٍ تحميله…",
	"official.key":
	    "ليس لهذا الموقع مفتاح نطاق. يحصل عليه مشغّله من المورّد ويضبط " +
	    "\u2068chatkit_domain_key\u2069؛ ولا يعمل بدونه إلا على " +
	    "localhost.",
	"official.failed":
	    "لم يُحمَّل برنامج المورّد. ربما كان محظورًا، أو تعذّر الوصول " +
	    "إلى خوادمه. محادثة هذا الموقع تعمل على أي حال.",
	"official.slow":
	    "لم يستجب عنصر المورّد بعد. إذا بقي فارغًا، فالأرجح أن مفتاح " +
	    "النطاق ليس لهذا العنوان.",
};
