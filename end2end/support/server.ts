// The process under test, on a free port and in a folder of its own.

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TARGET = resolve(import.meta.dirname, '../../target');

export type Server = {
  url: string;
  /** Runs a command of the binary with the server's settings, and gives back what it prints. */
  command(...args: string[]): Promise<string>;
  /** What `serve` has printed so far. */
  printed(): Promise<string>;
  stop(): Promise<void>;
};

export type Settings = { url: string; binary: string; log: string; env: Record<string, string> };

function binary(): string {
  const path = resolve(process.env.HABILIS_BIN ?? join(TARGET, 'debug/habilis'));
  if (!existsSync(path)) {
    throw new Error(`${path} does not exist: build it (cargo build), and name it with HABILIS_BIN if it is elsewhere`);
  }
  return path;
}

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
  const address = listener.address();
  await new Promise((closed) => listener.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Nothing of the caller's own configuration reaches the server. */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !name.startsWith('HABILIS_'));
  return Object.fromEntries(kept) as Record<string, string>;
}

export function connected({ url, binary, log, env }: Settings): Pick<Server, 'url' | 'command' | 'printed'> {
  return {
    url,
    command: async (...args) => (await run(binary, args, { env })).stdout,
    printed: () => readFile(log, 'utf8'),
  };
}

export async function start(settings: Record<string, string> = {}): Promise<Server & { settings: Settings }> {
  const folder = await mkdtemp(join(tmpdir(), 'habilis-end2end-'));
  const port = await freePort();
  const env = {
    ...cleanEnvironment(),
    HABILIS_LISTEN: `127.0.0.1:${port}`,
    HABILIS_BASE_URL: `http://localhost:${port}`,
    HABILIS_DATA_DIR: folder,
    HABILIS_SITE_DIR: resolve(process.env.HABILIS_SITE_DIR ?? join(TARGET, 'site')),
    HABILIS_DEMO: 'true',
    HABILIS_RATE_LIMITS: 'false',
    ...settings,
  };
  const prepared: Settings = { url: env.HABILIS_BASE_URL, binary: binary(), log: join(folder, 'serve.log'), env };
  const server = connected(prepared);
  await server.command('migrate');
  await server.command('demo', 'seed', '--json');
  const log = await open(prepared.log, 'w');
  const child = spawn(prepared.binary, ['serve'], { env, stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(server, () => child.exitCode !== null);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...server, settings: prepared, stop };
}

async function ready(server: Pick<Server, 'url' | 'printed'>, dead: () => boolean): Promise<void> {
  const until = Date.now() + 20_000;
  for (;;) {
    if (await fetch(`${server.url}/readyz`).then((answer) => answer.ok, () => false)) return;
    if (dead() || Date.now() > until) throw new Error(`the server does not answer:\n${await server.printed()}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}
