// Everything works without a script: up to the submitted request, and a citizen's login.

import { identify } from '../support/citizen.ts';
import { address, fillFranceConnect, joinLyon, signUp, startRequest, submit } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';

test('a request is filed without JavaScript', async ({ someone }) => {
  const applicant = await someone({ javaScriptEnabled: false });
  const { page } = applicant;
  await applicant.goto('/');
  await applicant.follow('Créer un compte', page.getByRole('banner'));
  await signUp(applicant, address('sans.script'), 'Sacha', 'Morel');
  await joinLyon(applicant);
  await applicant.goto('/demandes/nouvelle/franceconnect');
  await startRequest(applicant, 'FranceConnect');

  await page.getByLabel('Nom public du service').fill('Brouillon');
  await applicant.press('Enregistrer');
  await expect(page.getByText('Brouillon enregistré')).toBeVisible();
  await fillFranceConnect(applicant, 'Portail famille sans script', address('technique'));
  await submit(applicant, 5);
  await applicant.heading('Portail famille sans script');
});

test('a citizen logs in without JavaScript', async ({ someone }) => {
  const citizen = await someone({ javaScriptEnabled: false });
  await citizen.goto('/demo/portail-famille');
  await citizen.press('S’identifier avec FranceConnect');
  await identify(citizen);
  await citizen.press(/^Continuer sur/);
  await citizen.heading('Compte pré-rempli');
  await citizen.press('Transmettre mes données avec FranceConnect');
  await citizen.press(/^Continuer sur/);
  await citizen.heading('Votre quotient familial : 650');
});
