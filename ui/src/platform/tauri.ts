import { Channel, invoke } from '@tauri-apps/api/core';
import type { AppEvent } from '@/api/generated';
import type { Platform, ShellWord } from './types';

/** The desktop window. The shell exposes exactly two commands, `rpc` and `subscribe`. */
export function tauriPlatform(): Platform {
  return {
    capabilities: { tray: true, toasts: true },
    rpc: (name, payload) => invoke('rpc', { name, payload }),
    async subscribe(onEvent, onShell) {
      const channel = new Channel<AppEvent | ShellWord>();
      channel.onmessage = (message) => {
        if ('seq' in message) onEvent(message);
        else onShell?.(message);
      };
      await invoke('subscribe', { channel });
      return () => {
        channel.onmessage = () => {};
      };
    },
  };
}
