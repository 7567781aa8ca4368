import { bridgePlatform } from './bridge';
import { tauriPlatform } from './tauri';
import type { Platform } from './types';

export type { Capabilities, Platform, ShellWord, WireError } from './types';

let current: Platform | undefined;

/** The platform that the page runs on; determined once. */
export function platform(): Platform {
  current ??= '__TAURI_INTERNALS__' in window ? tauriPlatform() : bridgePlatform();
  return current;
}

/** Sets another platform before the program starts. For tests only. */
export function usePlatform(other: Platform): void {
  current = other;
}
