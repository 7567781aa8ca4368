import type { Library } from '@/api/generated';

/** Whether it is known that the library pays: of a library whose terms are estimates nobody has said it. */
export const libraryPays = (library: Library | undefined): boolean =>
  library !== undefined && !library.estimated && !library.fees.patronPays;
