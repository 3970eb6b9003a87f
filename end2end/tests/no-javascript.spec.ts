// Everything works without a script: a request from its first answer to its change once approved, for the applicant and the
// reviewers, and a citizen's login.

import { identify } from '../support/citizen.ts';
import {
  FRANCECONNECT, LEGAL, address, askForChanges, decide, examine, fillFranceConnect, joinLyon, signIn, signUp, startRequest, submit,
} from '../support/portal.ts';
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

test('a request is read, discussed, granted and changed without JavaScript', async ({ someone }) => {
  test.setTimeout(180_000);
  const title = `Guichet sans script ${Date.now().toString(36)}`;
  const applicant = await someone({ javaScriptEnabled: false });
  const legal = await someone({ javaScriptEnabled: false });
  const team = await someone({ javaScriptEnabled: false });
  const { page } = applicant;
  await applicant.goto('/');
  await applicant.follow('Créer un compte', page.getByRole('banner'));
  await signUp(applicant, address('sans.script'), 'Sacha', 'Morel');
  await joinLyon(applicant);
  await applicant.goto('/demandes/nouvelle/franceconnect');
  await startRequest(applicant, 'FranceConnect');
  await fillFranceConnect(applicant, title, address('technique'));
  await submit(applicant, 5);
  const request = new URL(page.url()).pathname;

  // A message from one side, its answer from the other.
  await signIn(legal, LEGAL);
  await examine(legal, title);
  const review = new URL(legal.page.url()).pathname;
  await legal.goto(`${review}/messages`);
  expect(await legal.press('Envoyer'), 'an empty message').toBe(422);
  await legal.page.getByLabel('Votre message').fill('La délibération est-elle publiée ?');
  await legal.press('Envoyer');
  await applicant.goto(`${request}/messages`);
  await expect(page.getByText('La délibération est-elle publiée ?')).toBeVisible();
  await page.getByLabel('Votre message').fill('Oui, depuis mai.');
  await applicant.press('Envoyer');
  await legal.goto(`${review}/messages`);
  await expect(legal.page.getByText('Oui, depuis mai.')).toBeVisible();

  // Changes asked for, answered, approved by both teams.
  await examine(legal, title);
  await askForChanges(legal, 'Conservez moins longtemps.');
  await applicant.goto(`${request}/donnees`);
  await page.getByLabel('Durée de conservation, en mois').fill('24');
  await applicant.press('Vérifier et transmettre');
  await submit(applicant, 5);
  await examine(legal, title);
  await decide(legal, 'Valider cette étape');
  await signIn(team, FRANCECONNECT);
  await examine(team, title);
  await decide(team, 'Délivrer l’habilitation');

  // Differences between submissions are shown without a script, and an approved request can be changed.
  await applicant.goto(request);
  const history = page.locator('.hb-timeline');
  await history.getByText('Une réponse a changé').first().click();
  await expect(history.getByText('24', { exact: true })).toBeVisible();
  await applicant.press('Mettre à jour ma demande');
  await expect(page.getByText('Vous pouvez modifier votre demande')).toBeVisible();
  await applicant.goto(`${request}/donnees`);
  await page.getByLabel('Durée de conservation, en mois').fill('12');
  await applicant.press('Enregistrer');
  await applicant.goto(`${request}/synthese`);
  await submit(applicant, 5);
  for (const [reader, button] of [[legal, 'Valider cette étape'], [team, 'Délivrer l’habilitation']] as const) {
    await examine(reader, title);
    await decide(reader, button);
  }
  await applicant.goto(request);
  await expect(page.getByText(/^Habilitation H\d+ active$/)).toBeVisible();
  // A habilitation can be renewed only near its end; the page says when, without a script too.
  await applicant.goto(`${request}/renouvellement`);
  await expect(page.getByText('Il est trop tôt pour la renouveler')).toBeVisible();
});
