import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { refuseStrayFiles, shellDragged, shellDropped } from '@/lib/dropZone';
import { show } from '@/lib/testing';
import BatchStart from './BatchStart.vue';
import FillNote from './FillNote.vue';
import LookUp from './LookUp.vue';
import { draft, place } from './samples';

const ris = 'TY  - BOOK\nTI  - 红楼梦\nER  - \n';
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const drop = (name: string, bytes: string | null, text = '') => ({ x: 40, y: 60, name, bytes, text });
/** The element at a position, because jsdom has no layout. */
let under: Element | null = null;
beforeEach(() => {
  document.elementFromPoint = () => under;
});
afterEach(() => (under = null));

const form = draft({ service: 'Loan' });
const lookUp = async () => {
  const fill = vi.fn(
    () =>
      ({
        works: 0,
        readAs: null,
        left: [],
        draft: form,
        said: { filled: [], differs: [], left: [] },
      }) as never,
  );
  place({ draft_fill: fill });
  const page = await show(LookUp, { id: 'a', form });
  const zone = page.get('.look-up');
  return { fill, zone, page };
};

it('a file that the shell read goes the way of a chosen one', async () => {
  const { fill, zone } = await lookUp();
  under = zone.get('textarea').element;
  shellDragged({ x: 40, y: 60 });
  await flushPromises();
  expect(zone.classes()).toContain('over');
  // encoded as on Chinese Windows
  const gb = Uint8Array.from([0xba, 0xec, 0xc2, 0xa5, 0xc3, 0xce]);
  shellDropped(drop('知网.txt', base64(gb)));
  await flushPromises();
  // the engine judges the encoding
  await vi.waitFor(() =>
    expect(fill).toHaveBeenCalledWith({ service: 'Loan', text: '', file: 'uuzCpcPO', form }),
  );
  expect(zone.classes()).not.toContain('over');
});

it('what cannot be read is named, and an address is looked up', async () => {
  const { fill, zone } = await lookUp();
  under = zone.element;
  shellDropped(drop('一个文件夹', null));
  await flushPromises();
  expect(zone.text()).toContain('一个文件夹');
  expect(fill).not.toHaveBeenCalled();
  shellDropped(drop('', null, 'https://doi.org/10.1000/182'));
  await flushPromises();
  expect(fill).toHaveBeenCalledWith({
    service: 'Loan',
    text: 'https://doi.org/10.1000/182',
    file: null,
    form,
  });
});

it('beside a zone, or where something lies above it, nothing happens', async () => {
  const { fill, zone } = await lookUp();
  under = document.body;
  shellDragged({ x: 1, y: 1 });
  shellDropped(drop('a.ris', base64(new TextEncoder().encode(ris))));
  await flushPromises();
  expect(zone.classes()).not.toContain('over');
  expect(fill).not.toHaveBeenCalled();
});

it('a list begins with a file, wherever on its screen it is dropped', async () => {
  const make = vi.fn(() => ({ id: 'l', lines: [], left: [], leftOut: 0 }) as never);
  place({ batch_new: make });
  const page = await show(BatchStart);
  under = page.get('h1').element;
  shellDropped(drop('书单.ris', base64(new TextEncoder().encode(ris))));
  await flushPromises();
  const file = base64(new TextEncoder().encode(ris));
  await vi.waitFor(() => expect(make).toHaveBeenCalledWith({ text: '', file, works: null }));
});

it('a browser does not leave the program for a file that is dropped beside', async () => {
  refuseStrayFiles();
  const { zone } = await lookUp();
  const event = new Event('drop', { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: { types: ['Files'], files: [], dropEffect: 'copy' } });
  document.body.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  const words = new Event('drop', { bubbles: true, cancelable: true });
  Object.assign(words, { dataTransfer: { types: ['text/plain'], files: [] } });
  zone.get('textarea').element.parentElement!.ownerDocument.body.dispatchEvent(words);
  expect(words.defaultPrevented).toBe(false);
});

