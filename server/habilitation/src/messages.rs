//! Messages about a request between those who file it and those who review it. What each person has read is recorded; a mail
//! announces the first unread message, not those that follow.

use std::{collections::HashMap, sync::Arc};

use domain::{
    Timestamp,
    actor::{Actor, By},
    catalogue::Form,
    document::{Format, MAX_PER_MESSAGE},
    ids::{AccountId, MessageId, RequestId},
    message::{self as rules, Side},
    notification::Topic,
    quota::Made,
    request::State,
    routes,
    sight::Act,
    traces::{SOME_ADMINISTRATOR, acted},
    words,
};
use store::{
    Paging,
    account::{self, Account},
    co_editor,
    document::{self, OF_MESSAGE},
    message::{self, Mark, NewMessage},
    request::{self, Request, Viewer},
    role,
};

use crate::{
    Habilitation,
    documents::{Document, DocumentError, Upload, check},
    mails::{self, About},
    requests::{Opened, RequestError},
};

/// Messages on a page of a thread.
pub const PAGE: u64 = 50;
pub const FORMATS: [Format; 4] = [Format::Pdf, Format::Xlsx, Format::Ods, Format::Csv];

#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// Unknown, somebody else's, or of a service without messages: the same answer.
    #[error("no such request")]
    NotFound,
    /// Nobody could read it: the request was never submitted, or is closed for good.
    #[error("nobody to write to")]
    Closed,
    /// For each control of the form to correct: its name and the sentence to show.
    #[error("message refused")]
    Refused(Vec<(&'static str, String)>),
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("an attachment cannot be stored")]
    Io(#[from] std::io::Error),
}

/// One message as a page shows it.
#[derive(Debug, Clone)]
pub struct MessageRead {
    pub id: MessageId,
    pub side: Side,
    /// The author's name, with the administrator who was impersonating them, if any.
    pub author: String,
    pub mine: bool,
    /// Written by the other side, and not read before this page.
    pub unread: bool,
    pub body: String,
    pub at: Timestamp,
    pub documents: Vec<Document>,
}

#[derive(Debug, Clone)]
pub struct Thread {
    pub request: Request,
    pub service: Arc<Form>,
    /// The oldest first.
    pub messages: Vec<MessageRead>,
    pub page: u64,
    pub pages: u64,
    pub may_write: bool,
}

/// The capability to follow the messages of one request, from one side.
pub struct Messaging<'a> {
    room: &'a Habilitation,
    actor: &'a Actor,
    side: Side,
    request: Request,
    service: Arc<Form>,
    /// May write; colleagues and readers only follow.
    answers: bool,
}

impl Habilitation {
    pub async fn messaging<'a>(&'a self, actor: &'a Actor, side: Side, id: RequestId) -> Result<Messaging<'a>, MessageError> {
        let db = &self.cx.db;
        let (request, answers) = match side {
            Side::Applicant => {
                let viewer = Viewer { account: actor.account, email: &actor.email };
                let seen = request::seen_by(db, id, viewer).await?.filter(|seen| seen.allows(Act::Read)).ok_or(MessageError::NotFound)?;
                let answers = seen.allows(Act::Answer);
                (seen.request, answers)
            }
            Side::Reviewer => {
                let request = request::of_reviewer(db, id, &actor.grants).await?.ok_or(MessageError::NotFound)?;
                (request::as_sent(db, request).await?, true)
            }
        };
        let service = self.form_of(&request).filter(|service| service.messages).ok_or(MessageError::NotFound)?;
        let reviews = service.stages.iter().any(|stage| actor.reviews_stage(&stage.service, &stage.slug));
        let answers = answers && (side == Side::Applicant || reviews);
        Ok(Messaging { room: self, actor, side, request, service, answers })
    }

    /// Whoever may read the messages may open their attachments.
    pub(crate) async fn messaging_door(&self, actor: &Actor, id: RequestId) -> Result<(), RequestError> {
        for side in Side::ALL {
            match self.messaging(actor, side, id).await {
                Ok(_) => return Ok(()),
                Err(MessageError::Store(error)) => return Err(error.into()),
                Err(_) => {}
            }
        }
        Err(RequestError::NotFound)
    }

    /// Unread messages of the lines of a list, in one query; requests without any are left out.
    pub async fn unread(
        &self,
        actor: &Actor,
        side: Side,
        requests: impl IntoIterator<Item = RequestId>,
    ) -> Result<HashMap<RequestId, u64>, store::Error> {
        message::unread(&self.cx.db, actor.account, side.other(), requests).await
    }

