//! The section of the request’s page that says who reviews it in each team, and changes that.

use domain::{ids::AccountId, routes};
use habilitation::{requests::Opened, reviews::AssignableTurn};
use leptos::prelude::*;
use ui::components::{Button, ButtonKind, Choice, Details, Field, HiddenField, PostForm, SelectField};
use web::VERSION;

use super::{Action, Sent};

pub const PERSON_ID: &str = "personne";

/// For each team of the reader that holds the request.
pub fn section(opened: &Opened, turns: &[AssignableTurn], problem: Option<&String>, csrf: &str) -> Option<AnyView> {
    if turns.is_empty() {
        return None;
    }
    let items: Vec<AnyView> = turns.iter().enumerate().map(|(index, turn)| one(opened, index, turn, problem, csrf)).collect();
    Some(
        view! {
            <section class="fr-mb-4w" aria-labelledby="attribution">
                <h2 class="fr-h4" id="attribution" tabindex="-1">"Qui instruit"</h2>
                {items}
            </section>
        }
        .into_any(),
    )
}

fn one(opened: &Opened, index: usize, turn: &AssignableTurn, problem: Option<&String>, csrf: &str) -> AnyView {
    let AssignableTurn { team, label, assignee, mine, colleagues } = turn;
    let who = assignee.clone().unwrap_or_else(|| "personne pour l’instant".to_owned());
    let form = |action: Action, label: &'static str| {
        let (path, version, team, csrf) =
            (routes::review_assign(opened.request.id), opened.request.version.to_string(), team.clone(), csrf.to_owned());
        view! {
            <PostForm action=path csrf=csrf inline=true>
                <HiddenField name=VERSION value=version />
                <HiddenField name=Sent::Team value=team />
                <HiddenField name=Sent::Action value=action />
                <Button label=label kind=ButtonKind::Secondary small=true />
            </PostForm>
            " "
        }
    };
    let take = (!mine).then(|| form(Action::Take, "Prendre cette demande"));
    let release = assignee.is_some().then(|| form(Action::Release, "Retirer l’attribution"));
    let problem = problem.filter(|_| index == 0).cloned();
    let open = problem.is_some();
    let hand = (!colleagues.is_empty()).then(|| {
        let id = if index == 0 { PERSON_ID.to_owned() } else { format!("{PERSON_ID}-{index}") };
        let field = Field::new(Sent::Person, "Collègue").id(id).error(problem);
        let choices = colleagues.iter().map(|(id, name): &(AccountId, String)| Choice::new(id.to_string(), name.clone())).collect::<Vec<_>>();
        let (path, version, team, csrf) =
            (routes::review_assign(opened.request.id), opened.request.version.to_string(), team.clone(), csrf.to_owned());
        view! {
            <Details summary="Confier à un collègue" open=open>
                <PostForm action=path csrf=csrf>
                    <HiddenField name=VERSION value=version />
                    <HiddenField name=Sent::Team value=team />
                    <HiddenField name=Sent::Action value=Action::HandOver />
                    <SelectField field=field choices=choices placeholder="Choisir une personne" />
                    <Button label="Confier" kind=ButtonKind::Secondary />
                </PostForm>
            </Details>
        }
    });
    view! {
        <p>{format!("{label}\u{a0}: {who}")}</p>
        {take}
        {release}
        {hand}
    }
    .into_any()
}
