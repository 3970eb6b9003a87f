//! The way to a form: choosing who, whose product, for what; then beginning the request.

pub mod choose;
pub mod page;

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
use serde::Deserialize;
use ui::shell::NavItem;
use web::{App, FormData, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, id_once, see_other, signed_in};

use crate::{
    request::first_page,
    start::{
        choose::{ChoosePage, choose_page},
        page::{Begin, PROPOSED, start_page},
    },
};

pub fn routes() -> Routes {
    Routes::new().get(paths::NEW_REQUEST, start).post(paths::NEW_REQUEST, create).post(paths::REPORT_VENDOR, report)
}

#[derive(Debug, Default, Deserialize)]
struct Way {
    qui: Option<String>,
    editeur: Option<String>,
    cas: Option<String>,
    forme: Option<String>,
    signale: Option<String>,
}

impl Way {
    fn answers(&self) -> Answers {
        Answers {
            builder: self.qui.as_deref().and_then(Builder::parse),
            vendor: self.editeur.clone().filter(|text| !text.is_empty()),
            case: self.cas.clone().filter(|text| !text.is_empty()),
            form: self.forme.clone().filter(|text| !text.is_empty()),
        }
    }
}

/// What a page of the way holds beside the answers in its address.
#[derive(Default)]
struct Shown {
    answers: Answers,
    obstacle: Option<Obstacle>,
    ticket: TicketForm,
    problems: TicketProblems,
    told: bool,
    /// The answers a link proposes, as they came.
    asked: Vec<(String, String)>,
}

/// The parameters of the link that are not the way's may propose answers. What is not UTF-8 is left out (the decoder
/// puts U+FFFD there).
fn asked_in(query: Option<&str>) -> Vec<(String, String)> {
    let readable = |(name, value): &(String, String)| !name.contains('\u{fffd}') && !value.contains('\u{fffd}');
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().filter(readable).collect()
}

/// The same, as the start page's form sends them on.
fn asked_again(data: &FormData) -> Vec<(String, String)> {
    let named = data.answers().0.into_iter().filter_map(|(name, values)| Some((name.strip_prefix(PROPOSED)?.to_owned(), values)));
    named.flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value))).collect()
}

async fn start(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(slug): Path<String>,
    Query(way): Query<Way>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let asked = asked_in(query.as_deref());
    show(&app, &visitor, &actor, &slug, Shown { answers: way.answers(), told: way.signale.is_some(), asked, ..Shown::default() }).await
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

async fn create(State(app): State<App>, Path(slug): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::new_request(&slug))?;
    let chosen = Some(form.data.text("forme")).filter(|text| !text.is_empty() && *text != choice::FREE).map(str::to_owned);
    let applying = app.habilitation.applying(actor);
    let asked = asked_again(&form.data);
    let before = Some(form.data.text("precedente")).filter(|text| !text.is_empty());
    let id: RequestId = id_once(&app, actor, &form.data, &slug, &[]);
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
    show(&app, &form.visitor, actor, &slug, Shown { answers, obstacle: Some(obstacle), asked, ..Shown::default() }).await
}

async fn report(State(app): State<App>, Path(slug): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::new_request(&slug))?;
    let text = |name: &str| form.data.text(name).to_owned();
    let ticket = TicketForm {
        vendor: text("editeur"),
        vendor_name: text("nom"),
        contact_name: text("interlocuteur"),
        contact_email: text("courriel"),
        contact_phone: text("telephone"),
        wanted: text("donnees"),
        message: text("message"),
    };
    let vendor = if ticket.vendor.is_empty() { choice::OTHER.to_owned() } else { ticket.vendor.clone() };
    let mut shown =
        Shown { answers: Answers { vendor: Some(vendor.clone()), ..Answers::default() }, asked: asked_again(&form.data), ..Shown::default() };
    let id: VendorTicketId = id_once(&app, actor, &form.data, &paths::report_vendor(&slug), &[]);
    match app.habilitation.report_vendor(id, actor, &slug, &ticket).await {
        Ok(()) => {
            let mut query = vec![("editeur", vendor.as_str()), ("signale", "1")];
            query.extend(shown.asked.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let back = paths::with_query(&paths::new_request(&slug), &query);
            return Ok(see_other(&back));
        }
        Err(TicketError::NoOrganisation) => shown.obstacle = Some(Obstacle::NoOrganisation),
        Err(TicketError::Refused(problems)) => shown.problems = problems,
        Err(error) => return Err(error.into()),
    }
    shown.ticket = ticket;
    show(&app, &form.visitor, actor, &slug, shown).await
}
