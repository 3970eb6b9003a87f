// The main pages, one after the other, for whoever wants to look at them.

import { IDENTITY_PROVIDER, CITIZEN } from './citizen.ts';
import { ADMIN, LEGAL, signIn } from './portal.ts';
import { type Person, expect } from './test.ts';

/** What the demonstration's seed left behind. */
const APPLICANT = 'demandeuse@clamart.example';
const TECHNICAL = 'technique@clamart.example';
const APPROVED = 'Portail famille de Clamart';

type Take = (name: string) => Promise<void>;

export async function publicPages(person: Person, take: Take): Promise<void> {
  const { page } = person;
  for (const [name, address] of [
    ['accueil', '/'],
    ['services', '/services'],
    ['eligibilite', '/eligibilite'],
    ['eligibilite-deux-demandes', '/eligibilite?profil=administration&services=un&franceconnect=non&editeur=interne'],
    ['eligibilite-editeur', '/eligibilite?profil=administration&services=un&franceconnect=non&editeur=non'],
    ['connexion', '/connexion'],
    ['inscription', '/inscription'],
    ['mot-de-passe-oublie', '/mot-de-passe-oublie'],
    ['page-introuvable', '/nulle-part'],
    ['boite', '/demo/boite'],
  ] as const) {
    await person.goto(address);
    await take(name);
  }
  await person.leadingAway(page.getByRole('link', { name: /^Vos accès de test/ }).first());
  await take('boite-message');
  await person.goto('/inscription');
  await person.press('Créer mon compte');
  await take('inscription-refusee');
}

export async function applicantPages(person: Person, take: Take): Promise<void> {
  const { page } = person;
  await signIn(person, APPLICANT);
  await person.goto('/demandes');
  await take('demandes');
  await person.follow(APPROVED);
  await take('demande-habilitation');
  for (const [state, name] of [
    ['En cours d’instruction', 'demande-instruction'],
    ['À modifier', 'demande-modifications'],
  ] as const) {
    await person.goto('/demandes');
    await person.leadingAway(page.getByRole('row', { name: state }).getByRole('link').first());
    await take(name);
  }
  await person.goto('/organisation');
  await take('organisation');
  await person.goto('/demandes/nouvelle/franceconnect');
  await take('demande-commencer');
  await person.press('Commencer ma demande');
  await take('bloc-projet');
  const draft = new URL(page.url()).pathname.replace(/\/projet$/, '');
  await person.press('Suivant');
  await take('bloc-projet-refuse');
  for (const block of ['donnees', 'cadre-juridique', 'contacts', 'synthese']) {
    await person.goto(`${draft}/${block}`);
    await take(`bloc-${block}`);
  }
  await page.getByLabel(/^Je m’engage/).press('Space');
  await person.press('Transmettre ma demande');
  await take('bloc-synthese-incomplete');
  await person.goto('/demandes/nouvelle/api-particulier');
  await person.press('Commencer ma demande');
  await person.goto(page.url().replace(/projet$/, 'franceconnect'));
  await take('bloc-franceconnect');
  await person.goto(page.url().replace(/franceconnect$/, 'donnees'));
  await take('bloc-donnees-api-particulier');
}

export async function reviewerPages(person: Person, take: Take): Promise<void> {
  const { page } = person;
  await signIn(person, LEGAL);
  await take('instruction');
  await person.follow('Prise de rendez-vous en mairie');
  await take('instruction-demande');
  const part = page.locator('details', { hasText: 'Refuser la demande' });
  await part.locator('summary').click();
  await person.press('Refuser la demande', part);
  await take('instruction-motif-manquant');
}

export async function ownPages(person: Person, take: Take): Promise<void> {
  await signIn(person, APPLICANT);
  await person.goto('/mon-compte');
  await take('mon-compte');
  await person.press('Changer mon mot de passe');
  await take('mon-compte-refuse');
  await person.goto('/mon-compte/securite');
  await take('double-authentification');
  await person.press('Activer');
  await take('double-authentification-refusee');
}

export async function administrationPages(person: Person, take: Take): Promise<void> {
  const { page } = person;
  await signIn(person, ADMIN);
  await take('administration');
  await person.follow('Droits des personnes');
  await take('droits');
  await person.follow('Nadia Benali');
  await take('droits-personne');
  await person.press('Donner ce rôle');
  await take('droits-refuses');
  await person.goto(`/administration/droits?q=${encodeURIComponent(APPLICANT)}`);
  await person.follow('Jeanne Roux');
  await page.getByText('Agir à sa place').click();
  await page.locator('#motif-prise-en-main').fill('Elle ne retrouve pas son brouillon.');
  await person.press('Prendre la main');
  await take('prise-en-main');
  await person.press('Revenir à mon compte');
  await person.goto('/administration/prises-en-main');
  await take('prises-en-main');
  await person.leadingAway(page.locator('tbody a').first());
  await take('prise-en-main-actes');
  await person.goto('/administration/journal');
  await take('journal-administration');
}

export async function partnerPages(person: Person, take: Take): Promise<void> {
  await signIn(person, TECHNICAL);
  await take('partenaire');
  await person.follow(APPROVED);
  await take('partenaire-service');
}

export async function citizenPages(person: Person, take: Take): Promise<void> {
  const { page } = person;
  await person.goto('/demo/portail-famille');
  await take('portail-famille');
  await person.press('S’identifier avec FranceConnect');
  await take('mire');
  await person.press(IDENTITY_PROVIDER);
  await take('fournisseur-identite');
  await page.getByLabel('Identifiant').fill(CITIZEN.login);
  await page.getByLabel('Mot de passe').fill('faux');
  expect(await person.press('Se connecter')).toBe(422);
  await take('fournisseur-identite-refus');
  await page.getByLabel('Mot de passe').fill(CITIZEN.password);
  await person.press('Se connecter');
  await take('information');
  await person.press(/^Continuer sur/);
  await take('portail-famille-compte');
  await person.press('Transmettre mes données avec FranceConnect');
  await take('information-donnees');
  await person.press(/^Continuer sur/);
  await take('portail-famille-quotient');
  await person.goto('/franceconnect/sandbox/api/v2/authorize?client_id=inconnu');
  await take('erreur-franceconnect');
}
