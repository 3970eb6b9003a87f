//! The forms on a person’s page that act on their account.

use domain::{calendar, routes};
use habilitation::administration::Person;
use leptos::prelude::*;
use ui::components::*;

use super::{Action, Control, RightsRefusal, Sent};

/// Each asks for a reason, which is kept in the journal.
pub fn account_forms(person: &Person, refusal: Option<&RightsRefusal>, csrf: &str) -> impl IntoView + use<> {
    let id = person.account.id;
    let suspended = person.account.suspended.clone().map(|(at, reason)| {
        view! {
            <Alert tone=Tone::Warning title=format!("Accès suspendu le {}", calendar::french_moment(at))>
                <p class="hb-prewrap">{reason}</p>
            </Alert>
        }
    });
    let impersonate = Reasoned {
        control: Control::Impersonation,
        action: routes::impersonate(id),
        summary: "Agir à sa place",
        what: "Pour voir ce que cette personne voit, une heure au plus. Elle en est prévenue, et tout ce que vous modifiez est consigné.",
        button: "Prendre la main",
        verb: None,
    };
    let suspend = Reasoned {
        control: Control::Suspension,
        action: routes::suspension(id),
        summary: "Suspendre son accès",
        what: "Ses sessions se ferment et ses connexions sont refusées. Elle reçoit ce motif par courriel.",
        button: "Suspendre",
        verb: Some(Action::Suspend),
    };
    let restore = Reasoned {
        summary: "Rétablir son accès",
        what: "Elle en est prévenue par courriel.",
        button: "Rétablir",
        verb: Some(Action::Restore),
        ..suspend.clone()
    };
    let reset = Reasoned {
        control: Control::Factor,
        action: routes::factor_reset(id),
        summary: "Retirer sa double authentification",
        what: "Si elle a perdu son téléphone et ses codes de secours. Vérifiez son identité par un autre moyen.",
        button: "Retirer",
        verb: None,
    };
    let erase = Reasoned {
        control: Control::Erasure,
        action: routes::erase_account(id),
        summary: "Supprimer son compte",
        what: "À sa demande, et pour de bon. Vérifiez que la demande vient d’elle. Elle en est prévenue par courriel.",
        button: "Supprimer ce compte",
        verb: None,
    };
    let kept_out = person.account.suspended.is_some();
    let subject = !person.oneself && !person.account.admin;
    let forms = [
        (subject && !kept_out, impersonate),
        (subject && !kept_out, suspend),
        (kept_out, restore),
        (person.has_factor && !person.oneself, reset),
        (subject, erase),
    ];
    let forms: Vec<_> = forms.into_iter().filter(|(shown, _)| *shown).map(|(_, form)| reasoned(form, refusal, csrf)).collect();
    let title = (!forms.is_empty()).then(|| view! { <h2 class="fr-h4">"Son compte"</h2> });
    view! {
        {title}
        {suspended}
        {forms}
    }
}

/// A form that asks for a reason and nothing else.
#[derive(Clone)]
struct Reasoned {
    control: Control,
    action: String,
    summary: &'static str,
    what: &'static str,
    button: &'static str,
    verb: Option<Action>,
}

fn reasoned(form: Reasoned, refusal: Option<&RightsRefusal>, csrf: &str) -> impl IntoView + use<> {
    let Reasoned { control, action, summary, what, button, verb } = form;
    let refused = refusal.filter(|refusal| refusal.control == control);
    let open = refused.is_some();
    let field = Field::new(Sent::Reason, "Motif")
        .id(control.id())
        .maxlength(1000)
        .value(refused.map(|refusal| refusal.reason.clone()).unwrap_or_default())
        .error(refused.map(|refusal| refusal.message.clone()));
    let csrf = csrf.to_owned();
    let verb = verb.map(|verb| view! { <HiddenField name=Sent::Action value=verb /> });
    view! {
        <Details summary=summary open=open>
            <p>{what}</p>
            <PostForm action=action csrf=csrf>
                {verb}
                <TextareaField field=field rows=3 />
                <Button label=button kind=ButtonKind::Secondary />
            </PostForm>
        </Details>
    }
}
