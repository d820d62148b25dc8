import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Events that happen once in a run, at a step, however often it is broken; others tell of each time it goes on. */
const LASTING_KINDS = new Set(['step', 'checkpoint.ready', 'evaluation.done']);

/** Names of the events of a run that last, such as `step 4`, in the order in which the log in its folder has them. */
export async function eventsOfRun(folder: string): Promise<string[]> {
  return eventsOfLog(await readFile(join(folder, 'messages', 'events.log'), 'utf8'));
}

/** The same of the text of a log. */
export function eventsOfLog(log: string): string[] {
  return (
    log
      .trimEnd()
      .split('\n')
      // After a checksum.
      .map((line) => JSON.parse(line.slice(line.indexOf(' '))) as { kind: string; data: unknown })
      .flatMap(({ kind, data }) => nameOf(kind, data))
  );
}

/** The same of messages on subjects `taskweave.<run>.<kind>`. */
export function eventsOfMessages(messages: readonly { subject: string; text: string }[]): string[] {
  return messages.flatMap(({ subject, text }) =>
    nameOf(subject.split('.').slice(2).join('.'), JSON.parse(text)),
  );
}

function nameOf(kind: string, data: unknown): string[] {
  return LASTING_KINDS.has(kind) ? [`${kind} ${(data as { step: number } | null)?.step}`] : [];
}

/** @returns what is lost, doubled and should not be, for people; empty when events are those expected, in any order */
export function differingEvents(found: readonly string[], expected: readonly string[]): string {
  const kinds = {
    lost: expected.filter((event) => !found.includes(event)),
    doubled: found.filter((event, i) => found.indexOf(event) !== i),
    unexpected: found.filter((event) => !expected.includes(event)),
  };
  return Object.entries(kinds)
    .filter(([, events]) => events.length > 0)
    .map(([kind, events]) => `${kind}: ${events.join(', ')}`)
    .join('; ');
}
