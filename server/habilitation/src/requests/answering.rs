//! The applicant answers one block: what was typed is merged and stored, the pressed button is carried out, and the person goes on or
//! is shown what to correct.

use std::future::Future;

use domain::{
    calendar::paris_date,
    form::{self, Answers, Block, FieldProblem, Form, Kind, Problem},
    ids::{DocumentId, RemarkId, RequestId},
};
use store::{
    document::{self, Document},
    request::Request,
};

use super::{Applying, Opened, RequestError, SUMMARY, attach::document_problems, people::PersonCommand};
use crate::{
    Habilitation,
    address_book::BookError,
    documents::{DocumentError, Upload},
};

/// What the pressed button asks for, beside keeping what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command<'a> {
    /// To the next block, when nothing is wrong with this one.
    Next,
    Save,
    /// Straight to the last page: every block was answered before.
    Summary,
    Person(PersonCommand<'a>),
    RemoveDocument(DocumentId),
    ScanDocument(DocumentId),
    /// A remark is dealt with, or is not after all.
    HandleRemark(RemarkId, bool),
}

/// One block of a form as a browser sends it.
#[derive(Debug, Clone)]
pub struct BlockSent<'a> {
    pub block: &'a str,
    pub answers: Answers,
    /// [`super::as_shown`] of the answers that the page was opened with.
    pub seen: &'a str,
    pub command: Command<'a>,
}

/// The page to go to next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The same block, with a word that it was saved.
    Saved,
    /// The same block.
    Same,
    Block(String),
    Summary,
}

/// What to show, or where to go on.
pub enum Outcome {
    Done(Place),
    /// The block is shown again. Everything was stored but the refused documents (`documents`, by field, with a sentence) and the
    /// answers that are too long or cannot be read, which `shown` holds as they were typed.
    ToCorrect {
        opened: Box<Opened>,
        shown: Answers,
        problems: Vec<FieldProblem>,
        documents: Vec<(String, String)>,
    },
    /// No answer was stored, because somebody saved the same block since the form was opened. Documents were, but for the refused
    /// ones in `documents`.
    Stale {
        opened: Box<Opened>,
        typed: Answers,
        current: Box<Request>,
        documents: Vec<(String, String)>,
    },
    /// Nothing was stored: the request is not editable any more, because it was submitted meanwhile for instance.
    NotEditable {
        opened: Box<Opened>,
        typed: Answers,
    },
}

/// Documents that came with a form, read one after the other: none waits in memory for the others.
pub trait SentDocuments: Send {
    type Error: From<RequestError> + From<DocumentError> + From<BookError> + Send;

    fn next(&mut self) -> impl Future<Output = Result<Option<Upload>, Self::Error>> + Send;
}