it.each([
  ['all', '目录里没有查到'],
  ['some', '有的目录没有答复'],
  ['nobody', '没有问到目录'],
] as const)(
  'says that a number was not found only where the catalogues were asked: %s',
  async (heard, words) => {
    const answer = {
      works: 1,
      readAs: 'number',
      heard,
      left: [],
      draft: { ...form, isbn: '9787020008728' },
      said: { filled: [], differs: [{ field: 'isbn', text: '9787020008728' }], left: [] },
    };
    place({ draft_fill: () => answer as never });
    const page = await show(LookUp, { id: 'b', form });
    await page.get('textarea').setValue('9787020008728');
    await page.findAll('button')[0]!.trigger('click');
    await flushPromises();
    expect(page.text()).toContain(words);
    if (heard === 'nobody') expect(page.text()).not.toContain('没有查到');
  },
);

it('says which number is misprinted, whether there was more in the text or not', async () => {
  const isbn = 'ISBN 978-7-02-000872-9';
  for (const readAs of [null, 'reference'] as const) {
    const title = [{ field: 'title', text: '红楼梦' }];
    const answer = {
      works: readAs ? 1 : 0,
      readAs,
      heard: 'all',
      left: [{ line: 1, text: isbn, why: 'checkDigit' }],
      draft: form,
      said: { filled: readAs ? title : [], differs: [], left: [] },
    };
    place({ draft_fill: () => answer as never });
    const page = await show(LookUp, { id: 'c', form });
    await page.get('textarea').setValue(isbn);
    await page.findAll('button')[0]!.trigger('click');
    await flushPromises();
    expect(page.text()).toContain(`${isbn} 的校验位或位数不对`);
    expect(page.get('textarea').element.value, 'it can be mended').toBe(isbn);
    page.unmount();
  }
});

it('takes no single field of another work', async () => {
  const mine = draft({ isbn: '9787020008728' });
  const differs = [{ field: 'date' as const, found: '1999' }];
  for (const edition of ['otherWork', 'same'] as const) {
    const filling = { values: {}, known: 0, differs, left: [], edition, heard: 'all' as const };
    const page = await show(FillNote, { draft: mine, filling, filled: new Set(['isbn']) });
    expect(page.text()).toContain('1999');
    expect(page.findAll('button').some((one) => one.text() === '采用')).toBe(edition === 'same');
    page.unmount();
  }
});

it('says which part of a reference was not surely understood', async () => {
  const answer = {
    works: 1,
    readAs: 'reference',
    heard: 'all',
    left: [{ line: 1, text: '基于深度学习的方法研究', why: 'unsure' }],
    draft: form,
    said: { filled: [{ field: 'title', text: '雁' }], differs: [], left: [] },
  };
  place({ draft_fill: () => answer as never });
  const page = await show(LookUp, { id: 'd', form });
  await page.get('textarea').setValue('基于深度学习的方法研究. 雁[J]. 湖山学报, 2001(2): 3-4.');
  await page.findAll('button')[0]!.trigger('click');
  await flushPromises();
  expect(page.text()).toContain('没有把握读准，没有填入：基于深度学习的方法研究');
  expect(page.get('textarea').element.value, 'it can be compared').not.toBe('');
  page.unmount();
});

it.each([
  ['all', '目录里没有查到'],
  ['some', '有的目录没有答复'],
  ['nobody', '没有问到目录'],
  [undefined, '请核对'],
] as const)('says the same beside the filled form: %s', async (heard, words) => {
  const mine = draft({ isbn: '9787020008728' });
  const filling = {
    values: { isbn: mine.isbn },
    known: 0,
    differs: [],
    left: [],
    ...(heard ? { heard } : {}),
  };
  const page = await show(FillNote, { draft: mine, filling, filled: new Set(['isbn']) });
  expect(page.text()).toContain(words);
  if (heard === 'nobody' || heard === undefined) expect(page.text()).not.toContain('没有查到');
});
