// A certified third-party client (openid-client), with keys that an operator created on the command line.

import * as oidc from 'openid-client';

import { type Keys, discover, logIn, prepare, rawUserinfo, redeem, redirectTarget, verified } from '../support/citizen.ts';
import { type Person, expect, test } from '../support/test.ts';

const SERVICE = 'Service d’essai';
const SCOPES = ['openid', 'given_name', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry', 'email'];

type Service = { keys: Keys; redirectUri: string };

const service = test.extend<{ registered: Service }>({
  registered: async ({ server }, use) => {
    const { uri, close } = await redirectTarget();
    const printed = await server.command(
      'client', 'add', '--realm', 'franceconnect', '--environment', 'sandbox', '--name', SERVICE, '--redirect-uri', uri, '--scope', ...SCOPES, '--json',
    );
    await use({ keys: JSON.parse(printed), redirectUri: uri });
    await close();
  },
});

async function citizenReturns(person: Person, config: oidc.Configuration, { redirectUri }: Service) {
  const login = await prepare(config, redirectUri, SCOPES.join(' '));
  return { login, returned: await logIn(person, login, redirectUri, SERVICE) };
}

for (const [name, authentication] of [['client_secret_post', oidc.ClientSecretPost], ['client_secret_basic', oidc.ClientSecretBasic]] as const) {
  service(`every signature is validated (${name})`, async ({ registered, visitor }) => {
    const config = await discover(registered.keys, authentication(registered.keys.client_secret));
    const { login, returned } = await citizenReturns(visitor, config, registered);
    const tokens = await redeem(config, returned, login);
    const { payload, protectedHeader } = await verified(config, tokens.id_token ?? '');
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({ nonce: login.nonce, acr: 'eidas1' });

    const userinfo = await rawUserinfo(config, tokens.access_token);
    expect(userinfo.status).toBe(200);
    expect(userinfo.headers.get('content-type')).toMatch(/^application\/jwt/);
    const jwt = await userinfo.text();
    const claims = (await verified(config, jwt)).payload;
    expect(claims).toMatchObject({
      sub: payload.sub,
      given_name: 'Angela Claire Louise',
      family_name: 'DUBOIS',
      birthdate: '1962-08-24',
      gender: 'female',
      birthplace: '75107',
      birthcountry: '99100',
      email: 'test@courriel.example',
    });
    await expect(verified(config, tampered(jwt)), 'a changed claim').rejects.toThrow(/signature/);
    expect(await oidc.fetchUserInfo(config, tokens.access_token, payload.sub ?? '')).toMatchObject({ family_name: 'DUBOIS' });
  });
}

/** The same token, another family name. */
function tampered(jwt: string): string {
  const [header, payload = '', signature] = jwt.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return [header, Buffer.from(JSON.stringify({ ...claims, family_name: 'DURAND' })).toString('base64url'), signature].join('.');
}

service('the client refuses an answer to another state', async ({ registered, visitor }) => {
  const config = await discover(registered.keys);
  const { login, returned } = await citizenReturns(visitor, config, registered);
  await expect(redeem(config, returned, { ...login, state: oidc.randomState() })).rejects.toMatchObject({ cause: { message: expect.stringContaining('"state"') } });
});

service('the client refuses an answer to another nonce', async ({ registered, visitor }) => {
  const config = await discover(registered.keys);
  const { login, returned } = await citizenReturns(visitor, config, registered);
  await expect(redeem(config, returned, { ...login, nonce: oidc.randomNonce() })).rejects.toMatchObject({ code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' });
});

service('a code is good once, and its second use ends what the first one opened', async ({ registered, visitor }) => {
  const config = await discover(registered.keys);
  const { login, returned } = await citizenReturns(visitor, config, registered);
  const tokens = await redeem(config, returned, login);
  await expect(redeem(config, returned, login)).rejects.toMatchObject({ error: 'invalid_grant' });
  expect((await rawUserinfo(config, tokens.access_token)).status).toBe(401);
});

service('a wrong verifier or a wrong secret obtains nothing', async ({ registered, visitor }) => {
  const config = await discover(registered.keys);
  const { login, returned } = await citizenReturns(visitor, config, registered);
  const stranger = await discover({ ...registered.keys, client_secret: 'f'.repeat(64) });
  await expect(redeem(stranger, returned, login)).rejects.toMatchObject({ status: 401, cause: [{ scheme: 'basic' }] });
  await expect(redeem(config, returned, { ...login, verifier: oidc.randomPKCECodeVerifier() })).rejects.toMatchObject({ error: 'invalid_grant' });
});

service('what is not registered is refused on a page of the broker, never sent to the service', async ({ registered, visitor }) => {
  const config = await discover(registered.keys);
  const login = await prepare(config, 'http://localhost:9/ailleurs', SCOPES.join(' '));
  expect(await visitor.goto(login.url.href)).toBe(400);
  await visitor.heading('Une erreur s’est produite');
});
