// The one panel that may be open over the main area. Panels never cover the alert rail.

export type Panel = 'none' | 'help' | 'settings' | 'manual' | 'palette' | 'account';

class Panels {
  open = $state<Panel>('none');
  private before: HTMLElement | null = null;

  toggle(panel: Panel): void {
    if (this.open === panel) this.close();
    else {
      if (this.open === 'none') this.before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
      this.open = panel;
    }
  }

  // The focus returns to where it was, as someone without a mouse expects.
  close(): void {
    this.open = 'none';
    this.before?.focus();
    this.before = null;
  }
}

export const panels = new Panels();
