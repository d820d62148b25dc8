import { expect, it } from 'vitest';
import { textTable } from './text-table.js';

it('aligns columns and underlines the header', () => {
  expect(textTable([['device', 'a'], ['cpu', '1234'], ['webgpu'], ['', 'x']])).toEqual([
    'device  a',
    '------  ----',
    'cpu     1234',
    'webgpu',
    '        x',
  ]);
  expect(textTable([])).toEqual([]);
});
