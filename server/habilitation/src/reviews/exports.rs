//! Lists as files: CSV sent while it is read, XLSX made in the background. Both read the list five hundred requests at a time, so
//! that the memory they take does not depend on its length.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use domain::{
    Timestamp, calendar,
    ids::{AccountId, ExportId},
    queue::QueueQuery,
    quota::{Made, Spent},
    spreadsheet::{self, BYTE_ORDER_MARK},
};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use store::{
    Cx, account, export,
    export::{Export, ExportState},
    organisation,
    queue::{self, Row, Scope},
    role, sealed_file,
};
use tokio::sync::{Notify, mpsc};

use super::{
    Reviewing,
    queue::{address, scope_of},
};
use crate::Habilitation;

/// Lines read at a time; what is done is noted after each.
pub(crate) const CHUNK: u64 = 500;
/// Interval between two notes of progress while a file is saved: well under the time after which a silent process counts as gone.
pub(crate) const SIGN_OF_LIFE: Duration = Duration::from_secs(30);
/// Maximum number of a person's workbooks being made at one time.
const MAX_UNFINISHED: u64 = 3;
/// How long a file may be fetched.
pub const EXPORT_KEPT: Duration = Duration::from_secs(domain::retention::EXPORT.0.unsigned_abs() * 3600);
/// Rows of a sheet, the header aside: a limit of the format.
const MAX_XLSX_ROWS: u64 = 1_048_575;

const COLUMNS: [(&str, f64); 12] = [
    ("Numéro", 10.0),
    ("Projet", 40.0),
    ("Service", 20.0),
    ("État", 20.0),
    ("Organisation", 40.0),
    ("SIRET", 16.0),
    ("Demandeur", 24.0),
    ("Adresse électronique", 32.0),
    ("Transmise le", 14.0),
    ("Équipes en attente", 30.0),
    ("Réponse promise", 16.0),
    ("Instructeur", 24.0),
];

type Cells = [String; COLUMNS.len()];

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Unknown, or somebody else's: the same answer.
    #[error("no such export")]
    NotFound,
    #[error("{MAX_UNFINISHED} exports are under way already")]
    TooMany,
    #[error("more than {MAX_XLSX_ROWS} lines for a workbook")]
    TooLong,
    #[error(transparent)]
    Spent(#[from] Spent),
    #[error("the file of an export")]
    Io(#[from] std::io::Error),
    #[error("the workbook")]
    Workbook(#[from] XlsxError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl ExportError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::TooMany => format!("Vous avez déjà {MAX_UNFINISHED} exports en cours\u{a0}: attendez que l’un d’eux soit prêt."),
            Self::TooLong => format!("Cette liste dépasse {MAX_XLSX_ROWS} lignes\u{a0}: choisissez le fichier CSV."),
            Self::Spent(error) => error.sentence(),
            _ => return None,
        })
    }
}

/// A list read from its beginning to its end.
pub struct Reading {
    room: Habilitation,
    scope: Scope,
    query: QueueQuery,
    after: i64,
    over: bool,
}

impl Reading {
    fn new(room: Habilitation, scope: Scope, query: QueueQuery) -> Self {
        Self { room, scope, query, after: 0, over: false }
    }

    /// Nothing at the end.
    async fn next(&mut self) -> Result<Option<Vec<Cells>>, store::Error> {
        if self.over {
            return Ok(None);
        }
        let rows = queue::after(&self.room.cx.db, &self.scope, &self.query, self.after, self.room.export_chunk).await?;
        self.over = (rows.len() as u64) < self.room.export_chunk;
        let Some(last) = rows.last() else { return Ok(None) };
        self.after = last.number;
        Ok(Some(self.room.cells(rows).await?))
    }

    /// The next piece of the CSV file, its header with the first; nothing at the end.
    pub async fn next_csv(&mut self) -> Result<Option<String>, store::Error> {
        let first = self.after == 0;
        let header = || format!("{BYTE_ORDER_MARK}{}", spreadsheet::csv_line(COLUMNS.iter().map(|(label, _)| *label)));
        let mut text = if first && !self.over { header() } else { String::new() };
        match self.next().await? {
            Some(lines) => text.extend(lines.iter().map(|cells| spreadsheet::csv_line(cells.iter().map(String::as_str)))),
            None if text.is_empty() => return Ok(None),
            None => {}
        }
        Ok(Some(text))
    }
}

