//! Beginning a request: questions that choose the form (who builds the service, with whose software, for which procedure), then
//! the page with the button that creates the draft. A vendor that is not ready can be reported on the way.

mod choose;
mod page;

use axum::{
    extract::{Path, Query, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    actor::Actor,
    choice::{self, Answers, Builder, Step},
    ids::{RequestId, VendorTicketId},
    prefill, routes as paths,
};
use habilitation::{
    requests::{Obstacle, RequestError},
    vendor_tickets::{TicketError, TicketForm, TicketProblems},
};
use ui::{fields, named::Named, shell::NavItem};
use web::{ActorForm, App, FormData, Page, Routes, SignedIn, Visitor, WebError, id_of, id_once, see_other};

use self::{
    choose::{ChoosePage, choose_page},
    page::{Begin, PROPOSED, start_page},
};
use crate::request::first_page;

fields! {
    /// The parameters of the address: the answers to the questions, each of which is a link.
    enum Asked {
        Builder = "qui",
        Vendor = "editeur",
        Case = "cas",
        Form = "forme",
        /// The vendor has just been reported.
        Reported = "signale",
    }
}

fields! {
    /// What the form that begins a request sends.
    enum Sent {
        Form = "forme",
        /// The request whose habilitation this one continues.
        Before = "precedente",
    }
}

fields! {
    /// What the form that reports a vendor sends.
    enum Ticket {
        /// The slug of the vendor; empty when it is not in the list.
        Vendor = "editeur",
        VendorName = "nom",
        ContactName = "interlocuteur",
        ContactEmail = "courriel",
        ContactPhone = "telephone",
        Wanted = "donnees",
        Message = "message",
    }
}

pub fn routes() -> Routes {
    Routes::new().get(paths::NEW_REQUEST, start).post(paths::NEW_REQUEST, create).post(paths::REPORT_VENDOR, report)
}

fn answers_in(query: &FormData) -> Answers {
    let text = |asked| Some(query.get(asked)).filter(|text| !text.is_empty()).map(str::to_owned);
    Answers { builder: Builder::parse(query.get(Asked::Builder)), vendor: text(Asked::Vendor), case: text(Asked::Case), form: text(Asked::Form) }
}

/// What a page shows beside what the catalogue and the organisation tell.
#[derive(Default)]
struct Shown {
    answers: Answers,
    obstacle: Option<Obstacle>,
    ticket: TicketForm,
    problems: TicketProblems,
    /// The team has just been told of the vendor.
    told: bool,
    /// The answers that a link proposes, not checked yet.
    asked: Vec<(String, String)>,
}

/// The parameters of an address. Those that are not [`Asked`] may propose answers to the form. What is not UTF-8 is left out (the
/// decoder puts U+FFFD there).
fn asked_in(query: Option<&str>) -> Vec<(String, String)> {
    let readable = |(name, value): &(String, String)| !name.contains('\u{fffd}') && !value.contains('\u{fffd}');
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().filter(readable).collect()
}

/// The same parameters, read from the hidden fields of a form.
fn asked_again(data: &FormData) -> Vec<(String, String)> {
    let named = data.answers().0.into_iter().filter_map(|(name, values)| Some((name.strip_prefix(PROPOSED)?.to_owned(), values)));
    named.flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value))).collect()
}

async fn start(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(slug): Path<String>,
    Query(query): Query<FormData>,
    RawQuery(raw): RawQuery,
) -> Result<Response, WebError> {
    let (answers, told) = (answers_in(&query), query.holds(Asked::Reported));
    show(&app, &visitor, &actor, &slug, Shown { answers, told, asked: asked_in(raw.as_deref()), ..Shown::default() }).await
}

