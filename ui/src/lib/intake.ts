import { shallowRef } from 'vue';
import type { Dropped } from './dropZone';

/** Size limit in bytes of a mail or a file for a request; as in the engine and in the shell. */
export const LARGEST_INTAKE = 64 * 1024 * 1024;

/** What waits to be recognised, and the request that it was dropped on; or the wish to paste a mail. */
export type IntakeAsked = { dropped: Dropped; on: string | null } | { paste: true; on: string | null };

/** Read by the dialog, which is part of the frame. */
export const intakeAsked = shallowRef<IntakeAsked>();

/** Asks the dialog to recognise what was dropped or pasted. */
export function askIntake(asked: IntakeAsked): void {
  intakeAsked.value = asked;
}

/**
 * Whether something that was dropped on the window, and on no zone inside of it, is for a request: a mail or a
 * document. Files of references have places of their own.
 */
export function isForRequest(dropped: Dropped): boolean {
  if ('text' in dropped || 'unreadable' in dropped) return false;
  const name = 'file' in dropped ? dropped.file.name : dropped.name;
  return /\.(eml|msg|pdf|caj|nh|kdh|tiff?|jpe?g|png|djvu|epub|zip|rar|7z|docx?|dat)$/i.test(name);
}

/** The content of a file in base64, without building a string of each byte. */
export function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const text = String(reader.result);
      resolve(text.slice(text.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(file);
  });
}
