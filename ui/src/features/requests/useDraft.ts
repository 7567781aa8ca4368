import { useQueryClient } from '@tanstack/vue-query';
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch } from 'vue';
import { call, type ApiError } from '@/api/client';
import { toApiError } from '@/api/errors';
import type { Check, CheckCode, Draft, DraftView, RequestDetail } from '@/api/generated';
import { invalidate } from '@/api/queries';
import { isBlank } from './fields';

/** Debounce: a draft is saved this long after the last keystroke, milliseconds. */
const SAVE_AFTER = 400;
/** Upper limit of the debounce: while somebody keeps typing, this long after the first unsaved keystroke. */
const SAVE_AT_LATEST = 600;
/** Retry delay after a failed save. */
const SAVE_AGAIN = 5_000;
/** Debounce of the platform's checks, from the last save. */
const CHECK_AFTER = 1_000;

/** For these checks the platform's answer takes precedence over the search's. */
const platformSays: readonly CheckCode[] = ['HELD_LOCALLY', 'OPEN_ACCESS'];

/**
 * State of a draft on the screen. The text belongs to the screen: answers update checks and the estimate,
 * never the text. Saves are serialised and the newest text is saved last; leaving the screen saves.
 */
export function useDraft(id: string, mayAsk: () => boolean) {
  const client = useQueryClient();
  const form = ref<Draft>();
  const view = shallowRef<DraftView>();
  const loadError = shallowRef<ApiError>();
  const saveError = shallowRef<ApiError>();
  const savedAt = ref('');
  const dirty = ref(false);
  const checking = ref(false);
  /** the platform's last answer, and the text that it is about */
  const asked = shallowRef<{ about: string; checks: Check[] }>();

  let version = 0;
  let saved = 0;
  let closed = false;
  /** the screen was left: pending text is still saved, but no more checks are made */
  let left = false;
  let saving: Promise<boolean> | undefined;
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  let latestTimer: ReturnType<typeof setTimeout> | undefined;
  let checkTimer: ReturnType<typeof setTimeout> | undefined;

  const aboutOf = (draft: Draft) =>
    JSON.stringify([
      draft.service,
      draft.kind,
      draft.title,
      draft.author,
      draft.componentTitle,
      draft.isbn,
      draft.issn,
      draft.doi,
      draft.pmid,
    ]);

  async function load(): Promise<void> {
    loadError.value = undefined;
    try {
      const answer = await call('draft_get', { id });
      view.value = answer;
      form.value = structuredClone(answer.draft);
      savedAt.value = answer.draft.updatedAt;
      askSoon();
    } catch (thrown) {
      loadError.value = toApiError(thrown);
    }
  }

  watch(
    form,
    (now, before) => {
      if (!now || now !== before) return;
      version++;
      dirty.value = true;
      clearTimeout(saveTimer);
      saveTimer = setTimeout(() => void save(), saveError.value ? SAVE_AGAIN : SAVE_AFTER);
      if (!saveError.value) latestTimer ??= setTimeout(() => void save(), SAVE_AT_LATEST);
    },
    { deep: true, flush: 'sync' },
  );

  async function saveAll(): Promise<boolean> {
    while (form.value && version !== saved && !closed) {
      const at = version;
      clearTimeout(latestTimer);
      latestTimer = undefined;
      try {
        const answer = await call('draft_save', { draft: JSON.parse(JSON.stringify(form.value)) as Draft });
        saved = at;
        saveError.value = undefined;
        savedAt.value = answer.draft.updatedAt;
        if (at === version) view.value = answer;
        void invalidate(client, ['requests']);
      } catch (thrown) {
        saveError.value = toApiError(thrown);
        clearTimeout(saveTimer);
        if (!closed) saveTimer = setTimeout(() => void save(), SAVE_AGAIN);
        return false;
      }
    }
    dirty.value = version !== saved;
    askSoon();
    return true;
  }

  /** Saves the current text; false on failure, in which case it is still on the screen. */
  function save(): Promise<boolean> {
    clearTimeout(saveTimer);
    saving ??= saveAll().finally(() => (saving = undefined));
    return saving;
  }

  function askSoon() {
    clearTimeout(checkTimer);
    if (closed || left || !form.value || isBlank(form.value)) return;
    checkTimer = setTimeout(() => void check(), CHECK_AFTER);
  }

  /**
   * Asks the platform for its checks. If it does not answer they stay unchecked, which is no error of the
   * form.
   */
  async function check(again = false): Promise<void> {
    clearTimeout(checkTimer);
    if (!form.value || closed || !mayAsk() || dirty.value) return;
    const at = version;
    const about = aboutOf(form.value);
    if (!again && asked.value?.about === about) return;
    checking.value = true;
    try {
      const answer = await call('draft_check', { id });
      if (answer.checkedOnline) asked.value = { about, checks: answer.checks };
      if (at === version) {
        view.value = answer;
        // the answer about the own library's holdings is stored with the form, for use offline
        const { known } = answer.draft;
        if (known && JSON.stringify(known) !== JSON.stringify(form.value.known)) form.value.known = known;
      }
    } catch {
      // offline or slow: the connection state beside the form shows it
    } finally {
      checking.value = false;
    }
  }

  /** The checks; the platform's answer about the same work is kept until it is asked again. */
  const checks = computed<Check[]>(() => {
    const own = view.value?.checks ?? [];
    const former = asked.value;
    if (!former || !form.value || former.about !== aboutOf(form.value)) return own;
    const theirs = (one: Check) => one.verdict === 'unchecked' || platformSays.includes(one.code);
    return own.map((one) =>
      theirs(one) ? (former.checks.find((other) => other.code === one.code) ?? one) : one,
    );
  });

  async function submit(wait = false): Promise<RequestDetail> {
    const detail = await call('request_submit', { id, wait });
    closed = true;
    clearTimeout(saveTimer);
    clearTimeout(latestTimer);
    clearTimeout(checkTimer);
    void invalidate(client, ['drafts', 'requests', 'status']);
    return detail;
  }

  async function discard(): Promise<void> {
    await call('draft_delete', { id });
    closed = true;
    clearTimeout(saveTimer);
    clearTimeout(latestTimer);
    void invalidate(client, ['drafts', 'requests', 'status']);
  }

  const onHide = () => {
    if (document.visibilityState === 'hidden') void save();
  };
  onMounted(() => {
    void load();
    document.addEventListener('visibilitychange', onHide);
    window.addEventListener('pagehide', onHide);
  });
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', onHide);
    window.removeEventListener('pagehide', onHide);
    left = true;
    void save();
    clearTimeout(checkTimer);
  });

  return {
    form,
    view,
    checks,
    loadError,
    saveError,
    savedAt,
    dirty,
    checking,
    load,
    save,
    check,
    submit,
    discard,
  };
}
