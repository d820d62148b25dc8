import { describe, expect, it } from 'vitest';
import { parsePeerOutput, runPeer } from './peer.js';

describe('a peer', () => {
  it('is a command that prints its times', async () => {
    const command = `printf 'version 1\\niteration: min 512 ms, median 530.5 ms (first part 100 ms)\\n'`;
    expect(await runPeer(command)).toEqual({ minimumMs: 512, medianMs: 530.5 });
  });

  it('that prints none is refused with the last line it printed', () => {
    expect(() => parsePeerOutput('one\nno module named torch\n')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: '--peer', found: 'no module named torch' }),
    );
  });

  it('that fails is refused', async () => {
    await expect(runPeer('exit 3')).rejects.toMatchObject({ code: 'CONFIG_INVALID', subject: '--peer' });
  });
});
