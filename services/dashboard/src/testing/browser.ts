import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Where pictures of the page are kept. */
export const ARTIFACTS = fileURLToPath(new URL('../../test-results', import.meta.url));

/** A real browser without a window. */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `There is no ${CHROMIUM}. Install it (apt-get install chromium), or name one in CHROMIUM.`,
    );
  }
  mkdirSync(ARTIFACTS, { recursive: true });
  // Root may not start Chromium's sandbox.
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** What pages complain of. */
export class Complaints {
  readonly list: string[] = [];
  /** While the server is away on purpose, that it does not answer is no fault of the page. */
  serverIsAway = false;

  watch(page: Page): void {
    page.on('pageerror', (error) => this.list.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      if (this.serverIsAway && /net::ERR_/.test(message.text())) return;
      this.list.push(`${message.type()}: ${message.text()}`);
    });
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What keeps people from using a page, as axe finds it: what is serious or worse. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary ?? ''}`);
}