/// Whether the file may still be fetched; later, it is purged.
fn is_kept(export: &Export, now: Timestamp) -> bool {
    export.at >= now - EXPORT_KEPT
}

impl Reviewing<'_> {
    /// Reads what this person may list; owned, since the file outlives the HTTP request.
    pub fn reading(&self, query: QueueQuery) -> Reading {
        Reading::new(self.room.clone(), self.scope(&query), query)
    }

    /// Asks for a workbook of the list, made in the background. Called again with the same `id`, it returns the workbook that is
    /// being made or ready; one that failed or is not kept any more is made again under another id.
    pub async fn start_export(&self, id: ExportId, query: &QueueQuery) -> Result<ExportId, ExportError> {
        let cx = &self.room.cx;
        let total = queue::requests_in(&cx.db, &self.scope(query), query).await?;
        if total > MAX_XLSX_ROWS {
            return Err(ExportError::TooLong);
        }
        let tx = cx.begin().await?;
        let id = match export::of_account(&tx, id, self.actor.account).await? {
            Some(one) if one.state != ExportState::Failed && is_kept(&one, cx.now()) => return Ok(id),
            Some(_) => cx.new_id(),
            None => id,
        };
        if export::unfinished(&tx, self.actor.account).await? >= MAX_UNFINISHED {
            return Err(ExportError::TooMany);
        }
        self.room.quota(&tx, Made::Exports, (self.actor.account, None), 1).await??;
        let new = Export { id, account: self.actor.account, query: address(query), state: ExportState::Waiting, done: 0, total, at: cx.now() };
        export::add(&tx, &new).await?;
        tx.commit().await?;
        self.room.exports_bell.notify_one();
        Ok(id)
    }

    pub async fn export(&self, id: ExportId) -> Result<Export, ExportError> {
        let found = export::of_account(&self.room.cx.db, id, self.actor.account).await?;
        found.filter(|one| is_kept(one, self.room.cx.now())).ok_or(ExportError::NotFound)
    }

    /// The file, once it is ready.
    pub async fn export_file(&self, id: ExportId) -> Result<sealed_file::Reading, ExportError> {
        let export = self.export(id).await?;
        if export.state != ExportState::Ready {
            return Err(ExportError::NotFound);
        }
        let (cx, path) = (self.room.cx.clone(), self.room.export_path(id));
        let open = move || sealed_file::open(&cx, &export_in(&id.to_string()), &path);
        Ok(tokio::task::spawn_blocking(open).await.map_err(std::io::Error::other)??)
    }
}

impl Habilitation {
    pub fn exports_bell(&self) -> Arc<Notify> {
        self.exports_bell.clone()
    }

    pub(crate) fn exports(&self) -> PathBuf {
        self.documents.with_file_name("exports")
    }

    fn export_path(&self, id: ExportId) -> PathBuf {
        self.exports().join(format!("{id}.xlsx"))
    }

    /// Makes the workbooks that wait, and returns how many.
    pub async fn run_exports(&self) -> Result<usize, ExportError> {
        let mut made = 0;
        while let Some(export) = export::claim(&self.cx).await? {
            let (state, done) = match self.make(&export).await {
                Ok(done) => (ExportState::Ready, done),
                Err(error) => {
                    tracing::error!(export.id = %export.id, %error, "a workbook could not be made");
                    (ExportState::Failed, export.done)
                }
            };
            self.note_progress(export.id, state, done).await?;
            made += 1;
        }
        Ok(made)
    }

    async fn note_progress(&self, id: ExportId, state: ExportState, done: u64) -> Result<(), store::Error> {
        let tx = self.cx.begin().await?;
        export::progress(&tx, id, state, done, self.cx.now()).await?;
        tx.commit().await
    }

