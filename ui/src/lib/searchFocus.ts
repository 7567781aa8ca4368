/** Ctrl/⌘+K everywhere: the frame asks, whichever screen has the box answers. */
const asked = new EventTarget();

export const askForSearchBox = (): void => void asked.dispatchEvent(new Event('focus'));

/** Calls `focus` whenever the box is asked for; returns what ends it. */
export function onSearchBoxAsked(focus: () => void): () => void {
  asked.addEventListener('focus', focus);
  return () => asked.removeEventListener('focus', focus);
}
