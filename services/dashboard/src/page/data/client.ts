import type { ApiError } from '../../api/types.js';
import { logInAgain } from './session.js';

/** What the server said in place of an answer. */
export class RequestFailed extends Error {
  readonly code: string;

  constructor({ code, message, action }: ApiError) {
    super(action === undefined ? message : `${message} ${action}`);
    this.code = code;
  }
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Address of something of the server's. */
export function urlOf(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value])
      parameters.append(name, String(one));
  }
  return `/api/${path}${parameters.size > 0 ? `?${parameters}` : ''}`;
}

/** Asks the server. @throws RequestFailed for its refusals, TypeError when it does not answer */
export async function ask<Answer>(path: string, query: Query = {}): Promise<Answer> {
  const url = urlOf(path, query);
  let answer = await fetch(url);
  if (answer.status === 401 && (await logInAgain())) answer = await fetch(url);
  if (answer.ok) return (await answer.json()) as Answer;
  const error = (await answer.json().catch(() => undefined)) as ApiError | undefined;
  throw new RequestFailed(error ?? { code: 'INTERNAL', message: `The dashboard answered ${answer.status}.` });
}
