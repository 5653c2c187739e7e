// Which letter a key is, also where the keyboard writes another script: the place of the key counts then.
export function letterOf(e: KeyboardEvent): string {
  if (e.key.length !== 1) return e.key;
  if (e.key.charCodeAt(0) > 127) {
    const m = /^(?:Key([A-Z])|Digit(\d)|(Comma))$/.exec(e.code);
    if (m) return m[3] ? ',' : (m[1] ?? m[2]!).toLowerCase();
  }
  return e.key.toLowerCase();
}

// A key that is pressed for something else: in a field, with a modifier, or taken already.
export function isForElsewhere(e: KeyboardEvent): boolean {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return true;
  return e.target instanceof HTMLElement && e.target.closest('input, select, textarea, [contenteditable]') !== null;
}
