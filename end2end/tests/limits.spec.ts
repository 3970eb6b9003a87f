// Rate limits, on a server that enforces them.

import { LEGAL } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';

test.use({ settings: { HABILIS_RATE_LIMITS: 'true' } });

test('whoever tries too many passwords is told to wait', async ({ visitor }) => {
  const { page } = visitor;
  let status = 0;
  for (let attempts = 0; attempts < 40 && status !== 429; attempts += 1) {
    await page.goto('/connexion');
    await page.getByLabel('Adresse électronique').fill(LEGAL);
    await page.getByLabel('Mot de passe', { exact: true }).fill(`essai ${attempts}`);
    status = await visitor.press('Se connecter', page.getByRole('main'));
  }
  expect(status).toBe(429);
  await expect(page.getByRole('alert')).toContainText('Trop de tentatives');
  await page.screenshot({ path: 'test-results/screens/trop-de-tentatives.png' });
  await visitor.follow('Mot de passe oublié ?');
  await visitor.heading('Mot de passe oublié');
});
