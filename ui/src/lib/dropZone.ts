import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** What was dropped: a file, or text from another program. */
export type Dropped =
  | { file: File }
  | { text: string }
  | { unreadable: string }
  /** a file that the shell holds, because it is too large for the page */
  | { held: number; name: string };

/** A position in the page, in CSS pixels. */
export interface Place {
  x: number;
  y: number;
}

/**
 * A drop as reported by a shell that reads files itself: the content in base64, undefined if it cannot be
 * read.
 */
export interface ShellDrop extends Place {
  name: string;
  bytes: string | null;
  /** number of the file where the shell holds it */
  held?: number | null;
  text: string;
}

interface Zone {
  element: Readonly<Ref<HTMLElement | null>>;
  over: Ref<boolean>;
  take(dropped: Dropped): void;
}

const zones = new Set<Zone>();

/**
 * Registers an element onto which a file can be dropped; `over` is true while a file is dragged over it. With
 * `filesOnly`, texts that are dragged stay what they are in fields inside of it.
 */
export function useDropZone(
  element: Readonly<Ref<HTMLElement | null>>,
  take: (dropped: Dropped) => void,
  filesOnly = false,
): { over: Ref<boolean> } {
  const isNone = (event: DragEvent) => filesOnly && !event.dataTransfer?.types.includes('Files');
  const zone: Zone = { element, over: ref(false), take };
  const onOver = (event: DragEvent) => {
    if (isNone(event)) return;
    // a zone inside of this one has taken it
    zone.over.value = !event.defaultPrevented;
    event.preventDefault();
  };
  const onLeave = () => (zone.over.value = false);
  const onDrop = (event: DragEvent) => {
    zone.over.value = false;
    if (event.defaultPrevented || isNone(event)) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) take({ file });
    else take({ text: event.dataTransfer?.getData('text/plain') ?? '' });
  };
  let at: HTMLElement | null = null;
  onMounted(() => {
    at = element.value;
    at?.addEventListener('dragover', onOver);
    at?.addEventListener('dragleave', onLeave);
    at?.addEventListener('drop', onDrop);
    zones.add(zone);
  });
  onBeforeUnmount(() => {
    at?.removeEventListener('dragover', onOver);
    at?.removeEventListener('dragleave', onLeave);
    at?.removeEventListener('drop', onDrop);
    zones.delete(zone);
  });
  return { over: zone.over };
}

/** The innermost visible zone at a position; another element on top of it covers it. */
function zoneAt(place: Place): Zone | undefined {
  const hit = document.elementFromPoint(place.x, place.y);
  if (!hit) return undefined;
  const around = [...zones].filter((zone) => zone.element.value?.contains(hit));
  return around.find((zone) =>
    around.every((other) => other.element.value?.contains(zone.element.value) ?? false),
  );
}

/** The shell reports a drag over the window, or that it has left. */
export function shellDragged(place: Place | null): void {
  const under = place ? zoneAt(place) : undefined;
  for (const zone of zones) zone.over.value = zone === under;
}

/** The shell reports a drop. Outside of all zones it is ignored. */
export function shellDropped(drop: ShellDrop): void {
  const zone = zoneAt(drop);
  shellDragged(null);
  if (!zone) return;
  if (drop.text !== '') zone.take({ text: drop.text });
  else if (typeof drop.held === 'number') zone.take({ held: drop.held, name: drop.name });
  else if (drop.bytes === null) zone.take({ unreadable: drop.name });
  else {
    const bytes = Uint8Array.from(atob(drop.bytes), (letter) => letter.charCodeAt(0));
    zone.take({ file: new File([bytes], drop.name) });
  }
}

/** Cancels the drop of a file outside of all zones: the browser would navigate to the file. */
export function refuseStrayFiles(): void {
  const refuse = (event: DragEvent) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  window.addEventListener('dragover', refuse);
  window.addEventListener('drop', refuse);
}
