//! Passkeys: their list and the form that adds one, on the page of the second factor; and the page of one passkey.

use domain::{calendar, routes, second_factor::PASSKEY_NAME_MAX};
use habilitation::factors::{FactorState, Passkey};
use leptos::prelude::*;
use ui::{cells, components::*, passkey::PasskeyButton};
use web::proof::{PASSKEY_BUTTON, key_error};

use super::Sent;

/// What was typed to add a passkey, and what went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasskeyForm {
    pub name: String,
    pub name_error: Option<String>,
    pub key_error: Option<String>,
}

impl PasskeyForm {
    pub fn fields(&self) -> (Field, Field) {
        let name = name_field(&self.name).error(self.name_error.clone());
        (name, Field::new(PASSKEY_BUTTON, "").error(self.key_error.clone()))
    }
}

fn name_field(value: &str) -> Field {
    Field::new(Sent::Name, "Nom de cette clé")
        .hint(format!("Pour la reconnaître\u{a0}: «\u{a0}Téléphone\u{a0}», «\u{a0}Clé de bureau\u{a0}». {PASSKEY_NAME_MAX}\u{a0}caractères au plus."))
        .value(value)
        .width(Width::Medium)
        .autocomplete("off")
}

pub fn add_form(form: &PasskeyForm, suite: Option<&str>, csrf: &str) -> impl IntoView + use<> {
    let (name, key) = form.fields();
    let suite = suite.map(|path| view! { <HiddenField name=Sent::ReturnTo value=path /> });
    view! {
        <div class="hb-scripted">
            <PostForm action=routes::PASSKEYS csrf=csrf>
                {suite}
                <TextField field=name />
                {key_error(&key)}
                <PasskeyButton id=PASSKEY_BUTTON.to_owned() label="Ajouter une clé d’accès".to_owned() />
            </PostForm>
        </div>
        <noscript>
            <p>"L’ajout d’une clé d’accès a besoin de JavaScript, que votre navigateur n’exécute pas. Utilisez une application d’authentification à la place."</p>
        </noscript>
    }
}

/// The list, and the form that adds one when the identity was proved lately.
pub fn section(state: &FactorState, form: &PasskeyForm, csrf: &str) -> impl IntoView + use<> {
    let columns = vec![Column::text("Nom"), Column::text("Ajoutée le"), Column::text("Dernière utilisation"), Column::hidden("Action")];
    let rows: Vec<_> = state.passkeys.iter().map(row).collect();
    let list = (!rows.is_empty()).then(|| view! { <Table id="mes-cles" caption="Mes clés d’accès" caption_hidden=true columns=columns rows=rows /> });
    let add = match (state.passkeys_offered, state.fresh) {
        (false, _) => None,
        (true, true) => {
            let open = form != &PasskeyForm::default();
            let inside = add_form(form, None, csrf).into_any();
            Some(if state.passkeys.is_empty() {
                inside
            } else {
                view! { <Details summary="Ajouter une autre clé d’accès" open=open>{inside}</Details> }.into_any()
            })
        }
        (true, false) => {
            let confirm = routes::with_return(routes::SECURITY_CONFIRM, Some(routes::SECURITY));
            Some(
                view! { <p><LinkButton label="Confirmer mon identité pour ajouter une clé" href=confirm kind=ButtonKind::Secondary /></p> }
                    .into_any(),
            )
        }
    };
    let shown = list.is_some() || add.is_some();
    shown.then(|| {
        view! {
            <h2 class="fr-h4">"Clés d’accès"</h2>
            <p>"Votre téléphone, votre ordinateur ou une clé de sécurité confirme vos connexions, sans code à recopier."</p>
            {list}
            {add}
        }
    })
}

fn row(passkey: &Passkey) -> Vec<AnyView> {
    let used = passkey.last_used_at.map_or_else(|| "Jamais".to_owned(), calendar::french_moment);
    let added = calendar::french_date(calendar::paris_date(passkey.created_at));
    let (href, about) = (routes::passkey(passkey.id), format!("la clé {}", passkey.name));
    cells![passkey.name.clone(), added, used, view! { <LinkButton label="Modifier" href=href kind=ButtonKind::Tertiary small=true about=about /> },]
}

/// Renames or removes one passkey. `stays`: it cannot be removed, being the last factor of somebody whose rights require one; `last`:
/// it is the person's last factor, whatever their rights.
pub fn passkey_page(passkey: &Passkey, stays: bool, last: bool, typed: Option<(&str, String)>, csrf: &str) -> impl IntoView + use<> {
    let (value, error) = typed.map_or((passkey.name.as_str(), None), |(value, error)| (value, Some(error)));
    let name = name_field(value).error(error);
    let errors = errors_of([&name]);
    let added = format!("Ajoutée le {}.", calendar::french_date(calendar::paris_date(passkey.created_at)));
    let csrf_remove = csrf.to_owned();
    let remove = if stays {
        view! { <p>"C’est votre dernier moyen de confirmer vos connexions, et vos droits en exigent un. Ajoutez-en un autre avant de retirer celui-ci."</p> }.into_any()
    } else {
        let after = if last {
            "La double authentification sera désactivée, et vos codes de secours ne serviront plus."
        } else {
            "Elle ne confirmera plus vos connexions. Effacez-la ensuite de l’appareil qui la garde."
        };
        view! {
            <p>{after}</p>
            <PostForm action=routes::passkey_remove(passkey.id) csrf=csrf_remove>
                <Button label="Retirer cette clé" kind=ButtonKind::Danger />
            </PostForm>
        }
        .into_any()
    };
    let parents = vec![(routes::MY_ACCOUNT.to_owned(), "Mon compte".to_owned()), (routes::SECURITY.to_owned(), "Double authentification".to_owned())];
    let title = format!("Clé d’accès «\u{a0}{}\u{a0}»", passkey.name);
    view! {
        <Breadcrumb parents=parents current=title.clone() />
        <ErrorSummary errors=errors />
        <PageTitle title=title lead=added />
        <h2 class="fr-h4">"Renommer"</h2>
        <PostForm action=routes::passkey(passkey.id) csrf=csrf>
            <TextField field=name />
            <Buttons>
                <Button label="Renommer" />
                <LinkButton label="Revenir à la double authentification" href=routes::SECURITY kind=ButtonKind::Tertiary />
            </Buttons>
        </PostForm>
        <h2 class="fr-h4">"Retirer"</h2>
        {remove}
    }
}
