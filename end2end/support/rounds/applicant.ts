// The applicant: from the choice of a form to the habilitation, and what may happen in between.

import { constants, inflateSync } from 'node:zlib';

import { INFECTED, SLOW } from '../clamd.ts';
import { PDF, fillIdentity, openMail } from '../portal.ts';
import { type Person, expect } from '../test.ts';
import { secondFactor } from './account.ts';
import { APPLICANT, APPROVED, COLLEAGUE, SENT_BACK, type Scene, TECHNICAL, WITH_LEGAL, copy, mailed, open, press, send, unfold, visit } from './scene.ts';

export async function choosing(scene: Scene): Promise<void> {
  const person = await scene.person(APPLICANT);
  const { page } = person;
  const service = '/demandes/nouvelle/api-particulier';
  for (const [name, query] of [
    ['qui', ''],
    ['editeurs', '?qui=editeur'],
    ['cas', '?qui=interne'],
    ['personne', '?qui=personne'],
    ['editeur-inconnu', '?qui=editeur&editeur=autre'],
    ['produit', '?qui=editeur&editeur=entrouvert'],
    ['libre', '?forme=libre'],
    ['modele', '?forme=publik-famille'],
  ] as const) {
    await visit(scene, person, `${service}${query}`, `choix-${name}`);
  }
  await person.goto(`${service}?qui=editeur&editeur=autre`);
  await press(scene, person, 'Prévenir l’équipe', 'choix-editeur-refuse', 422);
  await page.getByLabel('Nom de l’éditeur').fill('Logiciels du Val');
  await page.getByLabel('Données que vous voulez recevoir').selectOption({ index: 1 });
  await page.getByLabel('Votre interlocuteur').fill('Anne Petit');
  await page.getByLabel('Son adresse électronique').fill('anne.petit@logiciels-du-val.example');
  await press(scene, person, 'Prévenir l’équipe', 'choix-editeur-signale');
  for (const other of ['franceconnect', 'franceconnect-plus', 'api-impot-particulier', 'droits-cnam', 'proconnect-fournisseur-de-service', 'proconnect-fournisseur-d-identite']) {
    await visit(scene, person, `/demandes/nouvelle/${other}`, `commencer-${other}`);
  }
  await visit(scene, person, '/demandes/nouvelle/franceconnect?propose.name=Un%20portail', 'commencer-propose');
}

export async function drafting(scene: Scene): Promise<void> {
  const person = await scene.person(APPLICANT);
  const { page } = person;
  await visit(scene, person, '/demandes', 'demandes');
  for (const query of ['q=rien de tel', 'etat=a-faire', 'qui=organisation', 'service=franceconnect']) {
    await visit(scene, person, `/demandes?${query}`, `demandes-${query.split('=')[1]?.replace(/\W/g, '-')}`);
  }
  for (const [service, form] of [['franceconnect', ''], ['api-particulier', '?forme=libre'], ['api-particulier', '?forme=publik-famille'], ['api-impot-particulier-bac-a-sable', '']] as const) {
    await blocks(scene, person, service, form);
  }
  await conflict(scene, person);
  await documents(scene, person);
  const draft = await copy(person, await open(person, '/demandes', APPROVED), 'Un brouillon à plusieurs');
  await scene.walk.look(person, 'brouillon-enregistre');
  await visit(scene, person, `/demandes/${draft}/transfert`, 'brouillon-transfert');
  await visit(scene, person, `/demandes/${draft}/partage`, 'partage-vide');
  await press(scene, person, 'Envoyer l’invitation', 'partage-refuse', 422);
  await page.getByLabel(/^Adresse électronique de la personne/).fill('coeditrice@ailleurs.example');
  await press(scene, person, 'Envoyer l’invitation', 'partage-invite');
  const invited = await scene.person();
  await mailed(invited, 'coeditrice@ailleurs.example', /invité à compléter/, '/invitation/');
  await scene.walk.look(invited, 'partage-invitation');
  await fillIdentity(invited, 'Lucie', 'Bernard');
  await press(scene, invited, 'Créer mon compte et ouvrir la demande', 'partage-coredacteur');
  await visit(scene, invited, `/demandes/${draft}/synthese`, 'partage-coredacteur-synthese');
  await visit(scene, person, `/demandes/${draft}/partage`, 'partage');
  await secondFactor(scene, invited, 'coeditrice@ailleurs.example');
}

