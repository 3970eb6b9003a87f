// Pictures to be looked at: in the dark, and on paper. Those of every page are made by every-page.spec.ts.

import { signIn } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';

test('in the dark', async ({ someone }) => {
  const person = await someone({ colorScheme: 'dark' });
  for (const [name, address] of [['accueil', '/'], ['eligibilite', '/eligibilite'], ['inscription', '/inscription'], ['boite', '/demo/boite']] as const) {
    await person.goto(address);
    await person.page.screenshot({ path: `test-results/screens/${name}-dark.png`, fullPage: true });
  }
});

test('on paper, what is read stays and what is pressed goes', async ({ someone }) => {
  const person = await someone();
  const { page } = person;
  await signIn(person, 'demandeuse@clamart.example');
  await person.goto('/demandes?q=portail');
  await person.follow('Portail famille de Clamart');
  const request = page.url();
  for (const [name, address] of [['demande', request], ['habilitation', '/habilitations/H1'], ['liste', '/demandes']] as const) {
    await page.emulateMedia({ media: 'screen' });
    await person.goto(address);
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('navigation', { name: 'Menu principal' })).toBeHidden();
    for (const button of await page.getByRole('button').all()) await expect(button).toBeHidden();
    await page.screenshot({ path: `test-results/screens/${name}-papier.png`, fullPage: true });
    await page.pdf({ path: `test-results/screens/${name}.pdf`, format: 'A4' });
  }
});
