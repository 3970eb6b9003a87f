// What the rounds share: the people, and the actions that several rounds use.

import { openMail, signIn } from '../portal.ts';
import { type Person, expect } from '../test.ts';
import type { Walk } from '../walk.ts';

export const APPLICANT = 'demandeuse@clamart.example';
export const COLLEAGUE = 'collegue@clamart.example';
export const TECHNICAL = 'technique@clamart.example';
export const CLAMART = '21920023500014';
/** What the demonstration's seed left behind. */
export const [APPROVED, WITH_LEGAL, SENT_BACK] = ['Portail famille de Clamart', 'Prise de rendez-vous en mairie', 'Demande d’acte d’état civil'];

export type Scene = {
  walk: Walk;
  /** Somebody at a browser, signed in when there is an address. */
  person: (email?: string) => Promise<Person>;
  /** The binary's own commands. */
  command: (...args: string[]) => Promise<string>;
  /** Whether the browsers run scripts. */
  scripts: boolean;
};

export async function enter(person: Person, email: string): Promise<Person> {
  await signIn(person, email);
  return person;
}

/** Goes there, expects this status, and looks. */
export async function visit({ walk }: Scene, person: Person, address: string, name: string, status = 200): Promise<void> {
  expect(await person.goto(address), address).toBe(status);
  await walk.look(person, name);
}

/** Presses this button, expects this status, and looks at the page it leads to. */
export async function press({ walk }: Scene, person: Person, button: string | RegExp, name: string, status = 200, where = person.page.getByRole('main')): Promise<void> {
  expect(await person.press(button, where), name).toBe(status);
  await walk.look(person, name);
}

export async function unfold({ page }: Person, summary: string): Promise<void> {
  await page.locator('summary', { hasText: summary }).first().click();
}

/** The request on screen. */
export function request({ page }: Person): string {
  const found = new URL(page.url()).pathname.match(/^\/(?:demandes|instruction)\/([0-9a-f-]{36})/)?.[1];
  if (found === undefined) throw new Error(`${page.url()} is not a request's`);
  return found;
}

/** The request of this name in a list. */
export async function open(person: Person, list: string, title: string): Promise<string> {
  await person.goto(`${list}?q=${encodeURIComponent(title)}`);
  await person.leadingAway(person.page.getByRole('main').getByRole('link', { name: title, exact: true }).first());
  return request(person);
}

/** A copy of a complete request under another name, a draft still. */
export async function copy(person: Person, id: string, title: string): Promise<string> {
  await person.goto(`/demandes/${id}/duplication`);
  await person.press('Créer la copie');
  await person.page.getByLabel(/^Nom public/).fill(title);
  await person.press('Enregistrer');
  return request(person);
}

export async function send(person: Person, id: string): Promise<void> {
  const { page } = person;
  await person.goto(`/demandes/${id}/synthese`);
  for (const box of await page.getByRole('main').getByRole('checkbox').all()) await box.check();
  await person.press('Transmettre ma demande');
  await expect(page.getByText('Votre demande a été transmise')).toBeVisible();
}

/** Follows the personal link of a message which leads to `path`. */
export async function mailed(person: Person, recipient: string, subject: string | RegExp, path: string): Promise<void> {
  await openMail(person, recipient, subject);
  await person.leadingAway(person.page.locator(`main a[href*="${path}"]`));
}
