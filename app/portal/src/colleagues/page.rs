//! The list of members, with a button beside each one the reader may confirm.

use domain::routes;
use habilitation::{memberships::Member, organisations::Organisation};
use leptos::prelude::*;
use ui::{cells, components::*};

use super::Sent;

pub fn page(organisation: &Organisation, members: &[Member], done: bool, csrf: &str) -> impl IntoView + use<> {
    let rows = members
        .iter()
        .map(|member| {
            let state = if member.verified {
                view! { <Badge label="Vérifié" tone=Tone::Success /> }
            } else {
                view! { <Badge label="À vérifier" tone=Tone::Warning /> }
            };
            let (id, name) = (member.account.to_string(), member.name.clone());
            let csrf = csrf.to_owned();
            let vouch = member.may_vouch.then(|| {
                view! {
                    <PostForm action=routes::COLLEAGUES csrf=csrf inline=true>
                        <HiddenField name=Sent::Member value=id />
                        <Button label="Confirmer" about=name kind=ButtonKind::Secondary small=true />
                    </PostForm>
                }
            });
            cells![member.name.clone(), view! { <Email address=member.email.clone() /> }, state, vouch]
        })
        .collect::<Vec<_>>();
    let columns = vec![Column::text("Personne"), Column::text("Adresse électronique"), Column::text("Rattachement"), Column::hidden("Action")];
    view! {
        <Breadcrumb parents=vec![(routes::ORGANISATION.to_owned(), "Votre organisation".to_owned())] current="Membres" />
        {done.then(|| view! { <Alert tone=Tone::Success title="Rattachement confirmé" live=true><p>"La personne est prévenue par courriel."</p></Alert> })}
        <PageTitle title="Membres de votre organisation" lead=organisation.name() />
        <p>
            "Confirmez un collègue que vous connaissez\u{a0}: il verra les demandes de l’organisation. "
            "Vous pouvez le faire pour les adresses du même domaine que la vôtre\u{a0}; pour les autres, un administrateur d’Habilis vérifie."
        </p>
        <Table id="membres" caption="Membres" caption_hidden=true columns=columns rows=rows />
    }
}
