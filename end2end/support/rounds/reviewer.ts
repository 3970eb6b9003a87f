// The teams: their list and its tools, one request and all that can be said about it, decisions alone and together.

import { API_PARTICULIER, FRANCECONNECT, LEGAL, openMail } from '../portal.ts';
import { type Person, expect } from '../test.ts';
import { APPLICANT, APPROVED, CLAMART, type Scene, WITH_LEGAL, copy, mailed, open, press, send, unfold, visit } from './scene.ts';

export async function listRound(scene: Scene): Promise<void> {
  const person = await scene.person(LEGAL);
  const { page } = person;
  await visit(scene, person, '/instruction', 'instruction');
  for (const [name, query] of [
    ['tout', 'onglet=toutes'],
    ['moi', 'onglet=moi'],
    ['filtres', 'onglet=toutes&etat=approved&tri=transmise&sens=desc'],
    ['rien', 'onglet=toutes&q=introuvable'],
    ['page-99', 'page=99'],
  ] as const) {
    await visit(scene, person, `/instruction?${query}`, `instruction-${name}`);
  }
  await person.goto('/instruction?q=mairie');
  await unfold(person, 'Enregistrer cette recherche');
  await press(scene, person, 'Enregistrer', 'instruction-recherche-refusee', 422);
  await page.getByLabel('Nom de la recherche').fill('Les mairies');
  await press(scene, person, 'Enregistrer', 'instruction-recherche-enregistree');
  await person.follow(/^Modifier la recherche/);
  await scene.walk.look(person, 'recherche');
  await page.getByLabel('Nom de la recherche').fill('');
  await press(scene, person, 'Renommer', 'recherche-refusee', 422);
  await person.goto('/instruction');
  await press(scene, person, 'Classeur Excel (XLSX)', 'export');
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('Le classeur est prêt')).toBeVisible({ timeout: 500 });
  }).toPass();
  await scene.walk.look(person, 'export-pret');
  const team = await scene.person(API_PARTICULIER);
  await visit(scene, team, '/instruction?q=rien', 'instruction-vide');
  await vendors(scene, team);
}

async function vendors(scene: Scene, person: Person): Promise<void> {
  await visit(scene, person, '/instruction/editeurs', 'editeurs');
  await unfold(person, 'Clore ce signalement');
  await press(scene, person, /^Clore/, 'editeurs-note-manquante', 422);
  await person.goto('/instruction/editeurs');
  await press(scene, person, /^Marquer comme contacté/, 'editeurs-contacte');
  await visit(scene, person, '/instruction/editeurs?etat=closed', 'editeurs-clos');
}

export async function templatesRound(scene: Scene): Promise<void> {
  const person = await scene.person(LEGAL);
  await visit(scene, person, '/instruction/modeles', 'modeles-vides');
}

/** A reviewer of one service, whom the administration has made its manager. */
export async function managerRound(scene: Scene): Promise<void> {
  const person = await scene.person(API_PARTICULIER);
  const { page } = person;
  await visit(scene, person, '/instruction/modeles/nouveau', 'modele-nouveau');
  await press(scene, person, 'Enregistrer', 'modele-refuse', 422);
  await page.getByLabel(/Modifications|modifications/).first().check();
  await page.getByLabel('Titre').fill('Une délibération à joindre');
  await page.getByLabel('Texte').fill('Bonjour,\n\nPour la demande {demande.numero}, joignez la délibération.');
  await press(scene, person, 'Voir un aperçu', 'modele-apercu');
  await press(scene, person, 'Enregistrer', 'modeles');
  await person.follow('Une délibération à joindre');
  await scene.walk.look(person, 'modele');
}

