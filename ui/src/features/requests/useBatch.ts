import { useQueryClient } from '@tanstack/vue-query';
import { computed, onBeforeUnmount, reactive, ref, shallowRef, watch } from 'vue';
import { call, type ApiError } from '@/api/client';
import { toApiError } from '@/api/errors';
import type { BatchLineView, Check, DraftView, LineOutcome } from '@/api/generated';
import { invalidate, useCommand } from '@/api/queries';
import { isAboutRoom } from './words';

/** Number of lines that are looked up or checked in parallel. */
const PARALLEL = 3;

/** The status of a line, in the order of the patron's work. */
export type LineStatus = 'reading' | 'ready' | 'over' | 'mend' | 'twin' | 'submitted';

/** A line of a list with the platform's answer. */
export interface Line extends BatchLineView {
  standing: LineStatus;
  /** the checks, with the platform's answer if it is about the current form */
  checks: Check[];
  /** whether no catalogue could be asked about it */
  unasked: boolean;
  /** whether the platform was asked */
  checked: boolean;
  /** why the last submission of this line failed */
  outcome: LineOutcome | undefined;
}

/** The result of submitting lines, and how many of them wait for a free place. */
export interface Submitted {
  come: LineOutcome[];
  waiting: number;
}

/** Checks that the common settings of the list satisfy. */
const common: readonly Check['code'][] = ['COPYRIGHT_DECLARATION_REQUIRED'];
/** A full limit of open requests is not an error of the line. */
const isInTheWay = (check: Check) => !common.includes(check.code) && !isAboutRoom(check.code);

export function blockersOf(checks: readonly Check[]): Check[] {
  return checks.filter((check) => check.verdict === 'blocker' && isInTheWay(check));
}

const weight = { unchecked: 0, ok: 0, warning: 1, blocker: 2 } as const;

/**
 * The current checks of a line merged with the platform's answer about the same form: the more severe one
 * wins. For duplicates the local check wins, because another line may have been submitted since.
 */
export function withAnswer(own: readonly Check[], answer: readonly Check[]): Check[] {
  const merged = own.map((one) => {
    const other = answer.find(({ code, field }) => code === one.code && field === one.field);
    if (!other || one.code.startsWith('DUPLICATE_')) return one;
    return one.verdict === 'unchecked' || weight[other.verdict] > weight[one.verdict] ? other : one;
  });
  const more = answer.filter(({ code }) => !own.some((one) => one.code === code));
  return [...merged, ...more.filter(({ code }) => !code.startsWith('DUPLICATE_'))];
}

/**
 * State of a list on the screen. Lines not yet looked up are looked up, a few in parallel, also after a
 * restart; then the platform checks each one. The engine stores every decision.
 */
export function useBatch(id: string, mayAsk: () => boolean) {
  const client = useQueryClient();
  const { data, error, isFetching, refetch } = useCommand('batch_get', { id });
  const answers = reactive(new Map<string, { about: string; view: DraftView }>());
  const outcomes = reactive(new Map<number, LineOutcome>());
  const submitting = ref(false);
  const problem = shallowRef<ApiError>();
  const looking = new Set<number>();
  const checking = new Set<string>();
  /** lines that no catalogue could be asked about */
  const failed = reactive(new Set<number>());
  let closed = false;

  const aboutOf = (line: BatchLineView) => JSON.stringify(line.form?.draft ?? null);

  function standingOf(line: BatchLineView, checks: Check[]): LineStatus {
    if (line.request) return 'submitted';
    if (line.lookUp === 'waiting' && !failed.has(line.line)) return 'reading';
    if (line.sameAs !== null) return 'twin';
    if (blockersOf(checks).length > 0) return 'mend';
    const full = checks.some((check) => check.verdict === 'blocker' && isAboutRoom(check.code));
    return line.lacks !== null || full ? 'over' : 'ready';
  }

  const lines = computed<Line[]>(() =>
    (data.value?.lines ?? []).map((line) => {
      const answer = line.form ? answers.get(line.form.draft.id) : undefined;
      const fresh = answer?.about === aboutOf(line);
      const own = line.form?.checks ?? [];
      const checks = fresh ? withAnswer(own, answer.view.checks) : own;
      return {
        ...line,
        checks,
        checked: fresh && answer.view.checkedOnline,
        standing: standingOf(line, checks),
        unasked: line.lookUp === 'waiting' && failed.has(line.line),
        outcome: outcomes.get(line.line),
      };
    }),
  );

  const again = () => invalidate(client, ['drafts', 'requests', 'status']);

  async function lookUp(line: number) {
    looking.add(line);
    try {
      await call('batch_look_up', { id, line });
    } catch {
      failed.add(line); // the form exists all the same
    }
    looking.delete(line);
    await again();
  }

  async function check(line: BatchLineView) {
    const draft = line.form?.draft;
    if (!draft) return;
    const about = aboutOf(line);
    checking.add(draft.id);
    try {
      const view = await call('draft_check', { id: draft.id });
      answers.set(draft.id, { about, view });
    } catch {
      // the offline checks remain
    }
    checking.delete(draft.id);
    work();
  }

  /** Starts the next tasks, a few in parallel. */
  function work() {
    if (closed) return;
    for (const line of data.value?.lines ?? []) {
      if (!line.form) continue;
      if (line.lookUp === 'waiting' && !failed.has(line.line)) {
        if (looking.size < PARALLEL && !looking.has(line.line)) void lookUp(line.line);
        continue;
      }
      const known = answers.get(line.form.draft.id)?.about === aboutOf(line);
      if (!known && mayAsk() && checking.size < PARALLEL && !checking.has(line.form.draft.id))
        void check(line);
    }
  }
  watch([data, () => mayAsk()], work, { immediate: true });
  onBeforeUnmount(() => (closed = true));

  /** Looks a line up again that no catalogue could be asked about. */
  function ask(line: number) {
    failed.delete(line);
    work();
  }

  /** Performs a change and refetches the list; errors are shown. */
  async function change(what: () => Promise<unknown>): Promise<boolean> {
    problem.value = undefined;
    try {
      await what();
      return true;
    } catch (thrown) {
      problem.value = toApiError(thrown);
      return false;
    } finally {
      await again();
    }
  }

  async function submit(wanted: number[], wait: boolean): Promise<Submitted> {
    submitting.value = true;
    outcomes.clear();
    let come: LineOutcome[] = [];
    let waiting = 0;
    await change(async () => {
      const answer = await call('batch_submit', { id, lines: wanted, wait });
      come = answer.outcomes;
      waiting = answer.batch.lines.filter(
        (line) => wanted.includes(line.line) && line.request?.clock.kind === 'whenPlaceFree',
      ).length;
      for (const outcome of come) {
        outcomes.set(outcome.line, outcome);
        const line = data.value?.lines.find((one) => one.line === outcome.line);
        if (outcome.form && line)
          answers.set(outcome.form.draft.id, { about: aboutOf(line), view: outcome.form });
      }
    });
    submitting.value = false;
    return { come, waiting };
  }

  return { data, error, isFetching, refetch, lines, submitting, problem, change, submit, ask };
}
