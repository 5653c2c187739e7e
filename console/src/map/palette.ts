// The map's colours, read from the theme's custom properties (app.css), so that they are said once.

export interface Palette {
  ground: string;
  land: string;
  border: string;
  hatch: string;
  other: string; // not concerned
  own: string; // own or selected
  predicted: string;
  conflict: string;
  distress: string;
  good: string;
  text: string;
  dim: string;
  zone: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const v = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: v('ground'),
    land: v('land'),
    border: v('border'),
    hatch: v('hatch'),
    other: v('other'),
    own: v('own'),
    predicted: v('predicted'),
    conflict: v('conflict'),
    distress: v('distress'),
    good: v('good'),
    text: v('text'),
    dim: v('dim'),
    zone: v('zone'),
  };
}

// A track's colour says severity only; `tone` indexes it.
export const enum Tone {
  other = 0,
  own = 1,
  predicted = 2,
  conflict = 3,
  distress = 4,
}

export function toneColour(p: Palette, tone: Tone): string {
  return [p.other, p.own, p.predicted, p.conflict, p.distress][tone]!;
}
