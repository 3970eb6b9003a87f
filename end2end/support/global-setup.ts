// Starts the server all journeys share, and tells the workers where it is.

import { start } from './server.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const server = await start();
  process.env.END2END_SERVER = JSON.stringify(server.settings);
  return () => server.stop();
}
