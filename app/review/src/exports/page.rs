//! The page of an XLSX export: its progress, then the link to the file.

use domain::{calendar, routes};
use habilitation::reviews::{EXPORT_KEPT, Export, ExportState};
use leptos::prelude::*;
use ui::components::{Alert, Breadcrumb, LinkButton, PageTitle, Tone, followed};

use crate::{queue::grouped, shared::way};

pub fn export_page(export: &Export) -> impl IntoView + use<> {
    let back = format!("{}?{}", routes::REVIEW_QUEUE, export.query);
    let content = match export.state {
        ExportState::Waiting | ExportState::Running => making(export),
        ExportState::Ready => ready(export),
        ExportState::Failed => view! {
            <Alert tone=Tone::Error title="Ce classeur n’a pas pu être préparé">
                <p>"L’erreur vient de notre côté. Demandez-le de nouveau depuis la liste."</p>
            </Alert>
        }
        .into_any(),
    };
    view! {
        <Breadcrumb parents=way(&[]) current="Export" />
        <PageTitle title="Export de la liste" />
        {content}
        <p><a href=followed(back)>"Revenir à la liste"</a></p>
    }
}

fn making(export: &Export) -> AnyView {
    let unit = if export.done < 2 { "ligne" } else { "lignes" };
    let lines = format!("{} {unit} sur {}", grouped(export.done), grouped(export.total));
    let (done, total) = (export.done.to_string(), export.total.max(1).to_string());
    view! {
        <p role="status" id="avancement">"Le classeur se prépare\u{a0}: "<strong>{lines}</strong>"."</p>
        <p><progress aria-labelledby="avancement" value=done max=total></progress></p>
        <p>"Cette page se recharge d’elle-même. "<a href=routes::export(export.id)>"La recharger maintenant"</a></p>
    }
    .into_any()
}

fn ready(export: &Export) -> AnyView {
    let until = calendar::french_moment(export.at + EXPORT_KEPT);
    let file = routes::export_file(export.id);
    let lines = if export.done == 1 { "1 demande".to_owned() } else { format!("{} demandes", grouped(export.done)) };
    view! {
        <Alert tone=Tone::Success title="Le classeur est prêt" live=true>
            <p>{format!("{lines}. Vous seul pouvez le télécharger, jusqu’au {until}.")}</p>
            <LinkButton href=file label="Télécharger le classeur (XLSX)" />
        </Alert>
    }
    .into_any()
}
