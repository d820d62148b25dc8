import { signal } from '@preact/signals';

/** Where the token is kept until the tab is closed. */
const KEY = 'taskweave-token';

/** Whether the dashboard asks for a token that it was not given yet. */
export const tokenWanted = signal(false);

/** Logs in by a token: the server answers with a cookie. @returns whether it was the right one */
export async function login(token: string): Promise<boolean> {
  const answer = await fetch('/api/session', { headers: { authorization: `Bearer ${token}` } });
  const { in: isIn } = (await answer.json()) as { in: boolean };
  if (isIn) sessionStorage.setItem(KEY, token);
  else sessionStorage.removeItem(KEY);
  tokenWanted.value = !isIn;
  return isIn;
}

/** Logs in by the token in the page's address, which is removed from it, or by that of before. */
export async function logInAgain(): Promise<boolean> {
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given !== null) {
    address.searchParams.delete('token');
    history.replaceState(null, '', address);
  }
  const token = given ?? sessionStorage.getItem(KEY);
  if (token !== null && (await login(token))) return true;
  tokenWanted.value = true;
  return false;
}
