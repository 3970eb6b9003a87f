//! The userinfo endpoint: the claims of an access token, as a signed token.

use domain::ports::Environment;
use oidc::{Code, OauthError};
use serde_json::Value;
use store::{access_token, client};

use crate::{
    Broker, TOKEN, claims, place,
    token::{failed, seconds},
};

impl Broker {
    /// A compact JWS, for `application/jwt`.
    pub async fn userinfo(&self, environment: Environment, bearer: Option<&str>) -> Result<String, OauthError> {
        let refused = || OauthError::new(Code::InvalidToken, "invalid token provided");
        let token = bearer.ok_or_else(|| OauthError::new(Code::InvalidToken, "no access token provided"))?;
        let found = access_token::active(&self.cx, &self.cx.db, token).await.map_err(|error| failed(&error))?.ok_or_else(refused)?;
        let client = client::by_id(&self.cx.db, found.client).await.map_err(|error| failed(&error))?;
        let client = client.filter(|client| client.active && client.environment == environment).ok_or_else(refused)?;
        let now = self.cx.now().as_second();
        let mut claims = claims::of(&found.granted.scopes, &found.person);
        for (name, value) in [
            ("sub", Value::from(found.sub)),
            ("iss", self.issuer(environment).into()),
            ("aud", client.client_id.into()),
            ("iat", now.into()),
            ("exp", (now + seconds(TOKEN)).into()),
        ] {
            claims.insert(name.to_owned(), value);
        }
        self.keys.sign(&self.cx, &place(environment), &claims).await.map_err(|error| failed(&error))
    }
}
