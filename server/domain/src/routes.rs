//! Every address of the site, once: server, pages and mails share them. Patterns are axum's.

use crate::catalogue::RESERVED_BLOCKS;
use crate::ids::{
    AccountId, DocumentId, EliminationId, ExportId, ImpersonationId, NoteId, PasskeyId, PreparedId, RemarkId, RequestId, SavedSearchId, TemplateId,
};

/// Each pattern is a constant; one with parameters is followed by the function that fills them, named as they are in it.
macro_rules! patterns {
    ($($(#[$about:meta])* $name:ident = $path:literal $(=> $fill:ident($($param:ident: $kind:ty),+))?;)*) => {
        $(
            $(#[$about])*
            pub const $name: &str = $path;
            $(
                pub fn $fill($($param: $kind),+) -> String {
                    filled($path, &[$((stringify!($param), $param.to_string())),+])
                }
            )?
        )*
        /// All of them.
        pub const ALL: &[&str] = &[$($path),*];
    };
}

/// Fills the pattern segment by segment, so that a value that looks like a parameter is not replaced in turn.
fn filled(pattern: &str, values: &[(&str, String)]) -> String {
    let part = |part: &str| {
        let name = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let value = name.and_then(|name| values.iter().find(|(of, _)| *of == name));
        value.map_or_else(|| part.to_owned(), |(_, value)| value.clone())
    };
    pattern.split('/').map(part).collect::<Vec<_>>().join("/")
}

patterns! {
    HOME = "/";
    ELIGIBILITY = "/eligibilite";
    CATALOGUE = "/services";
    SIGN_IN = "/connexion";
    SIGN_IN_CODE = "/connexion/code";
    SIGN_IN_PASSKEY = "/connexion/cle";
    PASSKEY_REQUEST = "/connexion/cle/defi";
    SIGN_OUT = "/deconnexion";
    MY_ACCOUNT = "/mon-compte";
    MY_PASSWORD = "/mon-compte/mot-de-passe";
    MY_SESSIONS = "/mon-compte/sessions";
    MY_DATA = "/mon-compte/donnees";
    MY_DATA_COPY = "/mon-compte/donnees/copie";
    ERASURE = "/mon-compte/suppression";
    ERASED = "/compte-supprime";
    SECURITY = "/mon-compte/securite";
    SECURITY_CODES = "/mon-compte/securite/codes";
    SECURITY_REMOVE = "/mon-compte/securite/retrait";
    SECURITY_APPLICATION = "/mon-compte/securite/application";
    SECURITY_CONFIRM = "/mon-compte/securite/confirmation";
    SECURITY_CONFIRM_PASSKEY = "/mon-compte/securite/confirmation/cle";
    PASSKEYS = "/mon-compte/securite/cles";
    PASSKEY_CREATION = "/mon-compte/securite/cles/defi";
    PASSKEY = "/mon-compte/securite/cles/{passkey}" => passkey(passkey: PasskeyId);
    PASSKEY_REMOVE = "/mon-compte/securite/cles/{passkey}/retrait" => passkey_remove(passkey: PasskeyId);
    IMPERSONATION_END = "/prise-en-main/fin";
    SIGN_UP = "/inscription";
    CONFIRM_EMAIL = "/inscription/{token}" => confirm_email(token: &str);
    FORGOTTEN = "/mot-de-passe-oublie";
    RESET = "/mot-de-passe/{token}" => reset(token: &str);
    INVITATION = "/invitation/{token}" => invitation(token: &str);
    RESUME = "/reprise/{token}" => resume(token: &str);
    ORGANISATION = "/organisation";
    COLLEAGUES = "/organisation/membres";
    SAVED_CONTACTS = "/organisation/contacts";
    ROLE = "/roles/{token}" => role(token: &str);
    OWN_ROLE = "/roles/demande/{request}" => own_role(request: RequestId);
    MEMBERSHIPS = "/administration/rattachements";
    REQUESTS = "/demandes";
    NEW_REQUEST = "/demandes/nouvelle/{service}" => new_request(service: &str);
    REPORT_VENDOR = "/demandes/nouvelle/{service}/editeur" => report_vendor(service: &str);
    CLAIM = "/demandes/preparee/{token}" => claim(token: &str);
    REQUEST = "/demandes/{request}" => request(request: RequestId);
    REQUEST_BLOCK = "/demandes/{request}/{block}" => request_block(request: RequestId, block: &str);
    REQUEST_AUTOSAVE = "/demandes/{request}/{block}/enregistrement" => request_autosave(request: RequestId, block: &str);
    REQUEST_DOCUMENT = "/demandes/{request}/documents/{document}" => request_document(request: RequestId, document: DocumentId);
    REQUEST_DOCUMENT_SCAN = "/demandes/{request}/documents/{document}/analyse" => request_document_scan(request: RequestId, document: DocumentId);
    REQUEST_SUMMARY = "/demandes/{request}/synthese" => request_summary(request: RequestId);
    REQUEST_REMARK = "/demandes/{request}/remarques/{remark}" => request_remark(request: RequestId, remark: RemarkId);
    REQUEST_MESSAGES = "/demandes/{request}/messages" => request_messages(request: RequestId);
    REQUEST_SHARING = "/demandes/{request}/partage" => request_sharing(request: RequestId);
    REQUEST_RENEWAL = "/demandes/{request}/renouvellement" => request_renewal(request: RequestId);
    REQUEST_ATTESTATION = "/demandes/{request}/attestation";
    VERIFICATION = "/habilitations/verification";
    /// `code` as it is shown, in groups of four.
    VERIFIED = "/habilitations/verification/{code}" => verified(code: &str);
    /// `number` with its letter: « H45 ».
    PUBLIC_HABILITATION = "/habilitations/{number}" => public_habilitation(number: &str);
    REQUEST_TRANSFER = "/demandes/{request}/transfert" => request_transfer(request: RequestId);
    REQUEST_DUPLICATE = "/demandes/{request}/duplication" => request_duplicate(request: RequestId);
    REVIEW_QUEUE = "/instruction";
    VENDOR_TICKETS = "/instruction/editeurs";
    VENDOR_TICKET = "/instruction/editeurs/{ticket}" => vendor_ticket(ticket: &str);
    REVIEW_REQUEST = "/instruction/{request}" => review_request(request: RequestId);
    REVIEW_NOTES = "/instruction/{request}/notes" => review_notes(request: RequestId);
    REVIEW_NOTE = "/instruction/{request}/notes/{note}" => review_note(request: RequestId, note: NoteId);
    REVIEW_REMARK = "/instruction/{request}/remarques/{field}" => review_remark(request: RequestId, field: &str);
    REVIEW_ASSIGN = "/instruction/{request}/attribution" => review_assign(request: RequestId);
    PREPARED = "/instruction/brouillons";
    PREPARED_ONE = "/instruction/brouillons/{prepared}" => prepared(prepared: PreparedId);
    PREPARED_INVITATION = "/instruction/brouillons/{prepared}/invitation" => prepared_invitation(prepared: PreparedId);
    PREPARED_WITHDRAWAL = "/instruction/brouillons/{prepared}/retrait" => prepared_withdrawal(prepared: PreparedId);
    REVIEW_BULK = "/instruction/lot";
    SAVED_SEARCHES = "/instruction/recherches";
    SAVED_SEARCH = "/instruction/recherches/{search}" => saved_search(search: SavedSearchId);
    EXPORTS = "/instruction/exports";
    EXPORT = "/instruction/exports/{export}" => export(export: ExportId);
    EXPORT_FILE = "/instruction/exports/{export}/fichier" => export_file(export: ExportId);
    LIST_CSV = "/instruction/liste.csv";
    TEMPLATES = "/instruction/modeles";
    NEW_TEMPLATE = "/instruction/modeles/nouveau";
    TEMPLATE = "/instruction/modeles/{template}" => template(template: TemplateId);
    REQUEST_REOPEN = "/demandes/{request}/reouverture" => request_reopen(request: RequestId);
    REQUEST_REOPEN_CANCEL = "/demandes/{request}/reouverture/abandon" => request_reopen_cancel(request: RequestId);
    REQUEST_ARCHIVE = "/demandes/{request}/retrait" => request_archive(request: RequestId);
    REVIEW_TRANSFER = "/instruction/{request}/transfert" => review_transfer(request: RequestId);
    REVIEW_REVOKE = "/instruction/{request}/revocation" => review_revoke(request: RequestId);
    REVIEW_MEMBERSHIP = "/instruction/{request}/rattachement" => review_membership(request: RequestId);
    ADMINISTRATION = "/administration";
    MAILS = "/administration/courriels";
    RIGHTS = "/administration/droits";
    RIGHTS_OF = "/administration/droits/{account}" => rights_of(account: AccountId);
    SUSPENSION = "/administration/droits/{account}/suspension" => suspension(account: AccountId);
    FACTOR_RESET = "/administration/droits/{account}/double-authentification" => factor_reset(account: AccountId);
    IMPERSONATE = "/administration/droits/{account}/prise-en-main" => impersonate(account: AccountId);
    ERASE_ACCOUNT = "/administration/droits/{account}/effacement" => erase_account(account: AccountId);
    ELIMINATIONS = "/administration/eliminations";
    ELIMINATION = "/administration/eliminations/{elimination}" => elimination(elimination: EliminationId);
    ELIMINATION_CSV = "/administration/eliminations/{elimination}/bordereau.csv" => elimination_csv(elimination: EliminationId);
    IMPERSONATIONS = "/administration/prises-en-main";
    IMPERSONATION = "/administration/prises-en-main/{impersonation}" => impersonation(impersonation: ImpersonationId);
    CATALOGUE_FILES = "/administration/catalogue";
    CATALOGUE_NEW = "/administration/catalogue/nouveau";
    CATALOGUE_FILE = "/administration/catalogue/{file}" => catalogue_file(file: &str);
    CATALOGUE_TEXT = "/administration/catalogue/{file}/texte" => catalogue_text(file: &str);
    CATALOGUE_VERSION = "/administration/catalogue/{file}/versions/{version}" => catalogue_version(file: &str, version: u32);
    ADMIN_JOURNAL = "/administration/journal";
    ADMIN_SECURITY = "/administration/securite";
    REVIEW_MESSAGES = "/instruction/{request}/messages" => review_messages(request: RequestId);
    NOTIFICATIONS = "/mon-compte/notifications";
    UNSUBSCRIBE = "/desabonnement/{token}" => unsubscribe(token: &str);
    PARTNER = "/partenaire";
    PARTNER_SERVICE = "/partenaire/{request}" => partner_service(request: RequestId);
    PARTNER_REDIRECTS = "/partenaire/{request}/adresses" => partner_redirects(request: RequestId);
    PARTNER_SECRET = "/partenaire/{request}/secret" => partner_secret(request: RequestId);
    PARTNER_NEW_SECRET = "/partenaire/{request}/nouveau-secret" => partner_new_secret(request: RequestId);
    MAILBOX = "/demo/boite";
    MAIL = "/demo/boite/{mail}" => mail(mail: &str);
    DEMO_SERVICE = "/demo/portail-famille";
    DEMO_LOGIN = "/demo/portail-famille/connexion";
    DEMO_CALLBACK = "/demo/portail-famille/retour";
    DEMO_QUOTIENT = "/demo/portail-famille/quotient-familial";
    DEMO_LOGOUT = "/demo/portail-famille/deconnexion";
    ACCESSIBILITY = "/accessibilite";
    LEGAL = "/mentions-legales";
    HEALTH = "/healthz";
    READY = "/readyz";
}

/// `number` with its letter, as two may be granted to one request.
pub fn request_attestation(id: RequestId, number: &str) -> String {
    format!("{}?numero={number}", filled(REQUEST_ATTESTATION, &[("request", id.to_string())]))
}

/// The address to which a script may save what is typed in the form of this address; `None` unless it is that of a block, exactly as these
/// functions write it. Scripts take no address from a page, where injected markup could name any other.
pub fn autosave_beside(form: &str) -> Option<String> {
    let (id, block) = form.strip_prefix("/demandes/")?.split_once('/')?;
    let id: RequestId = id.parse().ok()?;
    let slug = !block.is_empty() && block.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
    let known = slug && !RESERVED_BLOCKS.contains(&block) && form == request_block(id, block);
    known.then(|| request_autosave(id, block))
}

/// A WebAuthn ceremony, by what the authenticator is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceremony {
    /// To create a passkey.
    Creation,
    /// To show an existing passkey, after the password or to confirm a sensitive act.
    Request,
}

impl Ceremony {
    /// The ceremony of the form at this address; `None` for any other form.
    pub fn of_form(form: &str) -> Option<Self> {
        match form {
            PASSKEYS => Some(Self::Creation),
            SIGN_IN_PASSKEY | SECURITY_CONFIRM_PASSKEY => Some(Self::Request),
            _ => None,
        }
    }

    /// Where the script fetches the options of the ceremony.
    pub fn options(self) -> &'static str {
        match self {
            Self::Creation => PASSKEY_CREATION,
            Self::Request => PASSKEY_REQUEST,
        }
    }
}

/// The address of a page that goes on to `suite`, a path of this site, once its own work is done.
pub fn with_return(page: &str, suite: Option<&str>) -> String {
    let Some(suite) = suite else { return page.to_owned() };
    with_query(page, &[("suite", suite)])
}

/// The page with these fields in its query, escaped.
pub fn with_query(page: &str, fields: &[(&str, &str)]) -> String {
    let mut address = page.to_owned();
    for (index, (name, value)) in fields.iter().enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                address.push(char::from(byte));
            } else {
                address.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    address
}

/// The pattern of this path, as the router finds it: the fewest parameters win.
pub fn pattern_of(path: &str) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &&&str| {
        let wanted: Vec<&str> = pattern.split('/').collect();
        wanted.len() == parts.len() && wanted.iter().zip(&parts).all(|(wanted, part)| wanted == part || (wanted.starts_with('{') && !part.is_empty()))
    };
    ALL.iter().filter(fits).min_by_key(|pattern| pattern.matches('{').count()).copied()
}

