import { TaskweaveError } from '@taskweave/common';
import { checkHealth } from '@taskweave/service-kit';
import type { AskHealth } from './placement.js';

/** Asks services for their health, each address once. */
export function rememberHealth(): AskHealth {
  const asked = new Map<string, Promise<string | undefined>>();
  return (address) => {
    const answer = asked.get(address) ?? askHealth(address);
    asked.set(address, answer);
    return answer;
  };
}

async function askHealth(address: string): Promise<string | undefined> {
  try {
    return (await checkHealth(address)) === 'SERVING' ? undefined : 'does not answer';
  } catch (thrown) {
    return `cannot be called: ${TaskweaveError.from(thrown).message}`;
  }
}
