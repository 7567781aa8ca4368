// What the unit tests of the page's scripts share: a page, boxes for its elements (jsdom has no layout), a call.
import { vi } from 'vitest';
import type { FillAnswer, FillInput, ReadBackAnswer } from './contract';
import { fill, readBack } from './fill';

/** Puts a page up. Elements within `display: none` or `hidden` have no boxes. */
export function page(html: string): void {
  document.body.innerHTML = html;
  vi.spyOn(Element.prototype, 'getClientRects').mockImplementation(function (this: Element) {
    const hidden = this.closest('[hidden], [style*="display: none"]');
    return (hidden ? [] : [new DOMRect()]) as unknown as DOMRectList;
  });
}

/** Values that say what they are. */
export const VALUES: Record<string, string> = {
  componentTitle: '论壮族的铜鼓',
  componentAuthor: '韦丹芳',
  title: '广西民族研究',
  author: '覃乃昌',
  editor: '莫云山',
  publisher: '广西民族出版社',
  place: '南宁',
  date: '2019',
  volume: '12',
  issue: '3',
  pages: '101-117',
  isbn: '9787536300000',
  issn: '1004-454X',
  doi: '10.1000/xyz',
  neededBy: '2026-12-31',
  pickupLocation: '西校区',
  note: 'HY-7K3M9QX',
};

export function input(over: Partial<FillInput> = {}, values: Record<string, string> = VALUES): FillInput {
  const fields = Object.entries(values).map(([name, value]) => ({ name, value }));
  return { fields, service: 'copy', fill: true, ...over };
}

export const filled = (over?: Partial<FillInput>, values?: Record<string, string>): FillAnswer =>
  JSON.parse(fill(input(over, values))) as FillAnswer;

export const readBackOf = (over?: Partial<FillInput>, values?: Record<string, string>): ReadBackAnswer =>
  JSON.parse(readBack(input(over, values))) as ReadBackAnswer;

/** What is in the control with this id. */
export const at = (id: string): string => (document.getElementById(id) as HTMLInputElement).value;
