import { base64Of } from './intake';

/** Size limit in bytes of a file of references; as in the engine. */
export const LARGEST_FILE = 4_000_000;

/** Names of files that are offered where a file of references is chosen. What a file is, its content says. */
export const REFERENCE_FILES =
  '.ris,.bib,.enw,.nbib,.net,.ciw,.isi,.rdf,.txt,.tsv,.json,.xml,.mrc,.iso,text/plain';

/** What is given to be read: a text, or the bytes of a file in base64. */
export interface Given {
  text: string;
  file: string | null;
}

/** The bytes of a file; undefined if it exceeds the size limit. Its encoding is the engine's concern. */
export async function givenBy(file: File): Promise<Given | undefined> {
  if (file.size > LARGEST_FILE) return undefined;
  return { text: '', file: await base64Of(file) };
}
