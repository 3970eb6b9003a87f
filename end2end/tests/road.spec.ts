// The whole journey: from « Êtes-vous éligible ? » to a citizen's quotient familial, with every person involved.

import * as oidc from 'openid-client';

import { CITIZEN, type Keys, discover, logIn, prepare, rawUserinfo, redeem, redirectTarget, verified } from '../support/citizen.ts';
import {
  API_PARTICULIER, DPO, FRANCECONNECT, LEGAL, LYON, address, askForChanges, data, decide, examine, fillContact, fillFranceConnect, fillIdentity,
  followMailLink, joinLyon, next, openMail, project, signIn, signUp, startRequest, submit, technicalContact,
} from '../support/portal.ts';
import { type Person, expect, test } from '../support/test.ts';

const TITLE = `Portail famille de Lyon ${Date.now().toString(36)}`;
const DATA_TITLE = `Tarif de la cantine ${Date.now().toString(36)}`;
const DATA_SCOPES = ['cnaf_quotient_familial', 'cnaf_enfants'];

test('from a SIRET to a quotient familial', async ({ someone, server }) => {
  test.setTimeout(240_000);
  const applicant = await someone();
  const [camille, ines] = [address('camille'), address('ines')];

  await test.step('1. the applicant is eligible', () => eligibility(applicant));
  await test.step('2. and opens an account', async () => {
    await applicant.follow('Créer un compte', applicant.page.getByRole('banner'));
    await signUp(applicant, camille, 'Camille', 'Durand');
  });
  await test.step('3. for a town hall', () => joinLyon(applicant));
  await test.step('4. the applicant files the FranceConnect request', async () => {
    await request(applicant, ines);
    await openMail(applicant, camille, /nous l’avons bien reçue$/);
  });

  const legal = await someone();
  await test.step('5. the legal team asks for changes', async () => {
    await signIn(legal, LEGAL);
    await examine(legal, TITLE);
    await askForChanges(legal, 'Précisez qui pourra lire les données.');
  });
  await test.step('the applicant answers', () => correct(applicant, camille));
  const franceconnect = await someone();
  await test.step('both teams approve', async () => {
    await examine(legal, TITLE);
    await decide(legal, 'Valider cette étape');
    await signIn(franceconnect, FRANCECONNECT);
    await examine(franceconnect, TITLE);
    await decide(franceconnect, 'Délivrer l’habilitation');
  });

  const technical = await someone();
  const target = await redirectTarget();
  const keys = await test.step('6. the technical contact receives the keys', () => keysOf(technical, ines, target.uri, server.url));

  await test.step('8. the applicant asks for the data', () => dataRequest(applicant, ines));
  const particulier = await someone();
  await test.step('and obtains them', async () => {
    await signIn(particulier, API_PARTICULIER);
    await examine(particulier, DATA_TITLE);
    await decide(particulier, 'Délivrer l’habilitation');
  });
  await test.step('the rights are added to the keys by themselves', () => rightsOf(technical));

  const citizen = await someone();
  await test.step('7 and 9. a citizen logs in, and the service obtains the quotient familial', () => logInAndCall(citizen, keys, target.uri, server.url));
  await target.close();
});

async function eligibility(person: Person): Promise<void> {
  await person.goto('/');
  await person.follow('Êtes-vous éligible ?', person.page.getByRole('main'));
  for (const answer of [/^Une administration/, 'Un seul', 'Non, pas encore', 'Nous développons le service nous-mêmes']) {
    await person.page.getByLabel(answer).check();
    await person.press('Continuer');
  }
  await expect(person.page.getByRole('heading', { name: 'Vous êtes éligible : deux demandes à déposer' })).toBeVisible();
}

async function request(person: Person, technical: string): Promise<void> {
  await person.heading('Mes demandes');
  await person.follow('Voir les services');
  await person.follow('Faire une demande FranceConnect');
  await startRequest(person, 'FranceConnect');
  await autosave(person);
  await fillFranceConnect(person, TITLE, technical);
  await submit(person, 5);
}

async function autosave({ page }: Person): Promise<void> {
  await page.getByLabel('Nom public du service').pressSequentially('Portail');
  await expect(page.getByRole('status')).toHaveText(/^Enregistré à \d\d:\d\d$/);
  await page.reload();
  await expect(page.getByLabel('Nom public du service')).toHaveValue('Portail');
}

async function correct(person: Person, email: string): Promise<void> {
  const { page } = person;
  await openMail(person, email, /des modifications sont attendues$/);
  await followMailLink(person, '/demandes/');
  await expect(page.getByText('Précisez qui pourra lire les données.').first()).toBeVisible();
  await person.follow('Modifier ma demande');
  await next(person, 2);
  await page.getByLabel('Destinataires des données').fill('Agents de la direction de l’enfance, équipe support');
  for (const position of [3, 4, 5]) await next(person, position);
  await submit(person, 5);
}

