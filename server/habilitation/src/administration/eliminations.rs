//! Elimination lists, for administrators: request files whose retention period is over are submitted to the archives, and erased by
//! the clock once the visa of the archives is recorded.

use std::collections::BTreeMap;

use domain::{
    administration::AdminKind,
    calendar::{french_date, paris_date},
    elimination::{TypedVisa, Visa},
    ids::{EliminationId, OrganisationId},
    retention::Class,
    spreadsheet,
};
use store::{
    Page, Paging, account,
    admin_event::{self, Change},
    elimination::{self, Elimination, File},
    organisation,
};

use super::{Administering, RightsError};

#[derive(Debug, thiserror::Error)]
pub enum EliminationError {
    /// For each field to correct: its name and the sentence to show.
    #[error("fields to correct")]
    Fields(Vec<(&'static str, String)>),
    #[error("no file is over")]
    Nothing,
    /// The visa of this list was recorded meanwhile.
    #[error("approved already")]
    Approved,
    #[error(transparent)]
    Rights(#[from] RightsError),
    #[error(transparent)]
    Factor(#[from] crate::factors::FactorError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A request file, with the names of its services and its organisation.
#[derive(Debug, Clone)]
pub struct ListedFile {
    pub file: File,
    pub service: String,
    pub organisation: String,
}

/// The files that may be put on a list, and the lists made so far with how many files each holds.
#[derive(Debug, Clone)]
pub struct Overview {
    pub due: Page<ListedFile>,
    pub lists: Page<(Elimination, u64)>,
}

/// One list and its files.
#[derive(Debug, Clone)]
pub struct Opened {
    pub list: Elimination,
    pub files: Page<ListedFile>,
    pub made_by: String,
    pub approved_by: Option<String>,
}

/// Column headings of the list that is sent to the archives.
const COLUMNS: [&str; 9] =
    ["Bordereau", "Demande", "Service", "Organisme", "Ouverte le", "Transmise le", "Terminée le", "Issue", "Nombre de documents"];

impl Administering<'_> {
    pub async fn eliminations(&self, due: u64, lists: u64) -> Result<Overview, EliminationError> {
        self.require_admin()?;
        let db = &self.room.cx.db;
        let files = elimination::due(db, self.over_before(), Paging::of(due)).await?;
        Ok(Overview { due: self.named_files(files).await?, lists: elimination::list(db, Paging::of(lists)).await? })
    }

    fn over_before(&self) -> domain::Timestamp {
        let now = self.room.cx.now();
        Class::RequestFile.before(now).unwrap_or(now)
    }

    async fn named_files(&self, files: Page<File>) -> Result<Page<ListedFile>, store::Error> {
        let Page { items, total } = files;
        let ids: Vec<OrganisationId> = items.iter().map(|file| file.organisation).collect();
        let bodies = organisation::by_ids(&self.room.cx.db, ids).await?;
        let names: BTreeMap<OrganisationId, String> = bodies.into_iter().map(|body| (body.id, body.name())).collect();
        let items = items.into_iter().map(|file| {
            let services = std::iter::once(file.service.as_str()).chain(file.with_service.as_deref());
            let service = services.map(|slug| self.room.service(slug).map_or(slug, |service| service.name.as_str())).collect::<Vec<_>>().join(" et ");
            ListedFile { service, organisation: names.get(&file.organisation).cloned().unwrap_or_default(), file }
        });
        Ok(Page { items: items.collect(), total })
    }

    /// Makes a list of the files whose retention period is over, the oldest first.
    pub async fn propose_elimination(&self) -> Result<EliminationId, EliminationError> {
        self.require_admin()?;
        let cx = &self.room.cx;
        let (id, tx) = (cx.new_id(), cx.begin().await?);
        let made = elimination::propose(&tx, id, self.actor.account, self.over_before(), cx.now()).await?;
        let (number, count) = made.ok_or(EliminationError::Nothing)?;
        let after = format!("Bordereau n°\u{a0}{number}, dossiers\u{a0}: {count}");
        self.note_elimination(&tx, AdminKind::EliminationProposed, Change { after: &after, ..Change::default() }).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn note_elimination(&self, tx: &store::Tx, kind: AdminKind, change: Change<'_>) -> Result<(), store::Error> {
        admin_event::write(&self.room.cx, tx, self.actor, kind, None, change).await
    }

    async fn found(&self, id: EliminationId) -> Result<Elimination, EliminationError> {
        Ok(elimination::by_id(&self.room.cx.db, id).await?.ok_or(RightsError::NotFound)?)
    }

    pub async fn elimination(&self, id: EliminationId, number: u64) -> Result<Opened, EliminationError> {
        self.require_admin()?;
        let (db, list) = (&self.room.cx.db, self.found(id).await?);
        let files = self.named_files(elimination::files(db, id, Paging::of(number)).await?).await?;
        let people = account::by_ids(db, [list.created_by].into_iter().chain(list.approved_by)).await?;
        let name = |id| people.iter().find(|one| one.id == id).map(account::Account::name).unwrap_or_default();
        Ok(Opened { made_by: name(list.created_by), approved_by: list.approved_by.map(name), list, files })
    }

    /// The whole list, as a file to send: its number, and its lines.
    pub async fn elimination_csv(&self, id: EliminationId) -> Result<(i64, String), EliminationError> {
        self.require_admin()?;
        let list = self.found(id).await?;
        let files = elimination::files(&self.room.cx.db, id, Paging { number: 1, size: domain::elimination::MAX_FILES }).await?;
        let day = |at| paris_date(at).to_string();
        let mut text = format!("{}{}", spreadsheet::BYTE_ORDER_MARK, spreadsheet::csv_line(COLUMNS));
        for ListedFile { file, service, organisation } in self.named_files(files).await?.items {
            let cells = [
                list.number.to_string(),
                format!("D{}", file.number),
                service,
                organisation,
                day(file.opened_at),
                file.submitted_at.map(day).unwrap_or_default(),
                day(file.ended_at),
                file.outcome.label().to_owned(),
                file.documents.to_string(),
            ];
            text.push_str(&spreadsheet::csv_line(cells.iter().map(String::as_str)));
        }
        Ok((list.number, text))
    }

    /// Records the visa, after which the clock erases the files of the list. `token` is that of the administrator's own session.
    pub async fn record_visa(&self, token: &str, id: EliminationId, typed: &TypedVisa) -> Result<Visa, EliminationError> {
        self.require_admin()?;
        self.room.require_fresh(self.actor, token).await?;
        let (cx, list) = (&self.room.cx, self.found(id).await?);
        let visa = typed.read(paris_date(list.created_at), paris_date(cx.now())).map_err(EliminationError::Fields)?;
        let tx = cx.begin().await?;
        if !elimination::approve(&tx, id, &visa, self.actor.account, cx.now()).await? {
            return Err(EliminationError::Approved);
        }
        let after = format!("Bordereau n°\u{a0}{}\nVisa {} du {}\n{}", list.number, visa.reference, french_date(visa.on), visa.authority);
        self.note_elimination(&tx, AdminKind::EliminationApproved, Change { after: &after, ..Change::default() }).await?;
        tx.commit().await?;
        Ok(visa)
    }

    /// Withdraws a list that the archives refused or postponed: its files may be proposed again.
    pub async fn withdraw_elimination(&self, id: EliminationId) -> Result<(), EliminationError> {
        self.require_admin()?;
        let (cx, list) = (&self.room.cx, self.found(id).await?);
        let tx = cx.begin().await?;
        if !elimination::withdraw(&tx, id).await? {
            return Err(EliminationError::Approved);
        }
        let before = format!("Bordereau n°\u{a0}{}", list.number);
        self.note_elimination(&tx, AdminKind::EliminationWithdrawn, Change { before: &before, ..Change::default() }).await?;
        tx.commit().await?;
        Ok(())
    }
}
