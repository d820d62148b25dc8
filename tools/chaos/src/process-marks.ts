import { readdirSync, readFileSync } from 'node:fs';

/** Marks all processes of a cluster in their environments, so that those that outlive it are found. */
export const MARK = 'TASKWEAVE_CHAOS';

/** Processes of a cluster that are still there. */
export function processesOf(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isMarked(pid, mark));
}

/** Whether a process is one of a cluster; its id may have gone to another. */
export function isMarked(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${mark}`);
  } catch {
    return false;
  }
}
