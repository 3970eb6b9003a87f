// A passkey in the browser's virtual authenticator: added, used after the password; and what the page says when that fails.

import type { CDPSession } from '@playwright/test';

import { address, givePassword, joinLyon, signUp } from '../support/portal.ts';
import { type Person, expect, test } from '../support/test.ts';

type Device = { session: CDPSession; authenticatorId: string };

/** A device which checks who holds it, and whose holder is there (or not). */
async function plugIn(person: Person): Promise<Device> {
  const session = await person.page.context().newCDPSession(person.page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, authenticatorId };
}

async function holderIs(device: Device, isUserVerified: boolean): Promise<void> {
  await device.session.send('WebAuthn.setUserVerified', { authenticatorId: device.authenticatorId, isUserVerified });
}

test('a passkey is added, and confirms the next sign-in', async ({ visitor }) => {
  const { page } = visitor;
  const email = address('cle.acces');
  await visitor.goto('/inscription');
  await signUp(visitor, email, 'Camille', 'Durand');
  await joinLyon(visitor);
  const device = await plugIn(visitor);

  await visitor.goto('/mon-compte');
  await visitor.follow('Activer la double authentification');
  await visitor.heading('Activer la double authentification');
  const add = page.getByRole('button', { name: 'Ajouter une clé d’accès' });
  await page.getByLabel('Nom de cette clé').fill('Téléphone');
  // The holder is not recognised: nothing is sent, the page says so.
  await holderIs(device, false);
  await add.click();
  await expect(page.getByText('L’ajout a été interrompu. Recommencez quand vous le souhaitez.')).toBeVisible();
  await visitor.inspect();
  await holderIs(device, true);
  await visitor.leadingAway(add);
  await visitor.heading('Notez vos codes de secours');
  const codes = await page.locator('.hb-codes code').allInnerTexts();
  expect(codes).toHaveLength(10);

  await visitor.goto('/mon-compte/securite');
  await expect(page.getByRole('row', { name: /^Téléphone/ })).toBeVisible();
  // The same device twice: the device itself refuses.
  await page.getByText('Ajouter une autre clé d’accès').click();
  await page.getByLabel('Nom de cette clé').fill('Encore');
  await add.click();
  await expect(page.getByText('Cette clé est déjà enregistrée sur votre compte.')).toBeVisible();

  await visitor.press('Se déconnecter');
  await signInAsFarAsTheFactor(visitor, email);
  await holderIs(device, false);
  const use = page.getByRole('button', { name: 'Utiliser ma clé d’accès' });
  await use.click();
  await expect(page.getByText('La vérification a été interrompue. Recommencez, ou utilisez un code.')).toBeVisible();
  await holderIs(device, true);
  await visitor.leadingAway(use);
  await visitor.heading('Mes demandes');
  await visitor.goto('/mon-compte/securite');
  await expect(page.getByRole('row', { name: /^Téléphone/ })).not.toContainText('Jamais');

  await visitor.follow(/^Modifier/);
  await visitor.press('Retirer cette clé');
  await visitor.heading('Activer la double authentification');
});

test('without JavaScript a recovery code opens the account of somebody who has passkeys alone', async ({ someone }) => {
  const owner = await someone({ axe: false });
  const email = address('sans.script.cle');
  await owner.goto('/inscription');
  await signUp(owner, email, 'Sacha', 'Morel');
  await joinLyon(owner);
  await plugIn(owner);
  await owner.goto('/mon-compte/securite');
  await owner.page.getByLabel('Nom de cette clé').fill('Clé de bureau');
  await owner.leadingAway(owner.page.getByRole('button', { name: 'Ajouter une clé d’accès' }));
  await owner.heading('Notez vos codes de secours');
  const [code] = await owner.page.locator('.hb-codes code').allInnerTexts();

  const elsewhere = await someone({ javaScriptEnabled: false });
  const { page } = elsewhere;
  await signInAsFarAsTheFactor(elsewhere, email);
  // Playwright's searches by text leave `noscript` out.
  await expect(page.locator('noscript p')).toHaveText(/Utilisez un code de secours à la place\.$/);
  // A button that needs a script is not there where none runs.
  await expect(page.locator('.hb-scripted')).toBeHidden();
  await page.getByLabel('Code de secours').fill(code ?? '');
  await elsewhere.press('Continuer');
  await elsewhere.heading('Mes demandes');
});

async function signInAsFarAsTheFactor(person: Person, email: string): Promise<void> {
  await person.goto('/connexion');
  await givePassword(person, email);
  await person.heading('Confirmez que c’est bien vous');
}