/** A request prepared for somebody, who takes it over. */
export async function preparedRound(scene: Scene): Promise<void> {
  const person = await scene.person(LEGAL);
  const { page } = person;
  await visit(scene, person, '/instruction/brouillons', 'brouillons-vides');
  await page.getByLabel(/^Formulaire/).selectOption({ label: 'FranceConnect' });
  await press(scene, person, 'Commencer', 'brouillon-prepare');
  await page.getByLabel(/^Nom public/).fill('Le guichet des associations');
  await press(scene, person, 'Enregistrer', 'brouillon-prepare-enregistre');
  await press(scene, person, 'Envoyer l’invitation', 'brouillon-invitation-refusee', 422);
  await page.getByRole('textbox', { name: 'Adresse électronique' }).fill(APPLICANT);
  await page.getByLabel('SIRET de son organisme').fill(CLAMART);
  await press(scene, person, 'Envoyer l’invitation', 'brouillon-invite');
  await visit(scene, person, '/instruction/brouillons', 'brouillons');
  const applicant = await scene.person(APPLICANT);
  await mailed(applicant, APPLICANT, /préparée pour vous$/, '/demandes/preparee/');
  await scene.walk.look(applicant, 'brouillon-a-reprendre');
}

export async function requestRound(scene: Scene): Promise<void> {
  const person = await scene.person(LEGAL);
  const { page } = person;
  const id = await open(person, '/instruction', WITH_LEGAL);
  await scene.walk.look(person, 'examen');
  await press(scene, person, /^Prendre/, 'examen-pris');
  await press(scene, person, 'Ajouter la note', 'examen-note-refusee', 422);
  await page.getByLabel('Note interne').fill('À voir avec le délégué de la mairie.');
  await press(scene, person, 'Ajouter la note', 'examen-note');
  await person.leadingAway(page.locator('.hb-note a').first());
  await scene.walk.look(person, 'note');
  await visit(scene, person, `/instruction/${id}/remarques/recipients`, 'remarque');
  await press(scene, person, 'Enregistrer la remarque', 'remarque-refusee', 422);
  await page.getByLabel('Votre remarque').fill('Quels agents, dans quel service ?');
  await press(scene, person, 'Enregistrer la remarque', 'examen-remarque');
  await visit(scene, person, `/instruction/${id}/remarques/recipients`, 'remarque-a-modifier');

  await visit(scene, person, `/instruction/${id}/messages`, 'examen-messages');
  await page.getByLabel('Votre message').fill('Bonjour, qui lira ces données ?');
  await press(scene, person, 'Envoyer', 'examen-message-envoye');
  await unsubscribe(scene);

  await person.goto(`/instruction/${id}`);
  for (const [summary, name] of [['Valider avec un message', 'validation'], ['Demander des modifications', 'modifications'], ['Refuser la demande', 'refus']] as const) {
    const part = page.locator('details', { hasText: summary });
    await part.locator('summary').click();
    await part.getByRole('textbox').fill('Merci de préciser qui lira les données.');
    await press(scene, person, /^Voir le courriel/, `examen-courriel-${name}`, 200, part);
  }
  await person.goto(`/instruction/${id}`);
  const part = page.locator('details', { hasText: 'Refuser la demande' });
  await part.locator('summary').click();
  await press(scene, person, 'Refuser la demande', 'examen-motif-manquant', 422, part);

  const late = await scene.person(LEGAL);
  await late.goto(`/instruction/${id}`);
  await person.goto(`/instruction/${id}`);
  const changes = page.locator('details', { hasText: 'Demander des modifications' });
  await changes.locator('summary').click();
  await changes.getByRole('textbox').fill('Merci de préciser qui lira les données.');
  await press(scene, person, 'Demander des modifications', 'examen-modifications-demandees', 200, changes);
  await press(scene, late, 'Valider cette étape', 'examen-conflit', 409);
  await visit(scene, person, `/instruction/${id}`, 'examen-attend-le-demandeur');

  const applicant = await scene.person(APPLICANT);
  await visit(scene, applicant, `/demandes/${id}`, 'remarques-recues');
  await visit(scene, applicant, `/demandes/${id}/donnees`, 'remarques-recues-bloc');
  await applicant.page.getByLabel('Destinataires des données').fill('Les trois agents du guichet');
  await press(scene, applicant, /^Marquer comme traitée/, 'remarque-traitee');
  await applicant.page.getByLabel('Durée de conservation, en mois').fill('24');
  await applicant.press('Enregistrer');
  await visit(scene, applicant, `/demandes/${id}/synthese`, 'remarques-synthese');
  await send(applicant, id);
  await visit(scene, person, `/instruction/${id}`, 'examen-differences');
}