    /// Lists with the rights that the person has when it is made, not those they had when they asked.
    async fn make(&self, export: &Export) -> Result<u64, ExportError> {
        let query = QueueQuery::parse(&url::form_urlencoded::parse(export.query.as_bytes()).into_owned().collect::<Vec<_>>());
        let grants = role::of_account(&self.cx.db, export.account).await?;
        let scope = scope_of(self, export.account, &grants, &query, self.cx.now());
        let mut reading = Reading::new(self.clone(), scope, query);
        let path = self.export_path(export.id);
        let (sender, receiver) = mpsc::channel(2);
        let cx = self.cx.clone();
        let mut writing = tokio::task::spawn_blocking(move || write_workbook(&cx, receiver, &path));
        let mut done = 0;
        while let Some(lines) = reading.next().await? {
            done += lines.len() as u64;
            if sender.send(lines).await.is_err() {
                break;
            }
            self.note_progress(export.id, ExportState::Running, done).await?;
        }
        drop(sender);
        // Notes progress during a long save: else another process would take the workbook over.
        loop {
            tokio::select! {
                written = &mut writing => {
                    written.map_err(std::io::Error::other)??;
                    return Ok(done);
                }
                () = tokio::time::sleep(self.sign_of_life) => self.note_progress(export.id, ExportState::Running, done).await?,
            }
        }
    }

    /// Deletes the files that were kept long enough.
    pub async fn purge_exports(&self) -> Result<usize, ExportError> {
        let tx = self.cx.begin().await?;
        let gone = export::purge_before(&tx, self.cx.now() - EXPORT_KEPT).await?;
        tx.commit().await?;
        for id in &gone {
            match tokio::fs::remove_file(self.export_path(*id)).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(gone.len())
    }

    async fn cells(&self, rows: Vec<Row>) -> Result<Vec<Cells>, store::Error> {
        let db = &self.cx.db;
        let organisations = organisation::by_ids(db, rows.iter().map(|row| row.organisation)).await?;
        let ids = rows.iter().flat_map(|row| row.turns.iter().filter_map(|turn| turn.assignee).chain([row.applicant]));
        let mut ids: Vec<AccountId> = ids.collect();
        ids.sort();
        ids.dedup();
        let people = account::by_ids(db, ids).await?;
        let person = |id: AccountId| people.iter().find(|one| one.id == id);
        let day = |at| calendar::paris_date(at).to_string();
        let line = |row: Row| {
            let organisation = organisations.iter().find(|one| one.id == row.organisation);
            let applicant = person(row.applicant);
            let assignees = row.turns.iter().filter_map(|turn| turn.assignee).filter_map(person).map(|one| one.name());
            let teams = row.turns.iter().map(|turn| self.team_name(turn));
            let due = row.turns.iter().filter_map(|turn| turn.due).max();
            [
                format!("D{}", row.number),
                row.title.clone(),
                self.service(&row.service).map(|service| service.name.clone()).unwrap_or_default(),
                row.state.label().to_owned(),
                organisation.map(|one| one.name()).unwrap_or_default(),
                organisation.map(|one| one.siret.to_string()).unwrap_or_default(),
                applicant.map(|one| one.name()).unwrap_or_default(),
                applicant.map(|one| one.email.clone()).unwrap_or_default(),
                row.submitted_at.map(day).unwrap_or_default(),
                teams.collect::<Vec<_>>().join(", "),
                due.map(|day| day.to_string()).unwrap_or_default(),
                assignees.collect::<Vec<_>>().join(", "),
            ]
        };
        Ok(rows.into_iter().map(line).collect())
    }
}

/// What the seal of an export file is bound to: the export's id, which is the file's name without its extension.
pub(crate) fn export_in(name: &str) -> String {
    format!("export:{}", name.split('.').next().unwrap_or_default())
}

/// Writes row after row to the disk, so that the whole is never in memory. Until it is sealed, it is in a temporary file without a
/// name.
fn write_workbook(cx: &Cx, mut lines: mpsc::Receiver<Vec<Cells>>, path: &Path) -> Result<(), ExportError> {
    let folder = path.parent().unwrap_or(path);
    sealed_file::create_folder(folder)?;
    let mut workbook = Workbook::new();
    workbook.set_tempdir(folder)?;
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name("Demandes")?.set_freeze_panes(1, 0)?;
    for (column, (label, width)) in (0u16..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, label, &bold)?;
    }
    let mut row = 0;
    while let Some(some) = lines.blocking_recv() {
        for cells in some {
            row += 1;
            for (column, text) in (0u16..).zip(&cells) {
                sheet.write_string(row, column, spreadsheet::harmless(text))?;
            }
        }
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut sealing = sealed_file::Writer::new(cx, export_in(name), sealed_file::create(path)?)?;
    workbook.save_to_writer(&mut sealing)?;
    sealing.finish()?;
    Ok(())
}
