/**
 * True while an input method is composing: Enter then selects a candidate and Esc dismisses one, so our
 * handlers must do nothing. WebKit ends the composition *before* the keydown of Enter, which then has key
 * code 229.
 */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** The key's name if we may handle it; empty while composing, and for combinations with modifiers. */
export function keyOf(event: KeyboardEvent): string {
  if (event.defaultPrevented || composing(event)) return '';
  if (event.ctrlKey || event.metaKey || event.altKey) return '';
  return event.key;
}

/** Whether letters and digits have a meaning in the target: a field, an open list, a dialog. */
export function acceptsTyping(target: EventTarget | null): boolean {
  const own =
    'input, textarea, [contenteditable="true"], [role="combobox"], [role="listbox"], [role="spinbutton"], [role="dialog"]';
  return target instanceof Element && target.closest(own) !== null;
}

/** True for Ctrl+key or ⌘+key, not while composing. */
export function chord(event: KeyboardEvent, key: string): boolean {
  return (
    !composing(event) && (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === key
  );
}
