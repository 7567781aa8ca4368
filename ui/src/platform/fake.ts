import type { AppEvent, Commands, Problem } from '@/api/generated';
import type { Platform } from './types';

type Handlers = {
  [K in keyof Commands]?: (
    request: Commands[K]['request'],
  ) => Commands[K]['response'] | Promise<Commands[K]['response']>;
};

/** A platform for component tests: answers from handlers and records the calls. */
export interface FakePlatform extends Platform {
  /** all calls, oldest first */
  readonly calls: { name: string; payload: unknown }[];
  /** sends an event to the page; `seq` increments by itself unless given */
  tell(event: Partial<AppEvent>): void;
}

/** Creates a problem; a handler that throws it answers with that problem. */
export const problem = (code: Problem['code'], more: Partial<Problem> = {}): Problem => ({
  code,
  params: {},
  detail: 'made by the test',
  retry: { kind: 'never' },
  ...more,
});

export function fakePlatform(handlers: Handlers): FakePlatform {
  const calls: FakePlatform['calls'] = [];
  const listeners = new Set<(event: AppEvent) => void>();
  let seq = 0;
  return {
    capabilities: { tray: false, toasts: false, libraryWindow: false },
    calls,
    async rpc(name, payload) {
      calls.push({ name, payload });
      const handler = handlers[name as keyof Commands] as ((request: unknown) => unknown) | undefined;
      if (!handler) throw problem('BAD_CALL', { detail: `no handler for ${name}` });
      return handler(payload);
    },
    async subscribe(onEvent) {
      listeners.add(onEvent);
      return () => listeners.delete(onEvent);
    },
    tell(event) {
      seq = event.seq ?? seq + 1;
      for (const listener of listeners)
        listener({ changed: [], notices: [], gathered: false, ...event, seq });
    },
  };
}
