// Nothing typed is lost: « Précédent », a link, another form of the page, a session that ended, too long a text.

import { LEGAL, signIn, startRequest } from '../support/portal.ts';
import { type Person, expect, test } from '../support/test.ts';

const APPLICANT = 'demandeuse@clamart.example';
const TEXT = 'Les familles s’inscrivent à la cantine.\nEt au centre de loisirs.';

/** The first block of a new draft. */
async function draft(person: Person): Promise<string> {
  await signIn(person, APPLICANT);
  await person.goto('/demandes/nouvelle/franceconnect?forme=libre');
  await startRequest(person, 'FranceConnect');
  return new URL(person.page.url()).pathname;
}

test('a text is found again after a link and « Précédent », and after a reload', async ({ visitor }) => {
  const { page } = visitor;
  await draft(visitor);
  const description = page.getByLabel('Description détaillée');
  await description.fill(TEXT);
  await visitor.follow('Les services', page.getByRole('contentinfo'));
  await page.goBack();
  await expect(description).toHaveValue(TEXT);
  await description.fill(`${TEXT} Encore.`);
  await page.reload();
  await expect(description).toHaveValue(`${TEXT} Encore.`);
});

test('a page with answers to correct is shown again by « Précédent »', async ({ visitor }) => {
  const { page } = visitor;
  await signIn(visitor, APPLICANT);
  await visitor.goto('/organisation');
  await page.getByLabel('Numéro SIRET').fill('123');
  expect(await visitor.press('Ajouter cette organisation')).toBe(422);
  await visitor.follow('Mes demandes', page.getByRole('banner'));
  await page.goBack();
  await expect(page.getByLabel('Numéro SIRET')).toHaveValue('123');
  await page.reload();
  await expect(page.getByLabel('Numéro SIRET')).toHaveValue('123');
});

test('a form sent after the session ended waits until its sender has signed in again', async ({ visitor }) => {
  const { page } = visitor;
  await draft(visitor);
  await page.getByLabel('Description détaillée').fill(TEXT);
  await page.context().clearCookies();
  expect(await visitor.press('Enregistrer')).toBe(200);
  await visitor.heading('Se connecter');
  await page.getByLabel('Adresse électronique').fill(APPLICANT);
  await page.getByLabel('Mot de passe', { exact: true }).fill('Demonstration-2026');
  await visitor.press('Se connecter', page.getByRole('main'));
  await visitor.heading('Votre saisie est gardée');
  await page.screenshot({ path: 'test-results/screens/saisie-gardee.png', fullPage: true });
  expect(await visitor.press('Envoyer', page.getByRole('main'))).toBe(200);
  await expect(page.getByLabel('Description détaillée')).toHaveValue(TEXT);
});

test('a long text is kept whole, and its page says how much is too much', async ({ visitor }) => {
  const { page } = visitor;
  await draft(visitor);
  const description = page.getByLabel('Description détaillée');
  const limit = Number(await description.getAttribute('data-limit'));
  expect(limit).toBeGreaterThan(100);
  const text = `${'🎈'.repeat(limit)}abc`;
  await description.fill(text);
  await expect(page.getByText('3 caractères de trop')).toBeVisible();
  expect(await visitor.press('Enregistrer')).toBe(422);
  await expect(description).toHaveValue(text);
  await description.fill('🎈'.repeat(limit));
  await expect(page.getByText('de trop')).toHaveCount(0);
  expect(await visitor.press('Enregistrer')).toBe(200);
});

test('what is typed for a decision stays while a note is written', async ({ visitor }) => {
  const { page } = visitor;
  await signIn(visitor, LEGAL);
  await visitor.goto('/instruction');
  await visitor.leadingAway(page.locator('main table a[href*="/instruction/"]').first());
  const reason = page.locator('textarea[name=motif]').first();
  await reason.evaluate((field) => field.closest('details')?.setAttribute('open', ''));
  await reason.fill('Il manque la délibération.');
  const note = page.locator('form[action$="/notes"] textarea');
  await note.evaluate((field) => field.closest('details')?.setAttribute('open', ''));
  await note.fill('À revoir avec l’équipe juridique.');
  await visitor.leadingAway(page.locator('form[action$="/notes"] button[type=submit]'));
  await expect(page.locator('textarea[name=motif]').first()).toHaveValue('Il manque la délibération.');
});
