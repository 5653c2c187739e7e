// Starting and ending the map's tools, from buttons, keys and the palette alike.

import { focus, type Tool } from './focus.svelte';

export const tools = {
  toggle(tool: Tool): void {
    const same = focus.tool === tool;
    this.clear();
    if (same) return;
    focus.tool = tool;
    // A selected track is the natural first end.
    if (tool === 'separation' && focus.selected !== null) focus.separationPair = [focus.selected];
  },
  clear(): void {
    focus.tool = 'none';
    focus.measure = [];
    focus.separationPair = [];
    focus.drawn = [];
    focus.picked = null;
  },
};
