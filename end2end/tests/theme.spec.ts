// A State deployment serves the official stylesheet, from a distribution it provides: here the npm package.

import { resolve } from 'node:path';

import * as tour from '../support/tour.ts';
import { expect, test } from '../support/test.ts';

test.use({ settings: { HABILIS_THEME: 'dsfr', HABILIS_THEME_DIR: resolve(import.meta.dirname, '../node_modules/@gouvfr/dsfr/dist') } });

for (const part of [tour.publicPages, tour.applicantPages, tour.reviewerPages, tour.partnerPages, tour.ownPages, tour.administrationPages, tour.citizenPages]) {
  test(`${part.name} with the official stylesheet`, async ({ someone }) => {
    const person = await someone({ axe: false });
    const { page } = person;
    const lost: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/theme/') && !response.ok()) lost.push(response.url());
    });
    await part(person, async (name) => {
      await expect.soft(page.locator('link[rel=stylesheet]').first(), name).toHaveAttribute('href', '/theme/dsfr.min.css');
      await page.screenshot({ path: `test-results/theme/${name}.png`, fullPage: true });
    });
    expect(await page.evaluate(() => document.fonts.check('1rem Marianne'))).toBe(true);
    expect(lost, 'files of the distribution').toEqual([]);
  });
}
