import { openBlobStore } from '@taskweave/checkpoints';
import { S3Server, S3_CREDENTIALS } from '@taskweave/checkpoints/testing/s3-server';
import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, onlyRun, startCli, untilLines } from '../testing/cli.js';
import { pathOf, referenceRun, SMALL_SEARCH, type ReferenceRun } from '../testing/reference-run.js';
import { factsOf } from '../testing/run-facts.js';

const FURTHER = ['--steps=30', '--set=evaluation.every=10', '--set=checkpoint.keep=2'];
const OPTIONS = [...SMALL_SEARCH, ...FURTHER];

let reference: ReferenceRun;
let nats: NatsServer;
let s3: S3Server;
beforeAll(async () => {
  [reference, nats, s3] = await Promise.all([referenceRun(...FURTHER), NatsServer.start(), S3Server.start()]);
  s3.makeBucket('bucket');
  Object.assign(process.env, S3_CREDENTIALS);
});
afterAll(async () => {
  reference?.remove();
  await Promise.all([nats?.stop(), s3?.stop()]);
  for (const name of Object.keys(S3_CREDENTIALS)) delete process.env[name];
});

/** Services may open no path but those in an empty folder: as if they were on another machine. */
function elsewhere(): { TASKWEAVE_STORAGE: string } {
  return { TASKWEAVE_STORAGE: reference.folder() };
}

/** What is left in a store. */
async function namesIn(url: string): Promise<string[]> {
  const store = await openBlobStore(url);
  try {
    return await store.list();
  } finally {
    await store.close();
  }
}

describe('services that see no folder of the run', () => {
  it('cannot take part without a blob store', async () => {
    const { code, stderr } = await cli([...OPTIONS, '--processes'], reference.folder(), elsewhere());
    expect(code).toBe(1);
    expect(stderr).toContain('error PATH_REFUSED: ');
  });

  it('give the same bits over the JetStream object store, and leave nothing in it', async () => {
    const cwd = reference.folder();
    const environment = { ...elsewhere(), TASKWEAVE_BLOBS: `${nats.url}/search` };
    const args = [...OPTIONS, '--processes', '--evaluators=2', '--baselines', '--json'];
    const { code, stderr } = await cli(args, cwd, environment);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
    expect(readdirSync(join(pathOf(cwd), 'checkpoints'))).toEqual(['step-00000020', 'step-00000030']);
    expect(readdirSync(environment.TASKWEAVE_STORAGE)).toEqual([]);
    expect(await namesIn(environment.TASKWEAVE_BLOBS)).toEqual([]);

    const scored = await cli(['evaluate', onlyRun(cwd), '--json'], cwd, environment);
    expect(JSON.parse(scored.stdout)).toMatchObject({ matches: true });
    expect(await namesIn(environment.TASKWEAVE_BLOBS)).toEqual([]);
  });

  it('give the same bits over S3 after kill -9, and nothing of the killed run stays in the store', async () => {
    const cwd = reference.folder();
    const environment = { ...elsewhere(), TASKWEAVE_BLOBS: s3.url('bucket', 'killed') };
    const { child, outcome } = startCli([...OPTIONS, '--processes', '--json'], cwd, environment);
    const run = await untilLines(24, cwd);
    child.kill('SIGKILL');
    await outcome;
    expect(await namesIn(environment.TASKWEAVE_BLOBS)).not.toEqual([]);
    const resumed = await cli(['--resume', run, '--processes', '--json'], cwd, environment);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
    expect(await namesIn(environment.TASKWEAVE_BLOBS)).toEqual([]);
  });

  it('wait for a store that is away', async () => {
    const server = await NatsServer.start();
    try {
      const cwd = reference.folder();
      const environment = { ...elsewhere(), TASKWEAVE_BLOBS: `${server.url}/away` };
      const { outcome } = startCli([...OPTIONS, '--processes', '--json'], cwd, environment);
      await untilLines(12, cwd);
      await server.kill();
      await untilLines(15, cwd);
      await server.restart();
      expect(await outcome).toMatchObject({ code: 0, stderr: '' });
      expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
    } finally {
      await server.stop();
    }
  });
});

describe('before the first step', () => {
  it('a URL that is none ends the run, and nothing is left of it', async () => {
    const cwd = reference.folder();
    const { code, stderr } = await cli(OPTIONS, cwd, { TASKWEAVE_BLOBS: 'nats://user:secret@host' });
    expect(code).toBe(2);
    expect(stderr).toContain('error CONFIG_INVALID: ');
    expect(stderr).not.toContain('secret');
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  });

  it('a store that is away ends the run, which can be resumed without it', async () => {
    const cwd = reference.folder();
    const { code, stderr } = await cli(OPTIONS, cwd, { TASKWEAVE_BLOBS: 'nats://127.0.0.1:1/bucket' });
    expect(code).toBe(1);
    expect(stderr).toContain('error SERVICE_UNAVAILABLE: ');
    const resumed = await cli(['--resume', onlyRun(cwd), '--json'], cwd);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
  });
});
