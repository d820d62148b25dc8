import { TaskweaveError } from '@taskweave/common';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { notWritable } from './files.js';

interface Owner {
  pid: number;
  /** When the process started, in the system's own unit; tells a process from a later one of the same pid. */
  started: string;
}

/** Start time of a process on Linux; empty where it is not known. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name, which may hold spaces; the start time is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function readOwner(path: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Owner>;
    return typeof pid === 'number' ? { pid, started: started ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be signalled, but is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === started;
}

/** The process that works on a run, if there is one. */
export function lockOwner(path: string): number | undefined {
  const owner = readOwner(path);
  return owner !== undefined && isAlive(owner) ? owner.pid : undefined;
}

/**
 * Keeps a run for this process alone, by a file that names it. What a killed process left behind is taken over.
 *
 * @returns gives the run free again
 * @throws TaskweaveError `RUN_NOT_RESUMABLE` while another process works on it
 */
export function lockRun(path: string): () => void {
  const own = `${path}.${process.pid}`;
  const owner: Owner = { pid: process.pid, started: startOf(process.pid) };
  try {
    try {
      writeFileSync(own, JSON.stringify(owner));
    } catch (cause) {
      throw notWritable(path, cause);
    }
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        // Unlike a rename, a link never replaces what another process put there in the meantime.
        linkSync(own, path);
        return () => rmSync(path, { force: true });
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritable(path, cause);
      }
      const pid = lockOwner(path);
      if (pid !== undefined) throw busy(path, pid);
      removeStale(path, `${own}.stale`);
    }
    throw busy(path, undefined);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes a lock whose owner is gone; one that another process took over a moment ago is put back. */
function removeStale(path: string, aside: string): void {
  try {
    renameSync(path, aside);
    if (lockOwner(aside) !== undefined) linkSync(aside, path);
  } catch {
    // Another process was quicker; the next attempt sees its lock.
  }
  rmSync(aside, { force: true });
}

function busy(path: string, pid: number | undefined): TaskweaveError {
  return new TaskweaveError({
    code: 'RUN_NOT_RESUMABLE',
    message: 'Another process is working on this run.',
    subject: path,
    ...(pid !== undefined && { found: `process ${pid}` }),
    action: 'Wait for it to end, or stop it.',
  });
}
