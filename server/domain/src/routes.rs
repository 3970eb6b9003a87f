//! Every address of the site, once: server, pages and mails share them. Patterns are axum's.

use crate::catalogue::RESERVED_BLOCKS;
use crate::ids::{
    AccountId, DocumentId, EliminationId, ExportId, ImpersonationId, NoteId, PasskeyId, PreparedId, RemarkId, RequestId, SavedSearchId, TemplateId,
};

macro_rules! patterns {
    ($($name:ident = $path:literal;)*) => {
        $(pub const $name: &str = $path;)*
        /// All of them.
        pub const ALL: &[&str] = &[$($path),*];
    };
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
    PASSKEY = "/mon-compte/securite/cles/{passkey}";
    PASSKEY_REMOVE = "/mon-compte/securite/cles/{passkey}/retrait";
    IMPERSONATION_END = "/prise-en-main/fin";
    SIGN_UP = "/inscription";
    CONFIRM_EMAIL = "/inscription/{token}";
    FORGOTTEN = "/mot-de-passe-oublie";
    RESET = "/mot-de-passe/{token}";
    INVITATION = "/invitation/{token}";
    ORGANISATION = "/organisation";
    COLLEAGUES = "/organisation/membres";
    SAVED_CONTACTS = "/organisation/contacts";
    ROLE = "/roles/{token}";
    OWN_ROLE = "/roles/demande/{request}";
    LINK_DESK = "/administration/rattachements";
    REQUESTS = "/demandes";
    NEW_REQUEST = "/demandes/nouvelle/{service}";
    REPORT_VENDOR = "/demandes/nouvelle/{service}/editeur";
    CLAIM = "/demandes/preparee/{token}";
    REQUEST = "/demandes/{request}";
    REQUEST_BLOCK = "/demandes/{request}/{block}";
    REQUEST_AUTOSAVE = "/demandes/{request}/{block}/enregistrement";
    REQUEST_DOCUMENT = "/demandes/{request}/documents/{document}";
    REQUEST_DOCUMENT_SCAN = "/demandes/{request}/documents/{document}/analyse";
    REQUEST_SUMMARY = "/demandes/{request}/synthese";
    REQUEST_REMARK = "/demandes/{request}/remarques/{remark}";
    REQUEST_MESSAGES = "/demandes/{request}/messages";
    REQUEST_SHARING = "/demandes/{request}/partage";
    REQUEST_RENEWAL = "/demandes/{request}/renouvellement";
    REQUEST_ATTESTATION = "/demandes/{request}/attestation";
    VERIFICATION = "/habilitations/verification";
    VERIFIED = "/habilitations/verification/{code}";
    PUBLIC_HABILITATION = "/habilitations/{number}";
    REQUEST_TRANSFER = "/demandes/{request}/transfert";
    REQUEST_DUPLICATE = "/demandes/{request}/duplication";
    REVIEW_QUEUE = "/instruction";
    VENDOR_TICKETS = "/instruction/editeurs";
    VENDOR_TICKET = "/instruction/editeurs/{ticket}";
    REVIEW_REQUEST = "/instruction/{request}";
    REVIEW_NOTES = "/instruction/{request}/notes";
    REVIEW_NOTE = "/instruction/{request}/notes/{note}";
    REVIEW_REMARK = "/instruction/{request}/remarques/{field}";
    REVIEW_ASSIGN = "/instruction/{request}/attribution";
    PREPARED = "/instruction/brouillons";
    PREPARED_ONE = "/instruction/brouillons/{prepared}";
    PREPARED_INVITATION = "/instruction/brouillons/{prepared}/invitation";
    PREPARED_WITHDRAWAL = "/instruction/brouillons/{prepared}/retrait";
    REVIEW_BULK = "/instruction/lot";
    SAVED_SEARCHES = "/instruction/recherches";
    SAVED_SEARCH = "/instruction/recherches/{search}";
    EXPORTS = "/instruction/exports";
    EXPORT = "/instruction/exports/{export}";
    EXPORT_FILE = "/instruction/exports/{export}/fichier";
    LIST_CSV = "/instruction/liste.csv";
    TEMPLATES = "/instruction/modeles";
    NEW_TEMPLATE = "/instruction/modeles/nouveau";
    TEMPLATE = "/instruction/modeles/{template}";
    REQUEST_REOPEN = "/demandes/{request}/reouverture";
    REQUEST_REOPEN_CANCEL = "/demandes/{request}/reouverture/abandon";
    REQUEST_ARCHIVE = "/demandes/{request}/retrait";
    REVIEW_TRANSFER = "/instruction/{request}/transfert";
    REVIEW_REVOKE = "/instruction/{request}/revocation";
    REVIEW_MEMBERSHIP = "/instruction/{request}/rattachement";
    ADMINISTRATION = "/administration";
    MAILS = "/administration/courriels";
    RIGHTS = "/administration/droits";
    RIGHTS_OF = "/administration/droits/{account}";
    SUSPENSION = "/administration/droits/{account}/suspension";
    FACTOR_RESET = "/administration/droits/{account}/double-authentification";
    IMPERSONATE = "/administration/droits/{account}/prise-en-main";
    ERASE_ACCOUNT = "/administration/droits/{account}/effacement";
    ELIMINATIONS = "/administration/eliminations";
    ELIMINATION = "/administration/eliminations/{elimination}";
    ELIMINATION_CSV = "/administration/eliminations/{elimination}/bordereau.csv";
    IMPERSONATIONS = "/administration/prises-en-main";
    IMPERSONATION = "/administration/prises-en-main/{impersonation}";
    CATALOGUE_FILES = "/administration/catalogue";
    CATALOGUE_NEW = "/administration/catalogue/nouveau";
    CATALOGUE_FILE = "/administration/catalogue/{file}";
    CATALOGUE_TEXT = "/administration/catalogue/{file}/texte";
    CATALOGUE_VERSION = "/administration/catalogue/{file}/versions/{version}";
    ADMIN_JOURNAL = "/administration/journal";
    ADMIN_SECURITY = "/administration/securite";
    REVIEW_MESSAGES = "/instruction/{request}/messages";
    NOTIFICATIONS = "/mon-compte/notifications";
    UNSUBSCRIBE = "/desabonnement/{token}";
    PARTNER = "/partenaire";
    PARTNER_SERVICE = "/partenaire/{request}";
    PARTNER_REDIRECTS = "/partenaire/{request}/adresses";
    PARTNER_SECRET = "/partenaire/{request}/secret";
    PARTNER_NEW_SECRET = "/partenaire/{request}/nouveau-secret";
    MAILBOX = "/demo/boite";
    MAIL = "/demo/boite/{mail}";
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

pub fn new_request(service: &str) -> String {
    NEW_REQUEST.replace("{service}", service)
}

pub fn report_vendor(service: &str) -> String {
    REPORT_VENDOR.replace("{service}", service)
}

pub fn catalogue_file(file: &str) -> String {
    CATALOGUE_FILE.replace("{file}", file)
}

pub fn catalogue_text(file: &str) -> String {
    CATALOGUE_TEXT.replace("{file}", file)
}

pub fn catalogue_version(file: &str, version: u32) -> String {
    CATALOGUE_VERSION.replace("{file}", file).replace("{version}", &version.to_string())
}

pub fn vendor_ticket(id: &str) -> String {
    VENDOR_TICKET.replace("{ticket}", id)
}

pub fn request(id: RequestId) -> String {
    with_request(REQUEST, id)
}

pub fn request_block(id: RequestId, block: &str) -> String {
    with_request(REQUEST_BLOCK, id).replace("{block}", block)
}

pub fn request_autosave(id: RequestId, block: &str) -> String {
    with_request(REQUEST_AUTOSAVE, id).replace("{block}", block)
}

pub fn request_document(id: RequestId, document: DocumentId) -> String {
    with_request(REQUEST_DOCUMENT, id).replace("{document}", &document.to_string())
}

pub fn request_document_scan(id: RequestId, document: DocumentId) -> String {
    with_request(REQUEST_DOCUMENT_SCAN, id).replace("{document}", &document.to_string())
}

pub fn request_summary(id: RequestId) -> String {
    with_request(REQUEST_SUMMARY, id)
}

pub fn request_sharing(id: RequestId) -> String {
    with_request(REQUEST_SHARING, id)
}

pub fn request_transfer(id: RequestId) -> String {
    with_request(REQUEST_TRANSFER, id)
}

pub fn request_duplicate(id: RequestId) -> String {
    with_request(REQUEST_DUPLICATE, id)
}

pub fn role(token: &str) -> String {
    ROLE.replace("{token}", token)
}

pub fn own_role(id: RequestId) -> String {
    with_request(OWN_ROLE, id)
}

pub fn request_reopen(id: RequestId) -> String {
    with_request(REQUEST_REOPEN, id)
}

pub fn request_reopen_cancel(id: RequestId) -> String {
    with_request(REQUEST_REOPEN_CANCEL, id)
}

pub fn request_archive(id: RequestId) -> String {
    with_request(REQUEST_ARCHIVE, id)
}

pub fn review_membership(id: RequestId) -> String {
    with_request(REVIEW_MEMBERSHIP, id)
}

pub fn review_revoke(id: RequestId) -> String {
    with_request(REVIEW_REVOKE, id)
}

pub fn review_transfer(id: RequestId) -> String {
    with_request(REVIEW_TRANSFER, id)
}

pub fn request_renewal(id: RequestId) -> String {
    with_request(REQUEST_RENEWAL, id)
}

/// `number` with its letter, as two may be granted to one request.
pub fn request_attestation(id: RequestId, number: &str) -> String {
    format!("{}?numero={number}", with_request(REQUEST_ATTESTATION, id))
}

/// `code` as it is shown, in groups of four.
pub fn verified(code: &str) -> String {
    VERIFIED.replace("{code}", code)
}

/// `number` with its letter: « H45 ».
pub fn public_habilitation(number: &str) -> String {
    PUBLIC_HABILITATION.replace("{number}", number)
}

pub fn review_request(id: RequestId) -> String {
    with_request(REVIEW_REQUEST, id)
}

pub fn request_remark(id: RequestId, remark: RemarkId) -> String {
    with_request(REQUEST_REMARK, id).replace("{remark}", &remark.to_string())
}

pub fn review_notes(id: RequestId) -> String {
    with_request(REVIEW_NOTES, id)
}

pub fn review_note(id: RequestId, note: NoteId) -> String {
    with_request(REVIEW_NOTE, id).replace("{note}", &note.to_string())
}

pub fn review_remark(id: RequestId, field: &str) -> String {
    with_request(REVIEW_REMARK, id).replace("{field}", field)
}

pub fn review_assign(id: RequestId) -> String {
    with_request(REVIEW_ASSIGN, id)
}

pub fn prepared(id: PreparedId) -> String {
    PREPARED_ONE.replace("{prepared}", &id.to_string())
}

pub fn prepared_invitation(id: PreparedId) -> String {
    PREPARED_INVITATION.replace("{prepared}", &id.to_string())
}

pub fn prepared_withdrawal(id: PreparedId) -> String {
    PREPARED_WITHDRAWAL.replace("{prepared}", &id.to_string())
}

pub fn claim(token: &str) -> String {
    CLAIM.replace("{token}", token)
}

pub fn saved_search(id: SavedSearchId) -> String {
    SAVED_SEARCH.replace("{search}", &id.to_string())
}

pub fn export(id: ExportId) -> String {
    EXPORT.replace("{export}", &id.to_string())
}

pub fn export_file(id: ExportId) -> String {
    EXPORT_FILE.replace("{export}", &id.to_string())
}

pub fn template(id: TemplateId) -> String {
    TEMPLATE.replace("{template}", &id.to_string())
}

pub fn request_messages(id: RequestId) -> String {
    with_request(REQUEST_MESSAGES, id)
}

pub fn review_messages(id: RequestId) -> String {
    with_request(REVIEW_MESSAGES, id)
}

pub fn unsubscribe(token: &str) -> String {
    UNSUBSCRIBE.replace("{token}", token)
}

pub fn partner_service(id: RequestId) -> String {
    with_request(PARTNER_SERVICE, id)
}

pub fn partner_redirects(id: RequestId) -> String {
    with_request(PARTNER_REDIRECTS, id)
}

pub fn partner_secret(id: RequestId) -> String {
    with_request(PARTNER_SECRET, id)
}

pub fn partner_new_secret(id: RequestId) -> String {
    with_request(PARTNER_NEW_SECRET, id)
}

pub fn rights_of(id: AccountId) -> String {
    RIGHTS_OF.replace("{account}", &id.to_string())
}

pub fn suspension(id: AccountId) -> String {
    SUSPENSION.replace("{account}", &id.to_string())
}

pub fn factor_reset(id: AccountId) -> String {
    FACTOR_RESET.replace("{account}", &id.to_string())
}

pub fn impersonate(id: AccountId) -> String {
    IMPERSONATE.replace("{account}", &id.to_string())
}

pub fn erase_account(id: AccountId) -> String {
    ERASE_ACCOUNT.replace("{account}", &id.to_string())
}

pub fn elimination(id: EliminationId) -> String {
    ELIMINATION.replace("{elimination}", &id.to_string())
}

pub fn elimination_csv(id: EliminationId) -> String {
    ELIMINATION_CSV.replace("{elimination}", &id.to_string())
}

pub fn passkey(id: PasskeyId) -> String {
    PASSKEY.replace("{passkey}", &id.to_string())
}

pub fn passkey_remove(id: PasskeyId) -> String {
    PASSKEY_REMOVE.replace("{passkey}", &id.to_string())
}

pub fn impersonation(id: ImpersonationId) -> String {
    IMPERSONATION.replace("{impersonation}", &id.to_string())
}

pub fn confirm_email(token: &str) -> String {
    CONFIRM_EMAIL.replace("{token}", token)
}

pub fn reset(token: &str) -> String {
    RESET.replace("{token}", token)
}

pub fn invitation(token: &str) -> String {
    INVITATION.replace("{token}", token)
}

/// Where a script may save what is typed in the form of this address: beside it, and only when it is the address of a
/// block as these functions write it. Scripts take no address from a page, where markup could name any other.
pub fn autosave_beside(form: &str) -> Option<String> {
    let (id, block) = form.strip_prefix("/demandes/")?.split_once('/')?;
    let id: RequestId = id.parse().ok()?;
    let slug = !block.is_empty() && block.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
    let known = slug && !RESERVED_BLOCKS.contains(&block) && form == request_block(id, block);
    known.then(|| request_autosave(id, block))
}

/// What an authenticator is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceremony {
    /// A new passkey.
    Creation,
    /// One there is, after the password or again.
    Request,
}

impl Ceremony {
    /// By the address of the form it belongs to; any other form has none.
    pub fn of_form(form: &str) -> Option<Self> {
        match form {
            PASSKEYS => Some(Self::Creation),
            SIGN_IN_PASSKEY | SECURITY_CONFIRM_PASSKEY => Some(Self::Request),
            _ => None,
        }
    }

    /// Where the options come from.
    pub fn options(self) -> &'static str {
        match self {
            Self::Creation => PASSKEY_CREATION,
            Self::Request => PASSKEY_REQUEST,
        }
    }
}

/// An address which leads on to `suite`, a path of this site, once its own work is done.
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

fn with_request(pattern: &str, id: RequestId) -> String {
    pattern.replace("{request}", &id.to_string())
}

/// Where the realms and the gateway stand below the base URL; what follows is the same as at their models.
pub mod realms {
    use crate::ports::Environment;

    /// Issuer of the realm `franceconnect`, without trailing slash.
    pub fn franceconnect(environment: Environment) -> String {
        format!("/franceconnect/{}/api/v2", environment.as_str())
    }

    /// Issuer of the simulated identity provider.
    pub const SIMULATED_IDENTITY_PROVIDER: &str = "/fournisseur-identite-simule";

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
