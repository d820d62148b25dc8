import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { PageTimes } from './page-times.js';

it('takes the time of answers, and counts what is none', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    response.statusCode = asked.length === 2 ? 500 : 200;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = `http://127.0.0.1:${(server.address() as AddressInfo).port}/#/run/grid%2Fa`;
  const times = new PageTimes();
  expect(times.summary).toEqual({ answers: 0, failures: 0, median: NaN, p99: NaN, last: NaN });
  for (let i = 0; i < 3; i++) await times.ask(page);
  await new Promise((resolve) => server.close(resolve));
  await times.ask(page);
  const { answers, failures, median, p99 } = times.summary;
  expect([answers, failures]).toEqual([2, 2]);
  expect(median).toBeGreaterThan(0);
  expect(p99).toBeGreaterThanOrEqual(median);
  expect(asked[0]).toBe('/api/series?run=grid%2Fa&points=600');
});
