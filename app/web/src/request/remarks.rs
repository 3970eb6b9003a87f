//! Remarks under the answer they are about. The applicant sees those of the last round first, and says which are
//! dealt with; earlier ones are kept, folded.

use domain::{calendar, request::State, routes};
use habilitation::requests::{Opened, RemarkRead};
use leptos::prelude::*;
use ui::{
    components::{Badge, Button, ButtonKind, Details, HiddenField, PostForm, Tone},
    fields,
};

use crate::request::read::Reader;

fields! {
    /// What the form of one remark sends.
    pub enum Sent {
        /// « oui » or « non »: whether the remark is dealt with.
        Handled = "traitee",
    }
}

/// The remarks shown under an answer on a reading page; `None` when there are none.
pub fn read(opened: &Opened, field: &str, reader: Reader<'_>) -> Option<AnyView> {
    let editable = opened.request.phase.is_editable();
    section(opened, field, matches!(reader, Reader::Reviewer { .. }), |remark| match reader {
        Reader::Applicant { csrf: Some(csrf) } if editable => Some(form(opened, remark, csrf)),
        _ => None,
    })
}

/// Under the control of a form whose answers are being changed. The button is given the words it shows and whether the
/// remark is dealt with; it belongs to that form, which saves what was typed as well.
pub fn in_form(opened: &Opened, field: &str, button: impl Fn(&RemarkRead, &'static str, bool) -> AnyView) -> Option<AnyView> {
    if opened.request.phase.state() != State::ChangesRequested {
        return None;
    }
    section(opened, field, false, |remark| {
        let handled = handled(remark);
        Some(button(remark, if handled { OPEN_AGAIN } else { DEAL_WITH }, handled))
    })
}

const DEAL_WITH: &str = "Marquer comme traitée";
const OPEN_AGAIN: &str = "Finalement, à traiter";

fn handled(remark: &RemarkRead) -> bool {
    remark.sent.is_some_and(|sent| sent.handled_at.is_some())
}

fn form(opened: &Opened, remark: &RemarkRead, csrf: &str) -> AnyView {
    let (label, value) = if handled(remark) { (OPEN_AGAIN, "non") } else { (DEAL_WITH, "oui") };
    let (action, about) = (routes::request_remark(opened.request.id, remark.id), format!("– {}", remark.team));
    view! {
        <PostForm action=action csrf=csrf.to_owned() inline=true>
            <HiddenField name=Sent::Handled value=value />
            <Button label=label kind=ButtonKind::Tertiary small=true about=about />
        </PostForm>
    }
    .into_any()
}

fn section(opened: &Opened, field: &str, reviewer: bool, button: impl Fn(&RemarkRead) -> Option<AnyView>) -> Option<AnyView> {
    let round = opened.round();
    let is_current = |remark: &&RemarkRead| remark.sent.is_none_or(|sent| sent.round == round);
    let current: Vec<AnyView> = opened.remarks_on(field).filter(is_current).map(|one| shown(one, reviewer, button(one))).collect();
    let earlier: Vec<AnyView> = opened.remarks_on(field).filter(|one| !is_current(one)).map(|one| shown(one, reviewer, None)).collect();
    if current.is_empty() && earlier.is_empty() {
        return None;
    }
    let folded = (!earlier.is_empty()).then(|| {
        let summary = if earlier.len() == 1 { "Une remarque précédente".to_owned() } else { format!("{} remarques précédentes", earlier.len()) };
        view! { <Details summary=summary>{earlier}</Details> }
    });
    Some(view! { <div class="hb-remarks">{current} {folded}</div> }.into_any())
}

fn shown(remark: &RemarkRead, reviewer: bool, button: Option<AnyView>) -> AnyView {
    let day = calendar::french_date(calendar::paris_date(remark.sent.map_or(remark.at, |sent| sent.at)));
    let who = if reviewer { format!("{}, {}", remark.author_name, remark.team) } else { remark.team.clone() };
    let badge = match remark.sent {
        None => view! { <Badge label="Pas encore envoyée" tone=Tone::Warning /> }.into_any(),
        Some(sent) => match sent.handled_at {
            Some(_) => view! { <Badge label="Traitée" tone=Tone::Success /> }.into_any(),
            None => view! { <Badge label="À traiter" tone=Tone::Info /> }.into_any(),
        },
    };
    view! {
        <div class="hb-remark">
            <p class="hb-remark__head">{format!("Remarque – {who}, le {day}")}</p>
            {badge}
            <p class="hb-prewrap">{remark.text.clone()}</p>
            {button}
        </div>
    }
    .into_any()
}
