/** Files of references, as text. Their encoding is guessed as their makers chose it: UTF-8, else that of Chinese Windows. */

/** No list of references is larger, bytes. */
export const LARGEST_FILE = 2_000_000;

/** Bytes as text: by the mark in front, as UTF-8 where they are that, else as GB 18030. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** The text of a file; undefined when it is larger than any list of references. */
export async function textOf(file: File): Promise<string | undefined> {
  if (file.size > LARGEST_FILE) return undefined;
  return decodeText(new Uint8Array(await file.arrayBuffer()));
}
