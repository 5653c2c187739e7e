// Where the console stands, as the address says: every object has one, so a desk can send it to another.
//   #/picture?at=LAT,LON&span=NM&track=ID   #/tracks?find=…   #/tracks/ID   #/alerts/ID   #/zones/ID   #/feeds/NAME   #/replay
//   #/pact?part=…   #/record?type=…   #/record/INDEX
//   #/line?party=…&class=…&open=1   #/line/ID   #/line/new   #/line/handover
//   #/notices?state=…&party=…   #/notices/PARTY-0012-26   #/notices/PARTY-0012-26?part=change   #/notices/new
//   #/plans   #/plans/new
//   #/requests?part=inbox   #/requests/PARTY-0007-26?act=approve   #/requests/PARTY-0007-26?part=amend   #/requests/new   #/requests?part=flights&zone=ID
//   #/distress?part=…   #/distress/D-0007-26   #/distress/new?form=guard_report

export interface Route {
  view: string;
  id: string;
  query: URLSearchParams;
}

// Those that every node has, in the order of their keys.
export const VIEWS = ['picture', 'tracks', 'zones', 'feeds', 'replay', 'pact', 'line', 'distress', 'record', 'notices'] as const;

function parse(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [view = '', id = ''] = path.split('/');
  const known = (VIEWS as readonly string[]).includes(view) || ['alerts', 'plans', 'requests'].includes(view);
  let decoded = id;
  try {
    decoded = decodeURIComponent(id);
  } catch {
    // A stray % is part of the name.
  }
  return { view: known ? view : 'picture', id: decoded, query: new URLSearchParams(query) };
}

class Router {
  current = $state.raw<Route>(parse());

  constructor() {
    window.addEventListener('hashchange', () => (this.current = parse()));
  }

  go(view: string, id = '', query: Record<string, string | undefined> = {}): void {
    const next = this.href(view, id, query);
    if (next !== location.hash) location.hash = next;
  }

  href(view: string, id: string | number = '', query: Record<string, string | undefined> = {}): string {
    const q = new URLSearchParams();
    for (const [k, v] of Object.entries(query)) if (v !== undefined && v !== '') q.set(k, v);
    const tail = q.toString().replaceAll('%2C', ',');
    return `#/${view}${id === '' ? '' : '/' + encodeURIComponent(String(id))}${tail ? '?' + tail : ''}`;
  }

  // Changes the query in place, without a step in the history: for what changes while one looks.
  note(query: Record<string, string | undefined>): void {
    const all: Record<string, string | undefined> = Object.fromEntries(this.current.query);
    Object.assign(all, query);
    history.replaceState(null, '', this.href(this.current.view, this.current.id, all));
    this.current = parse();
  }
}

export const router = new Router();
