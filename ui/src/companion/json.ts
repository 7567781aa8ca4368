// Writes an answer as JSON without `JSON.stringify`, `toJSON` or a method of a prototype: pages replace these, some
// out of habit (Prototype.js gives every array a `toJSON`). Only operators are used, which a page cannot replace.

/** What an answer is made of. */
export type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };

/** Nesting of an answer; ours need four levels. */
const DEPTH = 8;

/** A JSON string. Control characters become blanks, half surrogate pairs U+FFFD. */
function text(value: string): string {
  let out = '"';
  for (let i = 0; i < value.length; i++) {
    const sign = value[i]!;
    if (sign === '"' || sign === '\\') out += '\\' + sign;
    else if (sign < ' ') out += ' ';
    else if (sign < '\ud800' || sign > '\udfff') out += sign;
    else {
      const next = value[i + 1];
      const pair = sign < '\udc00' && next !== undefined && next >= '\udc00' && next <= '\udfff';
      out += pair ? sign + next : '\ufffd';
      if (pair) i++;
    }
  }
  return out + '"';
}

/** The value as JSON. Properties that are `undefined` are left out. */
export function toJson(value: Json, depth = 0): string {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return value - value === 0 ? '' + value : 'null';
  if (value === null || value === undefined || depth > DEPTH) return 'null';
  let out = '';
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) out += (i > 0 ? ',' : '') + toJson(value[i], depth + 1);
    return '[' + out + ']';
  }
  for (const key in value) {
    const entry = value[key];
    // what a page added to Object.prototype is a function as a rule, and none of ours
    if (entry === undefined || typeof entry === 'function') continue;
    out += (out === '' ? '' : ',') + text(key) + ':' + toJson(entry, depth + 1);
  }
  return '{' + out + '}';
}
