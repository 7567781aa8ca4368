/** The nearest thing around an element that can hold the focus by itself: a pane, a sheet, the page. */
export function homeOf(element: Element | null | undefined): HTMLElement | undefined {
  const home = element?.parentElement?.closest('[tabindex="-1"]');
  return home instanceof HTMLElement ? home : undefined;
}

/** Whether the keyboard is nowhere: what had the focus was taken away. */
export const isLost = (): boolean => !document.activeElement || document.activeElement === document.body;
