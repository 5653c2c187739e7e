// What the person at the desk looks at: selection, hover, tools. Shared by map, rail and tables.

export type Tool = 'none' | 'measure' | 'separation' | 'draw_circle' | 'draw_polygon' | 'recentre' | 'pick';

class Focus {
  selected = $state<number | null>(null);
  hovered = $state<number | null>(null);
  follow = $state(false);
  tool = $state<Tool>('none');
  separationPair = $state.raw<number[]>([]);
  measure = $state.raw<[number, number][]>([]); // lat, lon of its ends
  drawn = $state.raw<[number, number][]>([]); // outline, or centre and a point of the rim
  picked = $state.raw<[number, number] | null>(null);
  pointed: [number, number] | null = null; // where the pointer is on the map; nothing follows it
  mapCommand = $state.raw<{ command: string; n: number; lat?: number; lon?: number; span_nm?: number }>({ command: '', n: 0 });

  command(command: string, at: { lat?: number; lon?: number; span_nm?: number } = {}): void {
    this.mapCommand = { command, n: this.mapCommand.n + 1, ...at };
  }

  // One more end of the separation tool; a third begins anew.
  addToPair(id: number): void {
    if (this.separationPair.length >= 2) this.separationPair = [id];
    else if (!this.separationPair.includes(id)) this.separationPair = [...this.separationPair, id];
  }

  select(id: number | null): void {
    this.selected = id;
    if (id === null) this.follow = false;
  }
}

export const focus = new Focus();