impl Applying<'_> {
    /// Keeps the answers to one block, complete or not, and carries out the command.
    pub async fn answer<D: SentDocuments>(&self, id: RequestId, sent: BlockSent<'_>, mut documents: D) -> Result<Outcome, D::Error> {
        let BlockSent { block: slug, mut answers, seen, command } = sent;
        let (mut request, mut form) = match self.editable(id).await {
            Err(RequestError::NotEditable) => return Ok(self.not_editable(id, slug, answers, command).await?),
            other => other?,
        };
        let block = form.block(slug).ok_or(RequestError::NotFound)?.clone();
        if let Command::Person(person) = command {
            self.change_people(person, &mut answers, &block, request.organisation).await?;
        }
        let written = match self.write_block((&mut request, &mut form), &block, &answers, seen).await {
            Ok(problems) => problems,
            Err(RequestError::Stale(current)) => {
                let (documents, _) = self.add_documents(id, &mut documents).await?;
                let opened = self.open_boxed(id).await?;
                let typed = with_block(&current.answers, &block, &answers);
                return Ok(Outcome::Stale { opened, typed, current, documents });
            }
            Err(RequestError::NotEditable) => return Ok(self.not_editable(id, slug, answers, Command::Save).await?),
            Err(error) => return Err(error.into()),
        };
        let (not_added, added) = self.add_documents(id, &mut documents).await?;
        let removed = matches!(command, Command::RemoveDocument(_));
        match command {
            Command::RemoveDocument(document) => self.remove_document(id, document).await?,
            Command::ScanDocument(document) => self.room.scan_again(self.actor, id, document).await?,
            Command::HandleRemark(remark, handled) => self.handle_remark(id, remark, handled).await?,
            Command::Next | Command::Save | Command::Summary | Command::Person(_) => {}
        }
        if added || removed {
            request = self.editable(id).await?.0;
        }
        // The answers may select another form, for one service or two.
        form = self.room.form_of(&request).ok_or(RequestError::UnknownService)?;
        let (mut problems, written): (Vec<FieldProblem>, _) = written.into_iter().partition(|one| one.problem.refuses_draft());
        let mut shown = request.answers.clone();
        let typed = with_block(&shown, &block, &answers);
        shown.0.extend(problems.iter().map(|one| (one.field.clone(), typed.all(&one.field).to_vec())));
        let mut others = if command == Command::Next { self.left_to_correct(&request, &form, &block, written).await? } else { Vec::new() };
        others.extend(self.keep_people(&request, &block, command).await?);
        others.retain(|one| problems.iter().all(|refused| refused.field != one.field));
        problems.extend(others);
        if !not_added.is_empty() || !problems.is_empty() {
            return Ok(Outcome::ToCorrect { opened: self.open_boxed(id).await?, shown, problems, documents: not_added });
        }
        let place = place_after(&form, slug, &request.answers, command);
        let left_at = match &place {
            Place::Saved | Place::Same => slug,
            Place::Block(next) => next,
            Place::Summary => SUMMARY,
        };
        self.note_place(id, left_at).await?;
        Ok(Outcome::Done(place))
    }

    async fn open_boxed(&self, id: RequestId) -> Result<Box<Opened>, RequestError> {
        Ok(Box::new(self.open(id).await?))
    }

    /// Returns what was typed, to be shown beside what is stored.
    async fn not_editable(&self, id: RequestId, slug: &str, mut answers: Answers, command: Command<'_>) -> Result<Outcome, RequestError> {
        let opened = self.open_boxed(id).await?;
        let block = opened.service.block(slug).ok_or(RequestError::NotFound)?;
        if let Command::Person(person) = command {
            self.change_people(person, &mut answers, block, opened.request.organisation).await?;
        }
        let typed = with_block(&opened.request.answers, block, &answers);
        Ok(Outcome::NotEditable { typed, opened })
    }

    /// Stores the documents. Returns those that were refused, by field, with why; and whether one was added.
    async fn add_documents<D: SentDocuments>(&self, id: RequestId, documents: &mut D) -> Result<(Vec<(String, String)>, bool), D::Error> {
        let (mut refused, mut added) = (Vec::new(), false);
        while let Some(upload) = documents.next().await? {
            let (field, name) = (upload.field.clone(), upload.file_name.clone());
            match self.add_document(id, &upload).await {
                Ok(new) => added |= new,
                Err(error) => match error.about_the_file() {
                    Some(sentence) => refused.push((field, format!("{name}\u{a0}: {sentence}"))),
                    None => return Err(error.into()),
                },
            }
        }
        Ok((refused, added))
    }

    /// Checks the block again once its documents are stored. Of the problems found when its answers were written, only the reliance
    /// on an unknown request is kept: it is not looked up again.
    async fn left_to_correct(
        &self,
        request: &Request,
        form: &Form,
        block: &Block,
        written: Vec<FieldProblem>,
    ) -> Result<Vec<FieldProblem>, RequestError> {
        let asks_for_documents = block.fields.iter().any(|field| field.kind == Kind::Documents);
        let documents = if asks_for_documents { document::of_request(&self.room.cx.db, request.id).await? } else { Vec::new() };
        let mut problems = self.room.problems_of(form, block, request, &documents);
        let unknown = written.into_iter().filter(|one| one.problem == Problem::UnknownChoice && !problems.contains(one));
        let unknown: Vec<FieldProblem> = unknown.collect();
        problems.extend(unknown);
        Ok(problems)
    }
}

impl Habilitation {
    /// Every problem that keeps a block from being submitted, but for those of its reliance.
    pub fn problems_of(&self, form: &Form, block: &Block, request: &Request, documents: &[Document]) -> Vec<FieldProblem> {
        let mut problems = self.check_block(form, block, &request.answers);
        let late = self.problems_of_the_day(block, request, documents);
        let late: Vec<FieldProblem> = late.into_iter().filter(|one| problems.iter().all(|known| known.field != one.field)).collect();
        problems.extend(late);
        problems
    }

    /// What was right when it was typed, and is wrong today: documents the antivirus refused since, dates that have passed.
    pub(super) fn problems_of_the_day(&self, block: &Block, request: &Request, documents: &[Document]) -> Vec<FieldProblem> {
        let of_block = |problem: &FieldProblem| block.fields.iter().any(|field| field.id == problem.field);
        let mut problems: Vec<FieldProblem> = document_problems(request, documents).into_iter().filter(of_block).collect();
        problems.extend(form::untimely(block, &request.answers, paris_date(self.cx.now())));
        problems
    }
}

/// The answers, with those of the block as they were sent.
fn with_block(answers: &Answers, block: &Block, sent: &Answers) -> Answers {
    let mut answers = answers.clone();
    answers.merge_block(block, sent);
    answers
}

/// Where a command leads once everything was kept.
fn place_after(form: &Form, slug: &str, answers: &Answers, command: Command<'_>) -> Place {
    match command {
        Command::Next => form.step_after(slug, answers).map_or(Place::Summary, |next| Place::Block(next.slug.clone())),
        Command::Summary => Place::Summary,
        Command::Save | Command::Person(PersonCommand::Keep(_)) => Place::Saved,
        Command::Person(_) | Command::RemoveDocument(_) | Command::ScanDocument(_) | Command::HandleRemark(..) => Place::Same,
    }
}
