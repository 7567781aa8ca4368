/**
 * Copies text to the clipboard and returns whether that worked. Where the page has no clipboard access, the
 * text is copied from a temporary field next to `near`, an element inside the dialog with the focus trap.
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
    // a webview without clipboard access: the text can be selected by hand
  }
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
