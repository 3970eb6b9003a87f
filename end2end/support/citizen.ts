// What a citizen does at the broker, and a service that logs citizens in with a third-party client.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';

import { type Person, expect } from './test.ts';

export const IDENTITY_PROVIDER = 'Identité de démonstration';
export const CITIZEN = { login: 'test', password: '123' };

/** From the choice of an identity provider to the page which says what will be passed on. */
export async function identify(person: Person): Promise<void> {
  await person.heading('Choisissez comment vous identifier');
  await person.press(IDENTITY_PROVIDER);
  await person.heading(`Connexion à ${IDENTITY_PROVIDER}`);
  await person.page.getByLabel('Identifiant').fill(CITIZEN.login);
  await person.page.getByLabel('Mot de passe').fill(CITIZEN.password);
  await person.press('Se connecter');
  await person.heading('Vos données transmises au service');
}

export type Keys = { issuer: string; client_id: string; client_secret: string };

/** The address citizens come back to: a page of ours, on another origin than the issuer's. */
export async function redirectTarget(): Promise<{ uri: string; close(): Promise<void> }> {
  const listener = createServer((request, response) => {
    const icon = request.url === '/favicon.ico';
    response.writeHead(icon ? 204 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(icon ? '' : '<!DOCTYPE html><html lang="fr"><head><title>Retour</title></head><body><main><h1>De retour</h1></main></body></html>');
  });
  await new Promise<void>((listening) => listener.listen(0, 'localhost', listening));
  const { port } = listener.address() as AddressInfo;
  return {
    uri: `http://localhost:${port}/retour`,
    close: () => new Promise((closed) => {
      listener.close(() => closed());
      listener.closeAllConnections();
    }),
  };
}

/** Checks every signature, even of tokens received from the issuer itself. */
export async function discover(keys: Keys, authentication = oidc.ClientSecretPost(keys.client_secret)): Promise<oidc.Configuration> {
  const signed = { id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' };
  const config = await oidc.discovery(new URL(keys.issuer), keys.client_id, signed, authentication, { execute: [oidc.allowInsecureRequests] });
  oidc.enableNonRepudiationChecks(config);
  return config;
}

export type Login = { url: URL; verifier: string; state: string; nonce: string };

export async function prepare(config: oidc.Configuration, redirectUri: string, scope: string): Promise<Login> {
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  expect(nonce.length).toBeGreaterThanOrEqual(22);
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    acr_values: 'eidas1',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  return { url, verifier, state, nonce };
}

/** The citizen goes through the broker; returns the address they come back to. */
export async function logIn(person: Person, login: Login, redirectUri: string, service: string): Promise<URL> {
  await person.goto(login.url.href);
  await identify(person);
  await person.press(`Continuer sur ${service}`);
  await person.page.waitForURL((url) => url.href.startsWith(redirectUri));
  return new URL(person.page.url());
}

export async function redeem(config: oidc.Configuration, returned: URL, login: Login) {
  return oidc.authorizationCodeGrant(config, returned, {
    pkceCodeVerifier: login.verifier,
    expectedState: login.state,
    expectedNonce: login.nonce,
    idTokenExpected: true,
  });
}

/** The claims of a token of this issuer, its signature checked with the keys it publishes. */
export async function verified(config: oidc.Configuration, token: string) {
  const { issuer, jwks_uri } = config.serverMetadata();
  if (jwks_uri === undefined) throw new Error('the issuer publishes no key');
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  return jwtVerify(token, keys, { issuer, audience: config.clientMetadata().client_id, algorithms: ['ES256'] });
}

/** The answer of `userinfo` as it travels. */
export async function rawUserinfo(config: oidc.Configuration, accessToken: string): Promise<Response> {
  const { userinfo_endpoint } = config.serverMetadata();
  if (userinfo_endpoint === undefined) throw new Error('the issuer has no userinfo endpoint');
  return fetch(userinfo_endpoint, { headers: { authorization: `Bearer ${accessToken}` } });
}