/** More than a page of requests. */
export async function manyRequests(scene: Scene): Promise<void> {
  await scene.command('demo', 'seed', '--requests', '26');
  const person = await scene.person(APPLICANT);
  await visit(scene, person, '/demandes', 'demandes-page-1');
  await visit(scene, person, '/demandes?page=2', 'demandes-page-2');
  await visit(scene, person, '/demandes?page=99', 'demandes-page-99');
}

async function blocks(scene: Scene, person: Person, service: string, form: string): Promise<void> {
  const { page } = person;
  const name = `bloc-${service}${form.replace('?forme=', '-')}`;
  await person.goto(`/demandes/nouvelle/${service}${form}`);
  await person.press('Commencer ma demande');
  let here = new URL(page.url()).pathname;
  for (let position = 1; position < 12 && !here.endsWith('/synthese'); position += 1) {
    await scene.walk.look(person, `${name}-${position}`);
    const refused = (await person.press('Suivant')) === 422;
    if (refused) await scene.walk.look(person, `${name}-${position}-refuse`);
    const next = await following(person, here);
    await person.goto(next);
    here = next;
  }
  await scene.walk.look(person, `${name}-synthese`);
  await press(scene, person, 'Transmettre ma demande', `${name}-synthese-refusee`, 422);
  for (const box of await page.getByRole('main').getByRole('checkbox').all()) await box.check();
  await press(scene, person, 'Transmettre ma demande', `${name}-incomplete`, 422);
  await visit(scene, person, here.replace(/\/synthese$/, ''), `${name}-brouillon`);
}

/** The block after this one, in the order of the summary. */
async function following(person: Person, here: string): Promise<string> {
  const request = here.replace(/\/[^/]+$/, '');
  const answer = await person.page.request.get(`${request}/synthese`);
  const all = [...(await answer.text()).matchAll(/href="(\/demandes\/[0-9a-f-]{36}\/[a-z-]+)"/g)].map((found) => found[1] ?? '');
  const blocks = [...new Set(all)].filter((path) => path.startsWith(request) && !/\/(synthese|messages)$/.test(path));
  return blocks[blocks.indexOf(here) + 1] ?? `${request}/synthese`;
}

async function conflict(scene: Scene, person: Person): Promise<void> {
  const { page } = person;
  await person.goto('/demandes/nouvelle/franceconnect');
  await person.press('Commencer ma demande');
  const address = page.url().replace(/projet$/, 'donnees');
  await person.goto(address);
  const version = page.locator('#demande input[name=version]');
  const seen = await version.inputValue();
  await page.locator('input[value=birthdate]').check();
  await page.getByLabel('Destinataires des données').fill('Le service enfance');
  await person.press('Enregistrer');
  await person.goto(address);
  await version.evaluate((input, value) => input.setAttribute('value', value), seen);
  await page.locator('input[value=email]').check();
  await page.getByLabel('Destinataires des données').fill('Le service scolaire');
  await press(scene, person, 'Enregistrer', 'bloc-conflit', 409);
}

async function documents(scene: Scene, person: Person): Promise<void> {
  const { page } = person;
  const id = await copy(person, await open(person, '/demandes', APPROVED), 'Une demande avec des documents');
  await person.goto(`/demandes/${id}/cadre-juridique`);
  const files = [['acte.pdf', ''], ['infecté.pdf', INFECTED], ['volumineux.pdf', SLOW]] as const;
  await page.getByLabel('Document').setInputFiles(files.map(([name, words]) => ({ name, mimeType: 'application/pdf', buffer: Buffer.concat([PDF, Buffer.from(`${words}\n`)]) })));
  await person.press('Enregistrer');
  await expect(async () => {
    await page.reload();
    await expect(page.locator('.hb-scan--success, .hb-scan--error')).toHaveCount(2, { timeout: 500 });
  }).toPass();
  await scene.walk.look(person, 'documents');
  await page.getByLabel('Document').setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('une note') });
  await press(scene, person, 'Enregistrer', 'documents-refuses', 422);
  await visit(scene, person, `/demandes/${id}?`, 'documents-lecture');
}

