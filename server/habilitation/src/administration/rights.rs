//! Roles given and taken back, one at a time, so that nobody's other rights are lost on the way.

use domain::{
    actor::{Grant, Role},
    administration::AdminKind,
    contact::Email,
    ids::AccountId,
    routes,
    text::fold,
    words::WordsError,
};
use store::{
    PAGE, Page, Paging,
    account::{self, Account},
    admin_event::{self, Change},
    role,
};

use super::Administering;
use crate::mails::account as mails;

#[derive(Debug, thiserror::Error)]
pub enum RightsError {
    #[error("no such person")]
    NotFound,
    /// Nobody gives themselves a right, and a manager does not take back their own.
    #[error("one's own rights")]
    Oneself,
    #[error("not in the manager's perimeter")]
    Outside,
    /// There would be nobody left to give rights.
    #[error("the last administrator")]
    LastAdmin,
    #[error("no perimeter chosen")]
    NoPerimeter,
    #[error("no role chosen")]
    NoRole,
    #[error("no such action")]
    Unknown,
    /// The account is one's own, an administrator's or a suspended one.
    #[error("not on this account")]
    NotThem,
    #[error("the reason: {0}")]
    Reason(WordsError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl RightsError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Oneself => "Vos propres droits se changent par une autre personne.".to_owned(),
            Self::Outside => "Ce périmètre n’est pas le vôtre.".to_owned(),
            Self::LastAdmin => "Cette personne est la seule à administrer le site\u{a0}: donnez d’abord ce droit à quelqu’un d’autre.".to_owned(),
            Self::NoPerimeter => "Choisissez un périmètre.".to_owned(),
            Self::NoRole => "Choisissez un rôle.".to_owned(),
            Self::Unknown => "Cette action n’existe pas.".to_owned(),
            Self::NotThem => {
                "Cette action ne se fait ni sur soi-même, ni sur une personne qui administre le site, ni sur un compte suspendu.".to_owned()
            }
            Self::Reason(error) => error.or_missing("Indiquez le motif\u{a0}: il est consigné dans le journal."),
            _ => return None,
        })
    }
}

/// One person of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLine {
    pub id: AccountId,
    pub name: String,
    pub email: String,
    /// A line for each role.
    pub rights: Vec<String>,
}

/// A role somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub grant: Grant,
    pub perimeter: String,
    /// Whether the viewer may take it back: it is inside their perimeter.
    pub within: bool,
}

/// A service, or one stage of it, on which the viewer may give roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Perimeter {
    pub service: String,
    pub stage: Option<String>,
    pub name: String,
}

impl Perimeter {
    /// As a form sends it: `service` or `service:stage`.
    pub fn code(&self) -> String {
        self.stage.as_ref().map_or_else(|| self.service.clone(), |stage| format!("{}:{stage}", self.service))
    }
}

/// Somebody and their rights, as the viewer may change them.
#[derive(Debug, Clone)]
pub struct Person {
    pub account: Account,
    pub held: Vec<Held>,
    pub perimeters: Vec<Perimeter>,
    pub oneself: bool,
    /// Has a second factor.
    pub has_factor: bool,
}

