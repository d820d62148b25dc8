import { expect, it } from 'vitest';
import { eventsOfLog, eventsOfMessages } from './lasting-events.js';

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