async function keysOf(person: Person, email: string, redirectUri: string, origin: string): Promise<Keys> {
  const { page } = person;
  await openMail(person, email, /^Vos accès de test pour la demande D/);
  await followMailLink(person, '/invitation/');
  await fillIdentity(person, 'Inès', 'Nguyen');
  await person.press('Créer mon compte et ouvrir mes accès');
  await person.heading(TITLE);

  const uris = page.getByLabel('Adresses de retour (redirect_uri)');
  await uris.fill('http://mairie.example/retour');
  expect(await person.press('Enregistrer les adresses'), 'http elsewhere than on localhost').toBe(422);
  await uris.fill(redirectUri);
  await person.press('Enregistrer les adresses');
  await expect(page.getByText('Adresses enregistrées')).toBeVisible();

  const [issuer, client_id] = [await page.getByLabel('Émetteur (issuer)').inputValue(), await page.getByLabel('Identifiant (client_id)').inputValue()];
  expect(issuer).toBe(`${origin}/franceconnect/sandbox/api/v2`);
  const replay = await page.locator('form[action$="/secret"]').evaluate((form: HTMLFormElement) => ({ action: form.action, csrf: form.csrf.value as string }));
  await person.press('Afficher le secret');
  const client_secret = await page.getByLabel('Secret (client_secret)').inputValue();
  const again = await page.request.post(replay.action, { form: { csrf: replay.csrf } });
  expect(again.status(), 'the secret is shown once').toBe(409);
  expect(await again.text()).not.toContain(client_secret);
  await person.follow('Je l’ai rangé en lieu sûr');
  await expect(page.getByText('Le secret a déjà été affiché')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Afficher le secret' })).toHaveCount(0);
  return { issuer, client_id, client_secret };
}

async function dataRequest(person: Person, technical: string): Promise<void> {
  const { page } = person;
  await person.goto('/services');
  await person.follow('Faire une demande API Particulier');
  await startRequest(person, 'API Particulier');
  await project(person, 'Nom public de la démarche', DATA_TITLE);
  await next(person, 2);
  await expect(page.getByLabel(/^Avec FranceConnect/)).toBeChecked();
  await next(person, 3);
  const reliance = page.getByLabel('Habilitation ou demande FranceConnect');
  await reliance.selectOption(await reliance.getByRole('option', { name: TITLE }).getAttribute('value'));
  await next(person, 4);
  await data(person, DATA_SCOPES, '12');
  await next(person, 5);
  await page.getByLabel('Nature et références du texte').fill('Délibération fixant les tarifs selon le quotient familial');
  await page.getByLabel('Lien vers le texte').fill('https://www.lyon.example/deliberations/tarifs');
  await next(person, 6);
  await expect(page.getByLabel(/^Nos propres développeurs/)).toBeChecked();
  await next(person, 7);

  await person.press('C’est moi Contact métier');
  const own = page.getByRole('group', { name: 'Contact métier' });
  await expect(own.getByLabel('Prénom')).toHaveValue('Camille');
  await expect(own.getByLabel('Nom', { exact: true })).toHaveValue('Durand');
  await own.getByLabel('Fonction').fill('Responsable du service enfance');
  await own.getByLabel(/^Téléphone/).fill('04 72 10 30 32');
  await fillContact(person, DPO);
  await fillContact(person, technicalContact(technical));
  await next(person, 8);
  await submit(person, 8);
}

async function rightsOf(person: Person): Promise<void> {
  const scopes = person.page.getByText(/openid.*cnaf_quotient_familial|cnaf_quotient_familial.*openid/);
  await expect(async () => {
    await person.page.reload();
    await expect(scopes).toBeVisible({ timeout: 500 });
  }).toPass();
  for (const scope of DATA_SCOPES) await expect(scopes).toContainText(scope);
  await person.inspect();
}

async function logInAndCall(person: Person, keys: Keys, redirectUri: string, origin: string): Promise<void> {
  const config = await discover(keys);
  const login = await prepare(config, redirectUri, ['openid', 'family_name', 'given_name', 'birthdate', ...DATA_SCOPES].join(' '));
  const returned = await logIn(person, login, redirectUri, TITLE);
  const tokens = await redeem(config, returned, login);
  const claims = tokens.claims();
  expect(claims?.sub).toMatch(/^[0-9a-f]{64}v1$/);
  expect(claims).toMatchObject({ nonce: login.nonce, acr: 'eidas1', aud: keys.client_id });

  const userinfo = await rawUserinfo(config, tokens.access_token);
  expect(userinfo.headers.get('content-type')).toMatch(/^application\/jwt/);
  const { payload } = await verified(config, await userinfo.text());
  expect(payload).toMatchObject({ sub: claims?.sub, family_name: 'DUBOIS', given_name: 'Angela Claire Louise', birthdate: '1962-08-24' });
  expect(payload, 'not asked for').not.toHaveProperty('email');
  expect(await oidc.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '')).toMatchObject({ family_name: 'DUBOIS' });

  const answer = await fetch(`${origin}/api-particulier/sandbox/v3/dss/quotient_familial/france_connect?recipient=${LYON}`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  const body = await answer.json();
  expect(answer.status, JSON.stringify(body)).toBe(200);
  expect(Object.keys(body.data).sort(), 'only what was granted').toEqual(['enfants', 'quotient_familial']);
  expect(body.data.quotient_familial.valeur, `the figure of ${CITIZEN.login}`).toBe(650);
}
