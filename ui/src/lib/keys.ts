/**
 * True while an input method is composing: Enter then chooses a candidate and Esc dismisses one, so
 * nothing of ours may act. WebKit ends the composition *before* the keydown of Enter; it then still
 * carries key code 229.
 */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** The key's name when we may act on it, else an empty text (composing, or another program's chord). */
export function keyOf(event: KeyboardEvent): string {
  if (event.defaultPrevented || composing(event)) return '';
  if (event.ctrlKey || event.metaKey || event.altKey) return '';
  return event.key;
}

/** Where a letter or a figure means something by itself: a field, a list that is open, a question. */
export function types(target: EventTarget | null): boolean {
  const own =
    'input, textarea, [contenteditable="true"], [role="combobox"], [role="listbox"], [role="spinbutton"], [role="dialog"]';
  return target instanceof Element && target.closest(own) !== null;
}

/** True for Ctrl+key or ⌘+key, outside of composition. */
export function chord(event: KeyboardEvent, key: string): boolean {
  return (
    !composing(event) && (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === key
  );
}
