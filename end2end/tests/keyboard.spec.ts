// With the keyboard alone: an applicant signs in, starts, fills and submits a request, and a reviewer decides. The focus is
// always on a control, and visible.

import type { Locator, Page } from '@playwright/test';

import { type Contact, DPO, FRANCECONNECT, PASSWORD, technicalContact } from '../support/portal.ts';
import { type Person, expect, test } from '../support/test.ts';

const APPLICANT = 'demandeuse@clamart.example';
const CONTROLLER: Contact = {
  group: 'Responsable de traitement',
  given: 'Claire',
  family: 'Fontaine',
  job: 'Directrice générale des services',
  email: 'dgs@clamart.example',
  phone: '01 46 62 35 35',
};
/** More stops of the Tab key than any page has. */
const STOPS = 250;

/** Presses Tab until this control has the focus; every stop on the way must be a control with a visible focus. */
async function reach(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toHaveCount(1);
  for (let stop = 0; stop < STOPS; stop += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      // After the last control the focus goes to the browser's own bar, and comes back to the first.
      if (element === null || element === document.body || element === document.documentElement) return 'none';
      const shown = element.matches('input[type=radio], input[type=checkbox]') ? [element, element.nextElementSibling] : [element];
      const ring = shown.some((one) => {
        const style = one === null ? undefined : getComputedStyle(one);
        // A tile draws its focus ring with a pseudo-element.
        const around = one === null ? [] : ['::before', '::after'].map((part) => getComputedStyle(one, part));
        return [style, ...around].some((each) => each !== undefined && (each.outlineStyle !== 'none' || each.boxShadow !== 'none'));
      });
      return ring ? 'seen' : element.outerHTML.slice(0, 200);
    });
    expect(['seen', 'none'], 'the focus is seen').toContain(seen);
  }
  throw new Error(`the keyboard does not reach ${wanted}`);
}

