//! The partner space: the technical contact's keys, addresses and environment.

use domain::{Hours, actor::Actor, ids::RequestId, network::Origin, ports::Environment, request::JournalKind, routes, security::SecurityKind};
use oidc::{RedirectUri, redirect::RedirectUriError};
pub use store::client::Client;
use store::{
    client, habilitation, journal,
    link::{self, Link, Purpose},
    partner,
    request::{self, Request},
};

use crate::Habilitation;

const INVITATION: Hours = Hours(30 * 24);
const MAX_URIS: usize = 20;

#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    #[error("no such service")]
    NotFound,
    /// One sentence by line that cannot be accepted.
    #[error("addresses refused")]
    Uris(Vec<String>),
    #[error("secret already shown")]
    AlreadyShown,
    /// The secret was replaced by the same form sent twice, or in another tab.
    #[error("secret replaced meanwhile")]
    Replaced,
    #[error(transparent)]
    Store(#[from] store::Error),
}

#[derive(Debug, Clone)]
pub struct PartnerService {
    pub request: RequestId,
    pub number: i64,
    pub title: String,
    pub clients: Vec<Client>,
    /// The secret in force was shown to somebody who has no access to the keys any more.
    pub secret_left: bool,
    /// A mark of the current secret, which the form that replaces it sends back: sent twice, the form replaces it once.
    pub secret_mark: String,
}

impl Habilitation {
    /// Creates the one-time link that invites the technical contact.
    pub(crate) async fn invite(&self, tx: &store::Tx, request: RequestId, email: &str) -> Result<String, store::Error> {
        let token = self.cx.new_token();
        let link = Link { purpose: Purpose::Invitation(request), email: email.to_owned() };
        link::create(tx, &token, &link, INVITATION.after(self.cx.now())).await?;
        Ok(self.cx.url(&routes::invitation(&token)))
    }

    /// The title that was granted, or else last submitted: a change being written is seen by its authors alone.
    pub(crate) async fn granted_title(&self, request: Request) -> Result<String, store::Error> {
        let granted = habilitation::active_of_request(&self.cx.db, request.id).await?.into_iter().next();
        match granted {
            Some(granted) => Ok(granted.title),
            None => Ok(request::as_sent(&self.cx.db, request).await?.title),
        }
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
        let number = request.number;
        let secret_left = match journal::last_author(db, id, &[JournalKind::SecretRevealed, JournalKind::SecretReplaced]).await? {
            Some(reader) => !partner::has_access(db, id, reader).await?,
            None => false,
        };
        let title = self.room.granted_title(request).await?;
        let clients = client::of_request(db, id).await?;
        let secret_mark = clients.iter().find(|client| client.environment == Environment::Sandbox).map(|client| self.mark_of(client));
        Ok(PartnerService { request: id, number, title, clients, secret_left, secret_mark: secret_mark.unwrap_or_default() })
    }

