// An antivirus that speaks clamd's protocol: it finds a virus in files that hold the first text, and never answers for those
// that hold the second.

import { type Server, createServer } from 'node:net';

export const [INFECTED, SLOW] = ['a file with a virus', 'a file read slowly'];

/** Listens on this socket until it is closed. */
export async function antivirus(socket: string): Promise<Server> {
  const server = createServer((stream) => {
    let received = Buffer.alloc(0);
    stream.on('error', () => undefined);
    stream.on('data', (part: Buffer) => {
      received = Buffer.concat([received, part]);
      const end = received.length >= 14 && received.readUInt32BE(received.length - 4) === 0;
      if (!end || received.includes(SLOW)) return;
      stream.end(received.includes(INFECTED) ? 'stream: Demonstration FOUND\0' : 'stream: OK\0');
    });
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  return server;
}
