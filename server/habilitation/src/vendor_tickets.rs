//! Tickets about software vendors that are not ready: an organisation reports one, the team contacts it, and the outcome is kept.

use std::collections::BTreeMap;

use domain::{
    actor::Actor,
    address, calendar,
    ids::VendorTicketId,
    person_name::{NOT_A_NAME, is_name},
    routes,
    vendor_ticket::{Phase, State},
    words::{WordsError, checked, checked_line, optional},
};
pub use store::vendor_ticket::Ticket;
use store::{Page, Paging, account, organisation, role, vendor_ticket};

use crate::{Habilitation, mails, own_account::kept_phone};

const MAX_LINE: usize = 100;
pub const MAX_MESSAGE: usize = 2000;

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketForm {
    /// A slug of the list, when the vendor is in it.
    pub vendor: String,
    pub vendor_name: String,
    pub contact_name: String,
    pub contact_email: String,
    pub contact_phone: String,
    pub wanted: String,
    pub message: String,
}

/// What is wrong, by name of control.
pub type TicketProblems = BTreeMap<&'static str, String>;

#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    #[error("no such ticket")]
    NotFound,
    #[error("no organisation chosen")]
    NoOrganisation,
    #[error("answers refused")]
    Refused(TicketProblems),
    /// Moved by somebody else meanwhile.
    #[error("stale ticket")]
    Stale,
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// One line of the team's list.
#[derive(Debug, Clone)]
pub struct TicketLine {
    pub ticket: Ticket,
    pub service_name: String,
    pub organisation: String,
    pub requester: String,
    pub requester_email: String,
    pub contacted_by: String,
    pub closed_by: String,
    pub may_act: bool,
}

