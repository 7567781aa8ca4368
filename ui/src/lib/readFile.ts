/** Reads files of references as text. Encodings: UTF-8, otherwise that of Chinese Windows. */

/** Size limit in bytes; no list of references is larger. */
export const LARGEST_FILE = 2_000_000;

/** Decodes bytes: by the byte order mark, as UTF-8 if they are valid, otherwise as GB 18030. */
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

/** The text of a file; undefined if it exceeds the size limit. */
export async function textOf(file: File): Promise<string | undefined> {
  if (file.size > LARGEST_FILE) return undefined;
  return decodeText(new Uint8Array(await file.arrayBuffer()));
}
