// Screenshots for people to look at, with the dark theme and in print. Those of every page are taken by every-page.spec.ts.

import { LEGAL, signIn } from '../support/portal.ts';
import { type Person, expect, test } from '../support/test.ts';

test('in the dark', async ({ someone }) => {
  const person = await someone({ colorScheme: 'dark' });
  for (const [name, address] of [['accueil', '/'], ['eligibilite', '/eligibilite'], ['inscription', '/inscription'], ['boite', '/demo/boite']] as const) {
    await person.goto(address);
    await person.page.screenshot({ path: `test-results/screens/${name}-dark.png`, fullPage: true });
  }
});

test('on paper, what is read stays and what is pressed goes', async ({ someone }) => {
  const applicant = await someone();
  await signIn(applicant, 'demandeuse@clamart.example');
  await applicant.goto('/demandes?q=portail');
  await applicant.follow('Portail famille de Clamart');
  await printed(applicant, 'demande', applicant.page.url());
  await printed(applicant, 'habilitation', '/habilitations/H1');
  await printed(applicant, 'liste', '/demandes');

  const reviewer = await someone();
  await signIn(reviewer, LEGAL);
  await printed(reviewer, 'instruction', '/instruction');
  await reviewer.page.emulateMedia({ media: 'screen' });
  await reviewer.follow('Prise de rendez-vous en mairie');
  await printed(reviewer, 'examen', reviewer.page.url());
  const { page } = reviewer;
  await expect(page.getByText('demandeuse@clamart.example')).toBeVisible();
  await expect(page.getByText('Demande transmise')).toBeVisible();
  for (const gone of ['Votre décision', 'Changer de demandeur', 'Note interne', 'Aller à la décision']) {
    await expect(page.getByText(gone, { exact: true }), gone).toBeHidden();
  }
});

async function printed(person: Person, name: string, address: string): Promise<void> {
  const { page } = person;
  await page.emulateMedia({ media: 'screen' });
  await person.goto(address);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const gone of ['navigation', 'button', 'textbox'] as const) {
    for (const one of await page.getByRole(gone).all()) await expect(one).toBeHidden();
  }
  await page.screenshot({ path: `test-results/screens/${name}-papier.png`, fullPage: true });
  await page.pdf({ path: `test-results/screens/${name}.pdf`, format: 'A4' });
}
