//! The userinfo endpoint: the claims of an access token, as a signed token.

use oidc::{Code, OauthError};
use serde_json::Value;
use store::{access_token, client};

use crate::{
    Issuer, claims,
    token::{failed, seconds},
};

impl Issuer {
    /// A compact JWS, for `application/jwt`.
    pub async fn userinfo(&self, bearer: Option<&str>) -> Result<String, OauthError> {
        let refused = || OauthError::new(Code::InvalidToken, "invalid token provided");
        let token = bearer.ok_or_else(|| OauthError::new(Code::InvalidToken, "no access token provided"))?;
        let found = access_token::active(&self.cx, &self.cx.db, token).await.map_err(|error| failed(&error))?.ok_or_else(refused)?;
        let client = client::by_id(&self.cx.db, found.client).await.map_err(|error| failed(&error))?;
        let client = client.filter(|client| self.has(client)).ok_or_else(refused)?;
        let now = self.cx.now().as_second();
        let mut claims = claims::of(&self.realm, &found.granted.scopes, &found.person);
        for (name, value) in [
            ("sub", Value::from(found.sub)),
            ("iss", self.url().into()),
            ("aud", client.client_id.into()),
            ("iat", now.into()),
            ("exp", (now + seconds(self.realm.token())).into()),
        ] {
            claims.insert(name.to_owned(), value);
        }
        self.keys.sign(&self.cx, &self.place(), &claims).await.map_err(|error| failed(&error))
    }
}
