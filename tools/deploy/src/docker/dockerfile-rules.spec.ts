import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCompose } from '../compose/compose-rules.js';
import { DEPLOY, ROOT } from '../deploy-folder.js';
import { renderOverlay } from '../kubernetes/render.js';
import { workloadsOf } from '../kubernetes/workloads.js';
import { brokenDockerfileRules, installedProjects } from './dockerfile-rules.js';

const read = (name: string): string => readFileSync(`${DEPLOY}/docker/${name}`, 'utf8');
const dockerfile = read('Dockerfile');

it.each(['Dockerfile', 'Dockerfile.cuda'])('%s keeps the rules', (name) => {
  expect(brokenDockerfileRules(read(name))).toEqual([]);
});

it('installs every service', () => {
  const services = readdirSync(`${ROOT}/services`).map((name) => `@taskweave/${name}`);
  expect(installedProjects(dockerfile)).toEqual(services.sort());
});

it('holds the programs that manifests and the compose file start, and nothing that npm installs is sent to the builder', async () => {
  const { services } = readCompose(`${DEPLOY}/compose/compose.yaml`);
  const ours = (image: string | undefined): boolean => image?.startsWith('taskweave') === true;
  const programs = [
    ...Object.values(services)
      .filter(({ image }) => ours(image))
      .map((service) => (service as { command: string[] }).command[0]!),
    ...workloadsOf(await renderOverlay('gpu-cluster'))
      .filter(({ pod }) => ours(pod.containers[0]!.image))
      .map(({ pod }) => pod.containers[0]!.args![0]!),
  ];
  expect(programs).toHaveLength(11);
  expect(programs.filter((program) => !existsSync(`${ROOT}/${program}`))).toEqual([]);
  const ignored = readFileSync(`${ROOT}/.dockerignore`, 'utf8').split('\n');
  expect(ignored).toEqual(
    expect.arrayContaining(['*', '**/node_modules', '!package-lock.json', '!services']),
  );
});

describe('a Dockerfile is refused', () => {
  it.each([
    ['starts from pinned images', 'ARG NODE_IMAGE=node:20.20.2-bookworm-slim', 'ARG NODE_IMAGE=node:latest'],
    ['starts from pinned images', 'FROM ${NODE_IMAGE} AS build', 'FROM node AS build'],
    ['runs as a number that is not 0', 'USER 10001:10001', 'USER 0:0'],
    ['runs as a number that is not 0', 'USER 10001:10001', 'USER node'],
    ['ends as that user', 'USER 10001:10001', 'USER 10001:10001\nCOPY --from=runtime /a /a'],
    ['runs nothing in the stage that becomes the image', 'USER 10001:10001', 'RUN true\nUSER 10001:10001'],
    ['needs no shell to start', 'ENTRYPOINT ["node"]', 'ENTRYPOINT node'],
    ['adds nothing from elsewhere', 'COPY . .', 'ADD https://example.org/a.tar .'],
    ['takes nothing that changes from day to day', 'npm run build', 'npm run build && apt-get update'],
    ['installs what the lock file says', 'RUN npm ci &&', 'RUN npm install &&'],
    ['sets the times of its files', '--date="@${SOURCE_DATE_EPOCH}"', '--date=now'],
    ['copies from stages that there are', '--from=runtime /opt', '--from=other /opt'],
    ['holds no secret', 'ENV CI=true', 'ARG NPM_TOKEN\nENV CI=true'],
  ])('that does not keep this rule: %s', (rule, from, to) => {
    const text = dockerfile.replace(from, to);
    expect(text).not.toBe(dockerfile);
    expect(brokenDockerfileRules(text)).toContain(rule);
  });
});
