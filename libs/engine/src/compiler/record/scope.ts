const stack: string[] = [];

/**
 * Runs `build` with `name` added to the scope, so that what a program records there is named by the model's own
 * names, e.g. `left/conv1_1`. Nested scopes are joined by `/`.
 */
export function withScope<T>(name: string, build: () => T): T {
  stack.push(name);
  try {
    return build();
  } finally {
    stack.pop();
  }
}

export function currentScope(): string {
  return stack.join('/');
}
