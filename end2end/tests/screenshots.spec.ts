// Pictures of the main pages, to be looked at, at the width of a telephone and of a laptop. Nothing may overflow.

import type { Page } from '@playwright/test';

import * as tour from '../support/tour.ts';
import { expect, test } from '../support/test.ts';

const PARTS = [tour.publicPages, tour.applicantPages, tour.reviewerPages, tour.emptyQueue, tour.partnerPages, tour.ownPages, tour.administrationPages, tour.citizenPages];

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

for (const width of [360, 1280]) {
  for (const part of PARTS) {
    test(`${part.name} at ${width} px`, async ({ someone }) => {
      const person = await someone({ axe: false, viewport: { width, height: 800 } });
      await part(person, async (name) => {
        expect.soft(await overflow(person.page), `${name} scrolls sideways`).toBe(0);
        await person.page.screenshot({ path: `test-results/screens/${name}-${width}.png`, fullPage: true });
      });
    });
  }
}

test('in the dark', async ({ someone }) => {
  const person = await someone({ colorScheme: 'dark' });
  for (const [name, address] of [['accueil', '/'], ['eligibilite', '/eligibilite'], ['inscription', '/inscription'], ['boite', '/demo/boite']] as const) {
    await person.goto(address);
    await person.page.screenshot({ path: `test-results/screens/${name}-dark.png`, fullPage: true });
  }
});