impl Habilitation {
    /// Tells the team of a service that a vendor is to be contacted. Reported twice, a vendor keeps its first ticket.
    pub async fn report_vendor(&self, id: VendorTicketId, actor: &Actor, slug: &str, form: &TicketForm) -> Result<(), TicketError> {
        let cx = &self.cx;
        let service = self.service(slug).filter(|service| service.variants.iter().any(|variant| variant.vendor.is_some()));
        let service = service.ok_or(TicketError::NotFound)?;
        let organisation = self.current_organisation(actor).await?.ok_or(TicketError::NoOrganisation)?;
        let listed = cx.catalogue().vendor(&form.vendor).map(|vendor| (vendor.slug.clone(), vendor.name.clone()));
        let form = checked_form(self, form, listed.as_ref().map(|(_, name)| name.as_str())).map_err(TicketError::Refused)?;
        let tx = cx.begin().await?;
        if let Some(pending) = vendor_ticket::pending(&tx, organisation.id, slug, &form.vendor_name).await? {
            let since = calendar::french_date(calendar::paris_date(pending.created_at));
            let told = || format!("Votre organisation a déjà signalé cet éditeur le {since}\u{a0}: l’équipe le contacte.");
            return if pending.id == id { Ok(()) } else { Err(TicketError::Refused([("donnees", told())].into())) };
        }
        if let Err(wait) = self.may_send_with(&tx, actor.account).await? {
            let sentence = format!("Vous avez signalé beaucoup d’éditeurs\u{a0}: attendez {} avant d’en signaler un autre.", wait.delay());
            return Err(TicketError::Refused([("donnees", sentence)].into()));
        }
        let ticket = Ticket {
            id,
            service: slug.to_owned(),
            vendor: listed.map(|(slug, _)| slug),
            vendor_name: form.vendor_name,
            contact_name: form.contact_name,
            contact_email: form.contact_email,
            contact_phone: form.contact_phone,
            wanted: form.wanted,
            message: form.message,
            organisation: organisation.id,
            requested_by: actor.account,
            created_at: cx.now(),
            phase: Phase::Open,
            note: String::new(),
        };
        if !vendor_ticket::add(&tx, ticket.clone()).await? {
            return Ok(());
        }
        let link = cx.url(routes::VENDOR_TICKETS);
        let mut told = std::collections::BTreeSet::new();
        for stage in service.stages.iter().filter(|stage| stage.service == slug) {
            for reviewer in role::reviewers(&tx, slug, &stage.slug).await? {
                if told.insert(reviewer.email.clone()) {
                    let name = &organisation.name();
                    mails::vendors::to_contact(&reviewer.email, &ticket.vendor_name, name, &ticket.wanted, &link).send(cx, &tx).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Held by whoever reads a service whose vendors are contacted.
    pub fn vendor_desk<'a>(&'a self, actor: &'a Actor) -> Option<VendorDesk<'a>> {
        let catalogue = self.cx.catalogue();
        let of_vendors = |service: &&domain::catalogue::ServiceFile| service.variants.iter().any(|variant| variant.vendor.is_some());
        let services: Vec<String> =
            catalogue.services().iter().filter(of_vendors).filter(|service| actor.reads_service(&service.slug)).map(|s| s.slug.clone()).collect();
        (!services.is_empty()).then_some(VendorDesk { room: self, actor, services })
    }
}

pub struct VendorDesk<'a> {
    room: &'a Habilitation,
    actor: &'a Actor,
    services: Vec<String>,
}

impl VendorDesk<'_> {
    pub async fn list(&self, state: Option<State>, number: u64) -> Result<Page<TicketLine>, TicketError> {
        let db = &self.room.cx.db;
        let services: Vec<&str> = self.services.iter().map(String::as_str).collect();
        let Page { items, total } = vendor_ticket::list(db, &services, state, Paging::of(number)).await?;
        let moved = |ticket: &Ticket| match &ticket.phase {
            Phase::Open => (None, None),
            Phase::Contacted { by, .. } => (Some(*by), None),
            Phase::Closed { contacted, by, .. } => (contacted.map(|(_, by)| by), Some(*by)),
        };
        let ids = items.iter().flat_map(|ticket| {
            let (contacted, closed) = moved(ticket);
            [Some(ticket.requested_by), contacted, closed].into_iter().flatten()
        });
        let people = account::by_ids(db, ids.collect::<Vec<_>>()).await?;
        let bodies = organisation::by_ids(db, items.iter().map(|ticket| ticket.organisation)).await?;
        let name = |id| people.iter().find(|person| Some(person.id) == id).map(|person| person.name()).unwrap_or_default();
        let items = items.into_iter().map(|ticket| {
            let (contacted, closed) = moved(&ticket);
            TicketLine {
                service_name: self.room.service_name(&ticket.service).to_owned(),
                organisation: bodies.iter().find(|body| body.id == ticket.organisation).map(|body| body.name()).unwrap_or_default(),
                requester: name(Some(ticket.requested_by)),
                requester_email: people.iter().find(|p| p.id == ticket.requested_by).map(|p| p.email.clone()).unwrap_or_default(),
                contacted_by: name(contacted),
                closed_by: name(closed),
                may_act: self.actor.reviews_service(&ticket.service),
                ticket,
            }
        });
        Ok(Page { items: items.collect(), total })
    }

    pub async fn contacted(&self, id: VendorTicketId) -> Result<(), TicketError> {
        self.advance(id, None).await
    }

    /// `note` says what became of it; the organisation that asked reads it.
    pub async fn close(&self, id: VendorTicketId, note: &str) -> Result<(), TicketError> {
        let refused = |error: WordsError| {
            TicketError::Refused([("note", error.or_missing("Dites ce qu’il en est\u{a0}: la collectivité lira ce texte."))].into())
        };
        let note = checked(note, MAX_MESSAGE).map_err(refused)?;
        self.advance(id, Some(note)).await
    }

    async fn advance(&self, id: VendorTicketId, closing: Option<String>) -> Result<(), TicketError> {
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        let mut ticket = vendor_ticket::by_id(&tx, id).await?.ok_or(TicketError::NotFound)?;
        if !self.actor.reviews_service(&ticket.service) {
            return Err(TicketError::NotFound);
        }
        let from = ticket.phase.state();
        let (now, by) = (cx.now(), self.actor.account);
        let moved = if closing.is_some() { ticket.phase.clone().close(now, by) } else { ticket.phase.clone().contact(now, by) };
        ticket.phase = moved.map_err(|_| TicketError::Stale)?;
        ticket.note = closing.unwrap_or_default();
        if let [requester] = account::by_ids(&tx, [ticket.requested_by]).await?.as_slice() {
            let link = cx.url(&routes::new_request(&ticket.service));
            let service = self.room.service_name(&ticket.service);
            let letter = match &ticket.phase {
                Phase::Closed { .. } => mails::vendors::closed(&requester.email, service, &ticket.vendor_name, &ticket.note, &link),
                _ => mails::vendors::contacted(&requester.email, service, &ticket.vendor_name),
            };
            letter.send(cx, &tx).await?;
        }
        store::unless_stale(vendor_ticket::advance(&tx, ticket, from).await, || TicketError::Stale)?;
        tx.commit().await?;
        Ok(())
    }
}

fn checked_form(room: &Habilitation, form: &TicketForm, listed: Option<&str>) -> Result<TicketForm, TicketProblems> {
    let mut problems = TicketProblems::new();
    let mut line = |name: &'static str, text: &str, required: bool| match checked_line(text, MAX_LINE) {
        Ok(text) => text,
        Err(WordsError::Missing) if !required => String::new(),
        Err(error) => {
            let said = match (name, &error) {
                ("nom", WordsError::Missing) => "Indiquez le nom de l’éditeur.".to_owned(),
                ("donnees", WordsError::Missing) => "Choisissez les données que vous voulez recevoir.".to_owned(),
                _ => error.sentence(),
            };
            problems.insert(name, said);
            String::new()
        }
    };
    let vendor_name = line("nom", listed.unwrap_or(&form.vendor_name), true);
    let contact_name = line("interlocuteur", &form.contact_name, false);
    let wanted = line("donnees", &form.wanted, true);
    let message = optional(&form.message, MAX_MESSAGE).unwrap_or_else(|error| {
        problems.insert("message", error.sentence());
        String::new()
    });
    if !contact_name.is_empty() && !is_name(&contact_name) {
        problems.insert("interlocuteur", NOT_A_NAME.to_owned());
    }
    if address::holds_one(&vendor_name) {
        problems.insert("nom", address::IN_A_TITLE.to_owned());
    }
    let email = form.contact_email.trim();
    let contact_email = match room.mailbox(email) {
        Ok(email) => email.to_string(),
        Err(problem) => {
            if !email.is_empty() {
                problems.insert("courriel", problem.sentence());
            }
            String::new()
        }
    };
    let phone = kept_phone(&form.contact_phone).unwrap_or_else(|| {
        problems.insert("telephone", domain::form::Problem::Phone.sentence());
        String::new()
    });
    if email.is_empty() && phone.is_empty() && !problems.contains_key("telephone") {
        problems.insert("courriel", "Indiquez une adresse électronique ou un téléphone chez l’éditeur.".to_owned());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(TicketForm { vendor: form.vendor.clone(), vendor_name, contact_name, contact_email, contact_phone: phone, wanted, message })
}
