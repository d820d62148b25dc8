import { writeCertificates } from '@taskweave/certificates';
import { shownPath } from './format.js';

export interface CertificatesOptions {
  out: string;
  /** Separated by commas. */
  hosts?: string;
  days: number;
}

/** `taskweave certificates`: a development CA and a certificate for each service, and what to do with them. */
export async function makeCertificates({ out, hosts = '', days }: CertificatesOptions): Promise<void> {
  const names = hosts === '' ? [] : hosts.split(',').map((host) => host.trim());
  const folder = await writeCertificates(out, { hosts: names, days });
  const path = shownPath(folder);
  process.stdout.write(
    [
      `${path}: ca.pem, and a certificate with its key for every service, for ${days} days.`,
      '',
      'Next:',
      `  npx taskweave start --processes --tls ${path}`,
      'or, for services that are started one by one:',
      `  export TASKWEAVE_TLS_CA=${folder}/ca.pem`,
      `  export TASKWEAVE_TLS_CERT=${folder}/{service}.pem`,
      `  export TASKWEAVE_TLS_KEY=${folder}/{service}-key.pem`,
      '',
      'Give each machine only ca.pem and the files of the services that run on it. For other hosts, or when these',
      'have expired, make a new folder: the key of the CA was not kept.',
      '',
    ].join('\n'),
  );
}
