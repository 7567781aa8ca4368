/** Drafts of the made-up engine, and what it says of them. */
import type { Check, Draft, DraftView, Service } from '../src/api/generated';
import { ago, uuid } from './times';

export function blankDraft(id: string, service: Service): Draft {
  return {
    id,
    service,
    kind: service === 'Loan' ? 'book' : 'article',
    title: '',
    author: '',
    componentTitle: '',
    componentAuthor: '',
    editor: '',
    translator: '',
    contributor: '',
    publisher: '',
    place: '',
    date: '',
    edition: '',
    volume: '',
    issue: '',
    pages: '',
    totalPages: null,
    language: '',
    isbn: '',
    issn: '',
    doi: '',
    pmid: '',
    source: null,
    neededBy: null,
    anyEdition: false,
    urgent: false,
    maximumCost: null,
    pickupLocation: '',
    note: '',
    declarationAccepted: false,
    overrideDuplicate: false,
    updatedAt: ago(3),
  };
}

/** A draft with its checks; `online` when the platform has answered. */
export function viewOf(draft: Draft, online: boolean): DraftView {
  const has = (text: string) => text.trim() !== '';
  const check = (
    code: Check['code'],
    verdict: Check['verdict'],
    field = '',
    params: Check['params'] = {},
  ): Check => ({ code, verdict, field, params });
  const checks: Check[] = [
    check('TITLE_REQUIRED', has(draft.title) ? 'ok' : 'blocker', 'title'),
    ...(draft.service === 'Loan'
      ? [
          ...(has(draft.author) || has(draft.isbn)
            ? []
            : [check('AUTHOR_OR_ISBN_REQUIRED', 'blocker', 'author')]),
          check('PICKUP_LOCATION_REQUIRED', has(draft.pickupLocation) ? 'ok' : 'blocker', 'pickupLocation'),
        ]
      : [
          check(
            'COPYRIGHT_DECLARATION_REQUIRED',
            draft.declarationAccepted ? 'ok' : 'blocker',
            'declarationAccepted',
          ),
          ...(has(draft.pages) || has(draft.componentTitle)
            ? []
            : [check('PAGES_REQUIRED', 'blocker', 'pages')]),
          ...(draft.kind === 'book' && has(draft.pages) && draft.totalPages
            ? [
                check('COPYRIGHT_LIMIT_EXCEEDED', 'blocker', 'pages', {
                  limit: '100',
                  total: '300',
                  asked: '140',
                }),
              ]
            : []),
        ]),
    ...(has(draft.issn) && draft.issn.length < 9
      ? [check('IDENTIFIER_INVALID', 'blocker', 'issn', { kind: 'ISSN' })]
      : []),
    check(
      'DUPLICATE_OPEN_REQUEST',
      draft.title.includes('广西') ? (draft.overrideDuplicate ? 'warning' : 'blocker') : 'ok',
      '',
      { title: '论壮族的稻作文化与“那”地名', id: uuid(5) },
    ),
    check('HELD_LOCALLY', online ? 'ok' : 'unchecked'),
    check(
      'OPEN_ACCESS',
      online ? 'warning' : 'unchecked',
      '',
      online ? { url: 'https://example.org/oa.pdf' } : {},
    ),
    check('ACCOUNT_NOT_ACTIVE', 'ok'),
    check('QUOTA_EXCEEDED', 'ok'),
  ];
  return {
    draft,
    checks,
    estimate: draft.service === 'Loan' ? 4000 : has(draft.pages) ? 510 : null,
    canSubmit: checks.every((one) => one.verdict !== 'blocker'),
    checkedOnline: online,
  };
}
