import { reactive } from 'vue';

/** Words of a toast: read again when they are drawn, so that they change with the language. */
export type Words = () => string;

/** A message that disappears by itself. Not for anything that must not be missed. */
export interface Toast {
  id: number;
  text: Words;
  action?: { label: Words; run: () => void };
}

/** The timer of a toast: remaining time, and when it was started. */
interface Time {
  left: number;
  since: number;
  timer?: ReturnType<typeof setTimeout>;
}

const toasts = reactive<Toast[]>([]);
const times = new Map<number, Time>();
let next = 1;
let held = false;

/** Shows a sentence for `ms`, longer with an action. The same sentence is never shown twice at once. */
export function toast(text: Words, action?: Toast['action'], ms = action ? 10_000 : 5_000): void {
  const id = next++;
  const words = text();
  const same = toasts.find((entry) => entry.text() === words);
  if (same) dismiss(same.id);
  toasts.push({ id, text, action });
  times.set(id, { left: ms, since: 0 });
  if (!held) go(id);
  if (toasts.length > 3 && toasts[0]) dismiss(toasts[0].id);
}

function go(id: number) {
  const time = times.get(id);
  if (!time) return;
  time.since = Date.now();
  time.timer = setTimeout(() => dismiss(id), time.left);
}

/** Pauses all timers while the pointer or the focus is on the toasts. */
export function pauseToasts(now: boolean): void {
  if (held === now) return;
  held = now;
  for (const [id, time] of times) {
    if (!held) go(id);
    else {
      clearTimeout(time.timer);
      time.left = Math.max(0, time.left - (Date.now() - time.since));
    }
  }
}

export function dismiss(id: number): void {
  clearTimeout(times.get(id)?.timer);
  times.delete(id);
  const at = toasts.findIndex((entry) => entry.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

export const useToasts = (): readonly Toast[] => toasts;

/** Prevents an open dialog from closing because of a click on a toast. */
export function ignoreToastClicks(event: CustomEvent<{ originalEvent: Event }>): void {
  const { target } = event.detail.originalEvent;
  if (target instanceof Element && target.closest('.toaster')) event.preventDefault();
}
