import type { AppEvent } from '@/api/generated';
import type { Place, ShellDrop } from '@/lib/dropZone';

/** What differs between the places the page may run in. Everything else goes through `rpc`. */
export interface Capabilities {
  /** a tray keeps the program running after the window is closed */
  tray: boolean;
  /** the system can show toasts */
  toasts: boolean;
}

/** An error as it crosses the seam; `api/client` turns it into an `ApiError`. */
export interface WireError {
  code: string;
  params?: Record<string, string>;
  detail?: string;
  retry?: unknown;
}

/**
 * What only a shell can say: show a screen (a toast was clicked), ask what closing means, that the start waits for
 * the system's keyring, and what is dragged over the window and dropped.
 */
export type ShellWord =
  | { navigate: string }
  | { closeAsked: true }
  | { waitingForKeyring: boolean }
  | { drag: Place | null }
  | { dropped: ShellDrop };

/**
 * The shell as the page sees it: one way to ask, one way to be told. Implementations: the Tauri
 * window, the loopback bridge of the tests, and a fake in component tests.
 */
export interface Platform {
  /** Runs a command of the table. Rejects with a `WireError`, or with whatever broke on the way. */
  rpc(name: string, payload: unknown): Promise<unknown>;
  /** Delivers events, and the shell's own words, until the returned function is called. */
  subscribe(onEvent: (event: AppEvent) => void, onShell?: (word: ShellWord) => void): Promise<() => void>;
  readonly capabilities: Capabilities;
}