async fn show(app: &App, visitor: &Visitor, actor: &Actor, slug: &str, shown: Shown) -> Result<Response, WebError> {
    let catalogue = app.cx.catalogue();
    let service = catalogue.service(slug).ok_or(WebError::NotFound)?;
    let organisation = app.habilitation.current_organisation(actor).await?;
    let step = choice::step(catalogue, service, &shown.answers);
    let variant = match &step {
        Step::Ready(variant) => *variant,
        _ => None,
    };
    let form = catalogue.form_now(slug, variant.map(|variant| variant.slug.as_str())).ok_or(WebError::NotFound)?;
    let vendor = variant.and_then(|variant| catalogue.vendor(variant.vendor.as_deref()?));
    let before = service.continues.as_deref().and_then(|slug| catalogue.service(slug));
    let applying = app.habilitation.applying(actor);
    let steps = match &organisation {
        Some(organisation) => applying.continuable(service, organisation.id).await?,
        None => Vec::new(),
    };
    let obstacle = applying.obstacle(form, organisation.as_ref(), !steps.is_empty()).await?.or(shown.obstacle);
    let proposed = prefill::accepted(form, &shown.asked);
    let variants = service.variants.iter().map(|variant| Some(variant.slug.as_str()));
    let forms = std::iter::once(None).chain(variants).filter_map(|variant| catalogue.form_now(slug, variant));
    let carried = prefill::carried(forms, &shown.asked);
    let begin = Begin {
        form,
        variant,
        vendor,
        organisation: organisation.as_ref(),
        obstacle,
        proposed: &proposed,
        carried: &carried,
        before,
        steps: &steps,
        csrf: &visitor.csrf,
    };
    let refused = shown.obstacle.is_some() || !shown.problems.is_empty();
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page::new(app, visitor, format!("Demander {}", service.name)).at(NavItem::Requests).status(status);
    if matches!(step, Step::Ready(_)) {
        return Ok(page.show(|| start_page(&begin)));
    }
    let choose = ChoosePage {
        service,
        answers: &shown.answers,
        step: &step,
        ticket: &shown.ticket,
        problems: &shown.problems,
        told: shown.told,
        begin: &begin,
    };
    Ok(page.show(|| choose_page(&choose)))
}

async fn create(State(app): State<App>, Path(slug): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let chosen = Some(data.get(Sent::Form)).filter(|text| !text.is_empty() && *text != choice::FREE).map(str::to_owned);
    let applying = app.habilitation.applying(&actor);
    let asked = asked_again(&data);
    let before = Some(data.get(Sent::Before)).filter(|text| !text.is_empty());
    let id: RequestId = id_once(&app, &actor, &data, &slug, &[]);
    let started = match before {
        Some(before) => applying.start_after(id, &slug, id_of(before)?).await,
        None => applying.start(id, &slug, chosen.as_deref()).await,
    };
    let obstacle = match started {
        Ok(()) => {
            let filled = applying.propose(id, &asked).await?;
            let said = if before.is_some() { Some("suite") } else { filled.then_some("prerempli") };
            return first_page(&applying, id, said).await;
        }
        Err(RequestError::Begun(id)) => return first_page(&applying, id, None).await,
        Err(RequestError::Obstacle(obstacle)) => obstacle,
        Err(error) => return Err(error.into()),
    };
    let answers = Answers { form: Some(chosen.unwrap_or_else(|| choice::FREE.to_owned())), ..Answers::default() };
    show(&app, &visitor, &actor, &slug, Shown { answers, obstacle: Some(obstacle), asked, ..Shown::default() }).await
}

async fn report(State(app): State<App>, Path(slug): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let text = |field| data.get(field).to_owned();
    let ticket = TicketForm {
        vendor: text(Ticket::Vendor),
        vendor_name: text(Ticket::VendorName),
        contact_name: text(Ticket::ContactName),
        contact_email: text(Ticket::ContactEmail),
        contact_phone: text(Ticket::ContactPhone),
        wanted: text(Ticket::Wanted),
        message: text(Ticket::Message),
    };
    let vendor = if ticket.vendor.is_empty() { choice::OTHER.to_owned() } else { ticket.vendor.clone() };
    let mut shown = Shown { answers: Answers { vendor: Some(vendor.clone()), ..Answers::default() }, asked: asked_again(&data), ..Shown::default() };
    let id: VendorTicketId = id_once(&app, &actor, &data, &paths::report_vendor(&slug), &[]);
    match app.habilitation.report_vendor(id, &actor, &slug, &ticket).await {
        Ok(()) => {
            let mut query = vec![(Asked::Vendor.as_str(), vendor.as_str()), (Asked::Reported.as_str(), "1")];
            query.extend(shown.asked.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let back = paths::with_query(&paths::new_request(&slug), &query);
            return Ok(see_other(&back));
        }
        Err(TicketError::NoOrganisation) => shown.obstacle = Some(Obstacle::NoOrganisation),
        Err(TicketError::Refused(problems)) => shown.problems = problems,
        Err(error) => return Err(error.into()),
    }
    shown.ticket = ticket;
    show(&app, &visitor, &actor, &slug, shown).await
}
