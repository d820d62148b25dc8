import { TaskweaveError } from '@taskweave/common';
import { NATS_URL_VARIABLE } from '@taskweave/messaging';
import { tlsIsOn, useCertificateFolder } from '@taskweave/service-kit';
import { log } from '@taskweave/telemetry';
import { resolve } from 'node:path';
import { serve } from '../cluster/serve.js';
import { openDashboard, type OpenDashboard } from './open-dashboard.js';
import { shownPath } from './format.js';
import { stopOnSignals } from './stop-signals.js';
import { withTelemetry } from './with-telemetry.js';

export interface ServeCliOptions {
  output: string;
  address: string;
  local: boolean;
  trainers?: number;
  evaluators?: number;
  /** Whether a page shows the runs. */
  dashboard: boolean;
  /** Folder of certificates. */
  tls?: string;
}

/** `taskweave serve`: the coordinator of a cluster, until it is told to stop. */
export function serveCluster(options: ServeCliOptions): Promise<void> {
  return withTelemetry((metricsUrl) => coordinate(options, metricsUrl), { standalone: true });
}

async function coordinate(options: ServeCliOptions, metricsUrl: string | undefined): Promise<void> {
  if (options.tls !== undefined) useCertificateFolder(resolve(options.tls));
  const isShared = (process.env[NATS_URL_VARIABLE] ?? '') !== '';
  const local = options.local || !isShared;
  if (!local && (options.trainers !== undefined || options.evaluators !== undefined)) throw needsLocal();
  const [stop, stopAtOnce] = [new AbortController(), new AbortController()];
  const tell = (line: string): void => {
    log.info(line);
    process.stdout.write(`${timeOfDay()}  ${line}\n`);
  };
  const control = { requestStop: () => stop.abort(), abort: () => stopAtOnce.abort() };
  const releaseSignals = stopOnSignals(control, (text) =>
    tell(text.replace('this step', 'the running steps').replace('the run can', 'runs can')),
  );
  const { trainers = 1, evaluators = 1 } = options;
  let page: OpenDashboard | undefined;
  try {
    await serve({
      output: resolve(options.output),
      address: options.address,
      local: local ? { trainers, evaluators } : undefined,
      stop: stop.signal,
      stopAtOnce: stopAtOnce.signal,
      tell,
      onListening({ address, messages, processes }) {
        const services = Object.entries(processes).map(([name, pid]) => `${name} (${pid})`);
        tell(
          [
            `coordinator at ${address}`,
            `runs in ${shownPath(resolve(options.output))}`,
            `messages: ${messages}`,
            ...(tlsIsOn() ? ['mutual TLS'] : []),
          ].join('  ·  '),
        );
        if (metricsUrl !== undefined) tell(`metrics at ${metricsUrl}`);
        if (local) tell(`services, as processes: ${services.join(', ')}`);
        if (options.dashboard) page = openDashboard(resolve(options.output), undefined, tell);
        tell(`submit runs with: npx taskweave submit --cluster ${address}`);
      },
    });
  } finally {
    releaseSignals();
    page?.stop();
  }
}

/** Of the day, for people. */
function timeOfDay(): string {
  return new Date().toTimeString().slice(0, 8);
}

function needsLocal(): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'How many services there are is decided by who starts them.',
    subject: '--trainers, --evaluators',
    expected: `these options together with --local, as ${NATS_URL_VARIABLE} is set`,
    action: 'Add --local to start services here, or leave the options out.',
  });
}
