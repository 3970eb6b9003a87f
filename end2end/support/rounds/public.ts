// Public pages, the pages of a citizen's login, and error pages.

import { CITIZEN, IDENTITY_PROVIDER } from '../citizen.ts';
import { LEGAL } from '../portal.ts';
import { expect } from '../test.ts';
import { type Scene, press, visit } from './scene.ts';

const OUTCOMES = [
  'profil=particulier',
  'profil=societe',
  'profil=partenaire',
  'profil=administration&question=services',
  'profil=administration&services=plusieurs',
  'profil=administration&services=un&franceconnect=oui&editeur=interne',
  'profil=administration&services=un&franceconnect=non&editeur=interne',
  'profil=administration&services=un&franceconnect=non&editeur=oui',
  'profil=administration&services=un&franceconnect=non&editeur=non',
];

export async function publicRound(scene: Scene): Promise<void> {
  const visitor = await scene.person();
  for (const path of ['/', '/services', '/eligibilite', '/accessibilite', '/mentions-legales', '/connexion', '/inscription', '/mot-de-passe-oublie', '/demo/boite']) {
    await visit(scene, visitor, path, `public${path.replaceAll('/', '-')}`);
  }
  for (const [index, answers] of OUTCOMES.entries()) await visit(scene, visitor, `/eligibilite?${answers}`, `public-eligibilite-${index}`);
  await visit(scene, visitor, '/demo/boite?page=2', 'public-boite-page-2');
  await visit(scene, visitor, '/demo/boite?pour=personne', 'public-boite-vide');
  await visitor.goto('/demo/boite');
  await visitor.leadingAway(visitor.page.locator('tbody a').first());
  await scene.walk.look(visitor, 'public-boite-message');
  await visit(scene, visitor, '/habilitations/H1', 'public-habilitation');
  await visit(scene, visitor, '/habilitations/verification', 'public-verification');
  await visitor.page.getByLabel('Code de vérification').fill('7Q4K-29XM-3RTV-8W5C');
  await press(scene, visitor, 'Vérifier', 'public-verification-refusee', 422);
  await visitor.goto('/inscription');
  await press(scene, visitor, 'Créer mon compte', 'public-inscription-refusee', 422);
  await visitor.goto('/connexion');
  await visitor.page.getByLabel('Adresse électronique').fill(LEGAL);
  await visitor.page.getByLabel('Mot de passe', { exact: true }).fill('pas le bon');
  await press(scene, visitor, 'Se connecter', 'public-connexion-refusee', 422);
}

export async function refusals(scene: Scene): Promise<void> {
  const visitor = await scene.person();
  for (const [path, status] of [
    ['/nulle-part', 404],
    ['/inscription/perdu', 410],
    ['/mot-de-passe/perdu', 410],
    ['/invitation/perdu', 410],
    ['/roles/perdu', 410],
    ['/desabonnement/perdu', 410],
    ['/habilitations/verification/AAAA-AAAA-AAAA-AAAA', 404],
    ['/demo/portail-famille/retour', 400],
    ['/franceconnect/sandbox/api/v2/authorize?client_id=inconnu', 400],
    ['/franceconnect/sandbox/api/v2/interaction/inconnu', 401],
    ['/franceconnect/sandbox/api/v2/session/end', 400],
    ['/fournisseur-identite-simule/authorize', 400],
  ] as const) {
    await visit(scene, visitor, path, `refus${path.split('?')[0]?.replaceAll('/', '-')}`, status);
  }
  await visitor.goto('/mot-de-passe-oublie');
  await visitor.page.context().clearCookies();
  await visitor.page.getByLabel('Adresse électronique').fill(LEGAL);
  await press(scene, visitor, 'Recevoir le lien', 'refus-formulaire-expire', 403);
}

export async function citizenRound(scene: Scene): Promise<void> {
  const person = await scene.person();
  const { page } = person;
  await visit(scene, person, '/demo/portail-famille', 'usager-portail');
  await press(scene, person, 'S’identifier avec FranceConnect', 'usager-choix');
  await press(scene, person, IDENTITY_PROVIDER, 'usager-identite');
  await page.getByLabel('Identifiant').fill(CITIZEN.login);
  await page.getByLabel('Mot de passe').fill('faux');
  await press(scene, person, 'Se connecter', 'usager-identite-refusee', 422);
  await page.getByLabel('Mot de passe').fill(CITIZEN.password);
  await press(scene, person, 'Se connecter', 'usager-information');
  await press(scene, person, /^Continuer sur/, 'usager-compte');
  await page.getByLabel('Adresse électronique').fill('pas une adresse');
  await press(scene, person, 'Enregistrer l’adresse', 'usager-compte-refuse', 422);
  await person.goto('/demo/portail-famille');
  await press(scene, person, 'Transmettre mes données avec FranceConnect', 'usager-information-donnees');
  await press(scene, person, /^Continuer sur/, 'usager-quotient');
  await visit(scene, person, '/demo/portail-famille/quotient-familial', 'usager-quotient-encore');
  expect(await person.press('Se déconnecter')).toBe(200);
}
