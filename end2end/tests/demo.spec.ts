// The hint `habilis serve` prints, followed to the letter.

import { identify } from '../support/citizen.ts';
import { expect, test } from '../support/test.ts';

test('the printed hint leads to a quotient familial', async ({ server, visitor }) => {
  const hint = await server.printed();
  const first = hint.match(/^\s*1\. (\S+)/m)?.[1];
  expect(first).toBe(`${server.url}/demo/portail-famille`);
  for (const words of ['« S’identifier avec FranceConnect »', '« Identité de démonstration »', 'identifiant test', 'mot de passe 123', '« Transmettre mes données avec FranceConnect »']) {
    expect(hint).toContain(words);
  }

  const { page } = visitor;
  await visitor.goto(first ?? '');
  await visitor.press('S’identifier avec FranceConnect');
  await identify(visitor);
  await visitor.press(/^Continuer sur/);
  await visitor.heading('Compte pré-rempli');
  await expect(page.getByText('DUBOIS', { exact: true })).toBeVisible();

  await visitor.press('Transmettre mes données avec FranceConnect');
  await visitor.heading('Vos données transmises au service');
  await expect(page.getByRole('listitem').filter({ hasText: 'Quotient familial' })).toBeVisible();
  await visitor.press(/^Continuer sur/);
  await visitor.heading('Votre quotient familial : 650');
  await expect(page.getByRole('row', { name: /2,60 €/ })).toBeVisible();

  await visitor.follow('Revenir à mon compte');
  await expect(page.getByText('Votre quotient familial est de 650.')).toBeVisible();
  await page.getByLabel('Adresse électronique').fill('pas une adresse');
  expect(await visitor.press('Enregistrer l’adresse')).toBe(422);
  await visitor.press('Se déconnecter');
  await visitor.heading('Bienvenue sur le portail famille');
});

test('identity and data at once, and a citizen who gives up', async ({ visitor }) => {
  await visitor.goto('/demo/portail-famille');
  await visitor.press('S’identifier et transmettre mon quotient familial');
  await identify(visitor);
  await visitor.press(/^Continuer sur/);
  await visitor.heading('Votre quotient familial : 650');
  await visitor.press('Se déconnecter');

  await visitor.press('S’identifier avec FranceConnect');
  await visitor.press(/^Revenir sur/);
  await expect(visitor.page.getByRole('link', { name: 'Recommencer' })).toBeVisible();
});