    pub(crate) async fn unread_of(&self, actor: &Actor, side: Side, opened: &Opened) -> Result<u64, store::Error> {
        let request = opened.request.id;
        Ok(if opened.has_messages() { self.unread(actor, side, [request]).await?.remove(&request).unwrap_or(0) } else { 0 })
    }
}

impl Messaging<'_> {
    /// One page of the thread, the last for `None`; showing the last page marks the thread as read.
    pub async fn read(&self, page: Option<u64>) -> Result<Thread, MessageError> {
        let db = &self.room.cx.db;
        let pages = message::count(db, self.request.id).await?.div_ceil(PAGE).max(1);
        let page = page.unwrap_or(pages).clamp(1, pages);
        let found = message::page(db, self.request.id, Paging { number: page, size: PAGE }).await?;
        let mark = message::marks(db, self.request.id, [self.actor.account]).await?.remove(&self.actor.account).unwrap_or_default();
        let last = found.iter().map(|message| message.seq).max().unwrap_or(0);
        // An impersonation does not mark messages as read.
        if page == pages && last > mark.read && self.actor.impersonated_by.is_none() {
            let tx = self.room.cx.begin().await?;
            message::raise_mark(&tx, self.request.id, self.actor.account, Mark { read: last, ..Mark::default() }).await?;
            tx.commit().await?;
        }
        let may_write = self.may_write();
        let messages = self.shown(found, mark).await?;
        Ok(Thread { request: self.request.clone(), service: self.service.clone(), messages, page, pages, may_write })
    }

    async fn shown(&self, found: Vec<message::Message>, mark: Mark) -> Result<Vec<MessageRead>, MessageError> {
        let db = &self.room.cx.db;
        let writers: Vec<AccountId> = found.iter().flat_map(|message| [Some(message.author), message.impersonated_by]).flatten().collect();
        let names = account::by_ids(db, writers).await?;
        let name = |id: AccountId| names.iter().find(|account| account.id == id).map(Account::name).unwrap_or_default();
        let impersonator = |id: AccountId| if self.side == Side::Reviewer { name(id) } else { SOME_ADMINISTRATOR.to_owned() };
        let links = message::attachments(db, found.iter().map(|message| message.id)).await?;
        let documents = document::by_ids(db, links.iter().map(|(_, document)| *document)).await?;
        let hanging = |id: MessageId| {
            let mine = links.iter().filter(|(message, _)| *message == id);
            mine.filter_map(|(_, document)| documents.iter().find(|row| row.id == *document)).cloned().collect()
        };
        let messages = found.into_iter().map(|message| MessageRead {
            id: message.id,
            side: message.side,
            author: acted(&name(message.author), message.impersonated_by.map(impersonator).as_deref()),
            mine: message.author == self.actor.account && message.side == self.side,
            unread: message.side != self.side && message.seq > mark.read,
            body: message.body,
            at: message.at,
            documents: hanging(message.id),
        });
        Ok(messages.collect())
    }

    /// Readers of the service do not write. Before the first submission there is nobody to write to, and nobody reads an archived
    /// request.
    fn may_write(&self) -> bool {
        self.answers && self.request.round > 0 && self.request.phase.state() != State::Archived
    }

    /// All of it or nothing: the text, its documents, and the mails. The same `id` again writes nothing.
    pub async fn write(&self, id: MessageId, typed: &str, uploads: &[Upload]) -> Result<(), MessageError> {
        if !self.may_write() {
            return Err(MessageError::Closed);
        }
        let (body, documents) = self.checked(typed, uploads)?;
        self.within_the_day(documents.len()).await?;
        for (document, upload) in documents.iter().zip(uploads) {
            self.room.keep_bytes(document, &upload.bytes).await?;
        }
        let written = self.record(id, &body, &documents).await;
        if !matches!(written, Ok(true)) {
            for document in &documents {
                self.room.forget_bytes(document).await;
            }
        }
        written.map(drop)
    }

    /// Checks the daily quotas. What reviewers write counts for their own account, not for the organisation.
    async fn within_the_day(&self, documents: usize) -> Result<(), MessageError> {
        let body = (self.side == Side::Applicant).then_some(self.request.organisation);
        for (made, more, control) in [(Made::Messages, 1, "message"), (Made::Documents, documents, "documents")] {
            let allowed = self.room.quota(&self.room.cx.db, made, (self.actor.account, body), more).await?;
            allowed.map_err(|spent| MessageError::Refused(vec![(control, spent.sentence())]))?;
        }
        Ok(())
    }

    fn checked(&self, typed: &str, uploads: &[Upload]) -> Result<(String, Vec<Document>), MessageError> {
        let (mut refused, mut documents) = (Vec::new(), Vec::new());
        let body = words::checked(typed, rules::MAX);
        if let Err(problem) = body {
            refused.push(("message", problem.or_missing("Écrivez votre message.")));
        }
        if uploads.len() > MAX_PER_MESSAGE {
            refused.extend(DocumentError::TooMany(MAX_PER_MESSAGE).about_the_file().map(|sentence| ("documents", sentence)));
        }
        for upload in uploads {
            match check(&upload.bytes, &FORMATS) {
                Ok(format) => documents.push(self.room.new_document(self.actor, self.request.id, upload, format)),
                Err(error) => {
                    let about = |sentence| ("documents", format!("{}\u{a0}: {sentence}", upload.file_name));
                    refused.extend(error.about_the_file().map(about));
                }
            }
        }
        match body {
            Ok(body) if refused.is_empty() => {
                documents.iter_mut().for_each(|document| document.field = OF_MESSAGE.to_owned());
                Ok((body, documents))
            }
            _ => Err(MessageError::Refused(refused)),
        }
    }

    /// False when it was recorded already.
    async fn record(&self, id: MessageId, body: &str, documents: &[Document]) -> Result<bool, MessageError> {
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        for document in documents {
            self.room.add_row(&tx, document).await?;
        }
        let ids: Vec<_> = documents.iter().map(|document| document.id).collect();
        let impersonated_by = By::from(self.actor).impersonated_by;
        let new = NewMessage { id, request: self.request.id, author: self.actor.account, impersonated_by, side: self.side, body, documents: &ids };
        let Some(seq) = message::add(&tx, new, cx.now()).await? else { return Ok(false) };
        self.tell(&tx, seq).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Mails the people of the other side, except those who were mailed about a message they have not read yet.
    async fn tell(&self, tx: &store::Tx, seq: i64) -> Result<(), MessageError> {
        let cx = &self.room.cx;
        let people = match self.side.other() {
            Side::Applicant => self.applicants(tx).await?,
            Side::Reviewer => self.reviewers(tx).await?,
        };
        let marks = message::marks(tx, self.request.id, people.iter().map(|account| account.id)).await?;
        let news = |account: &Account| {
            let mark = marks.get(&account.id).copied().unwrap_or_default();
            account.id != self.actor.account && rules::is_news(mark.read, mark.told)
        };
        let all: Vec<AccountId> = people.iter().map(|account| account.id).filter(|id| *id != self.actor.account).collect();
        let people: Vec<Account> = people.into_iter().filter(news).collect();
        let path = match self.side.other() {
            Side::Applicant => routes::request_messages(self.request.id),
            Side::Reviewer => routes::review_messages(self.request.id),
        };
        let sent = match self.side.other() {
            Side::Applicant => self.request.clone(),
            Side::Reviewer => request::as_sent(tx, self.request.clone()).await?,
        };
        let about = About::new(cx, &sent, &self.service.name, &path);
        let words = |account: &Account| mails::request::message(&account.email, &about, &self.actor.name, self.side);
        let told: Vec<AccountId> =
            self.room.notify(tx, Topic::Messages, self.request.id, &people, words).await?.into_iter().map(|account| account.id).collect();
        // The message counts as addressed to reviewers who turned these mails off too.
        let to_reviewers = self.side.other() == Side::Reviewer;
        for id in all.into_iter().filter(|id| to_reviewers || told.contains(id)) {
            let to = Mark { read: 0, told: if told.contains(&id) { seq } else { 0 }, addressed: if to_reviewers { seq } else { 0 } };
            message::raise_mark(tx, self.request.id, id, to).await?;
        }
        Ok(())
    }

    /// The applicant and the co-editors.
    async fn applicants(&self, tx: &store::Tx) -> Result<Vec<Account>, MessageError> {
        let shared = co_editor::of_request(tx, self.request.id).await?;
        let people = shared.into_iter().filter_map(|one| one.account).chain([self.request.applicant]);
        Ok(account::by_ids(tx, people).await?)
    }

    /// The team whose turn it is and those who wrote before; when there are none, every team of the service.
    async fn reviewers(&self, tx: &store::Tx) -> Result<Vec<Account>, MessageError> {
        let wrote = message::authors(tx, self.request.id, Side::Reviewer).await?;
        let (mut all, mut concerned) = (Vec::new(), Vec::new());
        for stage in &self.service.stages {
            for account in role::reviewers(tx, &stage.service, &stage.slug).await? {
                if self.request.phase.pending().any(|turn| turn.service == stage.service && turn.stage == stage.slug) || wrote.contains(&account.id) {
                    concerned.push(account.clone());
                }
                all.push(account);
            }
        }
        let mut people = if concerned.is_empty() { all } else { concerned };
        people.sort_by_key(|account| account.id);
        people.dedup_by_key(|account| account.id);
        Ok(people)
    }
}
