import { onBeforeUnmount, onMounted, ref, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue';
import { call } from './client';

/** What is typed is kept this long after the last letter … */
const SAVE_AFTER = 400;
/** … and this long after the first letter that is not kept, also while somebody types on … */
const SAVE_AT_LATEST = 600;
/** … and tried again after this when that failed. */
const SAVE_AGAIN = 5_000;

/** What is on its way to the engine, by place: a screen that opens meanwhile waits for it before it reads. */
const writing = new Map<string, Promise<void>>();

/** Text that a patron writes beside a form, kept by the engine while it is written. */
export interface Jotting {
  /** as it stands in the field */
  text: Ref<string>;
  /** Empties the field and forgets what was kept: it was sent, or is not wanted any more. */
  forget(): Promise<void>;
  /** Resolves when what was kept is in the field. */
  loaded(): Promise<void>;
}

/**
 * The text of a field that outlives the screen and the program: kept under what it is about (a request, a form, a
 * screen) and the field's name. Each place has its own text; with another place comes that one's.
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
          // the text is still in the field
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
    // somebody who types faster than that keeps both
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

/** Several fields that are kept as one text; nothing where it does not read. */
export function objectOf(kept: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(kept === '' ? '{}' : kept);
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The texts among them, by name. */
export function textsIn(found: unknown): Record<string, string> {
  const pairs = typeof found === 'object' && found !== null ? Object.entries(found) : [];
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
export const textsOf = (kept: string): Record<string, string> => textsIn(objectOf(kept));