/// The paths of the realms and of the gateway below the base URL, and those of the steps of a login below a realm's issuer; the endpoints of the
/// protocol are in `oidc::paths`.
pub mod realms {
    use super::filled;
    use crate::{ids::FlowId, ports::Environment};

    /// The issuer of a realm, without trailing slash: all the paths below begin with it.
    pub const ISSUER: &str = "/{realm}/{environment}/api/v2";

    pub fn issuer(realm: &str, environment: Environment) -> String {
        filled(ISSUER, &[("realm", realm.to_owned()), ("environment", environment.as_str().to_owned())])
    }

    patterns! {
        /// The choice of an identity provider.
        CHOICE = "/interaction/{flow}" => choice(flow: FlowId);
        VERIFICATION = "/interaction/{flow}/verify" => verification(flow: FlowId);
        /// What the service is about to receive.
        INFORMATION = "/interaction/{flow}/consent" => information(flow: FlowId);
        /// Posted by the choice.
        TO_IDENTITY_PROVIDER = "/redirect-to-idp";
        /// Where identity providers send the citizen back.
        CALLBACK = "/oidc-callback";
        /// Posted by the information page, to go on to the service.
        CONFIRMATION = "/login";
        /// Posted by whoever goes back to the service without a login.
        ABORT = "/redirect-to-sp-with-error";
    }

