import { Channel, invoke } from '@tauri-apps/api/core';
import type { AppEvent } from '@/api/generated';
import type { Platform, ShellWord } from './types';

/** Types of input that contain no text. */
const pressed = ['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit'];

/** Whether text can be edited or copied at a target. */
function edits(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLInputElement) return !pressed.includes(target.type);
  return (window.getSelection()?.toString() ?? '') !== '';
}

/**
 * Turns off browser behaviour in the window: the context menu opens only over editable or selected text, and
 * no key reloads the page, which would lose what was typed.
 */
function notABrowser(): void {
  window.addEventListener('contextmenu', (event) => {
    if (!edits(event.target)) event.preventDefault();
  });
  window.addEventListener('keydown', (event) => {
    const again = event.key === 'F5' || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'r');
    if (again) event.preventDefault();
  });
}

/** The platform of the desktop window. The shell exposes exactly two commands, `rpc` and `subscribe`. */
export function tauriPlatform(): Platform {
  notABrowser();
  return {
    capabilities: { tray: true, toasts: true, libraryWindow: true },
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
