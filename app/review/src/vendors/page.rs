//! The page of the list: each vendor with what is wanted, by whom, and what was done.

use domain::{calendar, phone, routes, vendor_ticket::State};
use habilitation::{
    requests::{PAGE, Page},
    vendor_tickets::{MAX_MESSAGE, Ticket, TicketLine},
};
use leptos::prelude::*;
use ui::components::{
    Alert, Badge, Breadcrumb, Button, ButtonKind, Details, EmptyState, ErrorLink, ErrorSummary, Field, HiddenField, PageTitle, Pagination, PostForm,
    SummaryList, SummaryRow, TextareaField, Tone, followed,
};

use super::{Action, Sent};
use crate::shared::way;

/// What was typed to close a ticket, and why it was refused.
pub struct ClosingRefused {
    pub ticket: String,
    pub typed: String,
    pub message: String,
}

pub fn vendors_page(
    page: &Page<TicketLine>,
    number: u32,
    state: Option<State>,
    done: bool,
    refused: Option<&ClosingRefused>,
    csrf: &str,
) -> impl IntoView + use<> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let errors: Vec<ErrorLink> =
        refused.map(|refused| ErrorLink::new(format!("note-{}", refused.ticket), refused.message.clone())).into_iter().collect();
    let lines: Vec<AnyView> = page.items.iter().map(|line| ticket(line, refused, csrf)).collect();
    let list = if lines.is_empty() {
        let (title, text) = match state {
            Some(State::Contacted | State::Closed) => ("Aucun signalement dans cet état", "Choisissez «\u{a0}Tous\u{a0}» pour revoir les autres."),
            None | Some(State::Open) => ("Aucun éditeur à contacter", "Les collectivités dont l’éditeur n’est pas prêt apparaîtront ici."),
        };
        view! { <EmptyState title=title text=text /> }.into_any()
    } else {
        lines.into_any()
    };
    let base = match state {
        Some(state) => format!("{}&page=", routes::with_query(routes::VENDOR_TICKETS, &[("etat", state.as_str())])),
        None => format!("{}?page=", routes::VENDOR_TICKETS),
    };
    let lead = match page.total {
        0 => String::new(),
        1 => "Un signalement.".to_owned(),
        many => format!("{many} signalements, le plus ancien d’abord."),
    };
    view! {
        <Breadcrumb parents=way(&[]) current="Éditeurs à contacter" />
        {done.then(|| view! { <Alert tone=Tone::Success title="Suivi enregistré" live=true><p>"La collectivité qui attend en est prévenue par courriel."</p></Alert> })}
        <ErrorSummary errors=errors />
        <PageTitle title="Éditeurs à contacter" lead=lead />
        {filters(state)}
        {list}
        <Pagination current=number total=pages base=base />
    }
}

fn filters(current: Option<State>) -> impl IntoView + use<> {
    let link = |label: &'static str, state: Option<State>| {
        let href =
            state.map_or_else(|| routes::VENDOR_TICKETS.to_owned(), |state| routes::with_query(routes::VENDOR_TICKETS, &[("etat", state.as_str())]));
        view! { <li><a class="fr-tag" href=followed(href) aria-current=(state == current).then_some("true")>{label}</a></li> }
    };
    view! {
        <nav aria-label="Filtrer par état">
            <ul class="fr-tags-group">
                {link("Tous", None)}
                {State::ALL.map(|state| link(state.label(), Some(state))).collect_view()}
            </ul>
        </nav>
    }
}

fn tone(state: State) -> Tone {
    match state {
        State::Open => Tone::Warning,
        State::Contacted => Tone::Info,
        State::Closed => Tone::Neutral,
    }
}

fn ticket(line: &TicketLine, refused: Option<&ClosingRefused>, csrf: &str) -> AnyView {
    let Ticket { id, vendor_name, contact_name, contact_email, contact_phone, wanted, message, note, phase, created_at, .. } = line.ticket.clone();
    let state = phase.state();
    let coordinates: Vec<String> = [contact_name, contact_email, phone::shown(&contact_phone)].into_iter().filter(|text| !text.is_empty()).collect();
    let mut rows = vec![
        SummaryRow::text("Coordonnées", coordinates.join("\n")),
        SummaryRow::text("Données souhaitées", format!("{}\u{a0}: {wanted}", line.service_name)),
        SummaryRow::text(
            "Signalé par",
            format!("{}\n{}, {}\n{}", line.organisation, line.requester, line.requester_email, calendar::french_moment(created_at)),
        ),
    ];
    if !message.is_empty() {
        rows.push(SummaryRow::text("Message", message));
    }
    match &phase {
        domain::vendor_ticket::Phase::Open => {}
        domain::vendor_ticket::Phase::Contacted { at, .. } => {
            rows.push(SummaryRow::text("Contacté", format!("{}, par {}", calendar::french_moment(*at), line.contacted_by)));
        }
        domain::vendor_ticket::Phase::Closed { contacted, at, .. } => {
            if let Some((at, _)) = contacted {
                rows.push(SummaryRow::text("Contacté", format!("{}, par {}", calendar::french_moment(*at), line.contacted_by)));
            }
            rows.push(SummaryRow::text("Clos", format!("{}, par {}\n{note}", calendar::french_moment(*at), line.closed_by)));
        }
    }
    let act = (line.may_act && state != State::Closed).then(|| actions(&id.to_string(), &vendor_name, state, refused, csrf));
    view! {
        <section class="hb-block fr-mb-4w">
            <div class="hb-block__head"><h2 class="fr-h5">{vendor_name.clone()}</h2><Badge label=state.label() tone=tone(state) /></div>
            <SummaryList rows=rows />
            {act}
        </section>
    }
    .into_any()
}

fn actions(id: &str, vendor: &str, state: State, refused: Option<&ClosingRefused>, csrf: &str) -> impl IntoView + use<> {
    let action = routes::vendor_ticket(id);
    let refused = refused.filter(|refused| refused.ticket == id);
    let field = Field::new(Sent::Note, "Ce qu’il en est")
        .id(format!("note-{id}"))
        .hint("La collectivité lira ce texte. Exemple\u{a0}: FranceConnect sera disponible dans la version de mars.")
        .value(refused.map(|refused| refused.typed.clone()).unwrap_or_default())
        .error(refused.map(|refused| refused.message.clone()))
        .maxlength(u32::try_from(MAX_MESSAGE).unwrap_or(u32::MAX));
    let (open, csrf, vendor) = (refused.is_some(), csrf.to_owned(), vendor.to_owned());
    let contact = (state == State::Open).then(|| {
        let (action, csrf, vendor) = (action.clone(), csrf.clone(), vendor.clone());
        view! {
            <PostForm action=action csrf=csrf inline=true>
                <HiddenField name=Sent::Action value=Action::Contacted />
                <Button label="Marquer comme contacté" kind=ButtonKind::Secondary about=vendor />
            </PostForm>
        }
    });
    view! {
        <div class="fr-mb-2w">{contact}</div>
        <Details summary="Clore ce signalement" open=open>
            <PostForm action=action csrf=csrf>
                <HiddenField name=Sent::Action value=Action::Close />
                <TextareaField field=field />
                <p><Button label="Clore" about=vendor /></p>
            </PostForm>
        </Details>
    }
}
