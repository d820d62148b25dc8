/** What the shell is told after Ctrl-C: 128 + SIGINT, as for any program that it ends. */
export const EXIT_STOPPED = 130;
