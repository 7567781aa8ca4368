import type { AppEvent } from '@/api/generated';
import type { Place, ShellDrop } from '@/lib/dropZone';

/** What differs between platforms, other than through `rpc`. */
export interface Capabilities {
  /** a tray icon keeps the program running after the window is closed */
  tray: boolean;
  /** the system can show toasts */
  toasts: boolean;
  /** the library's page can be opened in a window of the program */
  libraryWindow: boolean;
}

/** An error as received from the engine; `api/client` converts it to an `ApiError`. */
export interface WireError {
  code: string;
  params?: Record<string, string>;
  detail?: string;
  retry?: unknown;
}

/**
 * Messages that only a shell sends: open a route (a toast was clicked), ask what closing means, report that
 * the start waits for the system's keyring, that the library's window has changed, and drag and drop.
 */
export type ShellWord =
  | { navigate: string }
  | { closeAsked: true }
  | { waitingForKeyring: boolean }
  | { libraryChanged: true }
  | { drag: Place | null }
  | { dropped: ShellDrop };

/**
 * The shell as the page sees it: one way to call, one way to receive events. Implemented by the Tauri window,
 * by the loopback bridge, and by a fake for component tests.
 */
export interface Platform {
  /** Runs a command of the table. Rejects with a `WireError`, or with any transport error. */
  rpc(name: string, payload: unknown): Promise<unknown>;
  /** Delivers events, and the shell's own messages, until the returned function is called. */
  subscribe(onEvent: (event: AppEvent) => void, onShell?: (word: ShellWord) => void): Promise<() => void>;
  readonly capabilities: Capabilities;
}
