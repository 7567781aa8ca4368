import { Channel, invoke } from '@tauri-apps/api/core';
import type { AppEvent } from '@/api/generated';
import type { Platform } from './types';

/** The desktop window. The shell exposes exactly two commands, `rpc` and `subscribe`. */
export function tauriPlatform(): Platform {
  return {
    capabilities: { tray: true, toasts: true },
    rpc: (name, payload) => invoke('rpc', { name, payload }),
    async subscribe(onEvent) {
      const channel = new Channel<AppEvent>();
      channel.onmessage = onEvent;
      await invoke('subscribe', { channel });
      return () => {
        channel.onmessage = () => {};
      };
    },
  };
}
