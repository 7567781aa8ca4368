/**
 * Puts text on the clipboard; whether that worked. `near` is an element inside of the dialog that has the
 * focus: where the page may not use the clipboard by itself, the text is copied from a field beside it.
 */
export async function copyText(text: string, near: HTMLElement = document.body): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text, near);
  }
}

function copyBySelection(text: string, near: HTMLElement): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'unseen';
  near.append(field);
  field.focus();
  field.select();
  let copied = false;
  try {
    copied = document.execCommand('copy');
  } catch {
    // a webview without it: the text can still be selected by hand
  }
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
