// One's own account: from its creation to a lost password, and the organisation one works for.

import { ADMIN, OWN_PASSWORD, choosePassword, fillNames } from '../portal.ts';
import type { Person } from '../test.ts';
import { code } from '../totp.ts';
import { APPLICANT, CLAMART, COLLEAGUE, type Scene, mailed, press, unfold, visit } from './scene.ts';

export async function accountRound(scene: Scene): Promise<void> {
  const person = await scene.person();
  const { page } = person;
  await person.goto('/inscription');
  await fillNames(person, 'Marc', 'Lemoine');
  await page.getByLabel('Adresse électronique').fill(COLLEAGUE);
  await press(scene, person, 'Créer mon compte', 'compte-messagerie');
  await mailed(person, COLLEAGUE, 'Confirmez votre adresse électronique', '/inscription/');
  await scene.walk.look(person, 'compte-confirmer');
  await press(scene, person, 'Confirmer mon adresse', 'compte-confirmer-refuse', 422);
  await choosePassword(person);
  await press(scene, person, 'Confirmer mon adresse', 'organisation-aucune');
  await page.getByLabel('Numéro SIRET').fill('216 901 231 00012');
  await press(scene, person, 'Ajouter cette organisation', 'organisation-refusee', 422);
  await page.getByLabel('Numéro SIRET').fill(CLAMART);
  await press(scene, person, 'Ajouter cette organisation', 'organisation-ajoutee');
  await visit(scene, person, '/organisation', 'organisation-non-verifiee');
  await visit(scene, person, '/demandes', 'demandes-vides');
  await visit(scene, person, '/partenaire', 'partenaire-vide');
  await visit(scene, person, '/mon-compte/notifications', 'compte-notifications');
  await press(scene, person, 'Enregistrer', 'compte-notifications-enregistrees');
  await visit(scene, person, '/mon-compte/donnees', 'compte-donnees');
  await visit(scene, person, '/mon-compte/suppression', 'compte-suppression');
  await press(scene, person, 'Supprimer définitivement mon compte', 'compte-suppression-refusee', 422);
  await visit(scene, await scene.person(), '/compte-supprime', 'compte-supprime');
  await scene.person(APPLICANT);
  await visit(scene, person, '/mon-compte/securite/application', 'compte-application');
  const applicant = await scene.person(APPLICANT);
  await visit(scene, applicant, '/mon-compte/suppression', 'compte-suppression-impossible');
  await visit(scene, applicant, '/mon-compte', 'compte-sessions');
  await press(scene, applicant, 'Changer mon mot de passe', 'compte-refuse', 422);
  await applicant.goto('/mon-compte');
  await press(scene, applicant, 'Enregistrer mes coordonnées', 'compte-enregistre');

  await applicant.goto('/mon-compte');
  await visit(scene, applicant, '/reprise/perdue', 'saisie-perdue', 410);

  const forgetful = await scene.person();
  await forgetful.goto('/mot-de-passe-oublie');
  await forgetful.page.getByLabel('Adresse électronique').fill(ADMIN);
  await press(scene, forgetful, 'Recevoir le lien', 'compte-oublie');
  await mailed(forgetful, ADMIN, 'Choisissez un nouveau mot de passe', '/mot-de-passe/');
  await scene.walk.look(forgetful, 'compte-nouveau-mot-de-passe');
}

/** Enrols a second factor for somebody who has none. */
export async function secondFactor(scene: Scene, person: Person, email: string): Promise<void> {
  const { page } = person;
  await visit(scene, person, '/mon-compte/securite', 'compte-double-authentification');
  await press(scene, person, 'Activer', 'compte-double-authentification-refusee', 422);
  const secret = await page.getByLabel('Ou saisissez cette clé dans l’application').inputValue();
  await page.getByLabel(/^Code/).fill(code(secret));
  await press(scene, person, 'Activer', 'compte-codes-de-secours');
  await visit(scene, person, '/mon-compte/securite', 'compte-double-authentification-activee');
  await person.follow('Changer de téléphone');
  await scene.walk.look(person, 'compte-changer-de-telephone');
  await visit(scene, person, '/mon-compte/securite', 'compte-double-authentification-activee');
  await unfold(person, 'Désactiver');
  await press(scene, person, 'Désactiver', 'compte-desactivation-refusee', 422);
  if (scene.scripts) await passkey(scene, person);
  const elsewhere = await scene.person();
  await elsewhere.goto('/connexion');
  await elsewhere.page.getByLabel('Adresse électronique').fill(email);
  await elsewhere.page.getByLabel('Mot de passe', { exact: true }).fill(OWN_PASSWORD);
  await press(scene, elsewhere, 'Se connecter', 'compte-code');
  await elsewhere.page.getByLabel(/^Code/).fill('000000');
  await press(scene, elsewhere, 'Continuer', 'compte-code-refuse', 422);
}

/** Adds a passkey, in the browser's virtual authenticator. */
async function passkey(scene: Scene, person: Person): Promise<void> {
  const { page } = person;
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await person.goto('/mon-compte/securite');
  await page.getByLabel('Nom de cette clé').fill('Téléphone');
  await person.leadingAway(page.getByRole('button', { name: 'Ajouter une clé d’accès' }));
  await visit(scene, person, '/mon-compte/securite', 'compte-cles');
  await person.follow(/^Modifier/);
  await scene.walk.look(person, 'compte-cle');
  await page.getByLabel('Nom de cette clé').fill('');
  await press(scene, person, 'Renommer', 'compte-cle-refusee', 422);
}

export async function organisationRound(scene: Scene): Promise<void> {
  const person = await scene.person(APPLICANT);
  const { page } = person;
  await visit(scene, person, '/organisation', 'organisation');
  await visit(scene, person, '/organisation/contacts', 'organisation-contacts-vides');
  await press(scene, person, 'Ajouter ce contact', 'organisation-contacts-refuses', 422);
  await page.getByLabel('Prénom').fill('Paul');
  await page.getByLabel('Nom', { exact: true }).fill('Marchand');
  await page.getByLabel('Fonction').fill('Délégué à la protection des données');
  await page.getByLabel('Adresse électronique').fill('dpo@clamart.example');
  await page.getByLabel('Téléphone').fill('01 46 62 35 36');
  await press(scene, person, 'Ajouter ce contact', 'organisation-contacts');
  await visit(scene, person, '/organisation/membres', 'organisation-membres');
  await press(scene, person, /^Confirmer/, 'organisation-membre-confirme');
}
