/** Ctrl/⌘+K: the frame sends the event, the screen that has the search box handles it. */
const asked = new EventTarget();

export const askForSearchBox = (): void => void asked.dispatchEvent(new Event('focus'));

/** Registers a handler; returns a function that removes it. */
export function onSearchBoxAsked(focus: () => void): () => void {
  asked.addEventListener('focus', focus);
  return () => asked.removeEventListener('focus', focus);
}
