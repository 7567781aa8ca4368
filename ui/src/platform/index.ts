import { bridgePlatform } from './bridge';
import { tauriPlatform } from './tauri';
import type { Platform } from './types';

export type { Capabilities, Platform, ShellWord, WireError } from './types';

let current: Platform | undefined;

/** The place we run in; chosen once. */
export function platform(): Platform {
  current ??= '__TAURI_INTERNALS__' in window ? tauriPlatform() : bridgePlatform();
  return current;
}

/** For tests and the mock page: puts another platform in place before the program starts. */
export function usePlatform(other: Platform): void {
  current = other;
}