    /// Issuer of the simulated identity provider.
    pub const SIMULATED_IDENTITY_PROVIDER: &str = "/fournisseur-identite-simule";
    /// Below that issuer: its login form is posted there.
    pub const SIMULATED_LOGIN: &str = "/login";

    pub fn api_particulier(environment: Environment) -> String {
        format!("/api-particulier/{}", environment.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_block_takes_the_place_of_a_page() {
        let words = ALL.iter().filter_map(|path| path.strip_prefix("/demandes/{request}/")).map(|rest| rest.split('/').next().unwrap_or(rest));
        let words: Vec<&str> = words.filter(|word| !word.starts_with('{')).collect();
        assert!(words.len() > 9, "{words:?}");
        for word in words {
            assert!(RESERVED_BLOCKS.contains(&word), "a block could be called {word}");
        }
    }

    #[test]
    fn scripts_post_beside_their_own_form_and_nowhere_else() {
        let id = "01930000-0000-7000-8000-000000000001";
        let block = format!("/demandes/{id}/cadre-juridique");
        assert_eq!(autosave_beside(&block), Some(format!("{block}/enregistrement")));
        for elsewhere in [
            format!("/administration/droits/{id}"),
            format!("/demandes/{id}"),
            format!("/demandes/{id}/"),
            format!("/demandes/{id}/messages"),
            format!("/demandes/{id}/transfert"),
            format!("/demandes/{id}/synthese"),
            format!("{block}/enregistrement"),
            format!("{block}?suite=/"),
            format!("{block}#x"),
            format!("{block}/../../../administration"),
            format!("https://ailleurs.example{block}"),
            format!("//ailleurs.example{block}"),
            format!("/demandes/{}/projet", id.to_uppercase().replace('A', "a").replace('-', "")),
            "/demandes/nouvelle/franceconnect".to_owned(),
            String::new(),
        ] {
            assert_eq!(autosave_beside(&elsewhere), None, "{elsewhere}");
        }
        for (form, ceremony) in [
            (PASSKEYS, Some(Ceremony::Creation)),
            (SIGN_IN_PASSKEY, Some(Ceremony::Request)),
            (SECURITY_CONFIRM_PASSKEY, Some(Ceremony::Request)),
            (SECURITY_CONFIRM, None),
            (RIGHTS, None),
            ("https://ailleurs.example/connexion/cle", None),
            ("", None),
        ] {
            assert_eq!(Ceremony::of_form(form), ceremony, "{form}");
        }
        assert_eq!((Ceremony::Creation.options(), Ceremony::Request.options()), (PASSKEY_CREATION, PASSKEY_REQUEST));
    }

    #[test]
    fn a_path_is_of_one_pattern() {
        let id = "01930000-0000-7000-8000-000000000000";
        for (path, pattern) in [
            ("/".to_owned(), Some(HOME)),
            (format!("/demandes/{id}/projet"), Some(REQUEST_BLOCK)),
            (format!("/demandes/{id}/synthese"), Some(REQUEST_SUMMARY)),
            (format!("/demandes/{id}/projet/enregistrement"), Some(REQUEST_AUTOSAVE)),
            (format!("/instruction/{id}?fait=x"), Some(REVIEW_REQUEST)),
            ("/instruction/lot".to_owned(), Some(REVIEW_BULK)),
            ("/nulle/part".to_owned(), None),
        ] {
            assert_eq!(pattern_of(&path), pattern, "{path}");
        }
    }

    #[test]
    fn return_paths_survive_a_query() {
        assert_eq!(with_return("/connexion", None), "/connexion");
        assert_eq!(with_query("/droits", &[("q", "é a"), ("page", "2")]), "/droits?q=%C3%A9%20a&page=2");
        assert_eq!(with_return("/connexion", Some("/demandes?page=2&x=1#bas")), "/connexion?suite=%2Fdemandes%3Fpage%3D2%26x%3D1%23bas");
    }
}
