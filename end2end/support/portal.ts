// What people do in the portal: sign up, sign in, file a request, examine it.

import type { Page } from '@playwright/test';

import { type Person, expect } from './test.ts';

/** The password of every seeded account. */
export const PASSWORD = 'Demonstration-2026';
/** The password of the accounts that tests open. */
export const OWN_PASSWORD = 'Trois grues dans le jardin';
export const ADMIN = 'administration@habilis.example';
export const LEGAL = 'juriste@habilis.example';
export const FRANCECONNECT = 'franceconnect@habilis.example';
export const API_PARTICULIER = 'particulier@habilis.example';
/** Ville de Lyon, in the embedded directory. */
export const LYON = '21690123100011';

export const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

/** An address nobody else uses, even when the test is run again on the same server. */
export function address(name: string): string {
  return `${name}.${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}@lyon.example`;
}

/** Opens the newest message of this subject sent to `recipient`, as soon as it has been delivered. */
export async function openMail(person: Person, recipient: string, subject: string | RegExp): Promise<void> {
  const inbox = `/demo/boite?pour=${encodeURIComponent(recipient)}`;
  const link = person.page.getByRole('link', { name: subject }).first();
  await expect(async () => {
    await person.page.goto(inbox);
    await expect(link).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await person.inspect();
  await person.leadingAway(link);
}

/** Opens the one-time link of the message on screen. */
export async function followMailLink(person: Person, path: string): Promise<void> {
  await person.leadingAway(person.page.locator(`main a[href*="${path}"]`));
}

export async function fillNames({ page }: Person, given: string, family: string): Promise<void> {
  await page.getByLabel('Prénom', { exact: true }).fill(given);
  await page.getByLabel('Nom', { exact: true }).fill(family);
}

export async function fillIdentity(person: Person, given: string, family: string): Promise<void> {
  await fillNames(person, given, family);
  await choosePassword(person);
}

export async function choosePassword({ page }: Person): Promise<void> {
  await page.getByLabel('Mot de passe', { exact: true }).fill(OWN_PASSWORD);
}

/** From the page « Créer un compte » to being signed in. */
export async function signUp(person: Person, email: string, given: string, family: string): Promise<void> {
  await person.heading('Créer un compte');
  await fillNames(person, given, family);
  await person.page.getByLabel('Adresse électronique').fill(email);
  await person.press('Créer mon compte');
  await person.heading('Consultez votre messagerie');
  await openMail(person, email, 'Confirmez votre adresse électronique');
  await followMailLink(person, '/inscription/');
  await choosePassword(person);
  await person.press('Confirmer mon adresse');
}

/** The accounts at Lyon and this colleague's are opened by tests, not by the seed. */
function passwordOf(email: string): string {
  return email.endsWith('@lyon.example') || email === 'collegue@clamart.example' ? OWN_PASSWORD : PASSWORD;
}

export async function signIn(person: Person, email: string, password = passwordOf(email)): Promise<void> {
  await givePassword(person, email, password);
  if (new URL(person.page.url()).pathname === '/connexion/code') await giveCode(person);
}

/** Gives the password; a second factor, if the account has one, is still to be given. */
export async function givePassword(person: Person, email: string, password = passwordOf(email)): Promise<void> {
  if (!person.page.url().includes('/connexion')) await person.goto('/connexion');
  await person.page.getByLabel('Adresse électronique').fill(email);
  await person.page.getByLabel('Mot de passe', { exact: true }).fill(password);
  await person.press('Se connecter', person.page.getByRole('main'));
}

/** The demonstration writes the code of its own accounts on the page. */
async function giveCode(person: Person): Promise<void> {
  await person.heading('Saisissez votre code');
  const code = await person.page.getByRole('main').locator('strong').first().innerText();
  await person.page.getByLabel('Code de votre application d’authentification').fill(code);
  await person.press('Continuer');
}

export async function joinLyon(person: Person): Promise<void> {
  await person.heading('Quelle est votre organisation ?');
  await person.page.getByLabel('Numéro SIRET').fill('216 901 231 00012');
  expect(await person.press('Ajouter cette organisation'), 'a wrong check digit').toBe(422);
  await expect(person.page.getByLabel('Numéro SIRET')).toHaveValue('216 901 231 00012');
  await person.page.getByLabel('Numéro SIRET').fill(LYON);
  expect(await person.press('Ajouter cette organisation')).toBe(200);
}

async function tick(page: Page, scopes: string[]): Promise<void> {
  for (const scope of scopes) await page.locator(`input[type=checkbox][value="${scope}"]`).check();
}

export type Contact = { group: string; given: string; family: string; job: string; email: string; phone: string };

export async function fillContact({ page }: Person, { group, given, family, job, email, phone }: Contact): Promise<void> {
  const fields = page.getByRole('group', { name: group });
  await fields.getByLabel('Prénom').fill(given);
  await fields.getByLabel('Nom', { exact: true }).fill(family);
  await fields.getByLabel('Fonction').fill(job);
  await fields.getByLabel('Adresse électronique').fill(email);
  await fields.getByLabel(/^Téléphone/).fill(phone);
}

export const DPO: Contact = {
  group: 'Délégué à la protection des données',
  given: 'Paul',
  family: 'Marchand',
  job: 'Délégué à la protection des données',
  email: 'dpo@lyon.example',
  phone: '04 72 10 30 31',
};

const CONTROLLER: Contact = {
  group: 'Responsable de traitement',
  given: 'Claire',
  family: 'Fontaine',
  job: 'Directrice générale des services',
  email: 'dgs@lyon.example',
  phone: '04 72 10 30 30',
};

export function technicalContact(email: string): Contact {
  return { group: 'Responsable technique', given: 'Inès', family: 'Nguyen', job: 'Cheffe de projet numérique', email, phone: '06 12 34 56 78' };
}

/** From the page « Demander … » to the first block. */
export async function startRequest(person: Person, service: string): Promise<void> {
  await person.heading(`Demander ${service}`);
  await person.press('Commencer ma demande');
  await expect(person.page.getByRole('heading', { level: 2, name: /Étape 1 sur/ })).toBeVisible();
}

export async function step(person: Person, position: number): Promise<void> {
  await expect(person.page.getByRole('heading', { level: 2, name: new RegExp(`Étape ${position} sur`) })).toBeVisible();
}

/** « Suivant », which checks the block, and the next one on screen. */
export async function next(person: Person, position: number): Promise<void> {
  expect(await person.press('Suivant')).toBe(200);
  await step(person, position);
}

export async function project({ page }: Person, name: string | RegExp, title: string): Promise<void> {
  await page.getByLabel(name).fill(title);
  await page.getByLabel('Description détaillée').fill('Les familles s’inscrivent à la cantine et au centre de loisirs.\nElles se connectent au début de la démarche.');
  await page.getByLabel('Date de mise en service prévue').fill('01/09/2027');
  await page.getByLabel(/^Nombre d/).fill('2 000 par mois');
}

export async function data({ page }: Person, scopes: string[], months: string): Promise<void> {
  await tick(page, scopes);
  await page.getByLabel('Destinataires des données').fill('Agents de la direction de l’enfance');
  await page.getByLabel('Durée de conservation, en mois').fill(months);
}

const IDENTITY = ['family_name', 'given_name', 'birthdate', 'birthplace', 'birthcountry', 'gender', 'email'];

/** The blocks of a FranceConnect request, with an answer that is refused on the way and a document attached. */
export async function fillFranceConnect(person: Person, title: string, technical: string): Promise<void> {
  const { page } = person;
  await project(person, 'Nom public du service', title);
  await page.getByLabel(/^Mon service reste accessible/).check();
  await next(person, 2);

  await data(person, IDENTITY, 'trois ans');
  expect(await person.press('Suivant')).toBe(422);
  await refusedRetention(person);
  await page.getByLabel('Durée de conservation, en mois').fill('36');
  await next(person, 3);

  await page.getByLabel('Nature et références du texte').fill('Délibération du conseil municipal du 12 mai 2026');
  await page.getByLabel('Document').setInputFiles({ name: 'délibération.pdf', mimeType: 'application/pdf', buffer: PDF });
  await next(person, 4);

  await fillContact(person, CONTROLLER);
  await fillContact(person, DPO);
  await fillContact(person, technicalContact(technical));
  await next(person, 5);
}

async function refusedRetention({ page }: Person): Promise<void> {
  const summary = page.getByRole('alert');
  await expect(summary).toContainText('Une réponse est à corriger');
  await expect(page).toHaveTitle(/^Erreur/);
  await expect(page.getByLabel('Durée de conservation, en mois')).toHaveValue('trois ans');
  await expect(page.getByLabel('Durée de conservation, en mois')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Destinataires des données')).toHaveValue('Agents de la direction de l’enfance');
  await expect(page.locator('input[value="birthdate"]')).toBeChecked();
  await summary.getByRole('link').click();
  await expect(page.getByLabel('Durée de conservation, en mois')).toBeFocused();
}

/** The summary: refused without the terms, then sent. */
export async function submit(person: Person, position: number): Promise<void> {
  const { page } = person;
  await step(person, position);
  expect(await person.press('Transmettre ma demande'), 'without the terms').toBe(422);
  await page.getByLabel(/^Je m’engage/).check();
  await page.getByLabel(/^Je confirme que le délégué/).check();
  expect(await person.press('Transmettre ma demande')).toBe(200);
  await expect(page.getByText('Votre demande a été transmise')).toBeVisible();
}

/** From the queue to the request of this name. */
export async function examine(person: Person, title: string): Promise<void> {
  await person.goto('/instruction');
  await person.follow(title);
  await expect(person.page.getByText('À vous de décider')).toBeVisible();
}

export async function askForChanges(person: Person, reason: string): Promise<void> {
  const { page } = person;
  const part = page.locator('details', { hasText: 'Demander des modifications' });
  await part.locator('summary').click();
  expect(await person.press('Demander des modifications', part), 'a reason is required').toBe(422);
  await page.getByLabel('Ce qu’il faut modifier').fill(reason);
  await person.press('Demander des modifications', part);
  await expect(page.getByText('Décision enregistrée')).toBeVisible();
}

export async function decide(person: Person, button: string): Promise<void> {
  await person.press(button);
  await expect(person.page.getByText('Décision enregistrée')).toBeVisible();
}
