//! Questions and their answers, to read again before a decision.

use leptos::prelude::*;

use crate::components::followed;

pub struct SummaryRow {
    key: String,
    value: AnyView,
    action: Option<(String, String)>,
    below: Option<AnyView>,
    id: Option<String>,
}

impl SummaryRow {
    pub fn new(key: impl Into<String>, value: impl IntoView + 'static) -> Self {
        Self { key: key.into(), value: value.into_any(), action: None, below: None, id: None }
    }

    /// The text, line breaks kept and in its own direction, or « Non renseigné » when it is blank.
    pub fn text(key: impl Into<String>, value: impl Into<String>) -> Self {
        let value: String = value.into();
        if value.trim().is_empty() {
            return Self::new(key, view! { <span class="hb-missing">"Non renseigné"</span> });
        }
        Self::new(key, view! { <bdi class="hb-prewrap">{value}</bdi> })
    }

    /// What is said about the answer, under it.
    pub fn below(mut self, view: impl IntoView + 'static) -> Self {
        self.below = Some(view.into_any());
        self
    }

    /// The HTML id, so that a link can lead to this row.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The value alone, to be shown elsewhere.
    pub fn into_value(self) -> AnyView {
        self.value
    }

    /// A link at the end of the row; screen readers hear the key after the label.
    pub fn action(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.action = Some((href.into(), label.into()));
        self
    }
}

#[component]
pub fn SummaryList(rows: Vec<SummaryRow>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|SummaryRow { key, value, action, below, id }| {
            let about = format!(" {key}");
            let action = action.map(|(href, label)| {
                view! {
                    <dd class="hb-summary__action">
                        <a href=followed(href)>{label}<span class="fr-sr-only">{about}</span></a>
                    </dd>
                }
            });
            view! {
                <div class="hb-summary__row" id=id>
                    <dt>{key}</dt>
                    <dd>{value} {below}</dd>
                    {action}
                </div>
            }
        })
        .collect_view();
    view! { <dl class="hb-summary">{rows}</dl> }
}
