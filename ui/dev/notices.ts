/** Notices of the made-up engine. */
import type { fakePlatform } from '../src/platform/fake';
import type { Notice } from '../src/api/generated';
import { rows } from './requests';
import { ago, inDays, uuid } from './times';

type Handlers = Parameters<typeof fakePlatform>[0];

export function notices(wanted: URLSearchParams): Handlers {
  const list: Notice[] =
    wanted.get('list') === 'empty'
      ? []
      : [
          {
            id: 14,
            kind: 'dueSoon',
            request: uuid(2),
            title: rows[1]!.title,
            date: inDays(3),
            at: ago(12),
            read: false,
          },
          {
            id: 13,
            kind: 'message',
            request: uuid(3),
            title: rows[2]!.title,
            date: null,
            at: ago(20),
            read: false,
          },
          {
            id: 12,
            kind: 'late',
            request: uuid(5),
            title: rows[4]!.title,
            date: inDays(-1),
            at: ago(25),
            read: true,
          },
          { id: 11, kind: 'quotaLow', request: null, title: '', date: null, at: ago(28), read: true },
          {
            id: 9,
            kind: 'arrived',
            request: uuid(1),
            title: rows[0]!.title,
            date: inDays(7),
            at: ago(35),
            read: false,
          },
          {
            id: 8,
            kind: 'condition',
            request: uuid(3),
            title: rows[2]!.title,
            date: null,
            at: ago(200),
            read: false,
          },
          {
            id: 7,
            kind: 'rejected',
            request: uuid(4),
            title: rows[3]!.title,
            date: null,
            at: ago(1500),
            read: false,
          },
          {
            id: 6,
            kind: 'overdue',
            request: uuid(2),
            title: rows[1]!.title,
            date: null,
            at: ago(1700),
            read: true,
          },
          {
            id: 5,
            kind: 'delivered',
            request: uuid(11),
            title: rows[10]!.title,
            date: null,
            at: ago(4300),
            read: true,
          },
          {
            id: 4,
            kind: 'unfilled',
            request: uuid(13),
            title: rows[12]!.title,
            date: null,
            at: ago(9000),
            read: true,
          },
          {
            id: 1,
            kind: 'accountApproved',
            request: null,
            title: '',
            date: null,
            at: ago(30000),
            read: true,
          },
        ];
  return {
    notice_list: () => ({ notices: list, unread: list.filter((one) => !one.read).length, asOf: ago(4) }),
    notice_seen: ({ ids }) => (
      list.forEach((one) => (one.read ||= ids.length === 0 || ids.map(Number).includes(Number(one.id)))),
      {}
    ),
  };
}
