import { onBeforeUnmount, onMounted, ref, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue';
import { call } from './client';

/** Debounce: a text is saved this long after the last keystroke, milliseconds. */
const SAVE_AFTER = 400;
/** Upper limit of the debounce: while somebody keeps typing, this long after the first unsaved keystroke. */
const SAVE_AT_LATEST = 600;
/** Retry delay after a failed save. */
const SAVE_AGAIN = 5_000;

/** Saves in progress, by place: a screen that opens meanwhile waits for them before it reads. */
const writing = new Map<string, Promise<void>>();

/** Unsent text of a field, saved by the engine while the patron types. */
export interface Jotting {
  /** content of the field */
  text: Ref<string>;
  /** Empties the field and deletes the saved text: it was sent or discarded. */
  forget(): Promise<void>;
  /** Resolves when the saved text has been loaded into the field. */
  loaded(): Promise<void>;
}

/**
 * Binds a text that survives leaving the screen and restarting the program. It is stored under the object
 * that it is about (a request, a form, a screen) and the name of the field; when either changes, the text
 * stored there is loaded.
 */
export function useJotting(about: MaybeRefOrGetter<string>, field: MaybeRefOrGetter<string>): Jotting {
  const text = ref('');
  const where = () => ({ about: toValue(about), field: toValue(field) });
  const keyOf = (place: { about: string; field: string }) => `${place.about}\n${place.field}`;
  let place = where();
  let version = 0;
  let kept = 0;
  let own = false;
  let left = false;
  let loading: Promise<void> = Promise.resolve();
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  let latestTimer: ReturnType<typeof setTimeout> | undefined;

  function put(words: string) {
    own = true;
    text.value = words;
    own = false;
  }

  function keep(): Promise<void> {
    clearTimeout(saveTimer);
    clearTimeout(latestTimer);
    saveTimer = latestTimer = undefined;
    const key = keyOf(place);
    if (version === kept) return writing.get(key) ?? Promise.resolve();
    const at = (kept = version);
    const request = { ...place, text: text.value };
    const done = (writing.get(key) ?? Promise.resolve())
      .then(() => call('jotting_keep', request))
      .then(
        () => {},
        () => {
          // a failed save leaves the text in the field
          if (left || keyOf(place) !== key || kept !== at) return;
          kept = -1;
          saveTimer ??= setTimeout(() => void keep(), SAVE_AGAIN);
        },
      );
    writing.set(key, done);
    void done.then(() => writing.get(key) === done && writing.delete(key));
    return done;
  }

  async function load(): Promise<void> {
    const from = place;
    const at = ++version;
    kept = version;
    put('');
    await writing.get(keyOf(from));
    const found = await call('jotting_get', from).catch(() => undefined);
    if (!found || found.text === '' || place !== from) return;
    // what was typed while loading is appended, so that neither is lost
    const typed = version === at ? '' : text.value;
    put(found.text + typed);
  }

  watch(
    text,
    () => {
      if (own) return;
      version++;
      clearTimeout(saveTimer);
      saveTimer = setTimeout(() => void keep(), SAVE_AFTER);
      latestTimer ??= setTimeout(() => void keep(), SAVE_AT_LATEST);
    },
    { flush: 'sync' },
  );
  watch(
    () => keyOf(where()),
    () => {
      void keep();
      place = where();
      loading = load();
    },
  );
  loading = load();

  const onHide = () => {
    if (document.visibilityState === 'hidden') void keep();
  };
  const onLeave = () => void keep();
  onMounted(() => {
    document.addEventListener('visibilitychange', onHide);
    window.addEventListener('pagehide', onLeave);
  });
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', onHide);
    window.removeEventListener('pagehide', onLeave);
    left = true;
    void keep();
  });

  return {
    text,
    forget() {
      put('');
      version++;
      return keep();
    },
    loaded: () => loading,
  };
}

/** Parses several fields that are stored as one text; an empty object if it does not parse. */
export function objectOf(kept: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(kept === '' ? '{}' : kept);
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Its members that are strings. */
export function textsIn(found: unknown): Record<string, string> {
  const pairs = typeof found === 'object' && found !== null ? Object.entries(found) : [];
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
export const textsOf = (kept: string): Record<string, string> => textsIn(objectOf(kept));
