//! The page of a block that was saved by somebody else, or in another tab, while it was being filled in: both versions side by
//! side, to choose from. And the page of a block whose request can no longer be edited.

use domain::{catalogue::Block, form::Answers, routes};
use habilitation::requests::{Opened, as_shown};
use leptos::prelude::*;
use ui::{
    cells,
    components::{
        Alert, Breadcrumb, Button, ButtonKind, Buttons, Column, HiddenField, LinkButton, PageTitle, PostForm, SummaryList, SummaryRow, Table, Tone,
    },
};
use web::{
    VERSION,
    request::read::{answer_among, title_of},
};

use super::{Sent, Verb};

/// `theirs` is the stored version, `mine` the one just sent. The documents sent with it were added, except those in `not_added`, listed
/// with the reason.
pub fn conflict_page(
    opened: &Opened,
    block: &Block,
    mine: &Answers,
    theirs: &Answers,
    not_added: &[(String, String)],
    csrf: &str,
) -> impl IntoView + use<> {
    let request = opened.request.id;
    let fields = block.all_fields();
    let differing = fields.iter().filter(|field| mine.all(&field.id) != theirs.all(&field.id) && mine.0.contains_key(&field.id));
    let rows = differing
        .map(|field| {
            let shown = |answers: &Answers| answer_among(opened, answers, field).map(SummaryRow::into_value);
            cells![field.label.clone(), shown(mine), shown(theirs)]
        })
        .collect::<Vec<_>>();
    let hidden: Vec<AnyView> = fields
        .iter()
        .flat_map(|field| {
            mine.all(&field.id).iter().map(|value| view! { <HiddenField name=field.id.clone() value=value.clone() /> }.into_any()).collect::<Vec<_>>()
        })
        .collect();
    let (action, version) = (routes::request_block(request, &block.slug), as_shown(block, theirs));
    let not_added = not_added.iter().map(|(_, sentence)| view! { <p>{sentence.clone()}</p> }).collect_view();
    let columns = ["Question", "Votre saisie", "Version enregistrée"].map(Column::text).to_vec();
    view! {
        <Breadcrumb
            parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned()), (routes::request(request), title_of(&opened.request.title))]
            current=block.title.clone()
        />
        <PageTitle title="Cette page a été modifiée entre-temps" />
        <Alert tone=Tone::Warning title="Quelqu’un d’autre, ou un autre onglet, a enregistré cette page">
            <p>"Comparez les deux versions, puis choisissez celle à garder. Rien n’est perdu."</p>
            {not_added}
        </Alert>
        <Table id="versions" caption="Réponses qui diffèrent" stacked=true columns=columns rows=rows />
        <PostForm action=action.clone() csrf=csrf.to_owned()>
            <HiddenField name=VERSION value=version />
            {hidden}
            <Buttons>
                <Button label="Garder ma saisie" name=Sent::Action value=Verb::Save />
                <LinkButton href=action label="Garder la version enregistrée" kind=ButtonKind::Secondary />
            </Buttons>
        </PostForm>
    }
}

/// The request was submitted, or decided, while this block was being filled in: what was typed is shown, to be copied.
pub fn not_editable_page(opened: &Opened, block: &Block, typed: &Answers) -> impl IntoView + use<> {
    let (request, stored) = (opened.request.id, &opened.request.answers);
    let differing = block.all_fields().into_iter().filter(|field| typed.all(&field.id) != stored.all(&field.id));
    let rows: Vec<SummaryRow> = differing.filter_map(|field| answer_among(opened, typed, &field)).collect();
    let kept = (!rows.is_empty()).then(|| view! { <h2 class="fr-h4">"Votre saisie"</h2> <SummaryList rows=rows /> });
    view! {
        <Breadcrumb
            parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned()), (routes::request(request), title_of(&opened.request.title))]
            current=block.title.clone()
        />
        <PageTitle title="Cette demande n’est plus modifiable" />
        <Alert tone=Tone::Warning title="Vos derniers changements n’ont pas été enregistrés" live=true>
            <p>"La demande est désormais entre les mains de l’équipe qui l’instruit, ou une décision a été prise. Copiez votre saisie si vous voulez la garder."</p>
        </Alert>
        {kept}
        <p class="fr-mt-2w"><LinkButton href=routes::request(request) label="Voir la demande" /></p>
    }
}
