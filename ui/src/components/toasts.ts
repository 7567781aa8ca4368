import { reactive } from 'vue';

/** A word of the program that goes away by itself. What must not be missed is not a toast. */
export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const toasts = reactive<Toast[]>([]);
let next = 1;

/** Shows a sentence for `ms`; with an action it stays longer. The same sentence stands there once. */
export function toast(text: string, action?: Toast['action'], ms = action ? 10_000 : 5_000): void {
  const id = next++;
  const same = toasts.findIndex((entry) => entry.text === text);
  if (same >= 0) toasts.splice(same, 1);
  toasts.push({ id, text, action });
  if (toasts.length > 3) toasts.shift();
  setTimeout(() => dismiss(id), ms);
}

export function dismiss(id: number): void {
  const at = toasts.findIndex((entry) => entry.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

export const useToasts = (): readonly Toast[] => toasts;
