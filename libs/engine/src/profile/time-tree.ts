/** Time by what it was spent on: phases, in them layers, in them kernels. */
export interface TimeTree {
  readonly name: string;
  /** Own time and that of the children. */
  seconds: number;
  readonly children: Map<string, TimeTree>;
}

export function timeTree(name: string, seconds = 0): TimeTree {
  return { name, seconds, children: new Map() };
}

/** Adds time to a node and to all above it; makes those that are missing. */
export function addTime(root: TimeTree, path: readonly string[], seconds: number): void {
  let node = root;
  node.seconds += seconds;
  for (const name of path) {
    let child = node.children.get(name);
    if (child === undefined) node.children.set(name, (child = timeTree(name)));
    child.seconds += seconds;
    node = child;
  }
}

/** Children, the most time first. */
export function byTime({ children }: TimeTree): TimeTree[] {
  return [...children.values()].sort((a, b) => b.seconds - a.seconds || (a.name < b.name ? -1 : 1));
}
