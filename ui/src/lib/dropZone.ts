import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** What was dropped: a file, or text out of another program. */
export type Dropped = { file: File } | { text: string } | { unreadable: string };

/** A place in the page, in its pixels. */
export interface Place {
  x: number;
  y: number;
}

/** A drop as a shell tells it, which reads files itself: their bytes as base64, none of what cannot be read. */
export interface ShellDrop extends Place {
  name: string;
  bytes: string | null;
  text: string;
}

interface Zone {
  element: Readonly<Ref<HTMLElement | null>>;
  over: Ref<boolean>;
  take(dropped: Dropped): void;
}

const zones = new Set<Zone>();

/** A part of a screen onto which a file may be dropped; `over` while one is held above it. */
export function useDropZone(
  element: Readonly<Ref<HTMLElement | null>>,
  take: (dropped: Dropped) => void,
): { over: Ref<boolean> } {
  const zone: Zone = { element, over: ref(false), take };
  const onOver = (event: DragEvent) => {
    event.preventDefault();
    zone.over.value = true;
  };
  const onLeave = () => (zone.over.value = false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    zone.over.value = false;
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

/** The zone that is seen there: what lies above another part of the page covers it. */
function zoneAt(place: Place): Zone | undefined {
  const hit = document.elementFromPoint(place.x, place.y);
  return hit ? [...zones].find((zone) => zone.element.value?.contains(hit)) : undefined;
}

/** The shell says that something is dragged over the window, or that it has left. */
export function shellDragged(place: Place | null): void {
  const under = place ? zoneAt(place) : undefined;
  for (const zone of zones) zone.over.value = zone === under;
}

/** The shell says what was dropped. Beside every zone it is nothing. */
export function shellDropped(drop: ShellDrop): void {
  const zone = zoneAt(drop);
  shellDragged(null);
  if (!zone) return;
  if (drop.text !== '') zone.take({ text: drop.text });
  else if (drop.bytes === null) zone.take({ unreadable: drop.name });
  else {
    const bytes = Uint8Array.from(atob(drop.bytes), (letter) => letter.charCodeAt(0));
    zone.take({ file: new File([bytes], drop.name) });
  }
}

/** A file that is dropped beside every zone is left alone: a browser would go to it and leave the program. */
export function refuseStrayFiles(): void {
  const refuse = (event: DragEvent) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  window.addEventListener('dragover', refuse);
  window.addEventListener('drop', refuse);
}
