export { startDashboard, type Dashboard, type DashboardOptions } from './server/dashboard.js';
export { launchDashboard } from './server/launch-dashboard.js';
