import { expect, it } from 'vitest';
import { differingEvents, eventsOfLog, eventsOfMessages } from './lasting-events.js';

it('names what lasts, the same from a log and from messages, and leaves the rest out', () => {
  const events = [
    ['opened', null],
    ['step', { step: 0 }],
    ['checkpoint.ready', { step: 1 }],
    ['warning', { step: 1, message: 'x' }],
    ['evaluation.done', { step: 1 }],
  ] as const;
  const log = events.map(([kind, data]) => `0123abcd ${JSON.stringify({ kind, data })}\n`).join('');
  const messages = events.map(([kind, data]) => ({
    subject: `taskweave.run=1.${kind}`,
    text: JSON.stringify(data),
  }));
  expect(eventsOfLog(log)).toEqual(['step 0', 'checkpoint.ready 1', 'evaluation.done 1']);
  expect(eventsOfMessages(messages)).toEqual(eventsOfLog(log));
});

it('tells of events that are missing, there twice or too many, not of their order', () => {
  const expected = ['step 0', 'checkpoint.ready 1', 'step 1'];
  expect(differingEvents(['step 1', 'step 0', 'checkpoint.ready 1'], expected)).toBe('');
  expect(differingEvents(['step 0', 'step 0', 'step 2'], expected)).toBe(
    'lost: checkpoint.ready 1, step 1; doubled: step 0; unexpected: step 2',
  );
});
