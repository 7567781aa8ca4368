// What the program says to the page's scripts and what they answer (docs/ARCHITECTURE.md). All of it is JSON; an
// answer comes out of a page, so that the program reads it as outside text.

/** A value of the request under the name of its field. Without `fill` the value may be left out. */
export interface Value {
  name: string;
  value?: string;
}

/** What the patron said of a caption: the field that belongs there, or `none`. */
export interface Correction {
  label: string;
  field: string;
}

/** The argument of `fill` and `readBack`. */
export interface FillInput {
  /** in the order of the request; a field that the page has and that is not here stays as it is */
  fields: Value[];
  /** win over the rules, but fill nothing that is forbidden */
  corrections?: Correction[];
  service: 'copy' | 'loan';
  /** of what `title` is the title; without it a page's form is not compared with the request */
  of?: 'journal' | 'book' | 'other';
  /** fill although the form looks like the other kind */
  anyway?: boolean;
  /** false: only look */
  fill?: boolean;
}

/** What a form is for. */
export type FormKind = 'article' | 'loan';

/** Why a control was left alone. */
export type Reason =
  /** a component that stands in for a `select`, or for a date */
  | 'componentSelect'
  | 'datePicker'
  /** an editor of formatted text */
  | 'editor'
  /** a frame of another origin, a component that cannot be looked into */
  | 'frame'
  | 'shadow'
  /** passwords, mail and telephone, captchas, searching, files */
  | 'forbidden'
  | 'readOnly'
  | 'disabled'
  /** no option of the `select` is this value; the input takes numbers or dates only */
  | 'noOption'
  | 'kind'
  /** the page submits itself when this changes */
  | 'submits'
  /** the patron said that nothing of ours belongs there */
  | 'correction';

/** A control for one or more values of the request. */
export interface Found {
  field: string;
  /** further fields that go into the same control: «卷期页码» */
  also?: string[];
  /** the caption, clipped; what a correction names */
  label: string;
  filled: boolean;
  /** it held another text before */
  occupied: boolean;
  /** the control takes fewer signs than the value has */
  cut?: boolean;
}

export interface Left {
  /** the field that the caption speaks of; empty if of none of ours */
  field: string;
  label: string;
  reason: Reason;
}

export interface FillAnswer {
  ok: true;
  /** false: the page is larger than what is looked at, or time was over */
  complete: boolean;
  /** the form looks like this kind, and the request is of the other: unless it was told to, nothing was filled */
  other?: FormKind;
  found: Found[];
  /** fields with a value for which the page has no control */
  noPlace: string[];
  left: Left[];
  /** captions of controls that could be filled and that no field belongs to: what a correction may name */
  free: string[];
  /** milliseconds for looking, and for writing; what the page does when it hears of a value is in the second */
  spent: number;
  writing: number;
}

/** Why the page has not what was filled in. */
export type Lost = 'empty' | 'changed' | 'cut' | 'gone';

export interface ReadBackAnswer {
  ok: true;
  complete: boolean;
  read: { field: string; also?: string[]; label: string; took: boolean; why?: Lost }[];
  spent: number;
}

export interface StructureAnswer {
  ok: true;
  complete: boolean;
  /** the form's elements, with captions, without anything typed or shown to this patron */
  html: string;
  controls: number;
}

/** The argument of `number`: numbers of the patron's other requests, which it is not. */
export interface NumberInput {
  known: string[];
}

export interface NumberAnswer {
  ok: true;
  complete: boolean;
  /** what the page calls the number of a request, at most three, in its order; each is a guess */
  numbers: string[];
  spent: number;
}

/** The script met a fault. */
export interface Fault {
  ok: false;
  error: string;
}

/** A request of the patron as the page may name it; what is not known is left out or empty. */
export interface RowRequest {
  id: string;
  mark?: string;
  number?: string;
  title?: string;
}

/** The argument of `rows`: all requests that the patron has with the library, not only the open ones. */
export interface RowsInput {
  requests: RowRequest[];
}

/** Why no block is shown: not on the page; named in several places or only beside another; too short to be certain. */
export type NoBlock = 'absent' | 'ambiguous' | 'short';

export interface Row {
  id: string;
  /** what the page says of the request, clipped, its pieces separated by « | »; empty if `why` is set */
  text: string;
  /** by what it was known; empty if `why` is set */
  by: 'mark' | 'number' | 'title' | '';
  /** whether the block is a row, item or card; false: a part of the page without such a border */
  row: boolean;
  why?: NoBlock;
}

export interface RowsAnswer {
  ok: true;
  complete: boolean;
  /** one for each request, in their order */
  rows: Row[];
  spent: number;
}
