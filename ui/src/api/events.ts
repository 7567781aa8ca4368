import type { QueryClient } from '@tanstack/vue-query';
import { platform, type ShellWord } from '@/platform';
import type { AppEvent, Notice } from './generated';
import { invalidate } from './queries';

/**
 * Subscribes to the engine's events: queries whose tags changed are refetched; after a gap in `seq` all
 * queries are. Returns a function that unsubscribes.
 */
export function followEvents(
  client: QueryClient,
  onNotices: (notices: Notice[]) => void = () => {},
  onShell: (word: ShellWord) => void = () => {},
): Promise<() => void> {
  let last: number | undefined;
  return platform().subscribe((event: AppEvent) => {
    const seq = Number(event.seq);
    const gap = last !== undefined && seq !== last + 1;
    last = seq;
    void invalidate(client, gap ? undefined : event.changed);
    if (event.notices.length > 0) onNotices(event.notices);
  }, onShell);
}
