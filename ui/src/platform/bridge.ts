import type { AppEvent } from '@/api/generated';
import type { Platform } from './types';

const TOKEN = 'hongyan.token';

/** Removes the token from the address, so that it is neither bookmarked nor copied with a link. */
function takeToken(): string {
  const url = new URL(window.location.href);
  const given = url.searchParams.get('token');
  if (given) {
    sessionStorage.setItem(TOKEN, given);
    url.searchParams.delete('token');
    window.history.replaceState(null, '', url);
  }
  return sessionStorage.getItem(TOKEN) ?? '';
}

/** The platform of an ordinary browser, served on loopback by tests/bridge. */
export function bridgePlatform(): Platform {
  const token = takeToken();
  return {
    capabilities: { tray: false, toasts: false, libraryWindow: false },
    async rpc(name, payload) {
      const response = await fetch(`/rpc/${encodeURIComponent(name)}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Hongyan-Token': token },
        body: JSON.stringify(payload ?? null),
      });
      const text = await response.text();
      const body: unknown = text === '' ? null : JSON.parse(text);
      if (!response.ok) throw body;
      return body;
    },
    async subscribe(onEvent) {
      // EventSource reconnects by itself; missed events show as a gap in `seq`
      const source = new EventSource(`/events?token=${encodeURIComponent(token)}`);
      source.onmessage = (message) => onEvent(JSON.parse(message.data) as AppEvent);
      return () => source.close();
    },
  };
}