/** What is filed, and what comes back from the teams. */
export async function filed(scene: Scene): Promise<void> {
  const person = await scene.person(APPLICANT);
  const { page } = person;
  const approved = await open(person, '/demandes', APPROVED);
  const draft = await copy(person, approved, 'Les vacances des enfants');
  await send(person, draft);
  await scene.walk.look(person, 'demande-transmise');
  await visit(scene, person, `/demandes/${draft}/transfert`, 'demande-transfert');
  await press(scene, person, 'Confier la demande', 'demande-transfert-refuse', 422);
  await visit(scene, person, `/demandes/${draft}/messages`, 'messages-vides');
  await press(scene, person, 'Envoyer', 'messages-refuses', 422);
  await page.getByLabel('Votre message').fill('Bonjour,\nfaut-il joindre la délibération ?');
  await page.getByLabel('Documents joints').setInputFiles({ name: 'délibération.pdf', mimeType: 'application/pdf', buffer: PDF });
  await press(scene, person, 'Envoyer', 'messages');

  await open(person, '/demandes', SENT_BACK);
  await scene.walk.look(person, 'demande-a-modifier');
  await person.follow('Modifier ma demande');
  await scene.walk.look(person, 'demande-a-modifier-bloc');
  await open(person, '/demandes', WITH_LEGAL);
  await scene.walk.look(person, 'demande-en-cours');

  const colleague = await scene.person(COLLEAGUE);
  await visit(scene, colleague, '/demandes?qui=organisation', 'demandes-de-mes-collegues');
  await visit(scene, colleague, `/demandes/${draft}`, 'demande-d-un-collegue');
  await visit(scene, colleague, `/demandes/${draft}/transfert`, 'demande-reprise');
  await named(scene);
}

async function named(scene: Scene): Promise<void> {
  const person = await scene.person();
  await openMail(person, 'dpo@clamart.example', /^Confirmez votre rôle/);
  await scene.walk.look(person, 'designe-courriel');
  await person.leadingAway(person.page.locator('main a[href*="/roles/"]'));
  await scene.walk.look(person, 'designe');
  await unfold(person, 'Décliner ce rôle');
  await press(scene, person, /^Décliner ce rôle/, 'designe-motif-manquant', 422);
  await press(scene, person, /^Je confirme ce rôle/, 'designe-confirme');
  const technical = await scene.person(TECHNICAL);
  await visit(scene, technical, '/demandes?qui=designe', 'designe-demandes');
  await technical.leadingAway(technical.page.locator('tbody a').first());
  await scene.walk.look(technical, 'designe-connecte');
}

/** The address printed on an attestation. */
function verificationIn(pdf: Buffer): string {
  const raw = pdf.toString('latin1');
  const streams = [...raw.matchAll(/stream\r?\n([\s\S]*?)endstream/g)].map((found) => {
    try {
      return inflateSync(Buffer.from(found[1] ?? '', 'latin1'), { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1');
    } catch {
      return '';
    }
  });
  const address = [raw, ...streams].join('\n').match(/\/habilitations\/verification\/[\w-]+/)?.[0];
  if (address === undefined) throw new Error('the attestation has no address');
  return address;
}

/** What was granted: its attestation, its changes, its renewal. */
export async function granted(scene: Scene): Promise<void> {
  const person = await scene.person(APPLICANT);
  const { page } = person;
  const id = await open(person, '/demandes', APPROVED);
  await scene.walk.look(person, 'habilitation');
  const attestation = await page.request.get(`/demandes/${id}/attestation?numero=H1`);
  await visit(scene, await scene.person(), verificationIn(await attestation.body()), 'public-attestation-verifiee');
  await visit(scene, person, `/demandes/${id}/duplication`, 'habilitation-dupliquer');
  await visit(scene, person, `/demandes/${id}/renouvellement`, 'habilitation-renouvellement-trop-tot');
  await person.goto(`/demandes/${id}`);
  await press(scene, person, 'Mettre à jour ma demande', 'habilitation-rouverte');
  await visit(scene, person, `/demandes/${id}/synthese`, 'habilitation-rouverte-sans-changement');
  await person.goto(`/demandes/${id}/donnees`);
  await page.getByLabel('Durée de conservation, en mois').fill('12');
  await page.getByLabel('Destinataires des données').fill('Les agents du service enfance et du service scolaire');
  await person.press('Enregistrer');
  await visit(scene, person, `/demandes/${id}`, 'habilitation-modifiee');
  await visit(scene, person, `/demandes/${id}/renouvellement`, 'habilitation-renouvellement-en-modification');
  await person.goto(`/demandes/${id}`);
  await unfold(person, 'Abandonner la mise à jour');
  await press(scene, person, 'Abandonner la mise à jour', 'habilitation-abandon');
}
