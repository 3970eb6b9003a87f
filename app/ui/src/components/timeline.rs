//! What happened, when, and by whom: the journal of a request.

use leptos::prelude::*;

use crate::components::Tone;

pub struct TimelineEvent {
    title: String,
    at: String,
    datetime: String,
    by: Option<String>,
    tone: Tone,
    body: Option<String>,
    below: Option<AnyView>,
}

impl TimelineEvent {
    /// `at` is shown (« 21 novembre 2026 à 14:03 »), `datetime` is its machine form (RFC 3339).
    pub fn new(title: impl Into<String>, at: impl Into<String>, datetime: impl Into<String>) -> Self {
        Self { title: title.into(), at: at.into(), datetime: datetime.into(), by: None, tone: Tone::Neutral, body: None, below: None }
    }

    pub fn by(mut self, name: impl Into<String>) -> Self {
        self.by = Some(name.into());
        self
    }

    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Free text, line breaks kept: a reason, a message.
    pub fn body(mut self, text: impl Into<String>) -> Self {
        self.body = Some(text.into());
        self
    }

    /// What belongs to the event and is more than a sentence.
    pub fn below(mut self, view: AnyView) -> Self {
        self.below = Some(view);
        self
    }
}

/// In the order given.
#[component]
pub fn Timeline(events: Vec<TimelineEvent>) -> impl IntoView {
    let events = events
        .into_iter()
        .map(|TimelineEvent { title, at, datetime, by, tone, body, below }| {
            view! {
                <li class=format!("hb-timeline__event hb-timeline__event--{}", tone.suffix())>
                    <p class="hb-timeline__title">{title}</p>
                    <p class="hb-timeline__meta">
                        <time datetime=datetime>{at}</time>
                        {by.map(|by| format!(" · {by}"))}
                    </p>
                    {body.map(|body| view! { <p class="hb-timeline__body hb-prewrap">{body}</p> })}
                    {below}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="hb-timeline">{events}</ol> }
}
