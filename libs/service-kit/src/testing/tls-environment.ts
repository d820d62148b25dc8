import { authorityPem, createAuthority, issueIdentity, type Identity } from '@taskweave/certificates';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLS_VARIABLES } from '../security/tls-settings.js';

const HOUR_MS = 3_600_000;

/** An authority's certificate, and certificates it issued. */
export interface TestAuthority {
  readonly pem: string;
  /** @param endsIn hours from now at which it expires; negative for one that has */
  issue(hosts?: readonly string[], endsIn?: number): Promise<Identity>;
}

export async function testAuthority(name: string): Promise<TestAuthority> {
  const validity = (endsIn: number) => ({
    from: new Date(Date.now() - 48 * HOUR_MS),
    until: new Date(Date.now() + endsIn * HOUR_MS),
  });
  const authority = await createAuthority(name, validity(1));
  return {
    pem: authorityPem(authority),
    issue: (hosts = ['localhost', '127.0.0.1'], endsIn = 1) =>
      issueIdentity(authority, 'test', hosts, validity(endsIn)),
  };
}

/** Turns mutual TLS on for this process, with files of its own; returns what turns it off again. */
export function turnTlsOn(ca: string, { certificate, key }: Identity): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'taskweave-tls-'));
  for (const [name, text] of Object.entries({ ca, certificate, key })) {
    const path = join(folder, `${name}.pem`);
    writeFileSync(path, text);
    process.env[TLS_VARIABLES[name as keyof typeof TLS_VARIABLES]] = path;
  }
  return () => {
    for (const variable of Object.values(TLS_VARIABLES)) delete process.env[variable];
    rmSync(folder, { recursive: true });
  };
}
