import { reactive } from 'vue';
import { ApiError, call } from '@/api/client';
import type { SourceCheck, SourceSetting } from '@/api/generated';
import { standing } from './sources';

/** A source that was checked; `check` is null when the command failed. */
export interface CheckedSource {
  id: string;
  name: string;
  nameEn: string;
  check: SourceCheck | null;
  error: ApiError | null;
}

interface Check {
  /** nothing was checked in this run, one is running, or it ended or was stopped */
  state: 'none' | 'running' | 'ended' | 'stopped';
  /** number of sources to check */
  all: number;
  /** the source that is being asked */
  now: SourceSetting | null;
  /** in the order in which they were asked */
  done: CheckedSource[];
  /** number of sources that want a key and have none */
  keyless: number;
}

const none = (): Check => ({ state: 'none', all: 0, now: null, done: [], keyless: 0 });

/** The check of all sources. It goes on when its screen is left, and its result is there on return. */
export const checkOfSources = reactive<Check>(none());

/** Which check is the current one; a stopped one takes no more answers. */
let turn = 0;

/** The sources that a check asks: those that are searched. */
export const checkable = (sources: readonly SourceSetting[]) =>
  sources.filter((source) => !['off', 'page', 'needsKey'].includes(standing(source)));

/** Asks the sources one after another; a line for each comes as soon as it has answered. */
export async function startCheck(sources: readonly SourceSetting[]): Promise<void> {
  const mine = ++turn;
  const asked = checkable(sources);
  const keyless = sources.filter((source) => standing(source) === 'needsKey').length;
  Object.assign(checkOfSources, { ...none(), state: 'running', all: asked.length, keyless });
  for (const source of asked) {
    checkOfSources.now = source;
    const line = await ask(source);
    if (turn !== mine) return;
    checkOfSources.done.push(line);
  }
  Object.assign(checkOfSources, { state: 'ended', now: null });
}

async function ask({ id, name, nameEn }: SourceSetting): Promise<CheckedSource> {
  try {
    return { id, name, nameEn, check: await call('source_check', { id }), error: null };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { id, name, nameEn, check: null, error };
  }
}

/** Stops the check: what has come stays, nothing more is asked. */
export function stopCheck() {
  turn += 1;
  Object.assign(checkOfSources, { state: 'stopped', now: null });
  void call('source_check_stop', {}).catch(() => undefined);
}

/** Takes the result away. */
export function forgetCheck() {
  turn += 1;
  Object.assign(checkOfSources, none());
}

/** The page for a report, as Markdown; nothing in it names the patron. */
export function reportOf(done: readonly CheckedSource[], title: string, day: string, locale: string): string {
  const sections = done.flatMap(({ check }) => {
    if (!check) return [];
    return [locale === 'en' ? check.page.en : check.page.zh];
  });
  return [`# ${title}`, day, ...sections.map((section) => section.trimEnd())].join('\n\n') + '\n';
}
