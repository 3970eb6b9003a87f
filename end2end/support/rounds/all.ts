// The walk through every page, one round after the other on a server of its own: each finds what the ones before left.

import { rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { antivirus } from '../clamd.ts';
import { expect, test } from '../test.ts';
import { Walk } from '../walk.ts';
import * as account from './account.ts';
import * as administration from './administration.ts';
import * as applicant from './applicant.ts';
import * as visitors from './public.ts';
import * as reviewer from './reviewer.ts';
import { type Scene, enter } from './scene.ts';

const ROUNDS = [
  visitors.publicRound,
  visitors.refusals,
  visitors.citizenRound,
  account.accountRound,
  administration.linksRound,
  account.organisationRound,
  applicant.choosing,
  applicant.drafting,
  applicant.filed,
  applicant.granted,
  administration.partnerRound,
  reviewer.listRound,
  reviewer.templatesRound,
  reviewer.preparedRound,
  reviewer.requestRound,
  reviewer.decisionsRound,
  administration.administrationRound,
  reviewer.managerRound,
  administration.catalogueRound,
  reviewer.renewalRound,
  applicant.manyRequests,
];

export function walk({ pictures, javaScriptEnabled = true }: { pictures?: string; javaScriptEnabled?: boolean }): void {
  const socket = join(tmpdir(), `habilis-clamd-${process.pid}.sock`);
  test.use({ settings: { HABILIS_CLAMAV_URL: `unix:${socket}` } });
  test.describe.configure({ mode: 'serial', timeout: 480_000 });
  const path = new Walk(pictures, javaScriptEnabled ? [] : [/\/cles\/\{passkey\}$/]);
  let clamd: Server;
  test.beforeAll(async () => {
    clamd = await antivirus(socket);
  });
  test.afterAll(async () => {
    clamd.close();
    await rm(socket, { force: true });
  });

  for (const round of ROUNDS) {
    test(round.name, async ({ someone, server }) => {
      const person: Scene['person'] = async (email) => {
        const somebody = path.follow(await someone({ javaScriptEnabled }));
        return email === undefined ? somebody : enter(somebody, email);
      };
      await round({ walk: path, person, command: server.command, scripts: javaScriptEnabled });
    });
  }

  test('no page was left out', () => {
    expect(path.unseen()).toEqual([]);
  });
}
