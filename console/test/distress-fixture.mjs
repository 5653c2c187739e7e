// A distress desk for the browser's checks where no real node is at hand: cases by the words of openapi.yaml, with the acts that change them. It knows no
// rules of its own beyond what the page must show.
const at = (s) => new Date(Date.now() + s * 1000).toISOString();
const json = (value, status = 200) => ({ status, type: 'application/json', body: JSON.stringify(value) });
const refuse = (status, message) => json({ error: { code: 'conflict', message } }, status);
const officer = (party, account = 'Duty officer') => ({ party, account, desk: 'duty' });

const CHANNELS = [
  { id: 'guard', use: 'guard', khz: 121500, text: '121.500 MHz', call_sign: 'CORRIDOR GUARD', parties: ['north', 'south'], remark: '', agreed: true, voice: true, place_unknown: false },
  { id: 'military-guard', use: 'guard', khz: 243000, text: '243.000 MHz', call_sign: '', parties: [], remark: 'ITU Radio Regulations 5.256', agreed: false, voice: true, place_unknown: false },
  { id: 'on-scene', use: 'distress', khz: 123100, text: '123.100 MHz', call_sign: '', parties: [], remark: 'on scene', agreed: false, voice: true, place_unknown: false },
  { id: 'working', use: 'working', khz: 132450, text: '132.450 MHz', call_sign: 'SOUTH CONTROL', parties: ['south'], remark: '', agreed: true, voice: true, place_unknown: false },
  { id: 'beacons', use: 'distress', khz: 406000, text: '406.000 MHz', call_sign: '', parties: [], remark: '', agreed: false, voice: false, place_unknown: false },
];
const RADIO = CHANNELS.slice(0, 2).map((c) => ({ use: c.use, khz: c.khz, text: c.text, call_sign: c.call_sign, agreed: c.agreed, call_at: new Date(Math.ceil(Date.now() / 300_000) * 300_000).toISOString(), listen_for_s: 180, repeat_every_s: 300 }));
const SPOKEN = [
  { phrase: 501, slots: {}, text: { en: 'Aircraft NAF12 is in distress. Last seen at 49.2000N 008.4000E at 12:41Z.', fr: "L'aéronef NAF12 est en détresse. Vu en dernier à 49.2000N 008.4000E à 12:41Z.", ru: 'Воздушное судно NAF12 терпит бедствие. Последний раз замечено в точке 49.2000N 008.4000E в 12:41Z.', ar: 'الطائرة NAF12 في حالة استغاثة. شوهدت آخر مرة عند 49.2000N 008.4000E الساعة 12:41Z.' } },
  { phrase: 518, slots: {}, text: { en: 'Call us on 121.500 MHz, call sign CORRIDOR GUARD.', fr: 'Appelez-nous sur 121.500 MHz, indicatif CORRIDOR GUARD.', ru: 'Вызывайте нас на 121.500 МГц, позывной CORRIDOR GUARD.', ar: 'نادونا على 121.500 MHz، النداء CORRIDOR GUARD.' } },
];

export function makeCase(id, more = {}) {
  const opened = at(-(more.age_s ?? 600));
  const { age_s: _age, title = `NAF${id}`, place = { lat_deg: 49.2, lon_deg: 8.4 }, party = 'north', aircraftClass = 'civil', protected: withheld = false, emergency = 'general', kind = 'squawk', proposed = 'ALERFA', ...rest } = more;
  const trigger = { kind, heard_at: at(-40), received_at: at(-39), source: 'roof', callsign: title, emergency, ...(place ? { place: { ...place, uncertainty_m: 180 } } : {}) };
  return {
    id, number: `D-${String(id).padStart(4, '0')}/26`, status: 'open', exercise: false, opened_at: opened, opened_by: kind, opened_source: 'roof',
    proposed: { phase: proposed, reasons: [`${emergency.replaceAll('_', ' ')} (${kind}, roof)`] }, emergencies: [emergency], may_be_spoken: emergency !== 'unlawful_interference', may_relay: true,
    subject: { addresses: ['3B0012'], beacons: [], callsigns: [title], registrations: [], mmsis: [], party, class: aircraftClass, party_is_certain: true, protected: withheld },
    evidence: [{ count: 12, first_heard: opened, age_s: 40, newest: trigger }],
    beacons: [],
    known: [
      { item: 'callsign', text: title, kind, source: 'roof', heard_at: at(-40), age_s: 40 },
      { item: 'address', text: '3B0012', kind, source: 'roof', heard_at: at(-40), age_s: 40 },
      { item: 'emergency', text: 'general emergency', kind, source: 'roof', heard_at: at(-40), age_s: 40 },
      { item: 'words', text: 'engine fire, going down', kind: 'guard_report', source: 'tower', heard_at: at(-70), age_s: 70 },
    ],
    places: place ? [{ kind, source: 'roof', heard_at: at(-40), age_s: 40, heard: { ...place, uncertainty_m: 180, altitude_ft: 9000, altitude_datum: 'pressure', ground_speed_kt: 240, track_deg: 65, airborne: true }, now: { lat_deg: place.lat_deg + 0.02, lon_deg: place.lon_deg + 0.06, uncertainty_m: 2650, movement: 'flying' } }] : [],
    contradictions: [], ...(place ? { coarse_area: { lat_deg: 49.25, lon_deg: 8.38, radius_m: 39_300 } } : {}),
    assignments: [], keep_clear: [], told: [], log: [], peers: [], left_out: 0, heard_after_closing: 0, ...rest,
  };
}

