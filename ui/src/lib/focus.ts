/** The nearest ancestor that can hold the focus: a pane, a sheet, the page. */
export function focusableAncestor(element: Element | null | undefined): HTMLElement | undefined {
  const home = element?.parentElement?.closest('[tabindex="-1"]');
  return home instanceof HTMLElement ? home : undefined;
}

/** Whether nothing has the focus, because the focused element was removed. */
export const isFocusLost = (): boolean => !document.activeElement || document.activeElement === document.body;
