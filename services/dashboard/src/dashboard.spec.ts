import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDashboard, type Dashboard } from './server/dashboard.js';
import { ARTIFACTS, Complaints, barriers, startBrowser } from './testing/browser.js';
import { resumeSearch, startSearch, type RunningSearch } from './testing/search.js';

/** Of the first paint, before anything is loaded lazily; zipped. */
const MOST_FIRST_BYTES = 250_000;
const STEPS = 400;

let folder: string;
let dashboard: Dashboard;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let search: RunningSearch;
/** Of the search that is watched, and of one that was completed before. */
let live: string;
let finished: string;
const complaints = new Complaints();

const runs = (): string[] => readdirSync(folder).filter((name) => name.startsWith('live'));
const phase = () => page.locator('.run-head .pill');
const steps = async (): Promise<number> =>
  Number.parseInt(await page.locator('.figures dd').first().innerText(), 10);
const until = (condition: () => Promise<boolean>) =>
  expect.poll(condition, { timeout: 60_000, interval: 100 }).toBe(true);
/** Width and opacity of every edge, as it is drawn. */
const wires = () =>
  page.evaluate<string>(
    `[...document.querySelectorAll('.wire')].map((w) => w.style.opacity + w.children[1].getAttribute('stroke-width')).join()`,
  );
const heat = () => page.evaluate<string>(`document.querySelector('.heat canvas').toDataURL()`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskweave-dashboard-'));
  const first = await startSearch(folder, '--name=done', '--steps=30', '--seed=2').ended;
  expect(first).toMatchObject({ code: 0 });
  finished = readdirSync(folder)[0]!;
  dashboard = await startDashboard({ output: folder, port: 0 });
  search = startSearch(folder, '--name=live', `--steps=${STEPS}`);
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  page = await context.newPage();
  complaints.watch(page);
});

afterAll(async () => {
  search?.child.kill('SIGKILL');
  await browser?.close();
  await dashboard?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the page of a running search', () => {
  it('is there at once, and small', async () => {
    const sizes: Promise<number>[] = [];
    page.on('requestfinished', (request) =>
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize)),
    );
    await page.goto(dashboard.url);
    await page.getByRole('link', { name: finished }).waitFor();
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    const paint = await page.evaluate<number>(
      `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
    );
    console.log(`first paint after ${Math.round(paint)} ms, ${bytes} bytes`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(MOST_FIRST_BYTES);
    await until(async () => runs().length === 1);
    live = runs()[0]!;
    // The list tells of it without being asked again.
    await page.getByRole('link', { name: live }).click();
  });

  it('shows losses that move', async () => {
    await page.locator('#losses canvas').waitFor();
    const loss = page.locator('#losses .key .value').first();
    const before = [await loss.innerText(), await steps()] as const;
    await until(async () => (await loss.innerText()) !== before[0] && (await steps()) > before[1] + 10);
    expect(await page.locator('#losses [role=img]').getAttribute('aria-label')).toMatch(
      /left \(training\): from \d\.\d+ to \d\.\d+ at step \d+/,
    );
  });

  it('draws the heat map and the network, and another one at another step', async () => {
    await page.locator('.network').waitFor();
    expect(await page.locator('.wire').count()).toBe(8);
    expect(await page.locator('.heat').count()).toBe(2);
    const slider = page.getByRole('slider', { name: 'Step', exact: true });
    await slider.press('Home');
    expect(await page.locator('#network output').innerText()).toBe('0');
    const [undecided, map] = [await wires(), await heat()];
    await page.getByRole('button', { name: 'Latest' }).click();
    expect(await wires()).not.toBe(undecided);
    // The map grows with the search.
    await until(async () => (await heat()) !== map);
    await page
      .locator('.heat canvas')
      .first()
      .click({ position: { x: 2, y: 5 } });
    expect(await page.locator('#network output').innerText()).not.toBe(String((await steps()) - 1));
    await page.getByRole('button', { name: 'Latest' }).click();
  });

  it('tells what an edge is when it has the focus', async () => {
    await page.locator('.wire').nth(3).focus();
    const facts = page.locator('.edge-facts');
    expect(await facts.innerText()).toMatch(
      /Probability\s+0\.\d+\s+Discrete gate\s+[01], .*\s+Cost\s+.* multiply-adds/,
    );
    await page.locator('.wire').nth(3).blur();
  });

  it('asks the services for their health', async () => {
    const health = page.locator('#members .pill');
    await health.first().waitFor();
    expect(new Set(await health.allInnerTexts())).toEqual(new Set(['serving']));
    expect(await page.locator('#members tbody th').allInnerTexts()).toEqual(
      expect.arrayContaining(['search', 'architect', 'data-loader', 'evaluator', 'supernet-trainer']),
    );
  });

  it('goes on after the search was killed and resumed', async () => {
    await until(async () => (await steps()) > 40);
    search.child.kill('SIGKILL');
    await search.ended;
    await until(async () => (await phase().innerText()) === 'interrupted');
    const before = await steps();
    search = resumeSearch(folder, live);
    await until(async () => (await phase().innerText()) === 'searching');
    await until(async () => (await steps()) > before + 10);
  });

  it('connects again when the dashboard was away, without being loaded anew', async () => {
    await page.evaluate('void (window.mark = 1)');
    const port = Number(new URL(dashboard.url).port);
    complaints.serverIsAway = true;
    await dashboard.stop();
    await page.getByText('Connection lost').waitFor();
    dashboard = await startDashboard({ output: folder, port });
    await page.getByText('Live', { exact: true }).waitFor();
    complaints.serverIsAway = false;
    const before = await steps();
    await until(async () => (await steps()) > before || (await phase().innerText()) === 'completed');
    expect(await page.evaluate('window.mark')).toBe(1);
  });

  it('shows the end: scores, what happened, and the model to download', async () => {
    expect(await search.ended).toMatchObject({ code: 0 });
    await until(async () => (await phase().innerText()) === 'completed');
    await page.locator('#systems').waitFor();
    expect(await page.locator('#systems tbody th').allInnerTexts()).toEqual([
      'soft supernet',
      'discrete network',
    ]);
    expect(await steps()).toBe(STEPS);
    expect(await page.locator('#phases tbody th').allInnerTexts()).toEqual(
      expect.arrayContaining(
        [' data-wait', ' weight-step'].map((text) => expect.stringContaining(text.trim()) as string),
      ),
    );
    await page.locator('#predictions').scrollIntoViewIfNeeded();
    await until(() => page.evaluate(`document.querySelector('#predictions img').naturalWidth > 0`));
    expect(await page.locator('#predictions figcaption').allInnerTexts()).toContainEqual(
      expect.stringMatching(/^left, prediction: \d$/),
    );
    await until(async () => (await page.locator('#events li').count()) > 10);
    expect(await page.locator('#events').innerText()).toContain('Checkpoint after 60 steps.');
    expect(await page.locator('#config pre').innerText()).toContain(`steps: ${STEPS}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'model/weights.safetensors' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${live}-weights.safetensors`);
  });
});

describe('the page of a dashboard with a token', () => {
  it('asks for it once, or takes it from its address', async () => {
    process.env['TASKWEAVE_DASHBOARD_TOKEN'] = 'a-token-of-this-test';
    const guarded = await startDashboard({ output: folder, port: 0 }).finally(
      () => delete process.env['TASKWEAVE_DASHBOARD_TOKEN'],
    );
    const visitor = await browser.newContext();
    try {
      const visited = await visitor.newPage();
      await visited.goto(guarded.url);
      await visited.getByLabel(/^Token/).fill('not the token');
      await visited.getByRole('button', { name: 'Open' }).click();
      await visited.getByText('That is not the token.').waitFor();
      await visited.getByLabel(/^Token/).fill('a-token-of-this-test');
      await visited.getByRole('button', { name: 'Open' }).click();
      await visited.getByRole('link', { name: finished }).waitFor();
      await visitor.clearCookies();
      // As after a restart of the dashboard: the tab still knows it.
      await visited.reload();
      await visited.getByRole('link', { name: finished }).waitFor();

      const other = await (await browser.newContext()).newPage();
      await other.goto(`${guarded.url}?token=a-token-of-this-test#/run/${finished}`);
      await other.locator('#losses canvas').waitFor();
      expect(other.url()).toBe(`${guarded.url}#/run/${finished}`);
      await other.context().close();
    } finally {
      await visitor.close();
      await guarded.stop();
    }
  });
});

