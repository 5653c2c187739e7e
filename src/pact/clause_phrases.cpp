#include "pact/clause_phrases.h"

#include <array>

namespace skypact::pact {
namespace {

struct Sentence {
  Phrase phrase;
  std::array<std::string_view, 4> words;   // en, fr, ru, ar
};

constexpr std::array sentences{
    Sentence{Phrase::pact, {"Pact \"{0}\" ({1}), version {2}.", "Pacte « {0} » ({1}), version {2}.", "Пакт «{0}» ({1}), версия {2}.", "الميثاق «{0}» ({1})، النسخة {2}."}},
    Sentence{Phrase::supersedes, {"It replaces the terms {0}.", "Il remplace les termes {0}.", "Он заменяет условия {0}.", "يحل محل الشروط {0}."}},
    Sentence{Phrase::validity, {"In force from {0} until {1}.", "En vigueur du {0} au {1}.", "Действует с {0} до {1}.", "يسري من {0} حتى {1}."}},
    Sentence{Phrase::review, {"Review at {0}.", "Réexamen le {0}.", "Пересмотр {0}.", "المراجعة في {0}."}},
    Sentence{Phrase::termination, {"Termination is stated at least {0} before.", "La dénonciation est notifiée au moins {0} à l'avance.", "О прекращении уведомляют не менее чем за {0}.", "يُخطر بالإنهاء قبل {0} على الأقل."}},
    Sentence{Phrase::area, {"Holds from {0} to {1}.", "S'applique de {0} à {1}.", "Действует от {0} до {1}.", "يسري من {0} إلى {1}."}},
    Sentence{Phrase::surface, {"the surface", "la surface", "поверхности", "السطح"}},
    Sentence{Phrase::unlimited, {"unlimited height", "une hauteur illimitée", "неограниченной высоты", "ارتفاع غير محدود"}},
    Sentence{Phrase::pressure, {"{0} pressure altitude", "{0} d'altitude-pression", "{0} по стандартному давлению", "{0} ارتفاع ضغطي"}},
    Sentence{Phrase::mean_sea_level, {"{0} above mean sea level", "{0} au-dessus du niveau moyen de la mer", "{0} над средним уровнем моря", "{0} فوق متوسط مستوى سطح البحر"}},
    Sentence{Phrase::above_ground, {"{0} above ground", "{0} au-dessus du sol", "{0} над землёй", "{0} فوق سطح الأرض"}},
    Sentence{Phrase::ellipsoid, {"{0} above the WGS-84 ellipsoid", "{0} au-dessus de l'ellipsoïde WGS-84", "{0} над эллипсоидом WGS-84", "{0} فوق المجسم الإهليلجي WGS-84"}},
    Sentence{Phrase::party, {"Party {0} ({1}): {2} of its {3} signatories sign.", "Partie {0} ({1}) : {2} de ses {3} signataires signent.", "Сторона {0} ({1}): подписывают {2} из {3} уполномоченных.", "الطرف {0} ({1}): يوقّع {2} من أصل {3} مفوّضين."}},
    Sentence{Phrase::member, {"Member {0} ({1}); {2} signs and answers for it.", "Membre {0} ({1}) ; {2} signe et répond pour lui.", "Участник {0} ({1}); за него подписывает и отвечает {2}.", "العضو {0} ({1})؛ يوقّع عنه ويتحمل المسؤولية {2}."}},
    Sentence{Phrase::desk, {"Desk {0}; languages: {1}; contact: {2}.", "Poste {0} ; langues : {1} ; contact : {2}.", "Пост {0}; языки: {1}; связь: {2}.", "المكتب {0}؛ اللغات: {1}؛ الاتصال: {2}."}},
    Sentence{Phrase::fleet, {"Aircraft of {0}, class {1}:", "Aéronefs de {0}, classe {1} :", "Воздушные суда: {0}, класс: {1}:", "طائرات {0}، الفئة {1}:"}},
    Sentence{Phrase::addresses, {"by ICAO address {0}.", "par adresse OACI {0}.", "по адресам ИКАО {0}.", "حسب عنوان الإيكاو {0}."}},
    Sentence{Phrase::registrations, {"By registration {0}.", "Par immatriculation {0}.", "По регистрационным знакам {0}.", "حسب علامة التسجيل {0}."}},
    Sentence{Phrase::callsigns, {"By callsign {0}, which is a claim and never lowers minima.", "Par indicatif {0}, qui n'est qu'une déclaration et ne réduit jamais les minimums.", "По позывным {0}; это лишь заявление, минимумы оно не снижает.", "حسب رمز النداء {0}، وهو ادعاء لا يخفض الحدود الدنيا أبداً."}},
    Sentence{Phrase::side_any, {"any aircraft ({0})", "tout aéronef ({0})", "любое воздушное судно ({0})", "أي طائرة ({0})"}},
    Sentence{Phrase::side_none, {"aircraft of no party of this pact ({0})", "tout aéronef d'aucune partie à ce pacte ({0})", "воздушное судно вне сторон пакта ({0})", "طائرة لا تتبع أي طرف في هذا الميثاق ({0})"}},
    Sentence{Phrase::side_party, {"aircraft of {0} ({1})", "aéronef de {0} ({1})", "воздушное судно стороны {0} ({1})", "طائرة الطرف {0} ({1})"}},
    Sentence{Phrase::class_any, {"any class", "toute classe", "любой класс", "أي فئة"}},
    Sentence{Phrase::class_unknown, {"class not known", "classe inconnue", "класс неизвестен", "فئة غير معروفة"}},
    Sentence{Phrase::class_civil, {"civil", "civil", "гражданское", "مدنية"}},
    Sentence{Phrase::class_state, {"state", "d'État", "государственное", "تابعة للدولة"}},
    Sentence{Phrase::class_unmanned, {"unmanned", "sans équipage", "беспилотное", "غير مأهولة"}},
    Sentence{Phrase::class_humanitarian, {"humanitarian", "humanitaire", "гуманитарное", "إنسانية"}},
    Sentence{Phrase::class_ground_vehicle, {"ground vehicle", "véhicule au sol", "наземное средство", "مركبة أرضية"}},
    Sentence{Phrase::minima, {"Between {0} and {1}: at least {2} horizontally or {3} vertically. Tolerance of two level aircraft: {4}.", "Entre {0} et {1} : au moins {2} horizontalement ou {3} verticalement. Tolérance de deux aéronefs en palier : {4}.", "Между: {0} и {1}: не менее {2} по горизонтали или {3} по вертикали. Допуск для двух судов в горизонтальном полёте: {4}.", "بين {0} و{1}: {2} أفقياً أو {3} عمودياً على الأقل. التفاوت لطائرتين في طيران مستوٍ: {4}."}},
    Sentence{Phrase::minima_default, {"Between any two aircraft for which no other clause holds: at least {0} horizontally or {1} vertically. Tolerance of two level aircraft: {2}.", "Entre deux aéronefs pour lesquels aucune autre clause ne s'applique : au moins {0} horizontalement ou {1} verticalement. Tolérance de deux aéronefs en palier : {2}.", "Между любыми двумя судами, для которых нет иного условия: не менее {0} по горизонтали или {1} по вертикали. Допуск для двух судов в горизонтальном полёте: {2}.", "بين أي طائرتين لا يسري عليهما بند آخر: {0} أفقياً أو {1} عمودياً على الأقل. التفاوت لطائرتين في طيران مستوٍ: {2}."}},
    Sentence{Phrase::in_ring, {"Inside the outline of {0} corners: {1}.", "À l'intérieur du contour de {0} sommets : {1}.", "Внутри контура (вершин: {0}): {1}.", "داخل المحيط ذي {0} زوايا: {1}."}},
    Sentence{Phrase::span, {"From {0} until {1}.", "Du {0} au {1}.", "С {0} до {1}.", "من {0} حتى {1}."}},
    Sentence{Phrase::weekly, {"Every {0} from {1} to {2} UTC.", "Chaque {0} de {1} à {2} UTC.", "Дни недели: {0}, с {1} до {2} UTC.", "أيام {0} من {1} إلى {2} UTC."}},
    Sentence{Phrase::monday, {"Monday", "lundi", "понедельник", "الإثنين"}},
    Sentence{Phrase::tuesday, {"Tuesday", "mardi", "вторник", "الثلاثاء"}},
    Sentence{Phrase::wednesday, {"Wednesday", "mercredi", "среда", "الأربعاء"}},
    Sentence{Phrase::thursday, {"Thursday", "jeudi", "четверг", "الخميس"}},
    Sentence{Phrase::friday, {"Friday", "vendredi", "пятница", "الجمعة"}},
    Sentence{Phrase::saturday, {"Saturday", "samedi", "суббота", "السبت"}},
    Sentence{Phrase::sunday, {"Sunday", "dimanche", "воскресенье", "الأحد"}},
    Sentence{Phrase::zone_keep_clear, {"{0}: keep clear. May enter: {1}.", "{0} : à éviter. Peuvent entrer : {1}.", "{0}: вход запрещён. Могут входить: {1}.", "{0}: ابتعدوا. يجوز الدخول لـ: {1}."}},
    Sentence{Phrase::zone_caution, {"{0}: special caution area. Not told of it: {1}.", "{0} : zone de prudence particulière. Non avertis : {1}.", "{0}: район особой осторожности. Не предупреждаются: {1}.", "{0}: منطقة حذر خاص. لا يُنبَّه: {1}."}},
    Sentence{Phrase::zone_protected_site, {"{0}: protected site, keep clear. May enter: {1}.", "{0} : site protégé, à éviter. Peuvent entrer : {1}.", "{0}: охраняемый объект, вход запрещён. Могут входить: {1}.", "{0}: موقع محمي، ابتعدوا. يجوز الدخول لـ: {1}."}},
    Sentence{Phrase::zone_corridor, {"{0}: corridor. Stay in it once inside: {1}.", "{0} : couloir. Y restent une fois entrés : {1}.", "{0}: коридор. Войдя, не покидают: {1}.", "{0}: ممر. يبقى فيه بعد دخوله: {1}."}},
    Sentence{Phrase::zone_altitude_block, {"{0}: block of altitude reserved for {1}; others keep clear.", "{0} : bloc d'altitude réservé à {1} ; les autres l'évitent.", "{0}: блок высот только для {1}; прочим вход запрещён.", "{0}: نطاق ارتفاع محجوز لـ {1}؛ وعلى غيرهم الابتعاد."}},
    Sentence{Phrase::zone_contact, {"{0}: call on entering. Need not call: {1}.", "{0} : appeler à l'entrée. Dispensés : {1}.", "{0}: при входе выйти на связь. Не обязаны: {1}.", "{0}: اتصلوا عند الدخول. يُعفى: {1}."}},
    Sentence{Phrase::zone_no_entry_without_contact, {"{0}: no entry before a call is answered. May enter without: {1}.", "{0} : entrée interdite avant réponse à l'appel. Dispensés : {1}.", "{0}: вход только после ответа на вызов. Без вызова: {1}.", "{0}: لا دخول قبل الرد على النداء. يُعفى: {1}."}},
    Sentence{Phrase::nobody, {"nobody", "personne", "никто", "لا أحد"}},
    Sentence{Phrase::circle, {"Around {0}, radius {1}.", "Autour de {0}, rayon {1}.", "Вокруг {0}, радиус {1}.", "حول {0}، نصف القطر {1}."}},
    Sentence{Phrase::ring, {"Outline of {0} corners: {1}.", "Contour de {0} sommets : {1}.", "Контур, вершин: {0}: {1}.", "محيط ذو {0} زوايا: {1}."}},
    Sentence{Phrase::buffer, {"And {0} around it.", "Et {0} autour.", "И {0} вокруг.", "و{0} حوله."}},
    Sentence{Phrase::band, {"From {0} to {1}.", "De {0} à {1}.", "От {0} до {1}.", "من {0} إلى {1}."}},
    Sentence{Phrase::moves_with, {"It moves with the aircraft {0}.", "Elle se déplace avec l'aéronef {0}.", "Перемещается с воздушным судном {0}.", "تتحرك مع الطائرة {0}."}},
    Sentence{Phrase::itinerary, {"It moves along {0} places from {1} until {2}: {3}.", "Elle suit {0} points du {1} au {2} : {3}.", "Перемещается по точкам (число: {0}) с {1} до {2}: {3}.", "تتحرك عبر {0} نقاط من {1} حتى {2}: {3}."}},
    Sentence{Phrase::call_frequency, {"Call {0} on {1}.", "Appeler {0} sur {1}.", "Вызывать {0} на {1}.", "نادوا {0} على {1}."}},
    Sentence{Phrase::call_desk, {"Call {0}.", "Appeler {0}.", "Вызывать {0}.", "نادوا {0}."}},
    Sentence{Phrase::frequency_working, {"Working frequency {0}, call sign {1}.", "Fréquence de travail {0}, indicatif {1}.", "Рабочая частота {0}, позывной {1}.", "تردد العمل {0}، رمز النداء {1}."}},
    Sentence{Phrase::frequency_guard, {"Guard frequency {0}, call sign {1}.", "Fréquence de veille {0}, indicatif {1}.", "Дежурная частота {0}, позывной {1}.", "تردد المراقبة {0}، رمز النداء {1}."}},
    Sentence{Phrase::frequency_distress, {"Distress frequency {0}, call sign {1}.", "Fréquence de détresse {0}, indicatif {1}.", "Частота бедствия {0}, позывной {1}.", "تردد الاستغاثة {0}، رمز النداء {1}."}},
    Sentence{Phrase::watched_by, {"Watched by {0}.", "Veillée par {0}.", "Прослушивают: {0}.", "يراقبه {0}."}},
    Sentence{Phrase::notice, {"Notice of {0}: at least {1} before.", "Préavis de {0} : au moins {1} avant.", "Уведомление ({0}): не менее чем за {1}.", "الإخطار بـ {0}: قبل {1} على الأقل."}},
    Sentence{Phrase::escalation, {"A message is received within {0}, answered by a person within {1} and taken higher within {2}; a STOP climbs from {3}.", "Un message est reçu en {0}, une personne répond en {1}, il est transmis plus haut en {2} ; un STOP monte dès {3}.", "Сообщение принимают за {0}, человек отвечает за {1}, выше передают за {2}; STOP поднимается через {3}.", "تُستلم الرسالة خلال {0}، ويرد عليها شخص خلال {1}، وتُرفع خلال {2}؛ ويُصعَّد STOP بعد {3}."}},
    Sentence{Phrase::step, {"After {0}: {1}.", "Après {0} : {1}.", "Через {0}: {1}.", "بعد {0}: {1}."}},
    Sentence{Phrase::outsider, {"To {0} speaks {1}, desk {2}.", "À {0} parle {1}, poste {2}.", "С {0} говорит {1}, пост {2}.", "يتحدث إلى {0} الطرف {1}، المكتب {2}."}},
    Sentence{Phrase::share_always, {"{0} lets {1} have at all times: {2}.", "{0} communique à {1} en permanence : {2}.", "{0} всегда передаёт {1}: {2}.", "يتيح {0} لـ {1} دائماً: {2}."}},
    Sentence{Phrase::share_near, {"{0} lets {1} have of aircraft closer than {3}: {2}.", "{0} communique à {1}, pour les aéronefs à moins de {3} : {2}.", "{0} передаёт {1} о судах ближе {3}: {2}.", "يتيح {0} لـ {1} عن الطائرات الأقرب من {3}: {2}."}},
    Sentence{Phrase::share_alert, {"{0} lets {1} have of aircraft under an alert: {2}.", "{0} communique à {1}, pour les aéronefs en alerte : {2}.", "{0} передаёт {1} о судах, по которым есть тревога: {2}.", "يتيح {0} لـ {1} عن الطائرات التي عليها إنذار: {2}."}},
    Sentence{Phrase::share_never, {"{0} shares nothing with {1}.", "{0} ne communique rien à {1}.", "{0} ничего не передаёт {1}.", "لا يشارك {0} شيئاً مع {1}."}},
    Sentence{Phrase::position_step, {"Positions in steps of {0}.", "Positions par pas de {0}.", "Положение с шагом {0}.", "المواقع بخطوات قدرها {0}."}},
    Sentence{Phrase::altitude_step, {"Altitudes in steps of {0}.", "Altitudes par pas de {0}.", "Высота с шагом {0}.", "الارتفاعات بخطوات قدرها {0}."}},
    Sentence{Phrase::delay, {"Delayed by {0}.", "Avec un retard de {0}.", "С задержкой {0}.", "بتأخير قدره {0}."}},
    Sentence{Phrase::release, {"Where a state aircraft of {0} in distress is, is told at once to: {1}.", "La position d'un aéronef d'État de {0} en détresse est communiquée aussitôt à : {1}.", "Местоположение терпящего бедствие государственного воздушного судна ({0}) сразу сообщают: {1}.", "يُبلَّغ فوراً موقع طائرة الدولة التابعة لـ {0} عند استغاثتها إلى: {1}."}},
    Sentence{Phrase::rescue_centres, {"the rescue coordination centres", "centres de coordination de sauvetage", "спасательно-координационные центры", "مراكز تنسيق الإنقاذ"}},
    Sentence{Phrase::safety_floor, {"No suspension reaches: {0}.", "Aucune suspension n'atteint : {0}.", "Приостановка не затрагивает: {0}.", "لا يطال أي تعليق: {0}."}},
};
static_assert(sentences.size() == static_cast<std::size_t>(Phrase::count_));
static_assert([] {
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    if (sentences[i].phrase != static_cast<Phrase>(i)) return false;
    for (const auto words : sentences[i].words) {
      if (words.empty()) return false;
    }
  }
  return true;
}(), "the sentences stand in the order of the enum, in every language");

// Statute miles and kilometres are other units and no names for these.
constexpr std::array units{
    Unit{Unit::Kind::nautical_miles, 1, {"NM", "nm", "nautical miles", "nautical mile", "milles marins", "mille marin", "морские мили", "морских миль", "морской мили", "морских мили", "морская миля", "ميل بحري", "أميال بحرية", "ميلاً بحرياً"}},
    Unit{Unit::Kind::metres, 1, {"m", "metres", "metre", "meters", "mètres", "mètre", "м", "метров", "метра", "метр", "متر", "أمتار", "متراً"}},
    Unit{Unit::Kind::feet, 1, {"ft", "feet", "foot", "pieds", "pied", "фут", "футов", "фута", "قدم", "أقدام", "قدماً"}},
    Unit{Unit::Kind::time, 86'400, {"d", "days", "day", "jours", "jour", "сут", "суток", "дней", "дня", "день", "يوم", "أيام", "يوماً"}},
    Unit{Unit::Kind::time, 3600, {"h", "hours", "hour", "heures", "heure", "ч", "часов", "часа", "час", "ساعة", "ساعات"}},
    Unit{Unit::Kind::time, 60, {"min", "minutes", "minute", "мин", "минут", "минуты", "минута", "دقيقة", "دقائق"}},
    Unit{Unit::Kind::time, 1, {"s", "seconds", "second", "secondes", "seconde", "с", "сек", "секунд", "секунды", "секунда", "ثانية", "ثوان", "ثوانٍ"}},
    Unit{Unit::Kind::megahertz, 1, {"MHz", "МГц", "ميغاهرتز"}},
    Unit{Unit::Kind::kilohertz, 1, {"kHz", "кГц", "كيلوهرتز"}},
};

}  // namespace

std::string_view words_of(Phrase phrase, std::size_t language) { return sentences[static_cast<std::size_t>(phrase)].words[language]; }

Phrase class_phrase(AircraftClass aircraft_class) {
  return static_cast<Phrase>(static_cast<std::size_t>(Phrase::class_unknown) + static_cast<std::size_t>(aircraft_class));
}

std::span<const Unit> text_units() { return units; }

}  // namespace skypact::pact
