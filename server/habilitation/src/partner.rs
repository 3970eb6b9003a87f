//! The partner space: the technical contact's keys, addresses and environment.

use domain::{Hours, actor::Actor, ids::RequestId, network::Origin, ports::Environment, request::JournalKind, routes, security::SecurityKind};
pub use store::client::Client;
use store::{
    client, habilitation, journal,
    link::{self, Link, Purpose},
    partner, request,
};
use url::Url;

use crate::Habilitation;

const INVITATION: Hours = Hours(30 * 24);
/// Characters of one address.
pub const MAX_URI: usize = 1024;
const MAX_URIS: usize = 20;

#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    #[error("no such service")]
    NotFound,
    /// One sentence by line that cannot be accepted.
    #[error("addresses refused")]
    Uris(Vec<String>),
    /// The secret was shown already.
    #[error("secret already shown")]
    AlreadyShown,
    #[error(transparent)]
    Store(#[from] store::Error),
}

#[derive(Debug, Clone)]
pub struct PartnerService {
    pub request: RequestId,
    pub number: i64,
    pub title: String,
    pub clients: Vec<Client>,
}

impl Habilitation {
    /// A personal link for the technical contact, which works once.
    pub(crate) async fn invite(&self, tx: &store::Tx, request: RequestId, email: &str) -> Result<String, store::Error> {
        let token = self.cx.new_token();
        let link = Link { purpose: Purpose::Invitation(request), email: email.to_owned() };
        link::create(&**tx, &token, &link, INVITATION.after(self.cx.now())).await?;
        Ok(self.cx.url(&routes::invitation(&token)))
    }

    pub fn partnering<'a>(&'a self, actor: &'a Actor) -> Partnering<'a> {
        Partnering { room: self, actor }
    }
}

/// The capability over the services one was given access to.
pub struct Partnering<'a> {
    room: &'a Habilitation,
    actor: &'a Actor,
}

impl Partnering<'_> {
    pub async fn services(&self) -> Result<Vec<PartnerService>, PartnerError> {
        let mut services = Vec::new();
        for id in partner::services_of(&self.room.cx.db, self.actor.account).await? {
            services.push(self.load(id).await?);
        }
        Ok(services)
    }

    pub async fn open(&self, id: RequestId) -> Result<PartnerService, PartnerError> {
        if !partner::has_access(&self.room.cx.db, id, self.actor.account).await? {
            return Err(PartnerError::NotFound);
        }
        self.load(id).await
    }

    async fn load(&self, id: RequestId) -> Result<PartnerService, PartnerError> {
        let db = &self.room.cx.db;
        let request = request::by_id(db, id).await?.ok_or(PartnerError::NotFound)?;
        // The name that was granted: a change that is being written is its author's.
        let granted = habilitation::active_of_request(db, id).await?.into_iter().next();
        let title = granted.map_or(request.title, |granted| granted.title);
        Ok(PartnerService { request: id, number: request.number, title, clients: client::of_request(db, id).await? })
    }

    async fn sandbox_client(&self, id: RequestId) -> Result<Client, PartnerError> {
        let service = self.open(id).await?;
        service.clients.into_iter().find(|client| client.environment == Environment::Sandbox).ok_or(PartnerError::NotFound)
    }

    /// One address a line; all are accepted or none.
    pub async fn set_redirect_uris(&self, id: RequestId, redirect: &str, post_logout: &str) -> Result<(), PartnerError> {
        let client = self.sandbox_client(id).await?;
        let (redirect, mut refused) = parse_uris(redirect);
        let (post_logout, refused_too) = parse_uris(post_logout);
        refused.extend(refused_too);
        if redirect.is_empty() && refused.is_empty() {
            refused.push("Indiquez au moins une adresse de retour.".to_owned());
        }
        if !refused.is_empty() {
            return Err(PartnerError::Uris(refused));
        }
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        client::set_redirect_uris(&*tx, client.id, &redirect, &post_logout, cx.now()).await?;
        journal::write(cx, &*tx, id, JournalKind::RedirectUrisChanged, self.actor, &redirect.join(", ")).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Shown once: afterwards nobody, we included, can read it again.
    pub async fn reveal_secret(&self, id: RequestId, from: &Origin) -> Result<(Client, String), PartnerError> {
        let client = self.sandbox_client(id).await?;
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        let secret = client::reveal_secret(cx, &*tx, client.id).await?.ok_or(PartnerError::AlreadyShown)?;
        journal::write(cx, &*tx, id, JournalKind::SecretRevealed, self.actor, "").await?;
        self.room.note(&tx, SecurityKind::SecretShown, Some(self.actor.account), Some(from), &client.client_id).await?;
        tx.commit().await?;
        Ok((client, secret))
    }
}

/// The addresses of a text area, and a sentence for each that cannot be accepted.
fn parse_uris(text: &str) -> (Vec<String>, Vec<String>) {
    let mut kept: Vec<String> = Vec::new();
    let mut refused = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match check_uri(line) {
            Ok(()) if kept.iter().any(|known| known == line) => {}
            Ok(()) => kept.push(line.to_owned()),
            Err(why) => refused.push(format!("«\u{a0}{}\u{a0}»\u{a0}: {why}", line.chars().take(80).collect::<String>())),
        }
    }
    if kept.len() > MAX_URIS {
        refused.push(format!("{MAX_URIS} adresses au plus."));
    }
    (kept, refused)
}

/// Sandbox rule: https, or http on the developer's own machine; no fragment (RFC 6749 §3.1.2).
fn check_uri(text: &str) -> Result<(), &'static str> {
    if text.chars().count() > MAX_URI {
        return Err("1 024 caractères au plus.");
    }
    // The parser would drop or encode them, and the address compared later would be another one.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("l’adresse ne peut contenir ni espace ni caractère invisible.");
    }
    let url = Url::parse(text).map_err(|_| "cette adresse n’est pas complète. Exemple\u{a0}: https://mairie.example/retour")?;
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        "http" => return Err("http n’est accepté que pour localhost\u{a0}; utilisez https."),
        _ => return Err("l’adresse doit commencer par https://."),
    }
    if url.fragment().is_some() {
        return Err("l’adresse ne peut pas contenir de «\u{a0}#\u{a0}».");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("l’adresse ne peut pas contenir d’identifiants.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_addresses_are_accepted() {
        for (text, ok) in [
            ("https://portail.clamart.example/retour", true),
            ("http://localhost:8080/callback", true),
            ("http://127.0.0.1/callback?x=1", true),
            ("http://portail.clamart.example/retour", false),
            ("ftp://localhost/x", false),
            ("javascript:alert(1)", false),
            ("javascript://portail.clamart.example/%0aalert(1)", false),
            ("data:text/html,<script>", false),
            ("vbscript:x", false),
            ("file:///etc/passwd", false),
            ("//portail.clamart.example/retour", false),
            ("https://a.fr/#x", false),
            ("https://user:secret@a.fr/", false),
            ("/retour", false),
            ("https://a.fr/un chemin", false),
            ("https://a.fr/\0", false),
        ] {
            assert_eq!(check_uri(text).is_ok(), ok, "{text}");
        }
        assert!(check_uri(&format!("https://a.fr/{}", "x".repeat(1024))).is_err());
    }

    #[test]
    fn one_address_a_line_without_doubles() {
        let (kept, refused) = parse_uris(" https://a.fr/1 \r\n\nhttps://a.fr/2\nhttps://a.fr/1\nnon");
        assert_eq!(kept, ["https://a.fr/1", "https://a.fr/2"]);
        assert_eq!(refused.len(), 1);
    }
}