async function type(page: Page, label: string | RegExp, text: string, where: Page | Locator = page): Promise<void> {
  await reach(page, where.getByLabel(label, { exact: typeof label === 'string' }));
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

async function tick(page: Page, box: Locator): Promise<void> {
  await reach(page, box);
  if (!(await box.isChecked())) await page.keyboard.press('Space');
  await expect(box).toBeChecked();
}

/** Presses a button or a link which leads to another page. */
async function press(person: Person, control: Locator, key = 'Enter'): Promise<number> {
  const { page } = person;
  await reach(page, control);
  const arrived = page.waitForResponse((response) => response.request().isNavigationRequest() && !(response.status() >= 300 && response.status() < 400));
  const loaded = page.waitForEvent('load');
  await page.keyboard.press(key);
  const response = await arrived;
  await loaded;
  await person.inspect();
  return response.status();
}

async function next(person: Person, position: number): Promise<void> {
  expect(await press(person, person.page.getByRole('button', { name: 'Suivant', exact: true }).last())).toBe(200);
  await expect(person.page.getByRole('heading', { level: 2, name: new RegExp(`Étape ${position} sur`) })).toBeVisible();
}

async function typeContact({ page }: Person, contact: Contact): Promise<void> {
  const fields = page.getByRole('group', { name: contact.group, exact: true });
  await type(page, 'Prénom', contact.given, fields);
  await type(page, 'Nom', contact.family, fields);
  await type(page, 'Fonction', contact.job, fields);
  await type(page, 'Adresse électronique', contact.email, fields);
  await type(page, /^Téléphone/, contact.phone, fields);
}

test('a request is filed with the keyboard alone', async ({ someone }) => {
  test.setTimeout(240_000);
  const applicant = await someone();
  const { page } = applicant;
  await applicant.goto('/connexion');
  const main = page.getByRole('main');
  await type(page, 'Adresse électronique', APPLICANT, main);
  await type(page, 'Mot de passe', PASSWORD, main);
  await press(applicant, main.getByRole('button', { name: 'Se connecter' }));
  await applicant.heading('Mes demandes');
  await press(applicant, main.getByRole('link', { name: 'Nouvelle demande' }));
  await press(applicant, main.getByRole('link', { name: 'Faire une demande FranceConnect', exact: true }));
  await press(applicant, main.getByRole('button', { name: 'Commencer ma demande' }));

  await type(page, 'Nom public du service', 'Portail au clavier');
  await type(page, /^Description détaillée/, 'Les familles se connectent sans souris.');
  await type(page, /^Date de mise en service prévue/, '09/09/2027');
  await type(page, /^Nombre d/, '2 000 par mois');
  await tick(page, page.getByLabel(/^Mon service reste accessible/));
  await next(applicant, 2);
  await tick(page, page.locator('input[type=checkbox][value="email"]'));
  await type(page, /^Destinataires des données/, 'Le service enfance');
  await type(page, 'Durée de conservation, en mois', '36');
  await next(applicant, 3);
  await type(page, /^Nature et références du texte/, 'Délibération du 12 mai 2026');
  await type(page, /^Lien vers le texte/, 'https://www.clamart.example/deliberations');
  await next(applicant, 4);
  for (const contact of [CONTROLLER, DPO, technicalContact('technique.clavier@clamart.example')]) await typeContact(applicant, contact);
  await next(applicant, 5);

  const send = page.getByRole('button', { name: 'Transmettre ma demande' });
  expect(await press(applicant, send), 'without the terms').toBe(422);
  await expect(page.getByRole('alert')).toBeFocused();
  await tick(page, page.getByLabel(/^Je m’engage/));
  await tick(page, page.getByLabel(/^Je confirme que le délégué/));
  expect(await press(applicant, send, 'Space')).toBe(200);
  await expect(page.getByText('Votre demande a été transmise')).toBeVisible();
});

test('a request is decided upon with the keyboard alone', async ({ someone }) => {
  test.setTimeout(120_000);
  const reviewer = await someone();
  const { page } = reviewer;
  const main = page.getByRole('main');
  await reviewer.goto('/connexion');
  await type(page, 'Adresse électronique', FRANCECONNECT, main);
  await type(page, 'Mot de passe', PASSWORD, main);
  await press(reviewer, main.getByRole('button', { name: 'Se connecter' }));
  const code = await main.locator('strong').first().innerText();
  await type(page, 'Code de votre application d’authentification', code, main);
  await press(reviewer, main.getByRole('button', { name: 'Continuer' }));
  await reviewer.heading('Demandes à instruire');
  await press(reviewer, main.getByRole('link', { name: 'Inscription à la médiathèque', exact: true }));
  await press(reviewer, main.getByRole('button', { name: /^Prendre/ }).first());

  const part = page.locator('details', { hasText: 'Demander des modifications' });
  const summary = part.locator('summary').first();
  await reach(page, summary);
  await page.keyboard.press('Enter');
  const send = part.getByRole('button', { name: 'Demander des modifications', exact: true });
  expect(await press(reviewer, send), 'without a reason').toBe(422);
  await expect(page.getByRole('alert')).toBeFocused();
  await type(page, 'Ce qu’il faut modifier', 'Citez le texte qui fonde le service.');
  await press(reviewer, part.getByRole('button', { name: /^Voir le courriel/ }));
  await expect(page.getByText('Le courriel qui sera envoyé')).toBeVisible();
  expect(await press(reviewer, page.getByRole('button', { name: 'Envoyer', exact: true }))).toBe(200);
  await expect(page.getByText('Décision enregistrée')).toBeVisible();
});

test('the pages around a request have nothing axe complains of', async ({ someone }) => {
  test.setTimeout(120_000);
  const applicant = await someone();
  const { page } = applicant;
  await applicant.goto('/connexion');
  await page.getByLabel('Adresse électronique').fill(APPLICANT);
  await page.getByLabel('Mot de passe', { exact: true }).fill(PASSWORD);
  await applicant.press('Se connecter', page.getByRole('main'));
  for (const path of ['/organisation', '/demandes?q=portail', '/demandes?etat=a-faire', '/demandes/nouvelle/franceconnect?name=Portail']) {
    expect(await applicant.goto(path), path).toBe(200);
  }
  const request = await page.goto('/demandes').then(() => page.locator('#demandes a').first().getAttribute('href'));
  for (const path of ['', '/partage', '/duplication', '/transfert']) expect(await applicant.goto(`${request}${path}`), path).toBe(200);
  await applicant.goto(`${request}/partage`);
  await page.getByLabel('Adresse électronique de la personne à inviter').fill('pas une adresse');
  expect(await applicant.press('Envoyer l’invitation')).toBe(422);
});
