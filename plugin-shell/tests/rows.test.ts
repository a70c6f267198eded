import { expect, it } from 'vitest';
import { unpackedRows } from '../src/core/rows';

it('reads the rows as the core packs them', () => {
  const [zoe, bob] = ['WKffffffff000000000000000100000abc', 'WK00000000000000000000000000000002'];
  const texts = ['Zoë 😀', 'zoe@example.com', 'Pause', '2026-11-21T12:00:00.000Z', 'client:zoe', 'Bob', '', 'Available', '', 'client:bob'];
  const lengths = texts.map(({ length }) => length);
  const numbers = [
    ...[2 | (1 << 2) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7), 2],
    ...lengths.slice(0, 5),
    ...[2, 1, 0, 3, 4, 6, 0, 3],
    ...[0 | (2 << 2), 0],
    ...lengths.slice(5),
    ...[0, 0],
  ];
  const text = [zoe, ...texts.slice(0, 5), bob, ...texts.slice(5)].join('');
  expect(unpackedRows(Uint32Array.from(numbers), text)).toEqual([
    {
      callee: { worker: zoe, contactUri: 'client:zoe', name: 'Zoë 😀' },
      nameMarks: [
        [0, 3],
        [4, 6],
      ],
      detail: 'zoe@example.com',
      detailMarks: [[0, 3]],
      presence: 'unknown',
      activity: 'Pause',
      since: '2026-11-21T12:00:00.000Z',
      calls: 2,
      favourite: true,
      group: 'recent',
    },
    {
      callee: { worker: bob, contactUri: 'client:bob', name: 'Bob' },
      nameMarks: [],
      detail: undefined,
      detailMarks: [],
      presence: 'available',
      activity: 'Available',
      since: undefined,
      calls: undefined,
      favourite: false,
      group: 'everybody',
    },
  ]);
  expect(unpackedRows(new Uint32Array(), '')).toEqual([]);
});
