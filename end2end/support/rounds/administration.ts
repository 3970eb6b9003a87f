// Those who run the site, and the technical contacts with their keys.

import type { Locator } from '@playwright/test';

import { ADMIN } from '../portal.ts';
import { expect } from '../test.ts';
import { APPLICANT, APPROVED, COLLEAGUE, type Scene, TECHNICAL, press, unfold, visit } from './scene.ts';

/** Verifies the applicant's membership, so that they see the requests of their colleagues. */
export async function linksRound(scene: Scene): Promise<void> {
  const person = await scene.person(ADMIN);
  await visit(scene, person, '/administration/rattachements', 'rattachements');
  await visit(scene, person, '/administration/rattachements?etat=verifies', 'rattachements-verifies-aucun');
  await person.goto('/administration/rattachements');
  await unfold(person, 'Vérifier : Jeanne Roux');
  await press(scene, person, 'Vérifier ce rattachement Jeanne Roux', 'rattachements-refuse', 422);
  await person.page.locator('details[open]').getByRole('textbox').fill('Appel à la mairie le 12 novembre.');
  await press(scene, person, 'Vérifier ce rattachement Jeanne Roux', 'rattachements-fait');
}

export async function administrationRound(scene: Scene): Promise<void> {
  const person = await scene.person(ADMIN);
  const { page } = person;
  for (const path of ['', '/courriels', '/droits', '/droits?q=personne', '/journal', '/journal?page=2', '/securite', '/securite?acte=secret_shown&du=2020-01-01&au=2020-01-02', '/prises-en-main', '/eliminations', '/catalogue']) {
    await visit(scene, person, `/administration${path}`, `administration${path.replace(/\W/g, '-')}`);
  }
  await person.goto(`/administration/droits?q=particulier@habilis.example`);
  await person.leadingAway(page.locator('tbody a').first());
  await scene.walk.look(person, 'droits');
  await press(scene, person, 'Donner ce rôle', 'droits-refuses', 422);
  await page.getByRole('combobox', { name: 'Périmètre' }).selectOption({ label: 'API Particulier' });
  await page.getByRole('radio', { name: /^Gestion/ }).check();
  await press(scene, person, 'Donner ce rôle', 'droits-donnes');

  await person.goto(`/administration/droits?q=${COLLEAGUE}`);
  await person.leadingAway(page.locator('tbody a').first());
  await scene.walk.look(person, 'compte-d-une-personne');
  await unfold(person, 'Suspendre son accès');
  await press(scene, person, 'Suspendre', 'suspension-refusee', 422);
  await page.locator('#motif-suspension').fill('Il a quitté la mairie.');
  await press(scene, person, 'Suspendre', 'suspension');
  await unfold(person, 'Rétablir son accès');
  await page.locator('#motif-suspension').fill('Il est revenu.');
  await press(scene, person, 'Rétablir', 'suspension-levee');

  await person.goto(`/administration/droits?q=${APPLICANT}`);
  await person.leadingAway(page.locator('tbody a').first());
  await unfold(person, 'Agir à sa place');
  await page.locator('#motif-prise-en-main').fill('Elle ne retrouve pas son brouillon.');
  await press(scene, person, 'Prendre la main', 'prise-en-main');
  await visit(scene, person, '/mon-compte', 'prise-en-main-interdite');
  await expect(page.getByRole('button', { name: 'Enregistrer mes coordonnées' })).toBeDisabled();
  await person.goto('/demandes');
  await person.press('Revenir à mon compte');
  await visit(scene, person, '/administration/prises-en-main', 'prises-en-main');
  await person.leadingAway(page.locator('tbody a').first());
  await scene.walk.look(person, 'prise-en-main-consignee');

  await visit(scene, person, '/administration/rattachements?etat=verifies', 'rattachements-verifies');
  await unfold(person, 'Annuler la vérification');
  await press(scene, person, /^Annuler la vérification/, 'rattachements-annulation-refusee', 422);
}

/** A whole file at once: a browser takes more than ten seconds to type one of 120 KB. */
async function paste(field: Locator, text: string): Promise<void> {
  await field.evaluate((element, value) => {
    (element as HTMLTextAreaElement).value = value;
    element.dispatchEvent(new Event('input', { bubbles: true }));
  }, text);
}

/** A file of the catalogue, changed: API Particulier's habilitations become short. */
export async function catalogueRound(scene: Scene): Promise<void> {
  const person = await scene.person(ADMIN);
  const { page } = person;
  for (const file of ['franceconnect', 'api-particulier', 'api-particulier?forme=publik-famille', 'editeurs', 'vendors']) {
    const there = await page.request.get(`/administration/catalogue/${file}`);
    if (there.ok()) await visit(scene, person, `/administration/catalogue/${file}`, `catalogue-${file.replace(/\W/g, '-')}`);
  }
  await visit(scene, person, '/administration/catalogue/nouveau', 'catalogue-nouveau');
  await press(scene, person, 'Vérifier', 'catalogue-nouveau-refuse', 422);
  await visit(scene, person, '/administration/catalogue/api-particulier/texte', 'catalogue-texte');
  const text = page.getByLabel('Texte du fichier');
  const written = await text.inputValue();
  await press(scene, person, 'Vérifier', 'catalogue-texte-inchange', 422);
  await paste(text, written.replace('validity_months = 18', 'validity_months = dix-huit'));
  await press(scene, person, 'Vérifier', 'catalogue-texte-faux', 422);
  await paste(text, written.replace('validity_months = 18', 'validity_months = 1'));
  await press(scene, person, 'Vérifier', 'catalogue-texte-verifie');
  await press(scene, person, 'Publier', 'catalogue-motif-manquant', 422);
  await page.getByLabel(/^Motif/).fill('Des habilitations plus courtes');
  await press(scene, person, 'Publier', 'catalogue-publie');
  await person.leadingAway(page.locator('#versions tbody a').first());
  await scene.walk.look(person, 'catalogue-version');
}

export async function partnerRound(scene: Scene): Promise<void> {
  const person = await scene.person(TECHNICAL);
  const { page } = person;
  await visit(scene, person, '/partenaire', 'partenaire');
  await person.follow(APPROVED);
  await scene.walk.look(person, 'partenaire-service');
  await page.getByLabel('Adresses de retour (redirect_uri)').fill('http://mairie.example/retour');
  await press(scene, person, 'Enregistrer les adresses', 'partenaire-adresses-refusees', 422);
}
