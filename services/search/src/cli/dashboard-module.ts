/** What the package of the dashboard exports. A service never imports another, so its name is only known at run time. */
export interface DashboardModule {
  /** Serves the page from this thread. @throws TaskweaveError `CONFIG_INVALID` or `ADDRESS_IN_USE` */
  startDashboard(options: DashboardOptions): Promise<Dashboard>;
  /** Serves it from a thread of its own, which does not keep the process alive. */
  launchDashboard(options: DashboardOptions, signal: AbortSignal): Promise<Dashboard>;
}

export interface DashboardOptions {
  /** Folder that holds the runs. */
  readonly output: string;
  readonly host?: string;
  readonly port?: number;
}

export interface Dashboard {
  /** Of the page. */
  readonly url: string;
  stop(): Promise<void>;
}

export async function loadDashboard(): Promise<DashboardModule> {
  const name = '@taskweave/dashboard';
  return (await import(name)) as DashboardModule;
}
