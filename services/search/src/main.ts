import { runCli } from './cli/run-cli.js';

process.exitCode = await runCli(process.argv.slice(2));
// Nothing should be left that keeps the process alive; if something is, it must not hold up a script.
setTimeout(() => process.exit(), 3_000).unref();