    fn mark_of(&self, client: &Client) -> String {
        self.room.cx.keys.mac("secret of a form", &client.secret_hash)
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
        // The same form sent twice changes them once.
        let now = client::of_request(&tx, id).await?.into_iter().find(|one| one.id == client.id);
        if now.is_some_and(|now| now.redirect_uris == redirect && now.post_logout_redirect_uris == post_logout) {
            return Ok(());
        }
        client::set_redirect_uris(&tx, client.id, &redirect, &post_logout, cx.now()).await?;
        journal::write(cx, &tx, id, JournalKind::RedirectUrisChanged, self.actor, &redirect.join(", ")).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Shown once: afterwards nobody, we included, can read it again.
    pub async fn reveal_secret(&self, id: RequestId, from: &Origin) -> Result<(Client, String), PartnerError> {
        let client = self.sandbox_client(id).await?;
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        let secret = client::reveal_secret(cx, &tx, client.id).await?.ok_or(PartnerError::AlreadyShown)?;
        journal::write(cx, &tx, id, JournalKind::SecretRevealed, self.actor, "").await?;
        self.room.note(&tx, SecurityKind::SecretShown, Some(self.actor.account), Some(from), &client.client_id).await?;
        tx.commit().await?;
        Ok((client, secret))
    }

    /// Replaces the secret with another, shown once; the one before stops working at once, whoever knows it.
    pub async fn replace_secret(&self, id: RequestId, seen: &str, from: &Origin) -> Result<(Client, String), PartnerError> {
        let client = self.sandbox_client(id).await?;
        if !seen.is_empty() && seen != self.mark_of(&client) {
            return Err(PartnerError::Replaced);
        }
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        let secret = client::replace_secret(cx, &tx, &client).await?.ok_or(PartnerError::Replaced)?;
        journal::write(cx, &tx, id, JournalKind::SecretReplaced, self.actor, "").await?;
        self.room.note(&tx, SecurityKind::SecretReplaced, Some(self.actor.account), Some(from), &client.client_id).await?;
        tx.commit().await?;
        Ok((client, secret))
    }
}

/// The addresses of a text area, one a line or with blanks, commas or semicolons between them, and a sentence for each that cannot
/// be accepted.
fn parse_uris(text: &str) -> (Vec<String>, Vec<String>) {
    let mut kept: Vec<String> = Vec::new();
    let mut refused = Vec::new();
    for uri in text.lines().flat_map(apart).map(lower_scheme_and_host) {
        match check_uri(&uri) {
            Ok(()) if kept.contains(&uri) => {}
            Ok(()) => kept.push(uri),
            Err(why) => refused.push(format!("«\u{a0}{}\u{a0}»\u{a0}: {why}", uri.chars().take(80).collect::<String>())),
        }
    }
    if kept.len() > MAX_URIS {
        refused.push(format!("{MAX_URIS} adresses au plus."));
    }
    (kept, refused)
}

/// The addresses of one line. A blank, comma or semicolon separates two addresses only when a scheme follows it, or at the end of the
/// line; elsewhere it belongs to the address.
fn apart(line: &str) -> Vec<&str> {
    let mark = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let around = |c: char| mark(c) || matches!(c, '<' | '>' | '"' | '«' | '»');
    let begins = |at: usize| line[..at].ends_with(mark) && ["https://", "http://"].iter().any(|scheme| starts_with_scheme(&line[at..], scheme));
    let mut starts: Vec<usize> = line.char_indices().map(|(at, _)| at).filter(|at| *at == 0 || begins(*at)).collect();
    starts.push(line.len());
    starts.windows(2).map(|two| line[two[0]..two[1]].trim_matches(around)).filter(|one| !one.is_empty()).collect()
}

fn starts_with_scheme(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// The case of scheme and host means nothing (RFC 3986 §6.2.2.1). The rest of an address is compared as it is written.
fn lower_scheme_and_host(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_owned() };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    format!("{}://{}{path}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase())
}

/// The sentence for an address that the sandbox does not register.
fn check_uri(text: &str) -> Result<(), String> {
    use RedirectUriError as Wrong;
    let Err(wrong) = RedirectUri::parse(text, true) else { return Ok(()) };
    Err(match wrong {
        Wrong::TooLong => "1 024 caractères au plus.",
        Wrong::Blank => "l’adresse ne peut contenir ni espace ni caractère invisible.",
        Wrong::NotAbsolute => "cette adresse n’est pas complète. Exemple\u{a0}: https://mairie.example/retour",
        Wrong::Scheme if text.starts_with("http:") => "http n’est accepté que pour localhost\u{a0}; utilisez https.",
        Wrong::Scheme => "l’adresse doit commencer par https://.",
        Wrong::Host => "l’adresse doit donner le nom complet d’un site, comme mairie.example.",
        Wrong::Fragment => "l’adresse ne peut pas contenir de «\u{a0}#\u{a0}».",
        Wrong::UserName => "l’adresse ne peut pas contenir d’identifiants.",
        Wrong::Wildcard => "l’adresse ne peut pas contenir de «\u{a0}*\u{a0}»\u{a0}: écrivez chaque adresse en entier.",
        Wrong::Spelling(sent) => return Err(format!("écrivez-la comme un navigateur l’envoie\u{a0}: {sent}")),
    }
    .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_address_is_said() {
        for (text, said) in [
            ("https://portail.clamart.example/retour", None),
            ("http://localhost:8080/callback", None),
            ("http://127.0.0.1/callback?x=1", None),
            ("http://portail.clamart.example/retour", Some("que pour localhost")),
            ("ftp://localhost/x", Some("commencer par https")),
            ("javascript:alert(1)", Some("commencer par https")),
            ("//portail.clamart.example/retour", Some("pas complète")),
            ("https://a.fr:99999/", Some("pas complète")),
            ("https://a.fr/#x", Some("«\u{a0}#\u{a0}»")),
            ("https://user:secret@a.fr/", Some("identifiants")),
            ("https://*.fr/", Some("«\u{a0}*\u{a0}»")),
            ("https://a.fr/un chemin", Some("ni espace")),
            ("https://a.fr/\0", Some("ni espace")),
            ("https://intranet/", Some("nom complet")),
            ("https://10.0.0.1/", Some("nom complet")),
            ("HTTPS://MAIRIE.FR", Some("l’envoie\u{a0}: https://mairie.fr/")),
            ("http://127.1/", Some("l’envoie\u{a0}: http://127.0.0.1/")),
        ] {
            let told = check_uri(text).err();
            assert_eq!(told.is_some(), said.is_some(), "{text}: {told:?}");
            assert!(told.unwrap_or_default().contains(said.unwrap_or_default()), "{text}");
        }
        assert!(check_uri(&format!("https://a.fr/{}", "x".repeat(1024))).is_err());
    }

    #[test]
    fn one_address_a_line_without_doubles() {
        let (kept, refused) = parse_uris(" https://a.fr/1 \r\n\nhttps://a.fr/2\nhttps://a.fr/1\nnon");
        assert_eq!(kept, ["https://a.fr/1", "https://a.fr/2"]);
        assert_eq!(refused.len(), 1);
        for text in [
            "HTTPS://A.fr/1\nhttps://a.fr/Retour",
            "https://a.fr/1, https://a.fr/Retour",
            "https://a.fr/1;https://a.fr/Retour;",
            "https://a.fr/1 https://a.fr/Retour",
            "<https://a.fr/1>,\n<Https://A.FR/Retour>,",
            "https://a.fr/1,https://a.fr/Retour, https://a.fr/1",
        ] {
            assert_eq!(parse_uris(text), (vec!["https://a.fr/1".to_owned(), "https://a.fr/Retour".to_owned()], vec![]), "{text}");
        }
        // Inside an address a mark is part of it, and no scheme is added.
        assert_eq!(parse_uris("https://a.fr/1;v=2?x=a,b").0, ["https://a.fr/1;v=2?x=a,b"]);
        for text in ["www.a.fr/1", "a.fr/1", "https://a.fr/1 a.fr/2", "https://a.fr/un chemin", "javascript:alert(1)"] {
            assert_eq!((parse_uris(text).0.len(), parse_uris(text).1.len()), (0, 1), "{text}");
        }
    }
}
