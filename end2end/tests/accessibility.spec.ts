// Use with the keyboard alone, and what depends on where the focus is.

import type { Locator } from '@playwright/test';

import { LEGAL, PASSWORD, address, openMail, signIn, signUp } from '../support/portal.ts';
import { type Person, expect, test } from '../support/test.ts';

const APPLICANT = 'demandeuse@clamart.example';

async function focusedNext({ page }: Person, expected: Locator): Promise<void> {
  await page.keyboard.press('Tab');
  await expect(expected).toBeFocused();
  const ring = await expected.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(ring, 'the focus is seen').not.toBe('none');
}

test('skip links come first and lead where they say', async ({ visitor }) => {
  const { page } = visitor;
  for (const [link, target] of [['Contenu', 'contenu'], ['Menu', 'navigation'], ['Pied de page', 'pied']] as const) {
    await visitor.goto('/services');
    const skip = page.getByRole('link', { name: link, exact: true });
    for (let presses = 0; presses < 4 && !(await skip.evaluate((element) => element === document.activeElement)); presses += 1) await page.keyboard.press('Tab');
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.locator(`#${target}`)).toBeFocused();
  }
});

test('signing in with the keyboard', async ({ visitor }) => {
  const { page } = visitor;
  await visitor.goto('/connexion');
  const main = page.getByRole('main');
  const email = main.getByLabel('Adresse électronique');
  const password = main.getByLabel('Mot de passe', { exact: true });
  await page.locator('#contenu').focus();
  const [crumb, forgotten, button] = [main.getByRole('navigation').getByRole('link'), main.getByRole('link', { name: /oublié/ }), main.getByRole('button', { name: 'Se connecter' })];
  for (const link of await crumb.all()) await focusedNext(visitor, link);
  await focusedNext(visitor, email);
  await page.keyboard.type(LEGAL);
  await focusedNext(visitor, password);
  await page.keyboard.type('pas le bon mot de passe');
  await focusedNext(visitor, forgotten);
  await focusedNext(visitor, button);
  await page.keyboard.press('Enter');

  const summary = page.getByRole('alert');
  await expect(summary).toBeFocused();
  await expect(page).toHaveTitle(/^Erreur/);
  await visitor.inspect();
  await focusedNext(visitor, summary.getByRole('link'));
  await page.keyboard.press('Enter');
  await expect(password).toBeFocused();
  await expect(password).toHaveValue('');
  await expect(email).toHaveValue(LEGAL);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await visitor.heading('Saisissez votre code');
  const code = await main.locator('strong').first().innerText();
  await main.getByLabel('Code de votre application d’authentification').focus();
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await visitor.heading('Demandes à instruire');
});

test('the Enter key goes on, it does not press « C’est moi »', async ({ visitor }) => {
  const { page } = visitor;
  await signIn(visitor, APPLICANT);
  await visitor.goto('/demandes/nouvelle/franceconnect');
  await visitor.press('Commencer ma demande');
  await visitor.goto(page.url().replace(/projet$/, 'contacts'));
  const name = page.getByRole('group', { name: 'Responsable technique' }).getByLabel('Nom', { exact: true });
  await name.fill('Garnier');
  await name.press('Enter');
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(name).toHaveValue('Garnier');
  await expect(page.getByRole('group', { name: 'Responsable technique' }).getByLabel('Prénom')).toHaveValue('');

  await visitor.goto(page.url().replace(/contacts(\?.*)?$/, 'synthese'));
  await page.getByLabel(/^Je m’engage/).check();
  expect(await visitor.press('Transmettre ma demande')).toBe(422);
  await expect(page.getByRole('alert')).toBeFocused();
  await visitor.follow('Les données', page.getByRole('alert'));
  await expect(page.getByText('Ce champ est à compléter.').first()).toBeVisible();
});

test('two people on the same page: both versions are shown', async ({ visitor }) => {
  const { page } = visitor;
  await signIn(visitor, APPLICANT);
  await visitor.goto('/demandes/nouvelle/franceconnect');
  await visitor.press('Commencer ma demande');
  const address = page.url();
  const seen = await page.locator('#demande input[name=version]').inputValue();
  await page.getByLabel('Nom public du service').fill('La version de l’autre');
  await visitor.press('Enregistrer');
  await visitor.goto(address);
  await page.locator('#demande input[name=version]').evaluate((input: HTMLInputElement, version) => (input.value = version), seen);
  await page.getByLabel('Nom public du service').fill('Ma version');
  expect(await visitor.press('Enregistrer')).toBe(409);
  await expect(page.getByText('La version de l’autre').first()).toBeVisible();
  await expect(page.getByText('Ma version').first()).toBeVisible();
});

test('a new password', async ({ visitor }) => {
  const { page } = visitor;
  await visitor.goto('/mot-de-passe-oublie');
  await page.getByLabel('Adresse électronique').fill(address('inconnu'));
  await visitor.press('Recevoir le lien');
  await visitor.heading('Consultez votre messagerie');
  const email = address('oublieuse');
  await visitor.goto('/inscription');
  await signUp(visitor, email, 'Camille', 'Durand');
  await visitor.press('Se déconnecter');
  await visitor.goto('/mot-de-passe-oublie');
  await page.getByLabel('Adresse électronique').fill(email);
  await visitor.press('Recevoir le lien');
  await visitor.heading('Consultez votre messagerie');
  await openMail(visitor, email, 'Choisissez un nouveau mot de passe');
  await visitor.leadingAway(page.locator('main a[href*="/mot-de-passe/"]'));
  await page.getByLabel('Nouveau mot de passe').fill('court');
  expect(await visitor.press('Enregistrer et me connecter')).toBe(422);
  await page.getByLabel('Nouveau mot de passe').fill(PASSWORD);
  expect(await visitor.press('Enregistrer et me connecter'), 'everybody knows it').toBe(422);
  await page.getByLabel('Nouveau mot de passe').fill('Quatre grues dans le jardin');
  await visitor.press('Enregistrer et me connecter');
  await visitor.heading('Quelle est votre organisation ?');
});
