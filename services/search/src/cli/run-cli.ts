import { TaskweaveError, describeError } from '@taskweave/common';
import { nameProcess } from '@taskweave/service-kit';
import { didYouMean } from '@taskweave/spec';
import { CommanderError } from 'commander';
import { EXIT_STOPPED } from './exit-codes.js';
import { createProgram } from './program.js';

/**
 * Runs the command line.
 *
 * @param args without the program's name
 * @returns the exit code: 0; 1 for a fault of Taskweave; 2 for one the user can mend; 130 for a run that was stopped
 */
export async function runCli(args: readonly string[]): Promise<number> {
  // `taskweave show RUN | head` closes the pipe early.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.on('uncaughtException', (thrown) => process.exit(report(thrown)));
  process.on('unhandledRejection', (thrown) => process.exit(report(thrown)));
  nameProcess('search');
  try {
    const program = createProgram();
    checkCommand(
      args[0],
      program.commands.map((command) => command.name()),
    );
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (thrown) {
    return report(thrown);
  }
}

/** Tells the user, and returns the exit code. */
function report(thrown: unknown): number {
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return 0;
    return report(fromCommander(thrown));
  }
  const error = TaskweaveError.from(thrown);
  if (error.code === 'STOPPED') {
    process.stderr.write(`${error.message}${error.action === undefined ? '' : ` ${error.action}`}\n`);
    return EXIT_STOPPED;
  }
  process.stderr.write(`${describeError(error)}\n`);
  return error.exitCode;
}

/** `error: unknown option '--sed'\n(Did you mean --seed?)` as an error of ours. */
function fromCommander({ message }: CommanderError): TaskweaveError {
  const text = message.replace(/^error: /, '').replace(/\n\((Did you mean .*\?)\)$/, '. $1');
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`,
    subject: 'the command line',
    action: 'See: taskweave --help',
  });
}

/** A first word that is neither option nor command would otherwise be taken for an argument of `start`. */
function checkCommand(word: string | undefined, commands: readonly string[]): void {
  if (word === undefined || word.startsWith('-') || [...commands, 'help'].includes(word)) return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `There is no such command${didYouMean(word, commands) || '.'}`,
    subject: 'the command line',
    found: word,
    expected: commands.join(', '),
    action: 'See: taskweave --help',
  });
}