describe('the page of finished runs', () => {
  it('reads steps finer where the reader selects them', async () => {
    await page.locator('#losses .u-over').scrollIntoViewIfNeeded();
    const chart = (await page.locator('#losses .u-over').boundingBox())!;
    const y = chart.y + chart.height / 2;
    await page.mouse.move(chart.x + chart.width * 0.25, y);
    await page.mouse.down();
    await page.mouse.move(chart.x + chart.width * 0.5, y, { steps: 4 });
    await page.mouse.up();
    const all = page.getByRole('button', { name: /^Steps \d+–\d+: show all$/ });
    await all.click();
    await all.waitFor({ state: 'detached' });
  });

  it('compares two of them', async () => {
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('checkbox', { name: `Compare ${live}` }).check();
    await page.getByRole('checkbox', { name: `Compare ${finished}` }).check();
    await page.getByRole('button', { name: 'Compare 2 runs' }).click();
    await page.locator('#curves canvas').waitFor();
    expect((await page.locator('#curves .key').allInnerTexts()).map((text) => text.split(/\s/)[0])).toEqual([
      live,
      finished,
    ]);
    const fields = await page.locator('#differences tbody th').allInnerTexts();
    expect(fields).toEqual(expect.arrayContaining(['name', 'seed', 'steps']));
    expect(await page.locator('#scores tbody tr').count()).toBe(2);
    await page.getByLabel('What to compare').selectOption({ label: 'right loss (training)' });
    await page.screenshot({ path: join(ARTIFACTS, 'compare-light.png'), fullPage: true });
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('can be read by everybody: %s, %i pixels wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    const views = { runs: '#/', run: `#/run/${live}`, compare: `#/compare?run=${live}&run=${finished}` };
    const waitFor = { runs: '.runs', run: '#files', compare: '#differences' };
    for (const view of ['runs', 'run', 'compare'] as const) {
      await page.goto(`${dashboard.url}${views[view]}`);
      await page.locator(waitFor[view]).waitFor();
      await page.locator('.u-wrap, .runs').first().waitFor();
      await page.screenshot({ path: join(ARTIFACTS, `${view}-${colorScheme}-${width}.png`), fullPage: true });
      expect(await barriers(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  });

  it('had nothing to complain of', () => {
    expect(complaints.list).toEqual([]);
  });
});
