//! The list of software vendors to contact, reported by organisations whose vendor is not ready.

mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, ids::VendorTicketId, routes as paths, vendor_ticket};
use habilitation::vendor_tickets::TicketError;
use serde::Deserialize;
use ui::{fields, shell::NavItem, verbs};
use web::{ActorForm, App, Page, Routes, SignedIn, Visitor, WebError, id_of, page_number, see_other};

use self::page::{ClosingRefused, vendors_page};

fields! {
    enum Sent {
        /// What the vendor answered.
        Note = "note",
        Action = "action",
    }
}

verbs! {
    enum Action {
        Contacted = "contacte",
        Close = "clos",
    }
}

pub fn routes() -> Routes {
    Routes::new().get(paths::VENDOR_TICKETS, list).post(paths::VENDOR_TICKET, advance)
}

#[derive(Debug, Default, Deserialize)]
struct Filter {
    page: Option<String>,
    etat: Option<String>,
    fait: Option<String>,
}

async fn list(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Query(filter): Query<Filter>) -> Result<Response, WebError> {
    show(&app, &visitor, &actor, &filter, None).await
}

async fn show(app: &App, visitor: &Visitor, actor: &Actor, filter: &Filter, refused: Option<ClosingRefused>) -> Result<Response, WebError> {
    let desk = app.habilitation.vendor_desk(actor).ok_or(WebError::NotFound)?;
    let number = page_number(filter.page.as_deref());
    let state = filter.etat.as_deref().and_then(vendor_ticket::State::parse);
    let found = desk.list(state, u64::from(number)).await?;
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page::new(app, visitor, "Éditeurs à contacter").at(NavItem::Review).status(status);
    Ok(page.show(|| vendors_page(&found, number, state, filter.fait.is_some(), refused.as_ref(), &visitor.csrf)))
}

async fn advance(
    State(app): State<App>,
    Path(ticket): Path<String>,
    ActorForm { actor, visitor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let id: VendorTicketId = id_of(&ticket)?;
    let desk = app.habilitation.vendor_desk(&actor).ok_or(WebError::NotFound)?;
    let note = data.get(Sent::Note);
    let moved = match data.verb(Sent::Action) {
        Some(Action::Contacted) => desk.contacted(id).await,
        Some(Action::Close) | None => desk.close(id, note).await,
    };
    match moved {
        Ok(()) => Ok(see_other(&format!("{}?fait=1", paths::VENDOR_TICKETS))),
        Err(TicketError::Refused(problems)) => {
            let message = problems.into_values().next().unwrap_or_default();
            let refused = ClosingRefused { ticket: id.to_string(), typed: note.to_owned(), message };
            show(&app, &visitor, &actor, &Filter::default(), Some(refused)).await
        }
        Err(error) => Err(error.into()),
    }
}