impl Administering<'_> {
    pub fn is_admin(&self) -> bool {
        self.actor.admin
    }

    pub(crate) fn require_admin(&self) -> Result<(), RightsError> {
        if self.actor.admin { Ok(()) } else { Err(RightsError::NotFound) }
    }

    fn may(&self, service: &str, stage: Option<&str>) -> bool {
        self.actor.admin || self.actor.manages(service, stage)
    }

    /// People whose name or address contains `search`, by name, among those who hold a role that the viewer may give (any role for an
    /// administrator). An exact address finds any account.
    pub async fn people(&self, search: &str, number: u64) -> Result<Page<PersonLine>, RightsError> {
        let db = &self.room.cx.db;
        let mut holders = role::holders(db).await?;
        let admins = account::admins(db).await?;
        if self.actor.admin {
            for admin in &admins {
                holders.entry(admin.id).or_default();
            }
        } else {
            holders.retain(|_, grants| grants.iter().any(|grant| self.may(&grant.service, grant.stage.as_deref())));
        }
        let mut accounts = account::by_ids(db, holders.keys().copied()).await?;
        let wanted = fold(search);
        accounts.retain(|account| fold(&format!("{} {}", account.name(), account.email)).contains(&wanted));
        accounts.sort_by_cached_key(|account| (fold(&account.family_name), fold(&account.given_name), account.email.clone()));
        if let Some(email) = Email::parse(search)
            && !accounts.iter().any(|account| account.email == email.as_str())
        {
            accounts.extend(account::by_email(db, &email).await?);
        }
        let total = accounts.len() as u64;
        let first = usize::try_from(Paging::of(number).offset()).unwrap_or(usize::MAX);
        let items = accounts.into_iter().skip(first).take(PAGE as usize).map(|account| {
            let grants = holders.get(&account.id).map_or(&[][..], Vec::as_slice);
            let rights = self.room.grants_in_words(grants, account.admin).lines().map(str::to_owned).collect();
            PersonLine { id: account.id, name: account.name(), email: account.email, rights }
        });
        Ok(Page { items: items.collect(), total })
    }

    pub async fn person(&self, id: AccountId) -> Result<Person, RightsError> {
        let account = account::by_id(&self.room.cx.db, id).await?.ok_or(RightsError::NotFound)?;
        let oneself = account.id == self.actor.account;
        let held = role::of_account(&self.room.cx.db, id).await?.into_iter().map(|grant| Held {
            perimeter: self.room.perimeter_name(&grant.service, grant.stage.as_deref()),
            within: self.may(&grant.service, grant.stage.as_deref()) && (self.actor.admin || !oneself),
            grant,
        });
        let has_factor = self.room.has_second_factor(&self.room.cx.db, id).await?;
        Ok(Person { has_factor, held: held.collect(), perimeters: self.perimeters(), oneself, account })
    }

    fn perimeters(&self) -> Vec<Perimeter> {
        let services = self.room.cx.catalogue.services().iter();
        let all = services.flat_map(|service| {
            let stages = service.stages.iter().map(|stage| Some(stage.slug.clone()));
            std::iter::once(None).chain(stages).map(|stage| (service.slug.clone(), stage))
        });
        all.filter(|(service, stage)| self.may(service, stage.as_deref()))
            .map(|(service, stage)| Perimeter { name: self.room.perimeter_name(&service, stage.as_deref()), service, stage })
            .collect()
    }

    /// The perimeter that a form names by its code.
    fn perimeter(&self, code: &str) -> Result<Perimeter, RightsError> {
        if code.is_empty() {
            return Err(RightsError::NoPerimeter);
        }
        self.perimeters().into_iter().find(|perimeter| perimeter.code() == code).ok_or(RightsError::Outside)
    }

    /// Gives this role on this perimeter, replacing the one held there.
    pub async fn give(&self, id: AccountId, perimeter: &str, role: Role) -> Result<(), RightsError> {
        self.somebody_else(id)?;
        let Perimeter { service, stage, .. } = self.perimeter(perimeter)?;
        self.change(id, Edit::Give(Grant { service, stage, role })).await
    }

    /// A role on a service or a stage which left the catalogue can still be taken back.
    pub async fn take_back(&self, id: AccountId, perimeter: &str) -> Result<(), RightsError> {
        if !self.actor.admin {
            self.somebody_else(id)?;
        }
        let (service, stage) = perimeter.split_once(':').map_or((perimeter, None), |(service, stage)| (service, Some(stage)));
        if !self.may(service, stage) {
            return Err(RightsError::Outside);
        }
        self.change(id, Edit::Take(service, stage)).await
    }

    /// Makes somebody an administrator, or takes that right away; the last administrator keeps it.
    pub async fn set_admin(&self, id: AccountId, admin: bool) -> Result<(), RightsError> {
        self.require_admin()?;
        if admin {
            self.somebody_else(id)?;
        }
        self.change(id, Edit::Admin(admin)).await
    }

    /// Writes the change, the journal and the message, when it changes anything.
    async fn change(&self, id: AccountId, edit: Edit<'_>) -> Result<(), RightsError> {
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        let account = account::by_id(&tx, id).await?.filter(|account| !account.is_erased()).ok_or(RightsError::NotFound)?;
        let before = self.room.grants_in_words(&role::of_account(&tx, id).await?, account.admin);
        match &edit {
            Edit::Give(grant) => role::give(&tx, id, grant).await?,
            Edit::Take(service, stage) => role::take_back(&tx, id, service, *stage).await?,
            Edit::Admin(admin) => account::set_admin(&tx, id, *admin).await?,
        }
        let admin = if let Edit::Admin(admin) = edit { admin } else { account.admin };
        let after = self.room.grants_in_words(&role::of_account(&tx, id).await?, admin);
        if before == after {
            return Ok(());
        }
        let change = Change { before: &before, after: &after, reason: "" };
        admin_event::write(cx, &tx, self.actor, edit.kind(), Some(id), change).await?;
        // Counted after the journal is written, whose lock serialises writers: two administrators who remove each other at once
        // cannot both succeed.
        if account.admin && !admin && account::count_admins(&tx).await? == 0 {
            return Err(RightsError::LastAdmin);
        }
        mails::rights_changed(&account.email, &after, &cx.url(routes::HOME)).send(cx, &tx).await?;
        Ok(tx.commit().await?)
    }

    fn somebody_else(&self, id: AccountId) -> Result<(), RightsError> {
        if id == self.actor.account { Err(RightsError::Oneself) } else { Ok(()) }
    }
}

enum Edit<'a> {
    Give(Grant),
    Take(&'a str, Option<&'a str>),
    Admin(bool),
}

impl Edit<'_> {
    fn kind(&self) -> AdminKind {
        match self {
            Self::Give(_) => AdminKind::RoleGiven,
            Self::Take(..) => AdminKind::RoleTaken,
            Self::Admin(true) => AdminKind::AdminGiven,
            Self::Admin(false) => AdminKind::AdminTaken,
        }
    }
}