async function unsubscribe(scene: Scene): Promise<void> {
  const person = await scene.person();
  await openMail(person, APPLICANT, /message/i);
  await person.leadingAway(person.page.locator('main a[href*="/desabonnement/"]'));
  await scene.walk.look(person, 'desabonnement');
  await press(scene, person, 'Ne plus les recevoir', 'desabonnement-fait');
}

/** Two requests decided together; one refused, one revoked, one granted which ends soon. */
export async function decisionsRound(scene: Scene): Promise<void> {
  const applicant = await scene.person(APPLICANT);
  const model = await open(applicant, '/demandes', APPROVED);
  for (const title of ['Les vacances d’hiver', 'Les vacances de printemps']) await send(applicant, await copy(applicant, model, title));
  const legal = await scene.person(LEGAL);
  const { page } = legal;
  await legal.goto('/instruction?q=vacances');
  await press(scene, legal, 'Valider les demandes choisies', 'lot-vide', 422);
  for (const box of await page.locator('input[name=demande]').all()) await box.check();
  await press(scene, legal, /^Demander des modifications/, 'lot-modifications');
  await legal.goto('/instruction?q=vacances');
  for (const box of await page.locator('input[name=demande]').all()) await box.check();
  await press(scene, legal, 'Valider les demandes choisies', 'lot-validation');
  await press(scene, legal, /^Confirmer pour/, 'lot-fait');

  const team = await scene.person(FRANCECONNECT);
  const refused = await open(team, '/instruction', 'Les vacances d’hiver');
  const part = team.page.locator('details', { hasText: 'Refuser la demande' });
  await part.locator('summary').click();
  await part.getByRole('textbox').fill('Ce service n’est pas une démarche administrative.');
  await press(scene, team, 'Refuser la demande', 'examen-refusee', 200, part);
  await visit(scene, team, `/instruction/${refused}`, 'examen-apres-refus');
  await visit(scene, applicant, `/demandes/${refused}`, 'demande-refusee');
  await unfold(applicant, 'Archiver cette demande');
  await press(scene, applicant, 'Archiver la demande', 'demande-archivee');
  await visit(scene, applicant, `/demandes/${refused}`, 'demande-archivee-page');

  const revoked = await open(team, '/instruction', 'Les vacances de printemps');
  await press(scene, team, 'Délivrer l’habilitation', 'examen-delivree');
  await visit(scene, team, `/instruction/${revoked}`, 'examen-habilitation');
  await unfold(team, 'Révoquer l’habilitation');
  await press(scene, team, 'Révoquer l’habilitation', 'revocation-refusee', 422);
  await team.page.getByLabel('Le motif de la révocation').fill('Le service a fermé.');
  await press(scene, team, 'Révoquer l’habilitation', 'revocation-faite');
  await visit(scene, applicant, `/demandes/${revoked}`, 'demande-revoquee');
  await visit(scene, await scene.person(), '/habilitations/H3', 'public-habilitation-revoquee');
}

/** A renewal, with a service whose habilitations have become short. */
export async function renewalRound(scene: Scene): Promise<void> {
  const applicant = await scene.person(APPLICANT);
  const id = await copy(applicant, await open(applicant, '/demandes', 'Portail famille de Clamart : tarif de la cantine'), 'Tarif du périscolaire');
  await send(applicant, id);
  const team = await scene.person(API_PARTICULIER);
  await open(team, '/instruction', 'Tarif du périscolaire');
  await scene.walk.look(team, 'examen-derniere-etape');
  await team.press('Délivrer l’habilitation');
  await visit(scene, applicant, `/demandes/${id}`, 'habilitation-bientot-finie');
  await visit(scene, applicant, `/demandes/${id}/renouvellement`, 'renouvellement');
  await press(scene, applicant, /^Prolonger jusqu/, 'renouvellement-refuse', 422);
  await applicant.page.getByRole('checkbox').check();
  await press(scene, applicant, /^Prolonger jusqu/, 'renouvellement-fait');
  // A short habilitation can be renewed again at once; the page still says that it was just renewed.
  await applicant.heading(/^Habilitation prolongée jusqu/);
}
