/** The patron's side of the made-up engine: requests and drafts, with notices and account. `?list=` and
 * `?account=` choose what is shown. */
import { problem, type fakePlatform } from '../src/platform/fake';
import type { Draft, RequestRow } from '../src/api/generated';
import { account } from './account';
import { blankDraft, viewOf } from './forms';
import { lists } from './lists';
import { notices } from './notices';
import { detail, row, rows } from './requests';
import { ago, uuid } from './times';

type Handlers = Parameters<typeof fakePlatform>[0];

/** Handlers for the mock page. */
export function patron(wanted: URLSearchParams): Handlers {
  const drafts = new Map<string, Draft>();
  const first: Draft = {
    ...blankDraft(uuid(90), 'Copy'),
    title: '广西民族研究',
    componentTitle: '论壮族的铜鼓文化',
    componentAuthor: '黄某',
    date: '2009',
    volume: '25',
    issue: '2',
    pages: '12-20',
    issn: '1004-454',
  };
  drafts.set(first.id, first);
  drafts.set(uuid(91), { ...blankDraft(uuid(91), 'Loan'), title: '粤西丛载校注', author: '汪森' });
  drafts.set(uuid(92), blankDraft(uuid(92), 'Copy'));
  /** where the patron is the messenger, what is not filed waits for the patron */
  const byHand = (one: RequestRow): RequestRow =>
    wanted.has('library') && one.state === 'QUEUED' ? { ...one, group: 'needsYou' } : one;
  let list = wanted.get('list') === 'empty' ? [] : rows.map(byHand);
  const many = Number(wanted.get('many') ?? 0);
  for (let n = 0; n < many; n++)
    list.push({ ...rows[n % rows.length]!, id: uuid(1000 + n), group: 'ended', state: 'COMPLETED' });
  const find = (id: string) => {
    const one = list.find((line) => line.id === id);
    if (!one) throw problem('NOT_FOUND');
    return one;
  };
  const draftOf = (id: string) => {
    const one = drafts.get(id);
    if (!one) throw problem('NOT_FOUND');
    return one;
  };
  return {
    request_list: () => ({
      more: false,
      requests: list,
      drafts:
        wanted.get('list') === 'empty'
          ? []
          : [...drafts.values()]
              .filter((one) => one.title)
              .map((one) => ({
                id: one.id,
                title: one.componentTitle || one.title,
                service: one.service,
                updatedAt: one.updatedAt,
                ...(one.id.includes('0000000007') ? { batch: 'list-1' } : {}),
              })),
      asOf: ago(42),
    }),
    request_get: ({ id }) => detail(find(id)),
    request_act: ({ id, action }) => {
      const one = find(id);
      if (action === 'edit-again') return { ...detail(one), row: { ...one, id: first.id, state: 'DRAFT' } };
      if (action === 'discard') list = list.filter((line) => line.id !== id);
      else one.pendingAction = action;
      return detail(one);
    },
    request_submit: ({ id }) => {
      const one = draftOf(id);
      const made = row(
        500,
        one.componentTitle || one.title,
        one.author,
        one.service,
        'QUEUED',
        'ongoing',
        { kind: 'whenOnline' },
        { id, hrid: '' },
      );
      list = [made, ...list];
      drafts.delete(id);
      return detail(made);
    },
    draft_new: ({ service, text }) => {
      const draft = blankDraft(uuid(100 + drafts.size), service);
      if (text) Object.assign(draft, { title: '文献', componentTitle: text, date: '2011' });
      drafts.set(draft.id, draft);
      return viewOf(draft, false);
    },
    draft_get: ({ id }) => viewOf(draftOf(id), false),
    draft_save: ({ draft }) => {
      if (wanted.has('full')) throw problem('DISK_FULL');
      const kept = { ...draft, updatedAt: new Date().toISOString() };
      drafts.set(draft.id, kept);
      return viewOf(kept, false);
    },
    draft_check: ({ id }) => viewOf(draftOf(id), true),
    draft_delete: ({ id }) => (drafts.delete(id), {}),
    ...notices(wanted),
    ...account(wanted),
    draft_restore: ({ draft }) => (drafts.set(draft.id, draft), viewOf(draft, false)),
    ...lists(wanted, drafts, viewOf, (one) => {
      const made = row(
        500,
        one.componentTitle || one.title,
        one.author,
        one.service,
        'QUEUED',
        'ongoing',
        {},
        { id: one.id, hrid: '' },
      );
      list = [made, ...list];
      drafts.delete(one.id);
      return made;
    }),
  };
}
