import { signal } from '@preact/signals';

export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly run: string }
  | { readonly view: 'compare'; readonly runs: readonly string[] };

/** The view that the part of an address after `#` names: `#/run/NAME`, `#/compare?run=A&run=B`, else the list. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  if (path.startsWith('/run/')) {
    const run = path.slice('/run/'.length).split('/').map(decode).join('/');
    if (run !== '') return { view: 'run', run };
  }
  if (path === '/compare') return { view: 'compare', runs: new URLSearchParams(query).getAll('run') };
  return { view: 'runs' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function runLink(run: string): string {
  return `#/run/${run.split('/').map(encodeURIComponent).join('/')}`;
}

export function compareLink(runs: readonly string[]): string {
  return `#/compare?${new URLSearchParams(runs.map((run) => ['run', run]))}`;
}

/** The view that is shown. */
export const route = signal<Route>(routeOf(location.hash));

addEventListener('hashchange', () => {
  route.value = routeOf(location.hash);
  scrollTo(0, 0);
});