// `party`: whose node it is. `flood`: so many more cases.
export function distressFixture({ party = 'north', flood = 0 } = {}) {
  const other = party === 'north' ? 'south' : 'north';
  const cases = [
    makeCase(7, {
      title: 'NAF12', proposed: 'DETRESFA', aircraftClass: 'state', protected: true, declared: { phase: 'ALERFA', reason: 'engine fire reported', by: officer('north'), at: at(-300) },
      keep_clear: [{ number: 1, lat_deg: 49.21, lon_deg: 8.42, radius_m: 18_520, from: at(-60), to: at(7200), by: officer(other), at: at(-60), answers: [] }],
      told: [{ kind: 'party', id: other, desk: 'duty', exact: false, first_at: at(-200), last_at: at(-200), times: 1, delivered_at: at(-198), answers: [] }],
      log: [{ text: 'declared ALERFA: engine fire reported', by: officer('north'), at: at(-300) }],
    }),
    makeCase(8, { title: '3EF1B4C2A5FFBFF', kind: 'beacon', emergency: 'beacon', proposed: 'INCERFA', age_s: 1500, beacons: [{ beacon: '3EF1B4C2A5FFBFF', bursts: 1, confirmed: false }] }),
    makeCase(9, { title: 'TEST\u2068ABC\u2069', emergency: 'unlawful_interference', proposed: 'ALERFA', age_s: 900, place: { lat_deg: 49.6, lon_deg: 8.9 } }),
    makeCase(10, { title: 'EXER1', exercise: true, proposed: 'DETRESFA', age_s: 4000 }),
  ];
  // A beacon that reports two continents: both places stay.
  cases[1].places.push({ kind: 'beacon', source: 'rx-2', heard_at: at(-90), age_s: 90, heard: { lat_deg: -33.9, lon_deg: 151.2, uncertainty_m: 4000 }, now: { lat_deg: -33.9, lon_deg: 151.2, uncertainty_m: 4125, movement: 'on_surface' } });
  cases[1].contradictions.push('beacon of roof says 49.2000N 008.4000E, beacon of rx-2 says 33.9000S 151.2000E: 16540 km apart, 50 s between them; both are kept');
  for (let i = 0; i < flood; i++) cases.push(makeCase(100 + i, { title: `BCN${100 + i}`, kind: 'beacon', emergency: 'beacon', proposed: i % 3 ? 'INCERFA' : 'ALERFA', age_s: 30 + i, place: { lat_deg: 48 + (i % 17) * 0.1, lon_deg: 7 + (i % 23) * 0.1 } }));
  const received = [];
  const rank = { none: 0, INCERFA: 1, ALERFA: 2, DETRESFA: 3 };

  const linesOf = (c) => {
    const content = c.subject.protected && !c.released ? 'coarse' : 'exact';
    const toldOf = (id) => c.told.find((t) => t.id === id);
    return [
      { kind: 'rescue_centre', id: 'rcc-north', name: 'RCC North', desk: '', content, ground: content === 'exact' ? 'not_protected' : 'state_aircraft', due: !toldOf('rcc-north') },
      ...['north', 'south'].filter((p) => p !== party).map((p) => ({ kind: 'party', id: p, name: p, desk: 'duty', content, ground: c.released ? 'released' : content === 'exact' ? 'not_protected' : 'state_aircraft', due: !toldOf(p) || (content === 'exact' && !toldOf(p).exact) })),
    ];
  };
  const short = (c) => ({
    id: c.id, number: c.number, status: c.status, exercise: c.exercise, title: c.subject.callsigns[0], emergency: c.emergencies[0], phase: c.declared?.phase ?? c.proposed.phase, proposed: c.proposed.phase, ...(c.declared ? { declared: c.declared.phase } : {}),
    opened_at: c.opened_at, newest_at: at(-40), ...(c.closed ? { closed_at: c.closed.at } : {}), ...(c.places[0] ? { place: { ...c.places[0].now, coarse: false, age_s: 40 } } : {}), ...(c.lead ? { lead: c.lead } : {}), owner: c.subject.party, ...(c.mark ? { mark: c.mark.kind } : {}),
    may_be_spoken: c.may_be_spoken, protected: c.subject.protected, ...(c.subject.protected ? { released: Boolean(c.released) } : {}), told: { due: linesOf(c).filter((l) => l.due).length, told: c.told.length, delivered: c.told.filter((t) => t.delivered_at).length, answered: c.told.filter((t) => t.answers.length).length },
    keep_clear_asked: c.keep_clear.filter((k) => k.by.party !== party && !k.answers.some((a) => a.by.party === party)).length, contradictions: c.contradictions.length, members: [], peers: [],
  });
  const whole = (c) => ({
    now: new Date().toISOString(), short: short(c), may_be_spoken: c.may_be_spoken, channels: CHANNELS, radio: c.may_be_spoken ? RADIO : [], spoken: c.may_be_spoken ? SPOKEN : [],
    rescue_centres: [{ id: 'rcc-north', name: 'RCC North', contact: '+1 555 0199', region: 'North' }], rescue_centres_note: '', case: c, telling: { may_relay: true, may_be_spoken: c.may_be_spoken, reasons: c.subject.protected && !c.released ? ['the exact position of a state aircraft is the owner’s to release'] : [], lines: linesOf(c) },
    release: { protected: c.subject.protected, owner: c.subject.party, owner_is_certain: true, released: Boolean(c.released), ours_to_release: c.subject.protected && c.subject.party === party }, messages: [],
    helpers: [{ name: '4D2023', callsign: 'WFP450', party: 'relief', class: 'humanitarian', lat_deg: 49.5, lon_deg: 8.1, distance_nm: 21.4, bearing_deg: 149, time_s: 420, assists: c.assignments.some((a) => a.who === '4D2023' && !a.done_at) }],
    airfields: [{ id: 'EDFM', name: 'Mannheim', lat_deg: 49.47, lon_deg: 8.51, longest_runway_m: 1066, distance_nm: 17.2, bearing_deg: 14 }], ...(c.places.length ? { keep_clear_circle: { lat_deg: 49.22, lon_deg: 8.46, radius_m: 11_910, coarse: false } } : {}), members: [], merge_proposals: [],
  });
  const open = () => cases.filter((c) => c.status === 'open').sort((a, b) => Number(a.exercise) - Number(b.exercise) || rank[b.declared?.phase ?? b.proposed.phase] - rank[a.declared?.phase ?? a.proposed.phase] || a.id - b.id);
  const find = (written) => cases.find((c) => String(c.id) === written || c.number.replace('/', '-') === written);

  function act(c, body) {
    const by = officer(party);
    const now = new Date().toISOString();
    const log = (text) => c.log.push({ text, by, at: now });
    switch (body.act) {
      case 'declare_phase': c.declared = { phase: body.phase, reason: body.reason, by, at: now }; log(`declared ${body.phase}: ${body.reason}`); break;
      case 'take_lead': c.lead = { party: body.party, desk: body.desk, officer: body.officer || by.account, since: now }; log('takes the lead'); break;
      case 'remark': log(body.text); break;
      case 'release_exact': c.released = { by, at: now }; log('released the exact position'); break;
      case 'mark_false_alarm': c.mark = { kind: 'false_alarm', reason: body.reason, by, at: now }; break;
      case 'undo_mark': delete c.mark; break;
      case 'tell': c.told.push({ ...body.to, desk: body.desk, exact: body.exact, first_at: now, last_at: now, times: 1, answers: [] }); break;
      case 'answered': c.told.find((x) => x.id === body.to.id).answers.push({ depth: body.depth, text: body.text ?? '', by, at: now }); break;
      case 'propose_keep_clear': c.keep_clear.push({ number: c.keep_clear.length + 1, lat_deg: body.lat_deg, lon_deg: body.lon_deg, radius_m: body.radius_m, from: body.from, to: body.until, by, at: now, answers: [] }); break;
      case 'answer_keep_clear': c.keep_clear.find((k) => k.number === body.number).answers.push({ accepted: body.accepted, by, at: now }); break;
      case 'assign': c.assignments.push({ number: c.assignments.length + 1, who: body.who, task: body.task, by, at: now }); break;
      case 'finish_assignment': c.assignments.find((a) => a.number === body.number).done_at = now; break;
      case 'assist': if (body.assists) c.assignments.push({ number: c.assignments.length + 1, who: body.aircraft, task: 'assists the rescue', by, at: now }); break;
      case 'close': c.status = 'closed'; c.closed = { reason: body.reason, text: body.text, by, at: now }; break;
      case 'reopen': c.status = 'open'; delete c.closed; break;
      default: return refuse(409, `this node takes no ${body.act} here`);
    }
    return json(whole(c), 201);
  }

  return {
    received, cases, short,
    // A new one, as an event of the stream tells it.
    add(id, more) {
      const c = makeCase(id, more);
      cases.push(c);
      return { type: 'case', case: short(c) };
    },
    answer(method, path, body) {
      if (!path.startsWith('/api/v1/distress')) return path === '/api/v1/links' ? json({ now: at(0), links: [] }) : null;
      if (method === 'POST') received.push({ path, body });
      if (method === 'GET' && path === '/api/v1/distress')
        return json({ now: at(0), complete: true, cases: [...open(), ...cases.filter((c) => c.status === 'closed')].map(short), merge_proposals: [], heard: [{ why: 'a self-test', trigger: { kind: 'beacon', heard_at: at(-600), received_at: at(-600), source: 'rx-1', beacon: 'ADCD0228C500401', emergency: 'beacon', mark: 'self_test' } }], heard_ever: 1, no_room: [], no_room_ever: 0 });
      if (method === 'POST' && path === '/api/v1/distress/reports') {
        const r = JSON.parse(body);
        const c = makeCase(60 + received.length, { title: r.callsign ?? 'unknown', kind: r.kind, emergency: r.emergency ?? r.kind, place: r.place ?? null });
        cases.push(c);
        return json({ taken: 1, events: [{ kind: 'opened', case: c.number, text: `${c.number} opened` }], cases: [short(c)], errors: [] }, 201);
      }
      if (method === 'POST' && path === '/api/v1/distress/beacons') return json({ taken: 0, events: [], cases: [], errors: [{ line: 1, message: 'BCH-1 does not fit and cannot be corrected' }] }, 201);
      const [, , , , id, what] = path.split('/');
      const c = find(decodeURIComponent(id));
      if (!c) return refuse(404, 'there is no such case');
      if (method === 'GET' && !what) return json(whole(c));
      if (method === 'GET' && what === 'report') return { status: 200, type: 'text/plain', body: `NOT AN MCC MESSAGE\n${c.number}\n` };
      if (method === 'GET' && what === 'geojson') return { status: 200, type: 'application/geo+json', body: '{"type":"FeatureCollection","features":[]}' };
      if (method === 'POST' && what === 'acts') return act(c, JSON.parse(body));
      if (method === 'POST' && what === 'tell') {
        const asked = JSON.parse(body).to;
        const to = asked ?? linesOf(c).filter((l) => l.due && l.kind === 'party');
        for (const a of to) {
          const exact = linesOf(c).find((l) => l.id === a.id)?.content === 'exact';
          const now = new Date().toISOString();
          const had = c.told.find((x) => x.id === a.id);
          if (had) Object.assign(had, { exact: had.exact || exact, last_at: now, times: had.times + 1 });
          else c.told.push({ kind: a.kind, id: a.id, desk: 'duty', exact, first_at: now, last_at: now, times: 1, delivered_at: now, answers: [] });
        }
        return json({ sent: [{ message: 'ab'.repeat(32), at: at(0), to: to.map((x) => x.id), content: 'exact' }], not_sent: [] }, 201);
      }
      return refuse(404, 'not here');
    },
  };
}
